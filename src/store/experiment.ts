import type { ExperimentSettings, MetricSettings } from '../format/experiment-settings.ts';
import type { PrimaryMetric } from '../series/primary-metric.ts';

export type { PrimaryMetric };

/** One experiment: its settings, and what follows from its runs. */
export interface Experiment {
  /** Its path below `experiments/`; may nest. */
  id: string;
  title: string;
  settings: ExperimentSettings;
  /** Path of `experiment.yaml` from the root, or undefined. */
  settingsPath: string | undefined;
  /** Declared settings of each metric, the site's own merged under the experiment's. */
  metricSettings: Map<string, MetricSettings>;
  /** Text of `README.md`, or undefined. */
  readme: string | undefined;
  archived: boolean;
  /** Ids of its runs, in natural order. */
  runIds: string[];
  /** The first is the one ranked by. Empty when no metric suits. */
  primary: PrimaryMetric[];
  /** The run that ranks first by the first primary metric, or undefined. Archived, failed, killed and diverged runs are left out. */
  bestRunId: string | undefined;
  /** Latest time in any of its runs. */
  lastActivityMs: number | undefined;
}
