import type { ExperimentSettings, Goal, MetricSettings, SummaryRule } from '../format/experiment-settings.ts';

/** The metric that an experiment is ranked by. */
export interface PrimaryMetric {
  name: string;
  /** Undefined where neither declared nor guessable: then nothing is called best. */
  goal: Goal | undefined;
  /** True where the metric or its goal was not declared but guessed from its name. */
  guessed: boolean;
}

export interface Experiment {
  /** Its path below `experiments/`; may nest. */
  id: string;
  title: string;
  settings: ExperimentSettings;
  /** Declared settings of each metric, the site's own merged under the experiment's. */
  metricSettings: Map<string, MetricSettings>;
  /** Text of `README.md`, or undefined. */
  readme: string | undefined;
  archived: boolean;
  /** Ids of its runs, in natural order. */
  runIds: string[];
  /** The first is the one ranked by. Empty when no metric suits. */
  primary: PrimaryMetric[];
  /** The run that ranks first by the first primary metric, or undefined. */
  bestRunId: string | undefined;
  /** Latest time in any of its runs. */
  lastActivityMs: number | undefined;
}

export type { SummaryRule };
