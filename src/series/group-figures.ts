import { tQuantile95 } from './t-quantile.ts';

/** What a group of runs says of one number. */
export interface GroupFigures {
  n: number;
  mean: number;
  /** Standard deviation of the sample (n − 1); undefined for n = 1. */
  sd: number | undefined;
  /** Half the width of the 95 % confidence interval of the mean, by Student's t; undefined below n = 3. */
  ci95: number | undefined;
  min: number;
  max: number;
  /** In the order given. */
  values: number[];
}

/** Sums up finite values; undefined when there are none. */
export function groupFigures(values: readonly number[]): GroupFigures | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  const mean = sum / n;
  const sd = n < 2 ? undefined : Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2, 0) / (n - 1));
  const ci95 = sd === undefined || n < 3 ? undefined : (tQuantile95(n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, ci95, min, max, values: [...values] };
}
