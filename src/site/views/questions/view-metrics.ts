import type { PaperMetric } from '../../../exporters/paper-table.ts';
import type { Goal } from '../../../format/experiment-settings.ts';
import { rankValue, summaryValue } from '../../../series/summary-value.ts';
import type { Experiment } from '../../../store/experiment.ts';
import { goalOf } from '../../../store/metric-goal.ts';
import { namesOf, type RunEntry } from '../../../store/run-entry.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import { rankedWords } from '../metric-values.ts';
import { primaryMetrics } from './seed-runs.ts';

/** A metric of a view, with what the experiments say of it. */
export interface ViewMetric extends PaperMetric {
  unit: string | undefined;
  /** True where the experiments do not agree on which way is better, and the view does not say. */
  isDisputed: boolean;
}

/** A metric over runs of any experiments: its label and unit by the first that declares them, its goal by the most. */
export function viewMetric(name: string, runs: readonly RunEntry[], asked?: Goal): ViewMetric {
  const experiments = new Set(runs.flatMap(({ run, experiment }) => (run.metrics.has(name) ? [experiment] : [])));
  const all = [...experiments];
  const settings = all.find((experiment) => experiment.metricSettings.has(name))?.metricSettings.get(name);
  const goals = all.flatMap((experiment) => goalOf(experiment, name) ?? []);
  const least = goals.filter((own) => own === 'min').length;
  const voted = goals.length === 0 ? undefined : least * 2 >= goals.length ? 'min' : 'max';
  const goal = asked ?? voted;
  const unit = settings?.unit;
  return {
    name,
    label: `${settings?.label ?? name}${unit === undefined ? '' : ` (${unit})`}`,
    goal,
    unit,
    rule: ruleOf(name, goal, all),
    isDisputed: asked === undefined && new Set(goals).size > 1,
  };
}

function ruleOf(name: string, goal: Goal | undefined, experiments: readonly Experiment[]): string {
  const words = new Set(
    experiments.map((experiment) => {
      const settings = experiment.metricSettings.get(name);
      return goal === undefined && settings?.summary === undefined ? 'last value' : rankedWords(goal, settings);
    }),
  );
  const [only] = words;
  return words.size > 1 || only === undefined ? 'value that its experiment declares' : only;
}

/** The metrics of a view: those it names that its runs have, else the primary one of most runs. */
export function viewMetrics({ settings, runs }: ViewPage): ViewMetric[] {
  const { metrics: known } = namesOf(runs);
  const asked = [
    ...new Set([...(settings.metric === undefined ? [] : [settings.metric]), ...(settings.metrics ?? [])]),
  ];
  const names = asked.length > 0 ? asked.filter((name) => known.has(name)) : mostCommon(primaryMetrics(runs), runs);
  return names.map((name) =>
    viewMetric(name, runs, name === asked[0] || asked.length === 0 ? settings.goal : undefined),
  );
}

function mostCommon(names: readonly string[], runs: readonly RunEntry[]): string[] {
  const counts = names.map((name) => ({ name, count: runs.filter(({ run }) => run.metrics.has(name)).length }));
  return counts
    .sort((a, b) => b.count - a.count)
    .slice(0, 1)
    .map(({ name }) => name);
}

/** The value that stands for a metric of a run: what it is ranked by, else the last; undefined where it has none. */
export function metricValueOf({ run, experiment }: RunEntry, { name, goal }: ViewMetric): number | undefined {
  const summary = run.metrics.get(name);
  if (summary === undefined) return undefined;
  const rule = experiment.metricSettings.get(name)?.summary;
  return rankValue(summary, rule, goal) ?? summaryValue(summary, rule, goal) ?? summary.last;
}
