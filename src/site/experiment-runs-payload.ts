import type { ExperimentRunsPayload, PayloadMetric, PayloadRunInput } from '../payload/experiment-runs.ts';
import type { Experiment } from '../store/experiment.ts';
import type { Run } from '../store/run.ts';
import { seedOf } from './views/seed-groups.ts';

/**
 * Gives what tables need of an experiment's runs. `seriesUrl` names a run's file without the base, undefined where the
 * run has none.
 */
export function experimentRunsPayload(
  experiment: Experiment,
  runs: readonly Run[],
  seriesUrl: (runId: string) => string | undefined,
): ExperimentRunsPayload<PayloadRunInput> {
  const { baseline } = experiment.settings;
  const baselineId = baseline === undefined ? undefined : [`${experiment.id}/${baseline}`, baseline];
  return {
    experiment: experiment.id,
    title: experiment.title,
    baseline: runs.find(({ id }) => baselineId?.includes(id))?.id,
    metrics: payloadMetrics(experiment),
    runs: runs.map((run) => ({
      id: run.id,
      name: run.name,
      state: run.state,
      lastRecordMs: run.lastRecordMs,
      startedAtMs: run.startedAtMs,
      durationMs: run.durationMs,
      diverged: run.diverged,
      archived: run.archived,
      tags: run.tags,
      seed: seedOf(run),
      group: run.group,
      commit: run.git?.commit,
      seriesUrl: seriesUrl(run.id),
      params: run.params,
      metrics: run.metrics,
    })),
  };
}

function payloadMetrics(experiment: Experiment): PayloadMetric[] {
  const names = new Set([...experiment.primary.map(({ name }) => name), ...experiment.metricSettings.keys()]);
  return [...names].map((name) => {
    const settings = experiment.metricSettings.get(name);
    const primary = experiment.primary.find((metric) => metric.name === name);
    const metric: PayloadMetric = { name };
    const goal = primary?.goal ?? settings?.goal;
    if (settings?.label !== undefined) metric.label = settings.label;
    if (settings?.unit !== undefined) metric.unit = settings.unit;
    if (goal !== undefined) metric.goal = goal;
    if (settings?.summary !== undefined) metric.summary = settings.summary;
    if (primary !== undefined) metric.primary = true;
    return metric;
  });
}
