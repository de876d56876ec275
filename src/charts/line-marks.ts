import * as Plot from '@observablehq/plot';
import type { DrawnLine } from './line-chart.ts';
import { type BandPoint, bandData, type ChartScales, pathData } from './path-data.ts';
import { colourClasses } from './run-colour.ts';

const svgSpace = 'http://www.w3.org/2000/svg';

/** A mark of our own: one path in a group. Its data is written by us, so that it can be rewritten without its axes. */
export function pathMark(className: string, d: string): Plot.RenderFunction {
  return (_index, _scales, _values, _dimensions, context) => {
    const group = context.document.createElementNS(svgSpace, 'g');
    group.setAttribute('class', className);
    group.setAttribute('fill', 'none');
    group.append(pathElement(context.document, d));
    return group as SVGElement;
  };
}

function pathElement(document: Document, d: string): Element {
  const path = document.createElementNS(svgSpace, 'path');
  path.setAttribute('d', d);
  return path;
}

/** A run's line; where it is smoothed the values themselves stand behind it, faint. */
export function lineMarks(drawn: DrawnLine, scales: ChartScales, isStrong: boolean): Plot.Markish[] {
  const { smooth, points, colour, members } = drawn;
  const classes = colourClasses(colour);
  const marks: Plot.Markish[] = members.map((member) =>
    pathMark(`rf-ghost rf-c${colour.slot}`, pathData(member, scales)),
  );
  if (smooth !== undefined) marks.push(pathMark(`rf-ghost rf-c${colour.slot}`, pathData(points, scales)));
  const line = `rf-line ${classes}${isStrong ? ' rf-strong' : ''}`;
  marks.push(pathMark(line, pathData(smooth ?? points, scales)));
  return marks;
}

/** The band of a group of runs, in the colour of its line. */
export function spreadMark(band: readonly BandPoint[], slot: number, scales: ChartScales): Plot.Markish[] {
  const d = bandData(band, scales);
  return d === '' ? [] : [pathMark(`rf-spread rf-f${slot}`, d)];
}

/** Dots for points that no line reaches: a dash pattern would swallow them. */
export function lonelyMarks({ points, colour }: DrawnLine): Plot.Markish[] {
  const isBreak = (i: number) => !Number.isFinite(points[i]?.y ?? Number.NaN);
  const lonely = points.filter((_, i) => !isBreak(i) && isBreak(i - 1) && isBreak(i + 1));
  if (lonely.length === 0) return [];
  return [Plot.dot(lonely, { x: 'x', y: 'y', r: 1.25, className: `rf-lonely rf-c${colour.slot}` })];
}

/** Within a stretch of one kind the marks stand this far apart, so that a run that is NaN to its end stays quiet. */
const stretchGapPx = 120;

/** Triangles at the edges: NaN hollow on the x axis, infinities filled where they went. The first of each stretch, then a few. */
export function oddMarks({ odd, colour }: DrawnLine, { x }: ChartScales): Plot.Markish[] {
  return (['nan', 'high', 'low'] as const).flatMap((kind) => {
    let lastPx = Number.NEGATIVE_INFINITY;
    const spaced = odd.filter((point) => {
      const px = x.toPx(point.x);
      if (point.kind !== kind || px - lastPx < (point.isFirst ? 18 : stretchGapPx)) return false;
      lastPx = px;
      return true;
    });
    if (spaced.length === 0) return [];
    return [
      Plot.dot(spaced, {
        x: 'x',
        frameAnchor: kind === 'high' ? 'top' : 'bottom',
        symbol: 'triangle',
        rotate: kind === 'low' ? 180 : 0,
        r: 3.5,
        dy: kind === 'high' ? 3 : -4,
        className: `rf-odd rf-${kind} rf-c${colour.slot}`,
      }),
    ];
  });
}

/** Words at the edges of the axis for values that lie beyond it. */
export function outsideMarks({ above, below }: { above: number; below: number }): Plot.Markish[] {
  const words = (count: number, arrow: string) => `${arrow} ${count} point${count === 1 ? '' : 's'} outside`;
  const marks: Plot.Markish[] = [];
  const common = { className: 'rf-outside' };
  if (above > 0) marks.push(Plot.text([words(above, '▲')], { ...common, frameAnchor: 'top', dy: 7 }));
  if (below > 0) marks.push(Plot.text([words(below, '▼')], { ...common, frameAnchor: 'bottom', dy: -7 }));
  return marks;
}
