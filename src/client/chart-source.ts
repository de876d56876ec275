import type { ChartGoal } from '../charts/choose-lines.ts';
import type { ChartNote } from '../charts/note-marks.ts';
import { assignRunColours, type RunColour } from '../charts/run-colour.ts';
import { decodeMetricSeries, decodeMetricTimes } from '../payload/metric-series.ts';
import { decodeRunSeries, type RunSeriesPayload } from '../payload/run-series.ts';
import type { Series } from '../series/series.ts';
import type { RunParams, SourceLine } from './chart-lines.ts';
import { siteBase } from './element.ts';
import { fetchText } from './fetch-text.ts';
import { runFacts } from './run-facts.ts';
import { pageClock } from './run-status.ts';

/** Where the lines of a chart come from, and what can be loaded for them when it is asked for. */
export interface ChartSource {
  metric: string;
  /** Name for people and for assistive technology. */
  label: string;
  goal: ChartGoal;
  unit: string | undefined;
  stepLabel: string;
  lines: SourceLine[];
  keep: readonly string[];
  colours: ReadonlyMap<string, RunColour> | undefined;
  /** False where a legend of the page names the lines. */
  isNamed: boolean;
  notes: readonly ChartNote[];
  /** Params that the experiment groups by. */
  groupBy: readonly string[];
  /** Gives the lines their times; those that have some already keep them. */
  loadTimes: () => Promise<void>;
  /** Series of another metric by run id; empty where nobody has it. */
  loadMetric: (name: string) => Promise<ReadonlyMap<string, Series>>;
  /** What runs can be grouped and coloured by. */
  loadParams: () => Promise<RunParams>;
}

/** Reads the points of a line that its overview left out. Throws a `FetchFault` or an `Error`. */
export async function loadFine(line: SourceLine, metric: string): Promise<Series | undefined> {
  if (line.fineUrl === undefined) return undefined;
  const { metrics, system } = await readRun(line.fineUrl);
  return metrics.get(metric) ?? system.get(metric);
}

const runs = new Map<string, Promise<RunSeriesPayload>>();

/** Loads and decodes a file of a run, once. */
function readRun(url: string): Promise<RunSeriesPayload> {
  const known = runs.get(url);
  if (known !== undefined) return known;
  const payload = fetchText(url).then(decodeRunSeries);
  runs.set(url, payload);
  payload.catch(() => runs.delete(url));
  return payload;
}

const params = new Map<string, Promise<RunParams>>();

/** Params and other facts of all runs of an experiment, loaded once, page after page. */
function readParams(url: string): Promise<RunParams> {
  const known = params.get(url);
  if (known !== undefined) return known;
  const load = async () => {
    const { decodeExperimentRuns, decodeMoreRuns } = await import('../payload/experiment-runs.ts');
    const payload = decodeExperimentRuns(await fetchText(url));
    const more = await Promise.all(payload.moreUrls.map((path) => fetchText(siteBase() + path).then(decodeMoreRuns)));
    const clock = pageClock();
    return new Map([...payload.runs, ...more.flat()].map((run) => [run.id, runFacts(run, clock)]));
  };
  const found = load();
  params.set(url, found);
  found.catch(() => params.delete(url));
  return found;
}

/**
 * Loads the source of a `<runfolio-chart>` from its data file, which is one of a run or of a metric. Undefined when the
 * file has no such metric. Rejects with a `FetchFault`, or with an `Error` when the text is no data file.
 */
export async function loadSource(url: string, host: HTMLElement): Promise<ChartSource | undefined> {
  const wanted = host.dataset;
  const metric = wanted.metric ?? '';
  const base = siteBase();
  const section = host.closest<HTMLElement>('[data-panels]');
  const drawnRuns = listOf(host.closest<HTMLElement>('[data-drawn-runs]')?.dataset.drawnRuns);
  const runIds = listOf(wanted.runs);
  const common = {
    metric,
    label: wanted.label ?? metric,
    goal: goalOf(wanted.goal),
    unit: wanted.unit,
    stepLabel: wanted.stepLabel ?? 'step',
    keep: drawnRuns ?? [],
    colours: drawnRuns && assignRunColours(drawnRuns),
    isNamed: drawnRuns === undefined,
    notes: wanted.notes === undefined ? [] : (JSON.parse(wanted.notes) as ChartNote[]),
    groupBy: listOf(section?.dataset.groupBy) ?? [],
    loadParams: async () => {
      const url = section?.dataset.runsUrl;
      return url === undefined ? new Map() : readParams(url);
    },
  };
  const text = await fetchText(url);
  if (!text.startsWith('{"kind":"metric-series"'))
    return runSource(await readRun(url), { metric, wanted, base, common });
  const payload = decodeMetricSeries(text);
  const lines = payload.runs
    .filter(({ runId }) => runIds === undefined || runIds.includes(runId))
    .map(({ runId, label, series, fineUrl }): SourceLine => {
      return { runId, label, series, fineUrl: fineUrl === undefined ? undefined : base + fineUrl };
    });
  if (lines.length === 0) return undefined;
  return {
    ...common,
    lines,
    loadTimes: async () => {
      if (payload.timesUrl === undefined) return;
      const times = decodeMetricTimes(await fetchText(base + payload.timesUrl));
      for (const line of lines) {
        const found = times.get(line.runId);
        if (found === undefined || line.series.timesMs !== undefined) continue;
        line.series = { ...line.series, timesMs: found.timesMs };
        line.startedAtMs = found.startedAtMs;
      }
    },
    loadMetric: async (name) => {
      const url = [...(section?.querySelectorAll<HTMLElement>('runfolio-chart') ?? [])].find(
        ({ dataset }) => dataset.metric === name,
      )?.dataset.url;
      if (url === undefined) return new Map();
      return new Map(decodeMetricSeries(await fetchText(url)).runs.map(({ runId, series }) => [runId, series]));
    },
  };
}

function runSource(
  payload: RunSeriesPayload,
  {
    metric,
    wanted,
    base,
    common,
  }: {
    metric: string;
    wanted: DOMStringMap;
    base: string;
    common: Omit<ChartSource, 'lines' | 'loadTimes' | 'loadMetric'>;
  },
): ChartSource | undefined {
  const { runId, metrics, system, fineUrls, startedAtMs } = payload;
  const series = metrics.get(metric) ?? system.get(metric);
  if (series === undefined) return undefined;
  const label = wanted.runLabel ?? runId.slice(runId.lastIndexOf('/') + 1);
  const fine = fineUrls?.get(metric);
  return {
    ...common,
    lines: [{ runId, label, series, startedAtMs, fineUrl: fine === undefined ? undefined : base + fine }],
    loadTimes: async () => {},
    loadMetric: async (name) => {
      const other = metrics.get(name) ?? system.get(name);
      return other === undefined ? new Map() : new Map([[runId, other]]);
    },
  };
}

function goalOf(text: string | undefined): ChartGoal {
  return text === 'min' || text === 'max' ? text : undefined;
}

function listOf(json: string | undefined): string[] | undefined {
  return json === undefined ? undefined : (JSON.parse(json) as string[]);
}
