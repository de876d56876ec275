import type { PanelTarget } from '../charts/panels/panel.ts';

export type Point = readonly [x: number, y: number];

/** A dot or a line that lies further from the pointer than this is not meant. */
const reachPx = 24;

/** The place of the target that a point means: an area that holds it, else the nearest dot or line within reach. */
export function nearestTarget(targets: readonly PanelTarget[], at: Point): number | undefined {
  let best: number | undefined;
  let least = reachPx;
  for (const [i, { x, y, area, path }] of targets.entries()) {
    if (area !== undefined) {
      const [left, top, width, height] = area;
      if (at[0] >= left && at[0] <= left + width && at[1] >= top && at[1] <= top + height) return i;
      continue;
    }
    const away = path === undefined ? Math.hypot(at[0] - x, at[1] - y) : distanceToPath(path, at);
    if (away < least) {
      least = away;
      best = i;
    }
  }
  return best;
}

function distanceToPath(path: readonly Point[], [x, y]: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < path.length; i++) {
    const [x0, y0] = path[i - 1] ?? [0, 0];
    const [x1, y1] = path[i] ?? [0, 0];
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const share = length === 0 ? 0 : Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length));
    least = Math.min(least, Math.hypot(x - (x0 + share * (x1 - x0)), y - (y0 + share * (y1 - y0))));
  }
  return least;
}

/** The targets whose middle lies within a closed shape. */
export function targetsWithin(targets: readonly PanelTarget[], shape: readonly Point[]): PanelTarget[] {
  return targets.filter(({ x, y }) => isInside(shape, [x, y]));
}

/** True for a point within a polygon, by the even-odd rule. */
export function isInside(shape: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  for (let i = 0, j = shape.length - 1; i < shape.length; j = i++) {
    const [xi, yi] = shape[i] ?? [0, 0];
    const [xj, yj] = shape[j] ?? [0, 0];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}
