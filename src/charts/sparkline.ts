/** Size of the box a sparkline is drawn in; the stylesheet scales it. */
export const sparklineSize = { widthPx: 120, heightPx: 28 } as const;

/**
 * Gives the path data of a decorative line through values in equal steps, in whole or tenth pixels of `sparklineSize`.
 * Non-finite values break the line; more than 60 values are reduced to the least and greatest of 60 columns. Empty
 * when no value is finite; a single one is a dot (a line of no length, round-capped).
 */
export function sparklinePath(values: readonly number[]): string {
  const points = extremes(values, 60);
  const finite = points.filter(([, value]) => Number.isFinite(value)).map(([, value]) => value);
  if (finite.length === 0) return '';
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const { widthPx, heightPx } = sparklineSize;
  const toX = (i: number) => round(2 + (values.length < 2 ? 0.5 : i / (values.length - 1)) * (widthPx - 4));
  // Halved before they are taken apart, so that the span of the largest numbers is still finite.
  const share = (value: number) => (high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5);
  const toY = (value: number) => round(heightPx - 3 - share(value) * (heightPx - 6));
  let path = '';
  let isOpen = false;
  for (const [i, value] of points) {
    if (Number.isFinite(value)) path += `${isOpen ? 'L' : 'M'}${toX(i)} ${toY(value)}${isOpen ? '' : 'h0'}`;
    isOpen = Number.isFinite(value);
  }
  return path;
}

function round(px: number): number {
  return Math.round((Number.isFinite(px) ? px : 0) * 10) / 10;
}

/** Pairs of index and value; of a long list the least and the greatest of each column, in order. */
function extremes(values: readonly number[], columns: number): [number, number][] {
  const pairs = values.map((value, i): [number, number] => [i, value]);
  if (pairs.length <= columns * 2) return pairs;
  const kept: [number, number][] = [];
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * pairs.length) / columns);
    const slice = pairs.slice(from, Math.floor(((column + 1) * pairs.length) / columns));
    const finite = slice.filter(([, value]) => Number.isFinite(value)).sort((a, b) => a[1] - b[1]);
    const picked = [finite[0], finite.at(-1)].filter((pair) => pair !== undefined);
    if (picked.length === 0) kept.push([from, Number.NaN]);
    else kept.push(...picked.sort((a, b) => a[0] - b[0]));
  }
  return kept;
}
