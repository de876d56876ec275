import type { Series } from '../series/series.ts';

/** A point ready to draw; `y` is NaN where the line is broken. */
export interface LinePoint {
  x: number;
  y: number;
  /** True for a point that nobody wrote: where a line was cut at the edge of the view. */
  isCut?: true;
}

/** Where a value could not be drawn on the scale, and why. */
export interface OddPoint {
  x: number;
  kind: 'nan' | 'high' | 'low';
  /** True when the value before it was drawn, or odd in another way. */
  isFirst: boolean;
}

/** A series taken apart for drawing. */
export interface LinePoints {
  /** In order of x. A point with a NaN `y` stands between two stretches that must not be joined. */
  points: LinePoint[];
  /** NaN, infinities, and on a log scale values of 0 or less (`low`). */
  odd: OddPoint[];
}

/**
 * Takes a series apart into stretches to draw and places to mark. NaN, infinities and gaps break the line. On a log scale
 * (`positiveOnly`) values of 0 or less count as `low`.
 */
export function linePoints(
  series: Pick<Series, 'steps' | 'values' | 'reduced'>,
  { positiveOnly = false }: { positiveOnly?: boolean } = {},
): LinePoints {
  const { steps, values } = series;
  const isGap = gapTest(steps, series.reduced);
  const points: LinePoint[] = [];
  const odd: OddPoint[] = [];
  let previousKind: OddPoint['kind'] | undefined;
  for (let i = 0; i < steps.length; i++) {
    const x = steps[i] ?? Number.NaN;
    const y = values[i] ?? Number.NaN;
    if (!Number.isFinite(x)) continue;
    if (i > 0 && isGap(i)) points.push({ x, y: Number.NaN });
    const kind = oddKind(y, positiveOnly);
    if (kind !== undefined) odd.push({ x, kind, isFirst: kind !== previousKind });
    previousKind = kind;
    points.push({ x, y: kind === undefined ? y : Number.NaN });
  }
  return { points, odd };
}

/** Cuts a line at the edges of a view: what crosses an edge ends on it, in a point marked `isCut`; the rest outside goes. */
export function cutPoints({ points, odd }: LinePoints, [from, to]: readonly [number, number]): LinePoints {
  const kept: LinePoint[] = [];
  let previous: LinePoint | undefined;
  for (const point of points) {
    for (const edge of [from, to]) {
      if (previous === undefined || !(previous.x < edge && edge < point.x)) continue;
      const share = (edge - previous.x) / (point.x - previous.x);
      const y = previous.y * (1 - share) + point.y * share; // NaN beside a break
      kept.push({ x: edge, y, isCut: true });
    }
    if (point.x >= from && point.x <= to) kept.push(point);
    previous = point;
  }
  return { points: kept, odd: odd.filter(({ x }) => x >= from && x <= to) };
}

function oddKind(y: number, positiveOnly: boolean): OddPoint['kind'] | undefined {
  if (Number.isNaN(y)) return 'nan';
  if (y === Number.POSITIVE_INFINITY) return 'high';
  if (y === Number.NEGATIVE_INFINITY || (positiveOnly && y <= 0)) return 'low';
  return undefined;
}

/**
 * Says whether steps are missing before point `i`: the spacing there is over 3 times the median spacing and over 3 times
 * both neighbours', so that a run that logs more rarely from some step on, or at powers of two, is not torn into dots.
 * A reduced series is spaced by what was kept, so there only a hole wider than three columns counts.
 */
function gapTest(steps: readonly number[], reduced: boolean): (i: number) => boolean {
  const spacing = (i: number) => (steps[i] ?? Number.NaN) - (steps[i - 1] ?? Number.NaN);
  const count = steps.length;
  if (count < 3) return () => false;
  const spacings = steps.slice(1).map((_, k) => spacing(k + 1));
  const median = spacings.sort((a, b) => a - b)[(count - 1) >> 1] ?? 0;
  const column = reduced ? (4 * ((steps[count - 1] ?? 0) - (steps[0] ?? 0))) / count : 0;
  const least = 3 * Math.max(median, column);
  return (i) => {
    const here = spacing(i);
    if (!(here > least)) return false;
    return !(here <= 3 * spacing(i - 1)) && !(here <= 3 * spacing(i + 1));
  };
}
