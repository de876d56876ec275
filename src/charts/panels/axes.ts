import * as Plot from '@observablehq/plot';
import { formatScientific } from '../format-number.ts';
import { plotClass } from '../line-chart.ts';
import { formatTicks, linearTicks, logTicks } from '../ticks.ts';
import type { Column } from './panel-data.ts';

/** An axis before it is laid out: a scale over numbers, or a row of words. */
export interface AxisPlan {
  kind: 'linear' | 'log' | 'words';
  domain: readonly [number, number];
  ticks: readonly number[];
  texts: readonly string[];
  /** Shorter words that stand for `texts` where those have no room. */
  shorts?: readonly string[];
  label: string;
}

/** An axis with its place in the picture. */
export interface PlacedAxis extends AxisPlan {
  range: readonly [number, number];
  toPx: (value: number) => number;
  /** Room of one word, in pixels; 0 for a scale. */
  stepPx: number;
}

/** Where the drawing lies within the picture. */
export interface PanelBox {
  x: PlacedAxis;
  y: PlacedAxis;
  margins: { marginLeft: number; marginRight: number; marginTop: number; marginBottom: number };
  widthPx: number;
  heightPx: number;
}

/** Width of a character at 12 px, on average. */
const characterPx = 6.7;

/** An axis over numbers. `logarithmic` holds only when all of them are positive. */
export function numberAxis(
  values: readonly number[],
  { label, count, scale = 'linear', from }: { label: string; count: number; scale?: 'linear' | 'log'; from?: number },
): AxisPlan {
  const known = from === undefined ? values : [...values, from];
  const low = least(known);
  const high = greatest(known);
  if (scale === 'log' && low > 0) {
    const { domain, ticks } = closeLogTicks(low, high, count);
    return { kind: 'log', domain, ticks, texts: ticks.map(logText), label };
  }
  const { domain, ticks } = linearTicks(low, high, count, { near: true });
  return {
    kind: 'linear',
    domain: from === undefined ? domain : [from, domain[1]],
    ticks,
    texts: formatTicks(ticks),
    label,
  };
}

/** Powers of ten between whole ones, but with the axis ending near the data. */
function closeLogTicks(low: number, high: number, count: number): { domain: [number, number]; ticks: number[] } {
  const { ticks } = logTicks(low, high, count);
  const pad = Math.max(1.12, (high / low) ** 0.04);
  const domain: [number, number] = [low / pad, Math.min(high * pad, 1e308)];
  const within = ticks.filter((tick) => tick >= domain[0] && tick <= domain[1]);
  return {
    domain,
    ticks: within.length > 1 ? within : [low, high].filter((value, i, all) => all.indexOf(value) === i),
  };
}

function logText(value: number): string {
  if (value >= 1e-3 && value < 1e5) return String(Number(value.toPrecision(3)));
  return formatScientific(value, 1);
}

/** An axis of words: value `i` is the middle of word `i`. `shorts` are said in their place where they have no room. */
export function wordAxis(words: readonly string[], label: string, shorts: readonly string[] = words): AxisPlan {
  return {
    kind: 'words',
    domain: [-0.5, Math.max(0.5, words.length - 0.5)],
    ticks: words.map((_, i) => i),
    texts: words,
    shorts,
    label,
  };
}

/** The axis that suits a column: a scale for numbers, words for the rest. */
export function columnAxis(
  column: Column,
  { label, count, scale }: { label: string; count: number; scale?: 'linear' | 'log' | undefined },
): AxisPlan {
  if (!column.isNumeric) return wordAxis(column.categories, label);
  return numberAxis(
    column.numbers.filter((value) => value !== undefined),
    { label, count, ...(scale === undefined ? {} : { scale }) },
  );
}

/** Where each value of a column stands on its axis; undefined for a missing one. */
export function axisValues(column: Column): (number | undefined)[] {
  if (column.isNumeric) return column.numbers;
  const places = new Map(column.categories.map((text, i) => [text, i]));
  return column.texts.map((text) => (text === undefined ? undefined : places.get(text)));
}

/** Gives both axes their room: as much at the left as the texts of y need, a line above for the name of y. */
export function layOut(
  x: AxisPlan,
  y: AxisPlan,
  {
    widthPx,
    heightPx,
    marginRight = 16,
    marginTop = y.label === '' ? 10 : 26,
  }: { widthPx: number; heightPx: number; marginRight?: number; marginTop?: number },
): PanelBox {
  const yTexts = y.texts.map((text) => shorten(text, Math.floor((widthPx * 0.34) / characterPx)));
  const longest = Math.max(0, ...yTexts.map((text) => text.length));
  const marginLeft = Math.round(Math.max(28, 14 + characterPx * longest));
  const marginBottom = x.label === '' ? 24 : 38;
  const lastText = x.kind === 'words' ? '' : (x.texts.at(-1) ?? '');
  const margins = {
    marginLeft,
    marginRight: Math.max(marginRight, Math.ceil(4 + 3.5 * lastText.length)),
    marginTop,
    marginBottom,
  };
  const placedX = placeAxis(x, [marginLeft, widthPx - margins.marginRight]);
  return {
    x: { ...placedX, texts: fitTexts(placedX) },
    y: placeAxis(
      { ...y, texts: yTexts },
      y.kind === 'words' ? [marginTop, heightPx - marginBottom] : [heightPx - marginBottom, marginTop],
    ),
    margins,
    widthPx,
    heightPx,
  };
}

/** Words on an axis that runs sideways are cut to their room, and every second one left out where there is none. */
function fitTexts({ texts, shorts = texts, kind, stepPx }: PlacedAxis): string[] {
  if (kind !== 'words') return [...texts];
  const every = Math.max(1, Math.ceil(24 / Math.max(1, stepPx)));
  const room = Math.floor((stepPx * every) / characterPx);
  const words = texts.every((text) => text.length <= room) ? texts : shorts;
  return words.map((text, i) => (i % every === 0 ? shorten(text, room) : ''));
}

/** Cuts a text to at most `length` characters, the last of them an ellipsis. */
export function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length <= Math.max(2, length) ? text : `${characters.slice(0, Math.max(1, length - 1)).join('')}…`;
}

/** Gives an axis its ends in pixels. */
export function placeAxis(axis: AxisPlan, range: readonly [number, number]): PlacedAxis {
  const toUnit = axis.kind === 'log' ? Math.log10 : (value: number) => value;
  const [d0, d1] = [toUnit(axis.domain[0]), toUnit(axis.domain[1])];
  const [r0, r1] = range;
  const toPx = (value: number) => {
    const share = (toUnit(value) - d0) / (d1 - d0);
    return r0 + Math.max(0, Math.min(1, Number.isFinite(share) ? share : 0)) * (r1 - r0);
  };
  return {
    ...axis,
    range,
    toPx,
    stepPx: axis.kind === 'words' ? Math.abs(r1 - r0) / Math.max(1, axis.texts.length) : 0,
  };
}

/** The value at a pixel; the inverse of `toPx`. */
export function valueAt(axis: PlacedAxis, px: number): number {
  const [r0, r1] = axis.range;
  const share = Math.max(0, Math.min(1, (px - r0) / (r1 - r0)));
  if (axis.kind !== 'log') return axis.domain[0] + share * (axis.domain[1] - axis.domain[0]);
  const [d0, d1] = axis.domain.map(Math.log10) as [number, number];
  return 10 ** (d0 + share * (d1 - d0));
}

/** Grid, axes and their names. */
export function axisMarks({ x, y }: PanelBox, { grid = true }: { grid?: boolean } = {}): Plot.Markish[] {
  const textOf = (axis: PlacedAxis) => {
    const texts = new Map(axis.ticks.map((tick, i) => [tick, axis.texts[i] ?? '']));
    return (tick: number) => texts.get(tick) ?? '';
  };
  const marks: Plot.Markish[] = [];
  if (grid && y.kind !== 'words') marks.push(Plot.gridY(y.ticks, { className: 'rf-grid', strokeOpacity: 1 }));
  if (grid && x.kind !== 'words') marks.push(Plot.gridX(x.ticks, { className: 'rf-grid', strokeOpacity: 1 }));
  marks.push(
    Plot.axisY(y.ticks, { className: 'rf-axis', tickSize: 0, tickPadding: 6, label: null, tickFormat: textOf(y) }),
    Plot.axisX(x.ticks, {
      className: 'rf-axis',
      tickSize: x.kind === 'words' ? 0 : 4,
      label: null,
      tickFormat: textOf(x),
    }),
  );
  if (x.label !== '')
    marks.push(
      Plot.text([x.label], { frameAnchor: 'bottom-right', lineAnchor: 'top', dy: 22, className: 'rf-axis-label' }),
    );
  if (y.label !== '')
    marks.push(
      Plot.text([y.label], {
        frameAnchor: 'top-left',
        textAnchor: 'start',
        lineAnchor: 'bottom',
        dx: -18,
        dy: -10,
        className: 'rf-axis-label',
      }),
    );
  return marks;
}

/** Draws marks over both axes with Plot. */
export function plotPanel(
  document: Document,
  { x, y, margins, widthPx, heightPx }: PanelBox,
  marks: Plot.Markish[],
): SVGSVGElement {
  const svg = Plot.plot({
    document,
    className: plotClass,
    width: widthPx,
    height: heightPx,
    ...margins,
    x: { type: x.kind === 'log' ? 'log' : 'linear', domain: x.domain, range: x.range, clamp: true },
    y: { type: y.kind === 'log' ? 'log' : 'linear', domain: y.domain, range: y.range, clamp: true },
    marks,
  }) as unknown as SVGSVGElement;
  return withoutStyle(svg);
}

/** Draws marks whose places are pixels: no scales, for panels with axes of their own. */
export function plotBox(
  document: Document,
  { widthPx, heightPx, margins }: { widthPx: number; heightPx: number; margins: PanelBox['margins'] },
  marks: Plot.Markish[],
): SVGSVGElement {
  const whole = (from: number, to: number) => ({
    type: 'linear' as const,
    domain: [from, to],
    range: [from, to],
    axis: null,
  });
  const svg = Plot.plot({
    document,
    className: plotClass,
    width: widthPx,
    height: heightPx,
    ...margins,
    x: whole(0, widthPx),
    y: whole(0, heightPx),
    marks,
  }) as unknown as SVGSVGElement;
  return withoutStyle(svg);
}

/** Leaves out Plot's own style text: its rules stand in our stylesheet, as the policy asks. */
function withoutStyle(svg: SVGSVGElement): SVGSVGElement {
  for (const style of [...svg.querySelectorAll('style')]) style.remove();
  svg.setAttribute('font-size', '12');
  return svg;
}

/** About as many ticks as there is room for. */
export function tickCounts({ widthPx, heightPx }: { widthPx: number; heightPx: number }): { x: number; y: number } {
  return { x: Math.max(2, Math.floor(widthPx / 90)), y: Math.max(2, Math.floor(heightPx / 46)) };
}

function least(values: readonly number[]): number {
  return values.reduce((low, value) => Math.min(low, value), values[0] ?? 0);
}

function greatest(values: readonly number[]): number {
  return values.reduce((high, value) => Math.max(high, value), values[0] ?? 1);
}
