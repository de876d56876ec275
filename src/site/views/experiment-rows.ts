import type { Experiment, PrimaryMetric } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { firstLine } from '../markdown.ts';
import type { MetricFigure } from './metric-values.ts';
import { isRankable, rankRuns, runsOf } from './ranked-runs.ts';
import { countStates, type StateCount } from './state-counts.ts';

/** One experiment in a list. */
export interface ExperimentRow {
  id: string;
  title: string;
  /** One line that says what it asks, from its hypothesis, description or README. */
  goalLine: string | undefined;
  tags: string[];
  status: string | undefined;
  archived: boolean;
  runCount: number;
  states: StateCount[];
  primary: PrimaryMetric | undefined;
  metricLabel: string | undefined;
  unit: string | undefined;
  best: { run: Run; figure: MetricFigure } | undefined;
  /** Best value so far over its runs by time of start; at most 60 points, fewer than two when there is no story. */
  bestSoFar: number[];
  lastActivityMs: number | undefined;
}

/** Gives a row for each experiment, latest activity first; experiments without a time come last, by id. */
export function experimentRows(store: Store): ExperimentRow[] {
  const rows = [...store.experiments.values()].map((experiment) => experimentRow(store, experiment));
  return rows.sort(
    (a, b) =>
      (b.lastActivityMs ?? Number.NEGATIVE_INFINITY) - (a.lastActivityMs ?? Number.NEGATIVE_INFINITY) || // NaN is falsy
      (a.id < b.id ? -1 : 1),
  );
}

/** Gives the row of one experiment. */
export function experimentRow(store: Store, experiment: Experiment): ExperimentRow {
  const runs = runsOf(store, experiment).filter((run) => !run.archived || experiment.archived);
  const primary = experiment.primary[0];
  const settings = primary && experiment.metricSettings.get(primary.name);
  const rankable = runs.filter(isRankable);
  const best = rankRuns(rankable, primary, experiment.metricSettings)[0];
  const { hypothesis, conclusion, description } = experiment.settings;
  return {
    id: experiment.id,
    title: experiment.title,
    goalLine: firstLine(conclusion ?? hypothesis ?? description ?? experiment.readme),
    tags: experiment.settings.tags ?? [],
    status: experiment.settings.status,
    archived: experiment.archived,
    runCount: runs.length,
    states: countStates(runs),
    primary,
    metricLabel: primary && (settings?.label ?? primary.name),
    unit: settings?.unit,
    best,
    bestSoFar: bestSoFar(rankable, primary, experiment),
    lastActivityMs: experiment.lastActivityMs,
  };
}

function bestSoFar(runs: readonly Run[], primary: PrimaryMetric | undefined, experiment: Experiment): number[] {
  const ranked = rankRuns(runs, primary, experiment.metricSettings);
  const byStart = ranked.sort(
    (a, b) => (a.run.startedAtMs ?? 0) - (b.run.startedAtMs ?? 0) || (a.run.id < b.run.id ? -1 : 1),
  );
  const values: number[] = [];
  for (const { figure } of byStart) {
    const previous = values.at(-1) ?? figure.value;
    values.push(primary?.goal === 'min' ? Math.min(previous, figure.value) : Math.max(previous, figure.value));
  }
  if (values.length <= 60) return values;
  return Array.from({ length: 60 }, (_, place) => values[Math.round((place * (values.length - 1)) / 59)] ?? 0);
}
