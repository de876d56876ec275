import type { DrawnLine } from '../charts/line-chart.ts';
import type { LinePoint, OddPoint } from '../charts/line-points.ts';

/** A line's value near a step. */
export interface NearValue {
  line: DrawnLine;
  step: number;
  /** NaN where the value there is not finite: `kind` then says which. */
  value: number;
  /** The smoothed value nearest to it, where the line is smoothed. */
  smoothed: number | undefined;
  kind: OddPoint['kind'] | undefined;
}

/** All steps at which any line has something to read, rising. */
export function stepsOf(lines: readonly DrawnLine[]): number[] {
  const steps = new Set<number>();
  for (const { points, odd } of lines) {
    for (const { x, y, isCut } of points) if (Number.isFinite(y) && !isCut) steps.add(x);
    for (const { x } of odd) steps.add(x);
  }
  return [...steps].sort((a, b) => a - b);
}

/** Index of the number nearest to `wanted` in a rising list; -1 when it is empty. */
export function nearestIndex(rising: readonly number[], wanted: number): number {
  let low = 0;
  let high = rising.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rising[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  const before = rising[low - 1];
  const here = rising[low] ?? 0;
  return before !== undefined && wanted - before <= here - wanted ? low - 1 : low;
}

/**
 * The value of each line nearest to a step, at most `reach` away; best first by the goal, else greatest first; values that
 * are not finite last.
 */
export function nearestValues(
  lines: readonly DrawnLine[],
  { step, reach, goal }: { step: number; reach: number; goal: 'min' | 'max' | undefined },
): NearValue[] {
  const near = lines.flatMap((line) => nearestOf(line, step, reach));
  const sign = goal === 'min' ? 1 : -1;
  return near.sort((a, b) => {
    if (a.kind !== undefined || b.kind !== undefined)
      return Number(a.kind !== undefined) - Number(b.kind !== undefined);
    return sign * (a.value - b.value);
  });
}

function nearestOf(line: DrawnLine, step: number, reach: number): NearValue[] {
  const best = nearestPoint(line.points, step);
  let odd: OddPoint | undefined;
  for (const point of line.odd) {
    if (odd === undefined || Math.abs(point.x - step) < Math.abs(odd.x - step)) odd = point;
  }
  const toPoint = best === undefined ? Number.POSITIVE_INFINITY : Math.abs(best.x - step);
  const toOdd = odd === undefined ? Number.POSITIVE_INFINITY : Math.abs(odd.x - step);
  if (Math.min(toPoint, toOdd) > reach) return [];
  if (odd !== undefined && toOdd <= toPoint)
    return [{ line, step: odd.x, value: Number.NaN, smoothed: undefined, kind: odd.kind }];
  if (best === undefined) return [];
  const smoothed = line.smooth === undefined ? undefined : nearestPoint(line.smooth, best.x)?.y;
  return [{ line, step: best.x, value: best.y, smoothed, kind: undefined }];
}

function nearestPoint(points: readonly LinePoint[], x: number): LinePoint | undefined {
  let best: LinePoint | undefined;
  for (const point of points) {
    if (!Number.isFinite(point.y) || point.isCut) continue;
    if (best === undefined || Math.abs(point.x - x) < Math.abs(best.x - x)) best = point;
  }
  return best;
}
