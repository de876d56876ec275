import { isSeedKey } from '../../../series/seed-key.ts';
import { namesOf, type RunEntry, standingValue } from '../../../store/run-entry.ts';
import type { RunField } from '../../../store/run-field.ts';
import { groupLabels } from '../../../store/view-baseline.ts';
import { differingParams } from '../param-differences.ts';
import { isRankable } from '../ranked-runs.ts';

/** Runs that are the same but for their seeds. */
export interface SeedRuns {
  /** The value of each key, as text; undefined where the runs have none. */
  labels: (string | undefined)[];
  /** Those that count: not failed, killed, crashed, running, diverged or archived. */
  runs: RunEntry[];
  leftOut: RunEntry[];
}

/** The params that groups are formed by when nobody says: `group_by` of the experiments, else those that differ, seeds left out. */
export function usualGroupKeys(runs: readonly RunEntry[]): string[] {
  const { params } = namesOf(runs);
  const declared = [...new Set(runs.flatMap(({ experiment }) => experiment.settings.group_by ?? []))];
  if (declared.length > 0) return declared.filter((key) => params.has(key));
  return differingParams(runs.map(({ run }) => run)).filter((key) => !isSeedKey(key));
}

/** The primary metrics of the runs' experiments that any of the runs has. */
export function primaryMetrics(runs: readonly RunEntry[]): string[] {
  const { metrics } = namesOf(runs);
  const primary = new Set(runs.flatMap(({ experiment }) => experiment.primary.map(({ name }) => name)));
  return [...primary].filter((name) => metrics.has(name));
}

/** Parts runs into groups by the values of the columns, by first appearance. */
export function groupRuns(runs: readonly RunEntry[], columns: readonly Pick<RunField, 'read'>[]): SeedRuns[] {
  const groups = new Map<string, SeedRuns>();
  for (const own of runs) {
    const labels = groupLabels(own, columns);
    const key = JSON.stringify(labels.map((label) => label ?? null));
    const group = groups.get(key) ?? { labels, runs: [], leftOut: [] };
    groups.set(key, group);
    (isRankable(own.run) && hasEnded(own) ? group.runs : group.leftOut).push(own);
  }
  return [...groups.values()];
}

/** Half a run is no value of its group; a run that tells no times, as those of a YAML file, counts as ended. */
function hasEnded({ status }: RunEntry): boolean {
  return status !== 'running' && status !== 'crashed';
}

/** A group in a few words: `lr=0.1, width=64`. */
export function groupName({ labels }: Pick<SeedRuns, 'labels'>, columns: readonly { head: string }[]): string {
  return columns.map(({ head }, i) => `${head}=${labels[i] ?? 'none'}`).join(', ');
}

/** The value of a metric in each run of a group that has it: non-finite ones too. */
export function groupValues({ runs }: Pick<SeedRuns, 'runs'>, metric: string): number[] {
  return runs.flatMap((own) => standingValue(own, metric) ?? []);
}
