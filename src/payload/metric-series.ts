import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import { asRecord, decodeSeries, encodeSeries } from './series-payload.ts';

/** One metric over all runs of an experiment that have it. */
export interface MetricSeriesPayload {
  experiment: string;
  metric: string;
  /** Runs of the experiment, with or without this metric. */
  runsInAll: number;
  runs: { runId: string; label: string; series: Series }[];
}

/** Columns for a file of so many runs: 200 up to 20, 50 up to 100, 12 beyond. */
export function metricSeriesColumns(runCount: number): number {
  if (runCount <= 20) return 200;
  return runCount <= 100 ? 50 : 12;
}

/** Encodes one metric over all runs as strict JSON, each series reduced to the columns their number allows. Times are left out. */
export function encodeMetricSeries(payload: MetricSeriesPayload): string {
  const columns = metricSeriesColumns(payload.runs.length);
  const runs = payload.runs.map(({ runId, label, series }) => {
    const { timesMs: _, ...timeless } = series;
    return { id: runId, label, ...encodeSeries(reduceSeries(timeless, columns)) };
  });
  const { experiment, metric, runsInAll } = payload;
  return JSON.stringify({ kind: 'metric-series', experiment, metric, runsInAll, runs });
}

/** Reads what `encodeMetricSeries` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeMetricSeries(text: string): MetricSeriesPayload {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'metric-series') throw new Error('This file does not hold the series of a metric.');
  const runs = (Array.isArray(payload.runs) ? payload.runs : []).map((item) => {
    const { id, label } = asRecord(item);
    return { runId: String(id), label: String(label ?? id), series: decodeSeries(item) };
  });
  return {
    experiment: String(payload.experiment),
    metric: String(payload.metric),
    runsInAll: typeof payload.runsInAll === 'number' ? payload.runsInAll : runs.length,
    runs,
  };
}
