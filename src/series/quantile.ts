/**
 * A quantile of values that rise, by linear interpolation between the closest ones (type 7 of Hyndman and Fan 1996, the
 * default of R and numpy). `share` is from 0 to 1; NaN for an empty list.
 */
export function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = Math.max(0, Math.min(1, share)) * (sorted.length - 1);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low === high ? low : low + (high - low) * (at - Math.floor(at));
}

/** The five numbers of a box plot, and what lies outside its whiskers. */
export interface BoxFigures {
  n: number;
  q1: number;
  median: number;
  q3: number;
  /** The furthest values within 1.5 times the box's height of the box (Tukey 1977). */
  whiskers: [number, number];
  /** Values beyond the whiskers, rising. */
  outliers: number[];
}

/** Sums finite values up for a box plot; undefined when there are none. */
export function boxFigures(values: readonly number[]): BoxFigures | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const q1 = quantile(sorted, 0.25);
  const q3 = quantile(sorted, 0.75);
  const reach = 1.5 * (q3 - q1);
  const within = sorted.filter((value) => value >= q1 - reach && value <= q3 + reach);
  return {
    n: sorted.length,
    q1,
    median: quantile(sorted, 0.5),
    q3,
    whiskers: [Math.min(q1, within[0] ?? q1), Math.max(q3, within.at(-1) ?? q3)],
    outliers: sorted.filter((value) => value < q1 - reach || value > q3 + reach),
  };
}
