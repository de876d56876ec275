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

/** Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom. */
const tQuantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Gives the two-sided 95 % quantile of Student's t; past 30 degrees of freedom by the Cornish-Fisher expansion. */
export function tQuantile95(degrees: number): number {
  const known = tQuantiles[degrees - 1];
  if (known !== undefined) return known;
  const z = 1.959963984540054;
  const g1 = (z ** 3 + z) / 4;
  const g2 = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  return z + g1 / degrees + g2 / degrees ** 2;
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
