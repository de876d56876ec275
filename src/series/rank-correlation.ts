/** How two lists of values rise together. */
export interface RankCorrelation {
  /** From −1 to 1. */
  rho: number;
  /** Pairs with two finite values. */
  n: number;
}

/**
 * Spearman's rank correlation over the pairs with two finite values; equal values share the mean of their ranks
 * (Spearman 1904; as `scipy.stats.spearmanr`). Undefined below three pairs and where one side is constant.
 */
export function rankCorrelation(a: readonly number[], b: readonly number[]): RankCorrelation | undefined {
  const pairs = a.flatMap((x, i): [number, number][] => {
    const y = b[i] ?? Number.NaN;
    return Number.isFinite(x) && Number.isFinite(y) ? [[x, y]] : [];
  });
  const n = pairs.length;
  if (n < 3) return undefined;
  const x = ranks(pairs.map(([value]) => value));
  const y = ranks(pairs.map(([, value]) => value));
  const middle = (n + 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < n; i++) {
    const dx = (x[i] ?? 0) - middle;
    const dy = (y[i] ?? 0) - middle;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? undefined : { rho: Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))), n };
}

/** The rank of each finite value, from 1; equal values share the mean of their ranks. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => (values[i] ?? 0) - (values[j] ?? 0));
  const result = new Array<number>(values.length).fill(0);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === values[order[from] ?? 0]) to++;
    for (let k = from; k < to; k++) result[order[k] ?? 0] = (from + 1 + to) / 2;
    from = to;
  }
  return result;
}
