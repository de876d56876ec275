import type { ExperimentRunsPayload, PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import { decodeExperimentRuns, decodeMoreRuns } from '../payload/experiment-runs.ts';
import type { SiteIndexPayload } from '../payload/site-index.ts';
import { decodeSiteIndex } from '../payload/site-index.ts';
import type { FilterFault } from '../query/filter.ts';
import { chooseByRules, experimentsOfRules } from './compare-rules.ts';
import type { CompareState } from './compare-state.ts';
import { FetchFault, fetchText } from './fetch-text.ts';

/** Everything known of the runs to compare. */
export interface CompareData {
  /** Those found, in the order asked for; after them those that a view or a filter brings, by experiment, the best first. */
  runs: PayloadRun[];
  /** Those of `runs` that no id of the address names. */
  byRule: ReadonlySet<string>;
  /** Ids that no experiment has. */
  unknown: string[];
  /** What else of the choice means nothing here, as `e=digits/none`. */
  unknownRules: string[];
  /** What is wrong with the filter: then it brings no run. */
  fault: FilterFault | undefined;
  /** Archived runs that pass the filter and are left out, since it does not ask for them. */
  archivedLeftOut: number;
  /** Runs that exist but whose experiment's file did not come. */
  failed: { runId: string; reason: string }[];
  /** Experiments that the filter should look through and that did not come. */
  failedExperiments: { experiment: string; reason: string }[];
  /** What is declared, by metric name; the first experiment's word stands, a goal that they disagree on is nobody's. */
  metrics: Map<string, PayloadMetric>;
  /** Address of each experiment's file of a metric: `experiment\0metric`. */
  metricUrls: Map<string, string>;
  /** Address of each experiment's file of what its runs ran on. */
  factsUrls: Map<string, string>;
  /** Declared baselines of the experiments, by id. */
  baselines: Set<string>;
  /** Params that the experiments of the runs group by, by first appearance. */
  groupBy: string[];
}

/** What was loaded of an experiment. */
export interface LoadedExperiment {
  payload: ExperimentRunsPayload;
  /** All runs that are here by now. */
  runs: PayloadRun[];
}

/** Loads the index of the site. Rejects with a `FetchFault`. */
export async function loadIndex(url: string): Promise<SiteIndexPayload> {
  return readPayload(await fetchText(url), decodeSiteIndex);
}

/**
 * Loads what is known of the runs that a state chooses: one file an experiment, six at a time. Never rejects: what did not come is
 * in `failed`.
 */
export async function loadRuns(state: CompareState, index: SiteIndexPayload, base: string): Promise<CompareData> {
  const experimentOf = new Map<string, string>(); // run id → experiment
  for (const { id, runIds } of index.experiments) for (const runId of runIds) experimentOf.set(runId, id);
  const { whole, unknown: unknownRules } = experimentsOfRules(state, index);
  const named = new Set(state.runIds.flatMap((runId) => experimentOf.get(runId) ?? []));
  const loaded = new Map<string, LoadedExperiment>();
  const reasons = new Map<string, string>(); // experiment → why its file did not come
  await Promise.all(
    index.experiments.map(async ({ id, runsUrl }) => {
      if (!whole.has(id) && !named.has(id)) return;
      const wanted = whole.has(id) ? undefined : state.runIds.filter((runId) => experimentOf.get(runId) === id);
      try {
        loaded.set(id, await loadExperiment(base + runsUrl, base, wanted));
      } catch (error) {
        reasons.set(id, error instanceof FetchFault ? error.reason : 'not readable');
      }
    }),
  );
  const found = new Map([...loaded.values()].flatMap(({ runs }) => runs.map((run) => [run.id, run] as const)));
  // In the order of the index, whichever file came first.
  const looked = index.experiments.flatMap(({ id }): [string, LoadedExperiment][] => {
    const own = whole.has(id) ? loaded.get(id) : undefined;
    return own === undefined ? [] : [[id, own]];
  });
  const rules = await chooseByRules(state, new Map(looked));
  const data: CompareData = {
    runs: state.runIds.flatMap((runId) => found.get(runId) ?? []),
    byRule: new Set(),
    unknown: state.runIds.filter((runId) => !experimentOf.has(runId)),
    unknownRules: [...unknownRules, ...rules.unknown],
    fault: rules.fault,
    archivedLeftOut: rules.archivedLeftOut,
    failed: state.runIds.flatMap((runId) => {
      const experiment = experimentOf.get(runId);
      if (experiment === undefined || found.has(runId)) return [];
      return [{ runId, reason: reasons.get(experiment) ?? 'not in the data file' }];
    }),
    failedExperiments: [...whole].flatMap((experiment) => {
      const reason = reasons.get(experiment);
      return reason === undefined ? [] : [{ experiment, reason }];
    }),
    metrics: new Map(),
    metricUrls: new Map(),
    factsUrls: new Map(),
    baselines: new Set(),
    groupBy: [],
  };
  const asked = new Set(state.runIds);
  const leftOut = new Set(state.leftOut);
  const byRule = rules.runs.filter(({ id }) => !asked.has(id) && !leftOut.has(id));
  data.runs.push(...byRule);
  data.byRule = new Set(byRule.map(({ id }) => id));
  describe(data, loaded, base);
  return data;
}

/** Takes over what the experiments of the chosen runs declare. */
function describe(data: CompareData, loaded: ReadonlyMap<string, LoadedExperiment>, base: string): void {
  const experiments = new Set(data.runs.map(({ id }) => experimentOfRun(id)));
  const groupBy = new Set<string>();
  for (const [id, { payload }] of loaded) {
    if (!experiments.has(id)) continue;
    for (const metric of payload.metrics) {
      declare(data.metrics, metric);
      if (metric.seriesUrl !== undefined) data.metricUrls.set(`${id}\0${metric.name}`, base + metric.seriesUrl);
    }
    if (payload.baseline !== undefined) data.baselines.add(payload.baseline);
    if (payload.factsUrl !== undefined) data.factsUrls.set(id, base + payload.factsUrl);
    for (const key of payload.groupBy ?? []) groupBy.add(key);
  }
  data.groupBy = [...groupBy];
}

/** The experiment that a run's id tells. */
export function experimentOfRun(runId: string): string {
  return runId.slice(0, runId.lastIndexOf('/'));
}

/** Loads an experiment's runs: those wanted at least, or all of them. */
async function loadExperiment(
  url: string,
  base: string,
  wanted: readonly string[] | undefined,
): Promise<LoadedExperiment> {
  const payload = readPayload(await fetchText(url), decodeExperimentRuns);
  const runs = [...payload.runs];
  const loadMore = async (path: string) => readPayload(await fetchText(base + path), decodeMoreRuns);
  if (wanted === undefined) {
    for (const more of await Promise.all(payload.moreUrls.map(loadMore))) runs.push(...more);
    return { payload, runs };
  }
  const missing = new Set(wanted);
  for (const { id } of runs) missing.delete(id);
  for (const path of payload.moreUrls) {
    if (missing.size === 0) break;
    const more = await loadMore(path);
    for (const { id } of more) missing.delete(id);
    runs.push(...more);
  }
  return { payload, runs };
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
