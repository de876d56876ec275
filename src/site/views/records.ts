import type { Goal } from '../../format/experiment-settings.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import { isRankable, type RankedRun, rankRuns } from './ranked-runs.ts';

/** A run that was better than all that began before it. */
export interface RunRecord {
  run: Run;
  value: number;
  /** Its place: a time in milliseconds, or its number in the natural order. */
  x: number;
  /** When it began; undefined where runs stand in their natural order. */
  timeMs: number | undefined;
  /** By how much it is better than the record before; undefined for the first. Never negative. */
  gain: number | undefined;
  /** Runs that reached the very same value later, while it was the record. */
  tiedBy: Run[];
}

/** How the best value of an experiment came about, run by run. */
export interface Timeline {
  metric: string;
  goal: Goal;
  records: RunRecord[];
  /** Every run with a value and a place, in order; `x` is its time in milliseconds, or its number where there are no times. */
  points: { x: number; value: number }[];
  isTimed: boolean;
  /** Runs with a value that tell no time, where others do: they can stand nowhere. */
  untimed: Run[];
}

/**
 * Follows the best value of the primary metric over the times at which runs began. Runs that began at one moment count
 * together: the best of them stands. Where no run tells a time the natural order takes its place. Undefined without a primary
 * metric with a goal or with fewer than two runs that have a value.
 */
export function timeline(experiment: Experiment, runs: readonly Run[]): Timeline | undefined {
  const primary = experiment.primary[0];
  if (primary?.goal === undefined) return undefined;
  const { name, goal } = primary;
  const ranked = rankRuns(runs.filter(isRankable), primary, experiment.metricSettings);
  const valueById = new Map(ranked.map(({ run, figure }) => [run.id, figure.value]));
  const withValue = runs.filter(({ id }) => valueById.has(id));
  if (withValue.length < 2) return undefined;
  const isTimed = withValue.some(({ startedAtMs }) => startedAtMs !== undefined);
  const placed = isTimed ? withValue.filter(({ startedAtMs }) => startedAtMs !== undefined) : withValue;
  const inOrder = placed
    .map((run, index) => ({ run, x: isTimed ? (run.startedAtMs ?? 0) : index + 1, value: valueById.get(run.id) ?? 0 }))
    .sort((a, b) => a.x - b.x || (goal === 'min' ? a.value - b.value : b.value - a.value));
  return {
    metric: name,
    goal,
    records: findRecords(inOrder, goal, isTimed),
    points: inOrder.map(({ x, value }) => ({ x, value })),
    isTimed,
    untimed: isTimed ? withValue.filter(({ startedAtMs }) => startedAtMs === undefined) : [],
  };
}

function findRecords(
  inOrder: readonly { run: RankedRun['run']; x: number; value: number }[],
  goal: Goal,
  isTimed: boolean,
): RunRecord[] {
  const records: RunRecord[] = [];
  for (const { run, x, value } of inOrder) {
    const last = records.at(-1);
    const gain = last === undefined ? undefined : goal === 'min' ? last.value - value : value - last.value;
    if (last !== undefined && gain === 0) last.tiedBy.push(run);
    else if (gain === undefined || gain > 0)
      records.push({ run, value, x, timeMs: isTimed ? x : undefined, gain, tiedBy: [] });
  }
  return records;
}
