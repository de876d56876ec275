import type { JsonValue } from '../../format/scalars.ts';
import type { Experiment } from '../../store/experiment.ts';
import { goalOf } from '../../store/metric-goal.ts';
import type { Run } from '../../store/run.ts';
import { type MetricFigure, rankedFigure, summaryFigure } from './metric-values.ts';

/** One run in a table. */
export interface RunRow {
  run: Run;
  /** Values of the table's param columns, undefined where the run has no such param. */
  params: (JsonValue | undefined)[];
  /** Figures of the table's metric columns, undefined where the run has no such metric. */
  metrics: (MetricCell | undefined)[];
  isBest: boolean;
  isBaseline: boolean;
  duplicateOf: string | undefined;
}

/** What a run is ranked by, else what stands for the metric; and the last value where that is another. */
export interface MetricCell {
  figure: MetricFigure;
  last: number | undefined;
}

/** Gives the cells of one run. */
export function runRow(
  run: Run,
  {
    experiment,
    paramKeys,
    metricNames,
    bestRunId,
    baselineId,
    duplicates,
  }: {
    experiment: Experiment | undefined;
    paramKeys: readonly string[];
    metricNames: readonly string[];
    bestRunId?: string | undefined;
    baselineId?: string | undefined;
    duplicates?: ReadonlyMap<string, string>;
  },
): RunRow {
  return {
    run,
    params: paramKeys.map((key) => run.params.get(key)),
    metrics: metricNames.map((name) => metricCell(run, name, experiment)),
    isBest: run.id === bestRunId,
    isBaseline: run.id === baselineId,
    duplicateOf: duplicates?.get(run.id),
  };
}

function metricCell(run: Run, name: string, experiment: Experiment | undefined): MetricCell | undefined {
  const summary = run.metrics.get(name);
  if (summary === undefined) return undefined;
  const settings = experiment?.metricSettings.get(name);
  const goal = goalOf(experiment, name);
  const figure = rankedFigure(summary, settings, goal) ?? summaryFigure(summary, settings?.summary, goal);
  return { figure, last: Object.is(summary.last, figure.value) ? undefined : summary.last };
}
