import type { Goal } from '../format/experiment-settings.ts';

/** A point with two values to hold against each other. */
export interface ParetoPoint {
  x: number;
  y: number;
}

/**
 * Gives the indices of the points that no other point beats: none is at least as good on both values and better on one.
 * In the order of x, the best first; equal points stand together, in the order given. Points with a non-finite value are
 * left out. O(n log n).
 */
export function paretoFront(points: readonly ParetoPoint[], goals: { x: Goal; y: Goal }): number[] {
  const signX = goals.x === 'min' ? 1 : -1;
  const signY = goals.y === 'min' ? 1 : -1;
  const ordered = points
    .map(({ x, y }, index) => ({ index, x: signX * x, y: signY * y }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))
    .sort((a, b) => a.x - b.x || a.y - b.y || a.index - b.index);
  const front: number[] = [];
  let best = { x: Number.NaN, y: Number.POSITIVE_INFINITY };
  for (const point of ordered) {
    if (point.y < best.y) best = point;
    else if (point.x !== best.x || point.y !== best.y) continue;
    front.push(point.index);
  }
  return front;
}
