/**
 * Smooths by the mean of a window of `width` points around each (odd, 3 or more; less or NaN gives the values back, an even
 * width counts as the odd one above it). At the ends the window is short rather than padded; values that are not finite
 * stay and are left out of the means. With `counts` the window is so many points wide, taken bucket by bucket.
 *
 * Source: the centred simple moving average, with the shrinking ends of pandas' `rolling(center=True, min_periods=1)`.
 */
export function smoothMean(values: ArrayLike<number>, width: number, counts?: ArrayLike<number>): number[] {
  const half = Math.floor(width / 2);
  const out: number[] = [];
  for (let i = 0; i < values.length; i++) {
    const y = values[i] ?? Number.NaN;
    if (!(half >= 1) || !Number.isFinite(y)) {
      out.push(y);
      continue;
    }
    let mean = y;
    let seen = 0;
    const take = (k: number) => {
      const value = values[k] ?? Number.NaN;
      const count = counts?.[k] ?? 1;
      if (!Number.isFinite(value) || count === 0) return;
      seen += count;
      const next = mean + (value - mean) * (count / seen);
      mean = Number.isFinite(next) ? next : mean;
    };
    take(i);
    for (const by of [-1, 1]) {
      let left = half - ((counts?.[i] ?? 1) - 1) / 2;
      for (let k = i + by; k >= 0 && k < values.length && left > 0; k += by) {
        take(k);
        left -= counts?.[k] ?? 1;
      }
    }
    out.push(mean);
  }
  return out;
}
