import type { LinePoint } from './line-points.ts';

/** The least and greatest value of many lines in one column. */
export interface EnvelopeColumn {
  x: number;
  low: number;
  high: number;
}

/**
 * Gives the band that holds all lines: for each column of equal width between `from` and `to` the least and greatest value,
 * taken from the points in it and from the lines that cross its middle. Columns that no line reaches are left out.
 */
export function envelope(
  lines: readonly (readonly LinePoint[])[],
  { from, to, columns = 120 }: { from: number; to: number; columns?: number },
): EnvelopeColumn[] {
  const width = (to - from) / columns;
  const lows = new Array<number>(columns).fill(Number.POSITIVE_INFINITY);
  const highs = new Array<number>(columns).fill(Number.NEGATIVE_INFINITY);
  const widen = (column: number, y: number) => {
    if (!(column >= 0 && column < columns)) return;
    lows[column] = Math.min(lows[column] ?? y, y);
    highs[column] = Math.max(highs[column] ?? y, y);
  };
  const columnOf = (x: number) => Math.min(columns - 1, Math.floor((x - from) / width));
  for (const points of lines) {
    let previous: LinePoint | undefined;
    for (const point of points) {
      if (Number.isFinite(point.y)) {
        if (point.x <= to) widen(columnOf(point.x), point.y);
        if (previous !== undefined && Number.isFinite(previous.y)) crossColumns(previous, point);
      }
      previous = point;
    }
  }
  return lows.flatMap((low, column) => {
    const high = highs[column] ?? low;
    return low <= high ? [{ x: from + (column + 0.5) * width, low, high }] : [];
  });

  function crossColumns(a: LinePoint, b: LinePoint): void {
    const end = Math.min(columnOf(b.x), columns - 1);
    for (let column = Math.max(0, columnOf(a.x)); column <= end; column++) {
      const middle = from + (column + 0.5) * width;
      if (middle < a.x || middle > b.x) continue;
      const share = (middle - a.x) / (b.x - a.x);
      widen(column, a.y * (1 - share) + b.y * share);
    }
  }
}
