import * as Plot from '@observablehq/plot';
import type { ChartScale } from './chart-scale.ts';
import type { DrawnLine } from './line-chart.ts';
import { colourClasses } from './run-colour.ts';

const characterPx = 6.9;
const lineHeightPx = 13;
const leaderPx = 14;

/** Room at the right for the names, or a little where there are none. */
export function endLabelMargin(labels: readonly string[] | undefined): number {
  if (labels === undefined) return 14;
  return Math.round(leaderPx + 8 + Math.max(...labels.map((label) => label.length)) * characterPx);
}

/** Names beside the ends of lines, moved apart so that none covers another, each joined to its end in its colour. */
export function endLabels(
  lines: readonly DrawnLine[],
  labels: readonly string[],
  { scaleX, scaleY }: { scaleX: ChartScale; scaleY: ChartScale },
): Plot.Markish[] {
  const [bottom, top] = scaleY.range;
  const ends = lines.flatMap((drawn, i) => {
    const last = drawn.points.findLast((point) => Number.isFinite(point.y));
    return last === undefined
      ? []
      : [{ drawn, label: labels[i] ?? '', fromX: scaleX.toPx(last.x), fromY: scaleY.toPx(last.y) }];
  });
  ends.sort((a, b) => a.fromY - b.fromY);
  const places = spread(
    ends.map((end) => end.fromY),
    { top: top + 4, bottom, gap: lineHeightPx },
  );
  const right = scaleX.range[1];
  return ends.flatMap(({ drawn, label, fromX, fromY }, i) => {
    const toY = places[i] ?? fromY;
    return [
      leader({ fromX, fromY, toX: right + leaderPx, toY, right }, `rf-leader ${colourClasses(drawn.colour)}`),
      Plot.text([label], {
        frameAnchor: 'top-right',
        textAnchor: 'start',
        lineAnchor: 'middle',
        dx: leaderPx + 4,
        dy: toY - top,
        className: 'rf-label',
      }),
    ];
  });
}

/** Moves rising places apart to at least `gap`, within top and bottom while there is room. */
export function spread(
  wanted: readonly number[],
  { top, bottom, gap }: { top: number; bottom: number; gap: number },
): number[] {
  const places: number[] = [];
  let least = top;
  for (const place of wanted) {
    const here = Math.max(least, Math.min(place, bottom));
    places.push(here);
    least = here + gap;
  }
  let most = bottom;
  for (let i = places.length - 1; i >= 0; i--) {
    const here = Math.min(places[i] ?? most, most);
    places[i] = here;
    most = here - gap;
  }
  return places;
}

/** A thin line from the end of a series to its name, straight in pixels: a mark of our own, for it knows no scale. */
function leader(
  { fromX, fromY, toX, toY, right }: { fromX: number; fromY: number; toX: number; toY: number; right: number },
  className: string,
): Plot.RenderFunction {
  return (_index, _scales, _values, _dimensions, context) => {
    const path = context.document.createElementNS('http://www.w3.org/2000/svg', 'path');
    const start = fromX < right ? `M${fromX.toFixed(1)},${fromY.toFixed(1)}H${right}` : `M${right},${fromY.toFixed(1)}`;
    path.setAttribute('d', `${start}L${toX - 5},${toY.toFixed(1)}H${toX}`);
    path.setAttribute('class', className);
    path.setAttribute('fill', 'none');
    return path as SVGElement;
  };
}
