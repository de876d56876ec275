import type { Series, SeriesBuckets } from '../series/series.ts';
import { emptyBuckets } from '../series/series-buckets.ts';
import type { EncodedNumber } from './numbers.ts';
import { decodeNumber, decodeRising, encodeNumber, encodeRising, roundForDrawing } from './numbers.ts';

/** A series as it travels. One-letter keys: a file holds hundreds. */
export interface EncodedSeries {
  /** Steps, whole ones as differences. */
  x: EncodedNumber[];
  /** `step` when `x` holds differences. */
  by: 'step' | 'value';
  y: EncodedNumber[];
  /** Times in milliseconds. */
  t?: { by: 'step' | 'value'; list: EncodedNumber[] };
  /** Superseded branches. */
  old?: { x: EncodedNumber[]; by: 'step' | 'value'; y: EncodedNumber[] }[];
  /** Points written, when that is not the length of `x`. */
  total?: number;
  /** Present where points were left out. */
  reduced?: true;
  /** Buckets of a reduced series: the count at each point, and the means of those that have a count. */
  k?: EncodedNumber[];
  m?: EncodedNumber[];
}

/** Encodes a series. `round` drops digits that no picture shows, all but `digits`; without it values return exactly. */
export function encodeSeries(
  series: Series,
  { round = true, digits }: { round?: boolean; digits?: number } = {},
): EncodedSeries {
  const values = (list: readonly number[]) => (round ? roundForDrawing(list, digits) : list).map(encodeNumber);
  const steps = encodeRising(series.steps);
  const encoded: EncodedSeries = { x: steps.list, by: steps.by, y: values(series.values) };
  if (series.timesMs !== undefined) encoded.t = encodeRising(series.timesMs);
  if (series.superseded.length > 0) {
    encoded.old = series.superseded.map((branch) => {
      const branchSteps = encodeRising(branch.steps);
      return { x: branchSteps.list, by: branchSteps.by, y: values(branch.values) };
    });
  }
  if (series.total !== series.steps.length) encoded.total = series.total;
  if (series.reduced) encoded.reduced = true;
  if (series.buckets !== undefined) {
    const { counts, means } = series.buckets;
    encoded.k = counts.map(encodeNumber);
    // A mean bends no line by a thousandth of itself: coarse files say it with a digit less.
    const closed = means.filter((_, i) => (counts[i] ?? 0) > 0);
    encoded.m = (round ? roundForDrawing(closed, digits === undefined ? 7 : digits - 1) : closed).map(encodeNumber);
  }
  return encoded;
}

/** Reads what `encodeSeries` wrote. Arrays of unlike length are cut to the shorter; whatever is not a series is an empty one. */
export function decodeSeries(encoded: unknown): Series {
  const record = asRecord(encoded);
  const steps = decodeRising({ by: record.by, list: record.x });
  const values = Array.isArray(record.y) ? record.y.map(decodeNumber) : [];
  const count = Math.min(steps.length, values.length);
  const superseded = (Array.isArray(record.old) ? record.old : []).map((branch) => {
    const { steps: branchSteps, values: branchValues } = decodeSeries(branch);
    return { steps: branchSteps, values: branchValues };
  });
  const series: Series = {
    steps: steps.slice(0, count),
    values: values.slice(0, count),
    superseded,
    total: typeof record.total === 'number' ? record.total : count,
    reduced: record.reduced === true,
  };
  if (Array.isArray(record.k) && Array.isArray(record.m)) series.buckets = decodeBuckets(record.k, record.m, count);
  if (record.t !== undefined) {
    const { by, list } = asRecord(record.t);
    series.timesMs = decodeRising({ by, list }).slice(0, count);
  }
  return series;
}

function decodeBuckets(k: readonly unknown[], m: readonly unknown[], length: number): SeriesBuckets {
  const buckets = emptyBuckets(length);
  let next = 0;
  for (let i = 0; i < length; i++) {
    const count = decodeNumber(k[i] ?? 0);
    if (!(count > 0)) continue;
    buckets.counts[i] = count;
    buckets.means[i] = decodeNumber(m[next]);
    next += 1;
  }
  return buckets;
}

/** A plain object as unknown fields; anything else as none. */
export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
