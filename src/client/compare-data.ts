import type { PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import { decodeExperimentRuns, decodeMoreRuns } from '../payload/experiment-runs.ts';
import type { SiteIndexPayload } from '../payload/site-index.ts';
import { decodeSiteIndex } from '../payload/site-index.ts';
import { FetchFault, fetchText } from './fetch-text.ts';

/** Everything known of the runs to compare. */
export interface CompareData {
  /** Those found, in the order asked for. */
  runs: PayloadRun[];
  /** Ids that no experiment has. */
  unknown: string[];
  /** Runs that exist but whose experiment's file did not come. */
  failed: { runId: string; reason: string }[];
  /** What is declared, by metric name; the first experiment's word stands, a goal that they disagree on is nobody's. */
  metrics: Map<string, PayloadMetric>;
  /** Address of each experiment's file of a metric: `experiment\0metric`. */
  metricUrls: Map<string, string>;
  /** Declared baselines of the experiments, by id. */
  baselines: Set<string>;
}

/** Loads the index of the site. Rejects with a `FetchFault`. */
export async function loadIndex(url: string): Promise<SiteIndexPayload> {
  return readPayload(await fetchText(url), decodeSiteIndex);
}

/** Loads what is known of the runs: one file an experiment, six at a time. Never rejects: what did not come is in `failed`. */
export async function loadRuns(runIds: readonly string[], index: SiteIndexPayload, base: string): Promise<CompareData> {
  const experimentOf = new Map<string, SiteIndexPayload['experiments'][number]>();
  for (const experiment of index.experiments)
    for (const runId of experiment.runIds) experimentOf.set(runId, experiment);

  const data: CompareData = {
    runs: [],
    unknown: runIds.filter((runId) => !experimentOf.has(runId)),
    failed: [],
    metrics: new Map(),
    metricUrls: new Map(),
    baselines: new Set(),
  };
  const wanted = new Set(
    runIds.map((runId) => experimentOf.get(runId)).filter((experiment) => experiment !== undefined),
  );
  const found = new Map<string, PayloadRun>();
  const reasons = new Map<string, string>(); // experiment → why its file did not come
  await Promise.all(
    [...wanted].map(async ({ id, runsUrl }) => {
      try {
        const payload = readPayload(await fetchText(base + runsUrl), decodeExperimentRuns);
        for (const run of payload.runs) found.set(run.id, run);
        const isMissing = (runId: string) => !found.has(runId) && experimentOf.get(runId)?.id === id;
        for (const url of payload.moreUrls) {
          if (!runIds.some(isMissing)) break;
          for (const run of readPayload(await fetchText(base + url), decodeMoreRuns)) found.set(run.id, run);
        }
        for (const metric of payload.metrics) {
          declare(data.metrics, metric);
          if (metric.seriesUrl !== undefined) data.metricUrls.set(`${id}\0${metric.name}`, base + metric.seriesUrl);
        }
        if (payload.baseline !== undefined) data.baselines.add(payload.baseline);
      } catch (error) {
        reasons.set(id, error instanceof FetchFault ? error.reason : 'not readable');
      }
    }),
  );
  for (const runId of runIds) {
    const run = found.get(runId);
    const experiment = experimentOf.get(runId);
    if (run !== undefined) data.runs.push(run);
    else if (experiment !== undefined) {
      data.failed.push({ runId, reason: reasons.get(experiment.id) ?? 'not in the data file' });
    }
  }
  return data;
}

function declare(metrics: Map<string, PayloadMetric>, metric: PayloadMetric): void {
  const known = metrics.get(metric.name);
  if (known === undefined) metrics.set(metric.name, { ...metric });
  else if (known.goal !== metric.goal) delete known.goal;
}

/** Decodes; what is not the payload is a fault like any other, in words for the person. */
function readPayload<T>(text: string, decode: (text: string) => T): T {
  try {
    return decode(text);
  } catch (cause) {
    throw new FetchFault('not a data file', { cause });
  }
}
