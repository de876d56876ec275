import { type GroupFigures, groupFigures } from '../../series/group-figures.ts';
import type { Experiment } from '../../store/experiment.ts';
import { goalOf } from '../../store/metric-goal.ts';
import type { Run } from '../../store/run.ts';

/** A metric that no run logged more than once. */
export interface SingleMetric {
  name: string;
  /** Over the runs with a finite value. */
  figures: GroupFigures | undefined;
  /** Undefined where nobody knows which way is better. */
  best: { run: Run; value: number } | undefined;
}

/** Sums up one metric over runs by its last value. */
export function singleMetric(experiment: Experiment, runs: readonly Run[], name: string): SingleMetric {
  const goal = goalOf(experiment, name);
  const values = runs.flatMap((run) => {
    const value = run.metrics.get(name)?.last;
    return value === undefined || !Number.isFinite(value) ? [] : [{ run, value }];
  });
  const best =
    goal === undefined || values.length === 0
      ? undefined
      : values.reduce((first, next) =>
          (goal === 'min' ? next.value < first.value : next.value > first.value) ? next : first,
        );
  return { name, figures: groupFigures(values.map(({ value }) => value)), best };
}
