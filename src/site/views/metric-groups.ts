import { summaryWords } from '../../series/summary-words.ts';
import type { Experiment } from '../../store/experiment.ts';
import { goalOf } from '../../store/metric-goal.ts';

/** Metrics that share the part of their name before the first `/`; the name is empty for those without one. */
export interface MetricGroup {
  prefix: string;
  metrics: string[];
}

/**
 * Groups metric names by prefix. Groups that hold a primary metric come first, then by first appearance; within a group
 * primary metrics lead.
 */
export function groupMetrics(names: Iterable<string>, primary: readonly string[] = []): MetricGroup[] {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const slash = name.indexOf('/');
    const prefix = slash > 0 ? name.slice(0, slash) : '';
    const group = groups.get(prefix);
    if (group === undefined) groups.set(prefix, [name]);
    else group.push(name);
  }
  const place = (name: string) => {
    const found = primary.indexOf(name);
    return found === -1 ? primary.length : found;
  };
  return [...groups]
    .map(([prefix, metrics]) => ({ prefix, metrics: metrics.sort((a, b) => place(a) - place(b)) }))
    .sort((a, b) => Math.min(...a.metrics.map(place)) - Math.min(...b.metrics.map(place)));
}

/** The words for a metric: its declared label, else its name. */
export function metricLabel(experiment: Experiment | undefined, name: string): string {
  return experiment?.metricSettings.get(name)?.label ?? name;
}

/** Which value stands for a metric of an experiment, in words. */
export function metricRule(experiment: Experiment, name: string): string {
  return summaryWords(experiment.metricSettings.get(name)?.summary, goalOf(experiment, name));
}
