import type { ExperimentRunsPayload, PayloadMetric, PayloadRunInput } from '../payload/experiment-runs.ts';
import { encodeExperimentRuns, encodeMoreRuns, runsPerFile } from '../payload/experiment-runs.ts';
import type { Experiment } from '../store/experiment.ts';
import { goalOf } from '../store/metric-goal.ts';
import type { Run } from '../store/run.ts';
import { seedOf } from '../store/seed-of.ts';
import type { Store } from '../store/store.ts';
import { dashboard, runsInOrder } from './views/dashboard.ts';
import { savedViews } from './views/saved-views.ts';
import { duplicateRuns } from './views/seed-groups.ts';

/** Addresses of a run's and of a metric's file, without the base; undefined where there is none. */
interface DataUrls {
  runUrl: (runId: string) => string | undefined;
  metricUrl: (metric: string) => string | undefined;
}

/**
 * Gives what tables need of an experiment's runs, in the order of its run table. Metrics that nobody declared are listed
 * too, with the goal that their name tells.
 */
export function experimentRunsPayload(
  store: Store,
  experiment: Experiment,
  { runUrl, metricUrl }: DataUrls,
): ExperimentRunsPayload<PayloadRunInput> {
  const view = dashboard(store, experiment);
  const runs = runsInOrder(view);
  const duplicates = duplicateRuns([...view.runs, ...view.archivedRuns]);
  return {
    experiment: experiment.id,
    title: experiment.title,
    owner: experiment.settings.owner,
    archived: experiment.archived,
    baseline: view.baseline?.id,
    best: view.best?.run.id,
    metrics: payloadMetrics(experiment, runs, metricUrl),
    paramColumns: view.paramKeys,
    groupBy: experiment.settings.group_by ?? [],
    views: savedViews(experiment).map(({ name, query }) => ({ name, query })),
    runsInAll: runs.length,
    moreUrls: [],
    runs: runs.map((run) => payloadRun(run, { seriesUrl: runUrl(run.id), duplicateOf: duplicates.get(run.id) })),
  };
}

function payloadRun(run: Run, own: Pick<PayloadRunInput, 'seriesUrl' | 'duplicateOf'>): PayloadRunInput {
  return {
    id: run.id,
    name: run.name,
    state: run.state,
    startedAtMs: run.startedAtMs,
    endedAtMs: run.endedAtMs,
    lastRecordMs: run.lastRecordMs,
    durationMs: run.durationMs,
    diverged: run.diverged,
    archived: run.archived,
    tags: run.tags,
    seed: seedOf(run),
    group: run.group,
    job: run.job,
    host: run.host,
    user: run.user,
    commit: run.git?.commit ?? undefined,
    branch: run.git?.branch ?? undefined,
    parent: run.parent,
    resumes: run.resumes,
    edits: run.edits.length,
    artifacts: run.artifacts.length,
    records: run.recordCount,
    params: run.params,
    metrics: run.metrics,
    ...own,
  };
}

/** Writes a payload as one file, or as several of `runsPerFile` runs; gives what `write` gave for the first. */
export async function writeExperimentRuns<Written extends { url: string }>(
  payload: ExperimentRunsPayload<PayloadRunInput>,
  write: (name: string, text: string) => Promise<Written>,
): Promise<Written> {
  const moreUrls: string[] = [];
  for (let from = runsPerFile; from < payload.runs.length; from += runsPerFile) {
    const text = encodeMoreRuns(payload.experiment, payload.runs.slice(from, from + runsPerFile));
    moreUrls.push((await write(`_runs.${from / runsPerFile}`, text)).url);
  }
  return write('_runs.0', encodeExperimentRuns({ ...payload, moreUrls, runs: payload.runs.slice(0, runsPerFile) }));
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
