import * as Plot from '@observablehq/plot';
import { formatNumber } from '../format-number.ts';
import { axisValues, columnAxis, type PlacedAxis, placeAxis, plotBox, shorten, valueAt } from './axes.ts';
import { type ColourKey, colourBy } from './colour-key.ts';
import { type BrushAxis, maxTextRows, type Panel, type PanelFrame, type PanelText } from './panel.ts';
import { type Column, fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { isPicked } from './run-groups.ts';
import { countWord, remarks } from './words.ts';

export interface ParallelSpec {
  type: 'parallel';
  axes: PanelField[];
  color?: PanelField;
  /** Axes that are asked to be logarithmic; by their values where undefined. */
  log?: string[];
}

/** Lines that are drawn one by one. */
const lineLimit = 1000;
/** The same in a picture that a page holds. */
export const stillLines = 80;

/**
 * Draws a line for each run through its values on upright axes, the better end of a metric up. Runs without any one of the
 * values are left out and told. The picture has room for `limit` lines: past that it holds the best ones by the last axis
 * with a goal, picked ones first.
 */
export function drawParallel(
  spec: ParallelSpec,
  runs: readonly PanelRun[],
  frame: PanelFrame,
  limit: number = lineLimit,
): Panel {
  const columns = spec.axes.map((field) => readColumn(field, runs));
  const color = readColumn(spec.color ?? defaultColor(spec), runs);
  const colours = colourBy(color, { count: runs.length });
  const margins = { marginLeft: 44, marginRight: 44, marginTop: 40, marginBottom: 14 };
  const range: readonly [number, number] = [frame.heightPx - margins.marginBottom, margins.marginTop];
  const span = frame.widthPx - margins.marginLeft - margins.marginRight;
  const axes = columns.map((column, i) => ({
    column,
    x: margins.marginLeft + (columns.length < 2 ? 0 : (i / (columns.length - 1)) * span),
    axis: placeAxis(
      axisOf(column, spec.log, frame.heightPx),
      column.field.goal === 'min' ? [range[1], range[0]] : range,
    ),
    values: axisValues(column),
  }));
  const complete = whole(columns, runs, frame.selected, spec).slice(0, limit);
  const lines = complete.map((run) => ({
    run,
    points: axes.map(({ x, axis, values }): [number, number] => [x, axis.toPx(values[run] ?? 0)]),
  }));
  const marks = [...lineMarks(lines, { colours, runs, frame }), ...axesMarks(axes, frame)];
  if (lines.length === 0)
    marks.push(Plot.text(['No run has all of these values'], { frameAnchor: 'middle', className: 'rf-none' }));
  const texts = (run: number): [string, string][] =>
    columns.map(({ field, texts: own }) => [field.label, own[run] ?? '–']);
  return {
    svg: plotBox(frame.document, { ...frame, margins }, marks),
    targets: lines.map(({ run, points }) => ({
      x: points.at(-1)?.[0] ?? 0,
      y: points.at(-1)?.[1] ?? 0,
      title: runs[run]?.name ?? '',
      facts: texts(run),
      runIds: [runs[run]?.id ?? ''],
      path: points,
    })),
    keys: colours.keys,
    keyTitle: fieldLabel(color.field),
    axes: axes.map(
      ({ column, x, axis }): BrushAxis => ({
        field: `${column.field.kind}:${column.field.name}`,
        label: column.field.label,
        x,
        range: [range[0], range[1]],
        valueAt: (px) => valueAt(axis, px),
        toPx: axis.toPx,
        categories: column.isNumeric ? undefined : column.categories,
      }),
    ),
  };
}

/** Says what the lines show, and lists the runs, the best first. */
export function describeParallel(spec: ParallelSpec, runs: readonly PanelRun[], { room = lineLimit } = {}): PanelText {
  const columns = spec.axes.map((field) => readColumn(field, runs));
  const complete = whole(columns, runs, undefined, spec);
  const goal = goalAxis(spec);
  const best = goal === undefined ? undefined : complete.find((run) => runs[run]?.isRanked);
  const value = goal && columns.find(({ field }) => field === goal);
  const words = [
    `${spec.axes.map(({ label }) => label).join(', ')}: ${countWord(complete.length, 'run')}${best === undefined || value === undefined ? '' : `, best ${value.texts[best]} (${runs[best]?.name})`}.`,
  ];
  words.push(...remarks(columns, runs, complete));
  return {
    caption: words.join(' '),
    ...(complete.length > room
      ? { stillNote: `The picture holds the ${room} best of them; all are drawn where scripts run.` }
      : {}),
    columns: spec.axes.map(fieldLabel),
    rows: complete
      .slice(0, maxTextRows)
      .map((run) => ({ runId: runs[run]?.id ?? '', cells: columns.map(({ texts }) => texts[run] ?? '–') })),
  };
}

/** The runs whose values all lie in the ranges of their axes: each range is from a least to a greatest axis value. */
export function runsWithin(
  spec: ParallelSpec,
  runs: readonly PanelRun[],
  ranges: ReadonlyMap<string, readonly [number, number]>,
): string[] {
  const columns = spec.axes.map((field) => ({ field, values: axisValues(readColumn(field, runs)) }));
  return runs.flatMap(({ id }, run) => {
    const isWithin = columns.every(({ field, values }) => {
      const range = ranges.get(`${field.kind}:${field.name}`);
      const value = values[run];
      return value !== undefined && (range === undefined || (value >= range[0] && value <= range[1]));
    });
    return isWithin ? [id] : [];
  });
}

function defaultColor({ axes }: ParallelSpec): PanelField {
  return goalAxis({ axes }) ?? (axes.at(-1) as PanelField);
}

function goalAxis({ axes }: Pick<ParallelSpec, 'axes'>): PanelField | undefined {
  return axes.findLast(({ kind, goal }) => kind === 'metric' && goal !== undefined);
}

/** Places of the runs with a value on every axis: picked ones, then ranked ones, then the best. */
function whole(
  columns: readonly Column[],
  runs: readonly PanelRun[],
  selected: ReadonlySet<string> | undefined,
  spec: ParallelSpec,
): number[] {
  const goal = goalAxis(spec);
  const values = columns.find(({ field }) => field === goal)?.numbers ?? [];
  const sign = goal?.goal === 'min' ? 1 : -1;
  const places = runs.flatMap((_, run) => (columns.every(({ texts }) => texts[run] !== undefined) ? [run] : []));
  const isLast = (run: number) => Number(!isPicked([runs[run]?.id ?? ''], selected)) * 2 + Number(!runs[run]?.isRanked);
  return places.sort((a, b) => isLast(a) - isLast(b) || sign * ((values[a] ?? 0) - (values[b] ?? 0)) || a - b);
}

function axisOf(column: Column, log: readonly string[] | undefined, heightPx: number) {
  const known = column.numbers.filter((value) => value !== undefined);
  const low = Math.min(...known);
  const spansDecades = column.field.kind === 'param' && low > 0 && Math.max(...known) / low >= 100;
  const isAsked = log?.some(
    (name) => name === column.field.name || name === `${column.field.kind}:${column.field.name}`,
  );
  const scale = (log === undefined ? spansDecades : isAsked) ? 'log' : 'linear';
  return columnAxis(column, { label: column.field.label, count: Math.max(2, Math.floor(heightPx / 60)), scale });
}

interface DrawnLine {
  run: number;
  points: [number, number][];
}

/** The best lines lie on top, faint ones at the bottom. */
function lineMarks(
  lines: readonly DrawnLine[],
  { colours, runs, frame }: { colours: ColourKey; runs: readonly PanelRun[]; frame: PanelFrame },
): Plot.Markish[] {
  const groups = new Map<string, DrawnLine[]>();
  for (const line of [...lines].reverse()) {
    const isFaint = !isPicked([runs[line.run]?.id ?? ''], frame.selected);
    const own = `${strokeOf(colours.classes[line.run] ?? '')}${runs[line.run]?.isRanked ? '' : ' rf-unranked'}${isFaint ? ' rf-faded' : ''}`;
    groups.set(own, [...(groups.get(own) ?? []), line]);
  }
  return [...groups]
    .sort(([a], [b]) => Number(b.includes('rf-faded')) - Number(a.includes('rf-faded')))
    .map(([own, list]) => {
      const points = list.flatMap(({ points: all, run }) => all.map(([x, y]) => ({ x, y, run })));
      return Plot.line(points, { x: 'x', y: 'y', z: 'run', className: `rf-thread ${own}` });
    });
}

/** A fill class as a stroke: `rf-f3` → `rf-c3`, `rf-h2` → `rf-s2`. */
function strokeOf(fill: string): string {
  return fill.replace('rf-f', 'rf-c').replace('rf-h', 'rf-s').replace('rf-plain', 'rf-plain-line');
}

function axesMarks(
  axes: readonly { column: Column; x: number; axis: PlacedAxis }[],
  { widthPx, heightPx }: PanelFrame,
): Plot.Markish[] {
  const roomPx = axes.length < 2 ? widthPx : (widthPx - 88) / (axes.length - 1);
  const ticks = axes.flatMap(({ x, axis }) =>
    axis.ticks.map((tick, i) => ({
      x,
      y: axis.toPx(tick),
      text: shorten(axis.texts[i] ?? '', Math.floor(roomPx / 7)),
    })),
  );
  const names = axisNames(
    axes.map(({ x, column }) => ({ x, label: column.field.label })),
    { widthPx, roomPx },
  );
  const spread = thinned(ticks, axes.length);
  return [
    Plot.ruleX(axes, { x: 'x', y1: () => 40, y2: () => heightPx - 14, className: 'rf-upright' }),
    Plot.text(spread, { x: 'x', y: 'y', text: 'text', dx: 6, textAnchor: 'start', className: 'rf-tick-label' }),
    ...(['start', 'middle', 'end'] as const).map((anchor) =>
      Plot.text(
        names.filter((name) => name.anchor === anchor),
        { x: 'x', y: 'y', text: 'text', textAnchor: anchor, className: 'rf-axis-name' },
      ),
    ),
  ];
}

/** Width of a character of a name, on average. */
const nameCharacterPx = 6.4;

/** Names over their axes: in one row where all stand there whole, else in two by turns, cut to what room is left. */
function axisNames(
  axes: readonly { x: number; label: string }[],
  { widthPx, roomPx }: { widthPx: number; roomPx: number },
): { x: number; y: number; text: string; anchor: 'start' | 'middle' | 'end' }[] {
  const placed = axes.map(({ x, label }, i) => {
    const length = label.length * nameCharacterPx;
    if (i === 0) return { x: Math.min(x, 8), label, anchor: 'start' as const, from: 8, to: 8 + length };
    if (i < axes.length - 1) return { x, label, anchor: 'middle' as const, from: x - length / 2, to: x + length / 2 };
    return { x: Math.max(x, widthPx - 8), label, anchor: 'end' as const, from: widthPx - 8 - length, to: widthPx - 8 };
  });
  const isOneRow = placed.every(({ from }, i) => from >= (placed[i - 1]?.to ?? 0) + 8);
  return placed.map(({ x, label, anchor }, i) => {
    // At the sides a name has the half of its neighbour's room, and what the margin gives.
    const mostPx = anchor === 'middle' ? roomPx * 1.9 : 30 + roomPx * 1.05;
    const text = isOneRow ? label : shorten(label, Math.floor(mostPx / nameCharacterPx));
    return { x, y: isOneRow || i % 2 === 0 ? 12 : 26, text, anchor };
  });
}

/** Leaves ticks out that would stand closer than a line of text. */
function thinned<T extends { x: number; y: number }>(ticks: readonly T[], axisCount: number): T[] {
  const kept: T[] = [];
  if (axisCount === 0) return kept;
  for (const tick of ticks) {
    if (kept.every((other) => other.x !== tick.x || Math.abs(other.y - tick.y) >= 13)) kept.push(tick);
  }
  return kept;
}

/** The words for a brushed range, as the page says it. */
export function rangeWords({ label, categories }: BrushAxis, [from, to]: readonly [number, number]): string {
  if (categories === undefined) return `${label} from ${formatNumber(from)} to ${formatNumber(to)}`;
  const words = categories.filter((_, i) => i >= from && i <= to);
  return `${label}: ${words.length === 0 ? 'none' : words.join(', ')}`;
}
