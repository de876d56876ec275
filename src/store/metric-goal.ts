import type { Goal } from '../format/experiment-settings.ts';
import { guessGoal } from '../series/primary-metric.ts';
import type { Experiment } from './experiment.ts';

/** Which way is better for a metric: as its experiment says, else by the words in its name, else undefined. */
export function goalOf(experiment: Experiment | undefined, metric: string): Goal | undefined {
  const primary = experiment?.primary.find(({ name }) => name === metric);
  return primary?.goal ?? guessGoal(metric, experiment?.metricSettings.get(metric));
}
