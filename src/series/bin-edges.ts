import { quantile } from './quantile.ts';

/** Most bins that are chosen where nobody asked for a number. */
const mostBins = 30;

/**
 * Edges of bins of one width that hold all finite values, rising, at round numbers (1, 2 or 5 times a power of ten). The width
 * follows Freedman and Diaconis (1981): twice the interquartile range over the cube root of n; where that is 0, Sturges' rule.
 * `count` asks for about so many bins instead. A constant gives one bin around it, no finite value none.
 */
export function binEdges(values: readonly number[], { count }: { count?: number | undefined } = {}): number[] {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const low = sorted[0];
  const high = sorted.at(-1);
  if (low === undefined || high === undefined) return [];
  const span = high - low;
  if (!(span > Math.max(Math.abs(low), Math.abs(high)) * 1e-12 + 1e-290) || !Number.isFinite(span)) {
    const pad = Math.abs(low) > 1e-280 ? Math.abs(low) / 20 : 0.5;
    return [low - pad, high + pad];
  }
  const wanted = count ?? Math.max(1, Math.min(mostBins, usualCount(sorted, span)));
  const width = roundWidth(span / wanted);
  const from = Math.floor(low / width + 1e-9);
  const to = Math.max(from + 1, Math.ceil(high / width - 1e-9));
  const edges = Array.from({ length: to - from + 1 }, (_, i) => {
    const edge = Number(((from + i) * width).toPrecision(12));
    return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, edge));
  });
  edges[0] = Math.min(edges[0] ?? low, low); // rounding may leave the outermost values out by a hair
  edges[edges.length - 1] = Math.max(edges.at(-1) ?? high, high);
  return edges;
}

/** How many finite values each bin holds; the last bin holds its upper edge too. */
export function countInBins(values: readonly number[], edges: readonly number[]): number[] {
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  for (const value of values) {
    const bin = binOf(value, edges);
    if (bin !== undefined) counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

/** The bin that a value falls into; undefined outside of all and for NaN. */
export function binOf(value: number, edges: readonly number[]): number | undefined {
  const last = edges.length - 1;
  if (last < 1 || !(value >= (edges[0] ?? 0)) || !(value <= (edges[last] ?? 0))) return undefined;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (value >= (edges[middle] ?? 0)) low = middle;
    else high = middle;
  }
  return low;
}

function usualCount(sorted: readonly number[], span: number): number {
  const spread = quantile(sorted, 0.75) - quantile(sorted, 0.25);
  const width = (2 * spread) / Math.cbrt(sorted.length);
  return width > 0 ? Math.ceil(span / width) : Math.ceil(Math.log2(sorted.length)) + 1;
}

function roundWidth(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(raw));
  const share = raw / power;
  return (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10) * power;
}
