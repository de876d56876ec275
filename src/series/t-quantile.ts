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
