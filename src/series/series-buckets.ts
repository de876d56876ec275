import type { Series, SeriesBuckets } from './series.ts';

/** No bucket at all, for so many points. */
export function emptyBuckets(length: number): SeriesBuckets {
  return { counts: new Array<number>(length).fill(0), means: new Array<number>(length).fill(Number.NaN) };
}

/** Each point as a bucket of its own; values that are not finite close none. */
export function pointBuckets(values: readonly number[]): SeriesBuckets {
  return {
    counts: values.map((value) => (Number.isFinite(value) ? 1 : 0)),
    means: values.map((value) => (Number.isFinite(value) ? value : Number.NaN)),
  };
}

/** Puts the buckets from `from` to `to`, both included, into one. The mean is NaN where they hold no finite value. */
export function foldBucket(
  { counts, means }: SeriesBuckets,
  from: number,
  to: number,
): { count: number; mean: number } {
  let count = 0;
  let mean = Number.NaN;
  for (let i = from; i <= to; i++) {
    const more = counts[i] ?? 0;
    if (more === 0) continue;
    const sum = count + more;
    // By shares, not by sums: the mean of the largest numbers is a number too.
    mean = count === 0 ? (means[i] ?? Number.NaN) : mean * (count / sum) + (means[i] ?? 0) * (more / sum);
    count = sum;
  }
  return { count, mean };
}

/** A series as smoothing and aggregation take it. */
export interface WeightedPoints {
  steps: number[];
  /** Means of buckets where `counts` say so, else the values themselves. Values that are not finite stay where they were. */
  values: number[];
  /** Finite values that each entry stands for, 0 for one that is not finite; undefined where every entry is a point. */
  counts: number[] | undefined;
}

/**
 * Gives the points of a series with their weights: of a whole series its own; of a reduced one its buckets, each at the
 * step that closes it (`place: 'end'`) or in the middle of the steps that it spans (`place: 'middle'`).
 */
export function weightedPoints(
  { steps, values, buckets }: Pick<Series, 'steps' | 'values' | 'buckets'>,
  { place = 'end' }: { place?: 'end' | 'middle' } = {},
): WeightedPoints {
  if (buckets === undefined) return { steps: [...steps], values: [...values], counts: undefined };
  const points = { steps: [] as number[], values: [] as number[], counts: [] as number[] };
  let from: number | undefined;
  for (const [i, step] of steps.entries()) {
    const value = values[i] ?? Number.NaN;
    const count = buckets.counts[i] ?? 0;
    if (!Number.isFinite(value)) {
      points.steps.push(step);
      points.values.push(value);
      points.counts.push(0);
    }
    from ??= step;
    if (count === 0) continue;
    points.steps.push(place === 'end' ? step : from / 2 + step / 2);
    points.values.push(buckets.means[i] ?? Number.NaN);
    points.counts.push(count);
    from = undefined;
  }
  return points;
}
