import * as Plot from '@observablehq/plot';
import type { ChartScale } from './chart-scale.ts';
import type { DrawnLine } from './line-chart.ts';
import { colourClasses } from './run-colour.ts';

/** Up to this many lines carry their name at their end; a chart with more has a legend. */
export const endLabelLimit = 8;

const characterPx = 6.9;
const lineHeightPx = 13;
const leaderPx = 14;

/** Names longer than this would take the chart's room: a legend stands then. */
const labelLimit = 14;

/**
 * Gives the names to set at the ends of 2 to 8 lines, in their order; what all names share at their start or end is left
 * out ("identity, seed 0" and "identity, seed 1" give "seed 0" and "seed 1"). Undefined when there are more lines, one, or
 * a name that is still too long: then a legend names them.
 */
export function chooseEndLabels(names: readonly string[], widthPx: number): string[] | undefined {
  if (names.length < 2 || names.length > endLabelLimit) return undefined;
  const labels = distinctParts(names);
  const limit = widthPx < 420 ? labelLimit - 2 : labelLimit;
  return labels.every((label) => [...label].length <= limit) ? labels : undefined;
}

/**
 * Leaves out the words that all names share at their start and at their end; at least one word stays, and a bare number
 * keeps the word before it. Names that are equal stay as they are.
 */
export function distinctParts(names: readonly string[]): string[] {
  const plain = names.map((name) => name.replace(/\s+/g, ' ').trim());
  if (new Set(plain).size < 2) return plain;
  const parts = plain.map((name) => name.split(/(?<=[\s,/_=-])(?![\s,/_=-])/)); // "a, seed 0" → ["a, ", "seed ", "0"]
  const shortest = Math.min(...parts.map((words) => words.length));
  const first = parts[0] ?? [];
  const areSame = (at: number) => parts.every((words) => words.at(at) === first.at(at));
  let start = 0;
  while (start < shortest - 1 && areSame(start)) start++;
  let end = 0;
  while (end < shortest - 1 - start && areSame(-1 - end)) end++;
  const isBare = parts.some((words) => /^[\d.,\s]*$/.test(words.slice(start, words.length - end).join('')));
  if (isBare && start > 0) start--;
  return parts.map((words) =>
    words
      .slice(start, words.length - end)
      .join('')
      .replace(/[\s,/_=-]+$/, ''),
  );
}

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
