import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeExperimentRuns } from '../payload/experiment-runs.ts';
import { decodeMetricSeries, encodeMetricSeries, metricSeriesColumns } from '../payload/metric-series.ts';
import { decodeRunSeries, encodeRunSeries } from '../payload/run-series.ts';
import { encodeSiteIndex } from '../payload/site-index.ts';
import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import type { Experiment } from '../store/experiment.ts';
import type { Run } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { experimentRunsPayload } from './experiment-runs-payload.ts';
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
type MetricLine = { runId: string; label: string; series: Series };

/**
 * Reads every run's log once more for its points and writes what charts load: a file a run, a file a metric of each
 * experiment, the summaries of each experiment's runs, and the index of them all. Names carry a hash of the content.
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
        const path = `data/r/${run.id}`;
        runs.set(run.id, await publish(outDir, path, encodeRunSeries({ runId: run.id, ...series })));
        keepOverviews(overviews, run, series.metrics, columns);
      } catch (error) {
        faults.set(run.id, error instanceof Error ? error.message : String(error));
      }
      done += 1;
      onRun?.(done);
    }
    metrics.set(experiment.id, await publishMetrics(outDir, experiment, overviews, members.length));
    summaries.set(
      experiment.id,
      await publish(
        outDir,
        `data/e/${experiment.id}/_runs`,
        encodeExperimentRuns(
          experimentRunsPayload(experiment, members, {
            runUrl: (id) => runs.get(id)?.url,
            metricUrl: (metric) => metrics.get(experiment.id)?.get(metric)?.url,
          }),
        ),
      ),
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
  series: ReadonlyMap<string, Series>,
  columns: number,
): void {
  for (const [metric, full] of series) {
    const { timesMs: _times, ...timeless } = reduceSeries(full, columns);
    const line = { runId: run.id, label: run.name, series: timeless };
    const lines = overviews.get(metric);
    if (lines === undefined) overviews.set(metric, [line]);
    else lines.push(line);
  }
}

async function publishMetrics(
  outDir: string,
  experiment: Experiment,
  overviews: ReadonlyMap<string, MetricLine[]>,
  runsInAll: number,
): Promise<Map<string, Published>> {
  const published = new Map<string, Published>();
  for (const [metric, runs] of overviews) {
    const text = encodeMetricSeries({ experiment: experiment.id, metric, runsInAll, runs });
    published.set(metric, await publish(outDir, `data/e/${experiment.id}/${slug(metric)}`, text));
  }
  return published;
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
