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
export function timeline(experiment: Experiment, runs: readonly Run[]): (Timeline & { metric: string }) | undefined {
  const primary = experiment.primary[0];
  if (primary?.goal === undefined) return undefined;
  const { name, goal } = primary;
  const ranked = rankRuns(runs.filter(isRankable), primary, experiment.metricSettings);
  const valueById = new Map(ranked.map(({ run, figure }) => [run.id, figure.value]));
  const valued = runs.flatMap((run) => {
    const value = valueById.get(run.id);
    return value === undefined ? [] : [{ run, value }];
  });
  return valued.length < 2 ? undefined : { metric: name, ...followRecords(valued, goal) };
}

/** Follows the best of some values over the times at which their runs began, as {@link timeline} does. */
export function followRecords(valued: readonly { run: Run; value: number }[], goal: Goal): Timeline {
  const withValue = valued.map(({ run }) => run);
  const isTimed = withValue.some(({ startedAtMs }) => startedAtMs !== undefined);
  const placed = isTimed ? valued.filter(({ run: { startedAtMs } }) => startedAtMs !== undefined) : valued;
  const inOrder = placed
    .map(({ run, value }, index) => ({ run, x: isTimed ? (run.startedAtMs ?? 0) : index + 1, value }))
    .sort((a, b) => a.x - b.x || (goal === 'min' ? a.value - b.value : b.value - a.value));
  return {
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
