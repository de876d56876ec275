import type { ExperimentRunsPayload, PayloadMetric, PayloadRunInput } from '../payload/experiment-runs.ts';
import type { Experiment } from '../store/experiment.ts';
import type { Run } from '../store/run.ts';
import { goalOf } from './views/metric-goal.ts';
import { seedOf } from './views/seed-groups.ts';

/**
 * Gives what tables need of an experiment's runs. The addresses are those of a run's and of a metric's file, without the
 * base, undefined where there is none. Metrics that nobody declared are listed too, with the goal that their name tells.
 */
export function experimentRunsPayload(
  experiment: Experiment,
  runs: readonly Run[],
  {
    runUrl,
    metricUrl,
  }: { runUrl: (runId: string) => string | undefined; metricUrl: (metric: string) => string | undefined },
): ExperimentRunsPayload<PayloadRunInput> {
  const { baseline } = experiment.settings;
  const baselineId = baseline === undefined ? undefined : [`${experiment.id}/${baseline}`, baseline];
  return {
    experiment: experiment.id,
    title: experiment.title,
    baseline: runs.find(({ id }) => baselineId?.includes(id))?.id,
    metrics: payloadMetrics(experiment, runs, metricUrl),
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
      seriesUrl: runUrl(run.id),
      params: run.params,
      metrics: run.metrics,
    })),
  };
}

function payloadMetrics(
  experiment: Experiment,
  runs: readonly Run[],
  metricUrl: (metric: string) => string | undefined,
): PayloadMetric[] {
  const declared = [...experiment.primary.map(({ name }) => name), ...experiment.metricSettings.keys()];
  const names = new Set([...declared, ...runs.flatMap((run) => [...run.metrics.keys()])]);
  return [...names].map((name) => {
    const settings = experiment.metricSettings.get(name);
    const metric: PayloadMetric = { name };
    const goal = goalOf(experiment, name);
    const seriesUrl = metricUrl(name);
    if (settings?.label !== undefined) metric.label = settings.label;
    if (settings?.unit !== undefined) metric.unit = settings.unit;
    if (goal !== undefined) metric.goal = goal;
    if (settings?.summary !== undefined) metric.summary = settings.summary;
    if (experiment.primary.some((primary) => primary.name === name)) metric.primary = true;
    if (seriesUrl !== undefined) metric.seriesUrl = seriesUrl;
    return metric;
  });
}
