/** The kernel is cut off this many sigmas away: what lies beyond weighs a hundredth of the middle at most. */
const cutSigmas = 3;

/** Series longer than this are put into bins first, so that a wide kernel over many points stays quick. */
const exactUpTo = 2000;
/** Bins a sigma: moving each value by half a bin at most changes a mean by far less than a pixel. */
const binsPerSigma = 16;

/**
 * Smooths by a Gaussian kernel with `sigma` in units of x, cut at 3 sigma and normalised over the points that it reaches, so
 * that the ends are not pulled anywhere. `x` rises. A sigma of 0 gives the values back. Values that are not finite stay and
 * weigh nothing. With `counts` each value weighs as the mean of so many. Past 2,000 values the kernel is laid over the means of
 * bins a sixteenth of sigma wide.
 *
 * Source: the Nadaraya-Watson estimator (E. A. Nadaraya, "On Estimating Regression", 1964) with a truncated kernel; W&B
 * calls it "gaussian".
 */
export function smoothGaussian(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  sigma: number,
  counts?: ArrayLike<number>,
): number[] {
  const out: number[] = [];
  const reach = cutSigmas * sigma;
  const near =
    values.length > exactUpTo && sigma > 0 ? binPoints(x, values, sigma / binsPerSigma, counts) : { x, values, counts };
  let from = 0;
  for (let i = 0; i < values.length; i++) {
    const y = values[i] ?? Number.NaN;
    const here = x[i] ?? Number.NaN;
    if (!(sigma > 0) || !Number.isFinite(y)) {
      out.push(y);
      continue;
    }
    while (here - (near.x[from] ?? here) > reach) from += 1;
    let weights = 0;
    let mean = y;
    for (let k = from; k < near.values.length && (near.x[k] ?? Number.NaN) - here <= reach; k++) {
      const value = near.values[k] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const weight = Math.exp(-0.5 * (((near.x[k] ?? here) - here) / sigma) ** 2) * (near.counts?.[k] ?? 1);
      if (weight === 0) continue;
      weights += weight;
      const next = mean + (value - mean) * (weight / weights);
      mean = Number.isFinite(next) ? next : mean;
    }
    out.push(mean);
  }
  return out;
}

/** Means and counts of the finite values in bins of x, rising; empty bins are left out. */
function binPoints(x: ArrayLike<number>, values: ArrayLike<number>, width: number, counts?: ArrayLike<number>) {
  const bins = { x: [] as number[], values: [] as number[], counts: [] as number[] };
  const first = x[0] ?? 0;
  let bin = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    const here = x[i] ?? Number.NaN;
    const count = counts?.[i] ?? 1;
    const own = Math.floor((here - first) / width);
    const last = bins.x.length - 1;
    if (own !== bin) {
      bin = own;
      bins.x.push(here);
      bins.values.push(value);
      bins.counts.push(count);
      continue;
    }
    const sum = (bins.counts[last] ?? 0) + count;
    const share = count / sum;
    bins.x[last] = (bins.x[last] ?? here) * (1 - share) + here * share;
    bins.values[last] = (bins.values[last] ?? value) + (value - (bins.values[last] ?? value)) * share;
    bins.counts[last] = sum;
  }
  return bins;
}
