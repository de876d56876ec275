import { maxEmaWeight } from './smooth-ema.ts';

/** Points that the range of x is thought to hold: the documentation leaves the number open. */
const viewPoints = 1000;

/**
 * Smooths by an exponential moving average that forgets by distance in x instead of by point, for series that log at uneven
 * intervals: `w = min(√p, 0.999)`, `a = w^((x_i − x_{i−1}) / range · V)`, `last = last·a + y`, `d = d·a + 1`,
 * `out = last / d`, where `range` is that of all x and V = 1000. A parameter of 0 and a range of 0 give the values back.
 * Values that are not finite stay and are passed over. With `counts` each value is the mean of so many.
 *
 * Source: "Time weighted exponential moving average" in the W&B documentation of line plots
 * (https://docs.wandb.ai/guides/app/features/panels/line-plot/smoothing), which leaves V unstated.
 */
export function smoothTimeEma(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  parameter: number,
  counts?: ArrayLike<number>,
): number[] {
  const weight = Math.min(Math.sqrt(Math.max(parameter, 0)), maxEmaWeight);
  const range = (x[x.length - 1] ?? 0) - (x[0] ?? 0);
  const out: number[] = [];
  let last = 0;
  let filled = 0;
  let previous: number | undefined;
  for (let i = 0; i < values.length; i++) {
    const y = values[i] ?? Number.NaN;
    if (!Number.isFinite(y) || weight === 0 || !(range > 0) || range === Number.POSITIVE_INFINITY) {
      out.push(y);
      continue;
    }
    const here = x[i] ?? Number.NaN;
    const kept = previous === undefined ? 0 : weight ** (((here - previous) / range) * viewPoints);
    const count = counts?.[i] ?? 1;
    const sum = filled * kept + count;
    // As shares of the sum, so that the largest numbers do not overflow and a constant stays what it is.
    last += (y - last) * (count / sum);
    if (filled === 0 || !Number.isFinite(last)) last = y;
    filled = sum;
    previous = here;
    out.push(last);
  }
  return out;
}
