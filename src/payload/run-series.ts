import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import { asRecord, decodeSeries, encodeSeries } from './series-payload.ts';

/** Columns each metric of a run's own file is reduced to. */
export const runSeriesColumns = 200;

/** All series of one run, by metric name, in the order of the log. */
export interface RunSeriesPayload {
  runId: string;
  metrics: Map<string, Series>;
  /** Machine readings. */
  system: Map<string, Series>;
  /** When the run began, in milliseconds since 1970: where relative time is 0. */
  startedAtMs?: number | undefined;
  /** Addresses, without the base, of files that hold one metric or reading each with more points than here. */
  fineUrls?: ReadonlyMap<string, string>;
}

/**
 * Encodes all series of one run as strict JSON, each reduced to `columns` (a short one is whole). Names are values, never
 * keys, so that `__proto__` is a name like any other.
 */
export function encodeRunSeries(
  run: RunSeriesPayload,
  { columns = runSeriesColumns }: { columns?: number } = {},
): string {
  const list = (series: ReadonlyMap<string, Series>) =>
    [...series].map(([name, one]) => {
      const fine = run.fineUrls?.get(name);
      return { name, ...(fine === undefined ? {} : { fine }), ...encodeSeries(reduceSeries(one, columns)) };
    });
  return JSON.stringify({
    kind: 'run-series',
    run: run.runId,
    ...(run.startedAtMs === undefined ? {} : { start: run.startedAtMs }),
    metrics: list(run.metrics),
    system: list(run.system),
  });
}

/** Reads what `encodeRunSeries` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeRunSeries(text: string): RunSeriesPayload {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'run-series') throw new Error('This file does not hold the series of a run.');
  return {
    runId: String(payload.run),
    metrics: seriesByName(payload.metrics),
    system: seriesByName(payload.system),
    fineUrls: new Map([...fineUrls(payload.metrics), ...fineUrls(payload.system)]),
    ...(typeof payload.start === 'number' ? { startedAtMs: payload.start } : {}),
  };
}

function fineUrls(list: unknown): [string, string][] {
  return (Array.isArray(list) ? list : []).flatMap((item): [string, string][] => {
    const { name, fine } = asRecord(item);
    return typeof fine === 'string' ? [[String(name), fine]] : [];
  });
}

function seriesByName(list: unknown): Map<string, Series> {
  const entries = (Array.isArray(list) ? list : []).map((item): [string, Series] => [
    String(asRecord(item).name),
    decodeSeries(item),
  ]);
  return new Map(entries);
}
