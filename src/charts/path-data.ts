import type { ChartScale } from './chart-scale.ts';
import type { LinePoint } from './line-points.ts';

/** Scales of a chart, x and y. */
export interface ChartScales {
  x: ChartScale;
  y: ChartScale;
}

/**
 * Path data of a line in tenths of a pixel; a NaN begins a new stretch. A stretch of a single point is a line of no length.
 * Written by hand, for it is what a slider redraws many times a second.
 */
export function pathData(points: readonly LinePoint[], { x, y }: ChartScales): string {
  let d = '';
  let isOpen = false;
  let isAlone = false;
  for (const point of points) {
    if (!Number.isFinite(point.y)) {
      if (isAlone) d += 'Z';
      isOpen = false;
      isAlone = false;
      continue;
    }
    d += `${isOpen ? 'L' : 'M'}${tenths(x.toPx(point.x))},${tenths(y.toPx(point.y))}`;
    isAlone = !isOpen;
    isOpen = true;
  }
  return isAlone ? `${d}Z` : d;
}

/** A band between two lines over the same x. */
export interface BandPoint {
  x: number;
  /** NaN where there is no band. */
  low: number;
  high: number;
}

/** Path data of a band: there along the top, back along the bottom, one closed shape a stretch. */
export function bandData(points: readonly BandPoint[], { x, y }: ChartScales): string {
  let d = '';
  let stretch: BandPoint[] = [];
  const close = () => {
    if (stretch.length > 1) {
      const at = (px: number, value: number) => `${tenths(px)},${tenths(y.toPx(value))}`;
      const top = stretch.map((point) => at(x.toPx(point.x), point.high));
      const bottom = stretch.map((point) => at(x.toPx(point.x), point.low)).reverse();
      d += `M${[...top, ...bottom].join('L')}Z`;
    }
    stretch = [];
  };
  for (const point of points) {
    if (Number.isFinite(point.low) && Number.isFinite(point.high)) stretch.push(point);
    else close();
  }
  close();
  return d;
}

function tenths(px: number): number {
  return Math.round(px * 10) / 10;
}
