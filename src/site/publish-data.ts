import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  decodeMetricSeries,
  encodeMetricSeries,
  encodeMetricTimes,
  metricSeriesColumns,
} from '../payload/metric-series.ts';
import { encodeRunFacts } from '../payload/run-facts.ts';
import { encodeRunParts } from '../payload/run-parts.ts';
import { decodeRunSeries, encodeRunSeries, runSeriesColumns } from '../payload/run-series.ts';
import { encodeSiteIndex } from '../payload/site-index.ts';
import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import type { Experiment } from '../store/experiment.ts';
import type { Run } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { experimentRunsPayload, writeExperimentRuns } from './experiment-runs-payload.ts';
import { runFactsOf, runPartsOf } from './run-details.ts';
import type { SiteData } from './site-data.ts';
import { encodePath, slug } from './urls.ts';
import { runsOf } from './views/ranked-runs.ts';

/** Addresses and places of what was published. */
interface Published {
  /** Path below the site's folder, as a file. */
  path: string;
  /** The same as an address without the base. */
  url: string;
}

/** A series that stands in one metric's file. */
interface MetricLine {
  runId: string;
  label: string;
  series: Series;
  startedAtMs: number | undefined;
  fineUrl: string | undefined;
}

/**
 * Reads every run's log once more for its points and writes what charts load: a file a run, one more for each of its
 * metrics that has more points than that holds, a file a metric of each experiment and its times beside it, the summaries and the facts of each experiment's runs, and the index of them all;
 * beside them a file a run of what it printed, made and logged in tables. Names carry a hash of the content.
 *
 * Memory holds the points of one run and the overviews of one experiment at a time. A run whose log cannot be read again
 * is left out and says why through `runFault`.
 */
export async function publishData(
  store: Store,
  { outDir, base, onRun }: { outDir: string; base: string; onRun?: (done: number) => void },
): Promise<SiteData> {
  const runs = new Map<string, Published>();
  const faults = new Map<string, string>();
  const metrics = new Map<string, Map<string, Published>>();
  const summaries = new Map<string, Published>();
  let done = 0;

  for (const experiment of store.experiments.values()) {
    const overviews = new Map<string, MetricLine[]>(); // metric → its line in each run
    const members = runsOf(store, experiment);
    const columns = metricSeriesColumns(members.length);
    for (const run of members) {
      try {
        const series = await store.readSeries(run.id);
        const { startedAtMs } = run;
        const fineUrls = await publishFine(outDir, run, series);
        const text = encodeRunSeries({ runId: run.id, startedAtMs, fineUrls, ...series });
        const published = await publish(outDir, `data/r/${run.id}`, text);
        runs.set(run.id, published);
        keepOverviews(overviews, run, series.metrics, {
          columns,
          fineUrl: (metric) => fineUrls.get(metric) ?? published.url,
        });
      } catch (error) {
        faults.set(run.id, error instanceof Error ? error.message : String(error));
      }
      done += 1;
      onRun?.(done);
    }
    metrics.set(experiment.id, await publishMetrics(outDir, experiment, overviews, members.length));
    const payload = {
      ...experimentRunsPayload(store, experiment, {
        runUrl: (id) => runs.get(id)?.url,
        metricUrl: (metric) => metrics.get(experiment.id)?.get(metric)?.url,
      }),
      factsUrl: await publishFacts(store, outDir, experiment, members),
    };
    summaries.set(
      experiment.id,
      await writeExperimentRuns(payload, (name, text) => publish(outDir, `data/e/${experiment.id}/${name}`, text)),
    );
  }

  const index = encodeSiteIndex({
    experiments: [...store.experiments.values()].map(({ id, title, archived, runIds }) => ({
      id,
      title,
      archived,
      runsUrl: summaries.get(id)?.url ?? '',
      runIds,
    })),
  });
  const indexFile = await publish(outDir, 'data/index', index);

  const address = (file: Published | undefined) => (file === undefined ? undefined : `${base}${file.url}`);
  const read = (path: string) => readFile(join(outDir, path), 'utf8');
  return {
    indexUrl: address(indexFile),
    runUrl: (runId) => address(runs.get(runId)),
    metricUrl: (experimentId, metric) => address(metrics.get(experimentId)?.get(metric)),
    runsUrl: (experimentId) => address(summaries.get(experimentId)),
    runFault: (runId) => faults.get(runId),
    readRun: async (runId) => {
      const file = runs.get(runId);
      return file === undefined ? { metrics: new Map(), system: new Map() } : decodeRunSeries(await read(file.path));
    },
    readMetric: async (experimentId, metric) => {
      const file = metrics.get(experimentId)?.get(metric);
      if (file === undefined) return new Map();
      return new Map(decodeMetricSeries(await read(file.path)).runs.map(({ runId, series }) => [runId, series]));
    },
  };
}

function keepOverviews(
  overviews: Map<string, MetricLine[]>,
  run: Run,
  metrics: ReadonlyMap<string, Series>,
  { columns, fineUrl }: { columns: number; fineUrl: (metric: string) => string },
): void {
  for (const [metric, full] of metrics) {
    const line = {
      runId: run.id,
      label: run.name,
      series: reduceSeries(full, columns),
      startedAtMs: run.startedAtMs,
      fineUrl: fineUrl(metric),
    };
    const lines = overviews.get(metric);
    if (lines === undefined) overviews.set(metric, [line]);
    else lines.push(line);
  }
}

/** A file for each metric and reading of a run whose points do not all stand in the run's own file: those that zooming in loads. */
async function publishFine(
  outDir: string,
  run: Run,
  { metrics, system }: Awaited<ReturnType<Store['readSeries']>>,
): Promise<Map<string, string>> {
  const urls = new Map<string, string>();
  for (const [name, series] of [...metrics, ...system]) {
    if (urls.has(name) || reduceSeries(series, runSeriesColumns) === series) continue;
    const one = { runId: run.id, startedAtMs: run.startedAtMs, metrics: new Map([[name, series]]), system: new Map() };
    const text = encodeRunSeries(one, { columns: Number.POSITIVE_INFINITY });
    urls.set(name, (await publish(outDir, `data/f/${run.id}/${slug(name)}`, text)).url);
  }
  return urls;
}

async function publishMetrics(
  outDir: string,
  experiment: Experiment,
  overviews: ReadonlyMap<string, MetricLine[]>,
  runsInAll: number,
): Promise<Map<string, Published>> {
  const published = new Map<string, Published>();
  for (const [metric, runs] of overviews) {
    const path = `data/e/${experiment.id}/${slug(metric)}`;
    const times = encodeMetricTimes(metric, runs);
    const timesUrl = times === undefined ? undefined : (await publish(outDir, `${path}.times`, times)).url;
    const text = encodeMetricSeries({ experiment: experiment.id, metric, runsInAll, runs, timesUrl });
    published.set(metric, await publish(outDir, path, text));
  }
  return published;
}

/** A file of what the runs of an experiment ran on, and one for each run that printed, made or logged more than metrics. */
async function publishFacts(
  store: Store,
  outDir: string,
  experiment: Experiment,
  members: readonly Run[],
): Promise<string | undefined> {
  if (members.length === 0) return undefined;
  const facts = [];
  for (const run of members) {
    const parts = runPartsOf(run);
    const url = parts && (await publish(outDir, `data/d/${run.id}`, encodeRunParts(parts))).url;
    facts.push(runFactsOf(store, run, url));
  }
  return (await publish(outDir, `data/e/${experiment.id}/_facts`, encodeRunFacts(experiment.id, facts))).url;
}

/** Writes `text` to `stem.HASH.json` below `outDir`. */
async function publish(outDir: string, stem: string, text: string): Promise<Published> {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  const path = `${stem}.${hash}.json`;
  const file = join(outDir, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return { path, url: encodePath(path) };
}
