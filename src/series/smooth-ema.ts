/** Weights of 1 and more would never forget the first value. */
export const maxEmaWeight = 0.999;

/**
 * Smooths by an exponential moving average whose start is not biased towards 0: for each finite `y`,
 * `last = s·last + (1 − s)·y`, `n += 1`, `out = last / (1 − s^n)`. A weight of 0 gives the values back, and so does a
 * constant series. Values that are not finite stay where they are and leave the average as it was. As many values come out
 * as went in.
 *
 * With `counts` each value is the mean of so many: then `last = s^k·last + (1 − s^k)·mean`, `n += k`, which is what the
 * same values would give if they all stood at their mean.
 *
 * Source: TensorBoard's `classicSmoothing` (`tensorboard/webapp/widgets/line_chart_v2/data_transformer.ts`), after the
 * bias correction of Kingma and Ba, "Adam", 2015, https://arxiv.org/abs/1412.6980.
 */
export function smoothEma(values: ArrayLike<number>, weight: number, counts?: ArrayLike<number>): number[] {
  const s = Math.min(Math.max(weight, 0), maxEmaWeight);
  const out: number[] = [];
  let last = 0;
  let left = 1; // s^n: the share of the average that no value has filled yet
  const first = firstFinite(values);
  let isConstant = true;
  for (let i = 0; i < values.length; i++) {
    const y = values[i] ?? Number.NaN;
    if (!Number.isFinite(y)) {
      out.push(y);
      continue;
    }
    const keep = s ** (counts?.[i] ?? 1);
    last = keep * last + (1 - keep) * y;
    left *= keep;
    isConstant &&= y === first;
    // While nothing but one value was seen the average is that value, to the last bit.
    out.push(isConstant || keep === 0 ? y : last / (1 - left));
  }
  return out;
}

function firstFinite(values: ArrayLike<number>): number | undefined {
  for (let i = 0; i < values.length; i++) {
    const y = values[i] ?? Number.NaN;
    if (Number.isFinite(y)) return y;
  }
  return undefined;
}
