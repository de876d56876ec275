import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import { decodeRising, encodeRising } from './numbers.ts';
import { asRecord, decodeSeries, encodeSeries } from './series-payload.ts';

/** A run's line in the file of a metric. */
export interface MetricSeriesRun {
  runId: string;
  label: string;
  series: Series;
  /** Address, without the base, of a `run-series` file that holds this metric with more points; absent where the series is whole. */
  fineUrl?: string | undefined;
}

/** One metric over all runs of an experiment that have it. */
export interface MetricSeriesPayload {
  experiment: string;
  metric: string;
  /** Runs of the experiment, with or without this metric. */
  runsInAll: number;
  runs: MetricSeriesRun[];
  /** Address, without the base, of the `metric-times` file beside this one; absent where no point has a time. */
  timesUrl?: string | undefined;
}

/** Columns for a file of so many runs: 200 up to 20, 50 up to 100, 12 up to 500, 8 beyond. */
export function metricSeriesColumns(runCount: number): number {
  if (runCount <= 20) return 200;
  if (runCount <= 100) return 50;
  return runCount <= 500 ? 12 : 8;
}

/** Digits of a value in such a file: as many as its lines can show. */
function metricSeriesDigits(runCount: number): number {
  return runCount <= 100 ? 7 : 4;
}

/**
 * Encodes one metric over all runs as strict JSON, each series reduced to the columns their number allows. Times are left
 * out: `encodeMetricTimes` gives them, for few charts show them.
 */
export function encodeMetricSeries(payload: MetricSeriesPayload): string {
  const columns = metricSeriesColumns(payload.runs.length);
  const digits = metricSeriesDigits(payload.runs.length);
  const runs = payload.runs.map(({ runId, label, series, fineUrl }) => {
    const { timesMs: _, ...timeless } = reduceSeries(series, columns);
    const fine = fineUrl === undefined || !timeless.reduced ? {} : { fine: shortUrl(runId, fineUrl) };
    const named = runId.endsWith(`/${label}`) ? {} : { label };
    return { id: runId, ...named, ...fine, ...encodeSeries(timeless, { digits }) };
  });
  const { experiment, metric, runsInAll, timesUrl } = payload;
  const times = timesUrl === undefined ? {} : { times: timesUrl };
  return JSON.stringify({ kind: 'metric-series', experiment, metric, runsInAll, ...times, runs });
}

/** The address of a run's own file follows from its id but for the hash: then that alone is written. */
function shortUrl(runId: string, url: string): string {
  const [start, end] = [`data/r/${runId}.`, '.json'];
  const hash = url.slice(start.length, -end.length);
  return url === `${start}${hash}${end}` && /^[\da-f]+$/.test(hash) ? hash : url;
}

function longUrl(runId: string, text: string): string {
  return /^[\da-f]+$/.test(text) ? `data/r/${runId}.${text}.json` : text;
}

/** Reads what `encodeMetricSeries` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeMetricSeries(text: string): MetricSeriesPayload {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'metric-series') throw new Error('This file does not hold the series of a metric.');
  const runs = (Array.isArray(payload.runs) ? payload.runs : []).map((item): MetricSeriesRun => {
    const { id, label, fine } = asRecord(item);
    const runId = String(id);
    const ownName = runId.slice(runId.lastIndexOf('/') + 1);
    const run: MetricSeriesRun = { runId, label: String(label ?? ownName), series: decodeSeries(item) };
    if (typeof fine === 'string') run.fineUrl = longUrl(runId, fine);
    return run;
  });
  return {
    experiment: String(payload.experiment),
    metric: String(payload.metric),
    runsInAll: typeof payload.runsInAll === 'number' ? payload.runsInAll : runs.length,
    runs,
    ...(typeof payload.times === 'string' ? { timesUrl: payload.times } : {}),
  };
}

/** The times of one run's points in the file of a metric. */
export interface PointTimes {
  /** When the run began; undefined where nobody said. */
  startedAtMs: number | undefined;
  /** As long as the run's reduced series; NaN where a point has no time. */
  timesMs: number[];
}

/**
 * Encodes the times of the points that `encodeMetricSeries` keeps of the same series, by run. Undefined when no point has
 * a time.
 */
export function encodeMetricTimes(
  metric: string,
  lines: readonly { runId: string; series: Series; startedAtMs: number | undefined }[],
): string | undefined {
  const columns = metricSeriesColumns(lines.length);
  const runs = lines.flatMap(({ runId, series, startedAtMs }) => {
    const { timesMs } = reduceSeries(series, columns);
    if (timesMs === undefined) return [];
    return [{ id: runId, ...(startedAtMs === undefined ? {} : { start: startedAtMs }), t: encodeRising(timesMs) }];
  });
  return runs.length === 0 ? undefined : JSON.stringify({ kind: 'metric-times', metric, runs });
}

/** Reads what `encodeMetricTimes` wrote, by run id. Throws an `Error` when the text is not such a payload. */
export function decodeMetricTimes(text: string): Map<string, PointTimes> {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'metric-times') throw new Error('This file does not hold the times of a metric.');
  return new Map(
    (Array.isArray(payload.runs) ? payload.runs : []).map((item): [string, PointTimes] => {
      const { id, start, t } = asRecord(item);
      const { by, list } = asRecord(t);
      const startedAtMs = typeof start === 'number' ? start : undefined;
      return [String(id), { startedAtMs, timesMs: decodeRising({ by, list }) }];
    }),
  );
}
