import type { PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import type { RunStatus } from '../series/run-status.ts';
import { isSeedKey } from '../series/seed-key.ts';
import { experimentOfRun } from './compare-data.ts';
import { paramDiff, showParam } from './param-diff.ts';
import { isRankable, standingValue } from './verdict.ts';

/** Runs that are the same but for their seeds. */
export interface SeedGroup {
  /** `lr=0.1, width=64`. */
  name: string;
  /** Those that count: not failed, killed, crashed, running, diverged or archived. */
  runs: PayloadRun[];
  leftOut: PayloadRun[];
}

/** Facts beside params that groups can be formed by. A param of such a name stands before the fact. */
const groupFacts = ['experiment', 'group'] as const;

/**
 * The names that groups are formed by when nobody says: what the experiments declare, as far as a run has it, else the params that
 * differ, seeds left out; where runs are of several experiments and nothing is declared, their experiment.
 */
export function usualGroupKeys(runs: readonly PayloadRun[], declared: readonly string[]): string[] {
  const known = declared.filter((key) => runs.some(({ params }) => params.has(key)));
  if (known.length > 0) return known;
  if (new Set(runs.map(({ id }) => experimentOfRun(id))).size > 1) return ['experiment'];
  return differingParams(runs);
}

/** What groups can be formed by. */
export function groupKeys(runs: readonly PayloadRun[]): string[] {
  const facts = groupFacts.filter((fact) => new Set(runs.map((run) => factOf(run, fact))).size > 1);
  return [...new Set([...facts, ...differingParams(runs)])];
}

function differingParams(runs: readonly PayloadRun[]): string[] {
  return paramDiff(runs)
    .filter(({ name, isDifferent }) => isDifferent && !isSeedKey(name) && runs.some(({ params }) => params.has(name)))
    .map(({ name }) => name);
}

function factOf(run: PayloadRun, fact: (typeof groupFacts)[number]): string | undefined {
  return fact === 'experiment' ? experimentOfRun(run.id) : run.group;
}

/** The value of a key, as a person reads it; undefined where the run has none. */
export function groupValue(run: PayloadRun, key: string): string | undefined {
  const json = run.params.get(key);
  if (json !== undefined) return showParam(json);
  const fact = groupFacts.find((known) => known === key);
  return fact === undefined ? undefined : factOf(run, fact);
}

/** Parts runs into groups by the values of the keys, by first appearance. Half a run is no value of its group. */
export function seedGroups(
  runs: readonly PayloadRun[],
  keys: readonly string[],
  statusOf: (run: PayloadRun) => RunStatus,
): SeedGroup[] {
  const groups = new Map<string, SeedGroup>();
  for (const run of runs) {
    const labels = keys.map((key) => groupValue(run, key));
    const key = JSON.stringify(labels.map((label) => label ?? null));
    const name = keys.map((own, i) => `${own}=${labels[i] ?? 'none'}`).join(', ');
    const group = groups.get(key) ?? { name, runs: [], leftOut: [] };
    groups.set(key, group);
    const status = statusOf(run);
    (isRankable(run) && status !== 'running' && status !== 'crashed' ? group.runs : group.leftOut).push(run);
  }
  return [...groups.values()];
}

/** The value of a metric in each run of a group that has it: non-finite ones too. */
export function seedValues({ runs }: SeedGroup, metric: PayloadMetric): number[] {
  return runs.flatMap((run) => standingValue(run.metrics.get(metric.name), metric) ?? []);
}
