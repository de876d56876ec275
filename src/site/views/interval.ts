import { tQuantile95 } from '../../series/t-quantile.ts';

export { tQuantile95 };

/** What a group of seeds says of one metric. */
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
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = n < 2 ? undefined : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const ci95 = sd === undefined || n < 3 ? undefined : (tQuantile95(n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, ci95, min: Math.min(...values), max: Math.max(...values), values: [...values] };
}
