import type { MetricSettings } from '../../format/experiment-settings.ts';
import type { Experiment, PrimaryMetric } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { type MetricFigure, rankedFigure } from './metric-values.ts';

/** A run with the value that ranks it. */
export interface RankedRun {
  run: Run;
  figure: MetricFigure;
}

/** The runs of an experiment in natural order; archived ones too. */
export function runsOf(store: Store, experiment: Experiment): Run[] {
  return experiment.runIds.flatMap((id) => store.runs.get(id) ?? []);
}

/** True for a run whose value may stand in a ranking: not archived, failed, killed or diverged. */
export function isRankable(run: Run): boolean {
  return !run.archived && run.state !== 'failed' && run.state !== 'killed' && run.diverged === undefined;
}

/** What a leaderboard says about the runs it leaves out. */
export const rankableRule = 'failed, killed, diverged and archived runs left out';

/**
 * Sorts runs by a metric, best first; runs without a finite value are left out, equal values keep their order. Empty
 * when the metric has no goal.
 */
export function rankRuns(
  runs: readonly Run[],
  primary: PrimaryMetric | undefined,
  settings: ReadonlyMap<string, MetricSettings>,
): RankedRun[] {
  if (primary?.goal === undefined) return [];
  const { name, goal } = primary;
  const ranked = runs.flatMap((run) => {
    const summary = run.metrics.get(name);
    const figure = summary && rankedFigure(summary, settings.get(name), goal);
    return figure === undefined ? [] : [{ run, figure }];
  });
  const sign = goal === 'min' ? 1 : -1;
  return ranked.sort((a, b) => sign * (a.figure.value - b.figure.value));
}

/** The baseline that `experiment.yaml` names, by its short or its full id; undefined when there is no such run. */
export function maybeBaseline(store: Store, experiment: Experiment): Run | undefined {
  const name = experiment.settings.baseline;
  if (name === undefined) return undefined;
  const run = store.runs.get(`${experiment.id}/${name}`) ?? store.runs.get(name);
  return run?.experiment === experiment.id ? run : undefined;
}
