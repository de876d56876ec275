import type { PaperGroup } from '../../../exporters/paper-table.ts';
import { namesOf, type RunEntry } from '../../../store/run-entry.ts';
import { findRunField, type RunField } from '../../../store/run-field.ts';
import { seedOf } from '../../../store/seed-of.ts';
import { groupRuns, type SeedRuns, usualGroupKeys } from './seed-runs.ts';
import { metricValueOf, type ViewMetric } from './view-metrics.ts';

/** A key that groups are formed by, under the name that was written. */
export interface GroupKey extends RunField {
  head: string;
}

/** The keys that a view names, those that no run has left out; without any, what its experiments group by. */
export function groupKeys(asked: readonly string[] | undefined, runs: readonly RunEntry[]): GroupKey[] {
  const names = namesOf(runs);
  return (asked ?? usualGroupKeys(runs).map((key) => `param:${key}`)).flatMap((key) => {
    const found = findRunField(key, names);
    return found.ok && found.field.kind !== 'metric' ? [{ ...found.field, head: found.written }] : [];
  });
}

/** The groups of some runs, parted into those that count for something and the runs of those that do not. */
export interface ViewGroups {
  /** In the order of their labels where these are numbers, else by first appearance. */
  groups: SeedRuns[];
  /** Groups of which no run counts. */
  empty: SeedRuns[];
  /** Runs left out, over all groups. */
  leftOut: number;
}

/** Forms the groups of a view. */
export function viewGroups(runs: readonly RunEntry[], keys: readonly GroupKey[]): ViewGroups {
  const all = groupRuns(runs, keys);
  const groups = sortGroups(all.filter((group) => group.runs.length > 0));
  return {
    groups,
    empty: all.filter((group) => group.runs.length === 0),
    leftOut: all.reduce((sum, group) => sum + group.leftOut.length, 0),
  };
}

function sortGroups(groups: readonly SeedRuns[]): SeedRuns[] {
  const width = groups[0]?.labels.length ?? 0;
  const orders = Array.from({ length: width }, (_, i) => labelOrder(groups.map(({ labels }) => labels[i])));
  return [...groups].sort((a, b) => {
    for (const [i, order] of orders.entries()) {
      const difference = order(a.labels[i]) - order(b.labels[i]);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** Where labels stand: by size where all are numbers, else by first appearance; those without a value come last. */
export function labelOrder(labels: readonly (string | undefined)[]): (label: string | undefined) => number {
  const present = [...new Set(labels.filter((label) => label !== undefined))];
  const isNumeric = present.every((label) => label.trim() !== '' && !Number.isNaN(Number(label)));
  return (label) => {
    if (label === undefined) return Number.MAX_VALUE;
    return isNumeric ? Number(label) : present.indexOf(label);
  };
}

/** A group as a row of a table for papers. `values` are by metric name. */
export function paperGroup(group: SeedRuns, metrics: readonly ViewMetric[]): PaperGroup {
  return {
    labels: group.labels.map((label) => label ?? 'none'),
    seeds: seedsOf(group.runs),
    leftOut: group.leftOut.length,
    values: new Map(metrics.map((metric) => [metric.name, valuesOf(group.runs, metric)])),
  };
}

/** The values of a metric in each run that has it, non-finite ones too. */
export function valuesOf(runs: readonly RunEntry[], metric: ViewMetric): number[] {
  return runs.flatMap((run) => metricValueOf(run, metric) ?? []);
}

/** The seeds of runs, as far as these name one. */
export function seedsOf(runs: readonly RunEntry[]): string[] {
  return runs.flatMap(({ run }) => seedOf(run) ?? []);
}
