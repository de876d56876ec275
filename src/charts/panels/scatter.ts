import * as Plot from '@observablehq/plot';
import type { Goal } from '../../format/experiment-settings.ts';
import { paretoFront } from '../../series/pareto-front.ts';
import { rankCorrelation } from '../../series/rank-correlation.ts';
import { formatNumber } from '../format-number.ts';
import { axisMarks, axisValues, columnAxis, layOut, type PanelBox, plotPanel, tickCounts } from './axes.ts';
import { colourBy } from './colour-key.ts';
import { densityMarks, densityNote, densityTargets, dotLimit, stillDots } from './density.ts';
import { maxTextRows, type Panel, type PanelFrame, type PanelTarget, type PanelText } from './panel.ts';
import { type Column, fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { countWord, remarks } from './words.ts';

export interface ScatterSpec {
  type: 'scatter';
  x: PanelField;
  y: PanelField;
  color?: PanelField;
  xScale?: 'linear' | 'log';
  yScale?: 'linear' | 'log';
  /** Draw the runs that no other beats on both; both fields need a goal. */
  pareto?: boolean;
}

/** A run with a place on both axes. */
interface ScatterPoint {
  run: number;
  x: number;
  y: number;
}

interface ScatterView {
  x: Column;
  y: Column;
  color: Column | undefined;
  points: ScatterPoint[];
  /** Runs left out because a log axis has no place for them. */
  notPositive: number;
  /** Places in `points`, in the order of x. */
  front: number[];
  /** Place of the best run in `points`, where one axis has a goal and the other has none. */
  best: number | undefined;
}

/**
 * Draws a dot for each run at its values of two fields, numbers or words. Runs out of the ranking are hollow, a picked set
 * leaves the others faint, and the Pareto front or the best run is marked. Past `limit` dots, small squares shaded by the
 * number of runs stand in their place.
 */
export function drawScatter(
  spec: ScatterSpec,
  runs: readonly PanelRun[],
  frame: PanelFrame,
  limit: number = dotLimit,
): Panel {
  const view = read(spec, runs);
  const counts = tickCounts(frame);
  const box = layOut(
    columnAxis(onlyDrawn(view, view.x, 'x'), { label: fieldLabel(spec.x), count: counts.x, scale: spec.xScale }),
    columnAxis(onlyDrawn(view, view.y, 'y'), { label: fieldLabel(spec.y), count: counts.y, scale: spec.yScale }),
    frame,
  );
  const colours = colourBy(view.color, { count: runs.length });
  const isDense = view.points.length > limit;
  const targets = isDense ? densityTargets(placed(view, box, runs)) : dotTargets(view, box, runs, spec);
  const marks = axisMarks(box);
  if (isDense) marks.push(...densityMarks(targets, frame.selected));
  else marks.push(...dotMarks(view, colours.classes, runs, frame.selected));
  if (view.front.length > 1) marks.push(Plot.line(staircase(view), { x: 'x', y: 'y', className: 'rf-front' }));
  const ringed = view.front.length > 0 ? view.front : view.best === undefined ? [] : [view.best];
  if (ringed.length > 0)
    marks.push(
      Plot.dot(
        ringed.map((i) => view.points[i]),
        { x: 'x', y: 'y', r: 7, className: 'rf-ring' },
      ),
    );
  if (view.points.length === 0)
    marks.push(Plot.text(['No run has both values'], { frameAnchor: 'middle', className: 'rf-none' }));
  return {
    svg: plotPanel(frame.document, box, marks),
    targets,
    keys: isDense ? [] : colours.keys,
    ...keyTitleOf(spec.color),
  };
}

/** Says what a scatter plot shows, and lists its runs: those of the front, or the best ones, first. */
export function describeScatter(spec: ScatterSpec, runs: readonly PanelRun[]): PanelText {
  const view = read(spec, runs);
  const { x, y } = spec;
  const best = view.best === undefined ? undefined : view.points[view.best];
  const words = [
    `${y.label} against ${x.label}, ${countWord(view.points.length, 'run')}${best === undefined ? '' : `, best ${bestWords(view, best, runs)}`}.`,
  ];
  if (view.front.length > 0)
    words.push(
      `${countWord(view.front.length, 'run')} on the Pareto front: none is better on one and no worse on the other.`,
    );
  const correlation = correlationOf(view, runs);
  if (correlation !== undefined)
    words.push(`Rank correlation ${formatNumber(Math.round(correlation.rho * 100) / 100)} (n = ${correlation.n}).`);
  if (view.notPositive > 0)
    words.push(`${countWord(view.notPositive, 'run')} at 0 or less, left out of the log scale.`);
  words.push(
    ...remarks(
      [view.x, view.y],
      runs,
      view.points.map(({ run }) => run),
    ),
  );
  const columns = [spec.x, spec.y, ...(spec.color === undefined ? [] : [spec.color])];
  const texts = [view.x, view.y, ...(view.color === undefined ? [] : [view.color])].map((column) => column.texts);
  return {
    caption: words.join(' '),
    ...(view.points.length > stillDots ? { stillNote: densityNote } : {}),
    columns: [...(view.front.length > 0 ? ['Front'] : []), ...columns.map((field) => fieldLabel(field))],
    rows: ordered(view)
      .slice(0, maxTextRows)
      .map((i) => {
        const run = view.points[i]?.run ?? 0;
        const cells = texts.map((column) => column[run] ?? '–');
        return {
          runId: runs[run]?.id ?? '',
          cells: view.front.length > 0 ? [view.front.includes(i) ? 'yes' : '', ...cells] : cells,
        };
      }),
  };
}

function read(spec: ScatterSpec, runs: readonly PanelRun[]): ScatterView {
  const x = readColumn(spec.x, runs);
  const y = readColumn(spec.y, runs);
  const color = spec.color && readColumn(spec.color, runs);
  const [xs, ys] = [axisValues(x), axisValues(y)];
  const points: ScatterPoint[] = [];
  let notPositive = 0;
  for (let run = 0; run < runs.length; run++) {
    const [px, py] = [xs[run], ys[run]];
    if (px === undefined || py === undefined) continue;
    const isOff =
      (spec.xScale === 'log' && x.isNumeric && px <= 0) || (spec.yScale === 'log' && y.isNumeric && py <= 0);
    if (isOff) notPositive++;
    else points.push({ run, x: px, y: py });
  }
  const goals = { x: spec.x.goal, y: spec.y.goal };
  return {
    x,
    y,
    color,
    points,
    notPositive,
    front: spec.pareto === true ? frontOf(points, runs, goals) : [],
    best: goals.x === undefined || goals.y === undefined ? bestOf(points, runs, goals) : undefined,
  };
}

/** What the colours stand for, where a field gives them. */
export function keyTitleOf(color: PanelField | undefined): { keyTitle?: string } {
  return color === undefined ? {} : { keyTitle: fieldLabel(color) };
}

function frontOf(
  points: readonly ScatterPoint[],
  runs: readonly PanelRun[],
  { x, y }: { x: Goal | undefined; y: Goal | undefined },
): number[] {
  if (x === undefined || y === undefined) return [];
  const ranked = points.flatMap(({ run }, i) => (runs[run]?.isRanked ? [i] : []));
  return paretoFront(
    ranked.map((i) => points[i] as ScatterPoint),
    { x, y },
  ).map((i) => ranked[i] as number);
}

function bestOf(
  points: readonly ScatterPoint[],
  runs: readonly PanelRun[],
  goals: { x: Goal | undefined; y: Goal | undefined },
): number | undefined {
  const axis = goals.y === undefined ? 'x' : 'y';
  const goal = goals[axis];
  if (goal === undefined) return undefined;
  let best: number | undefined;
  for (const [i, point] of points.entries()) {
    if (runs[point.run]?.isRanked !== true) continue;
    const other = best === undefined ? undefined : points[best]?.[axis];
    if (other === undefined || (goal === 'min' ? point[axis] < other : point[axis] > other)) best = i;
  }
  return best;
}

/** A column as its axis sees it: without the values of runs that are not drawn. */
function onlyDrawn({ points }: ScatterView, column: Column, axis: 'x' | 'y'): Column {
  return column.isNumeric ? { ...column, numbers: points.map((point) => point[axis]) } : column;
}

function correlationOf({ x, y, points }: ScatterView, runs: readonly PanelRun[]) {
  const ranked = points.filter(({ run }) => runs[run]?.isRanked);
  if (!x.isNumeric || !y.isNumeric || ranked.length < 4) return undefined;
  return rankCorrelation(
    ranked.map((point) => point.x),
    ranked.map((point) => point.y),
  );
}

function bestWords({ x, y }: ScatterView, { run }: ScatterPoint, runs: readonly PanelRun[]): string {
  const [value, other] = y.field.goal === undefined ? [x, y] : [y, x];
  return `${value.texts[run]} at ${other.field.label} ${other.texts[run]} (${runs[run]?.name})`;
}

/** Places of the points: the front, else by the goal of an axis, else by x. */
function ordered({ points, front, x, y }: ScatterView): number[] {
  const axis = y.field.goal !== undefined ? 'y' : x.field.goal !== undefined ? 'x' : undefined;
  const sign = (axis === 'y' ? y.field.goal : x.field.goal) === 'max' ? -1 : 1;
  const places = points.map((_, i) => i);
  const isFront = new Set(front);
  const value = (i: number) => sign * (points[i]?.[axis ?? 'x'] ?? 0);
  return places.sort((a, b) => Number(isFront.has(b)) - Number(isFront.has(a)) || value(a) - value(b) || a - b);
}

function dotMarks(
  view: ScatterView,
  classes: readonly string[],
  runs: readonly PanelRun[],
  selected: ReadonlySet<string> | undefined,
): Plot.Markish[] {
  const groups = new Map<string, ScatterPoint[]>();
  const isPicked = (run: number) => selected === undefined || selected.size === 0 || selected.has(runs[run]?.id ?? '');
  for (const point of view.points) {
    const own = [
      classes[point.run] ?? '',
      ...(runs[point.run]?.isRanked ? [] : ['rf-hollow']),
      ...(isPicked(point.run) ? [] : ['rf-faded']),
    ].join(' ');
    groups.set(own, [...(groups.get(own) ?? []), point]);
  }
  return [...groups]
    .sort(([a], [b]) => Number(b.includes('rf-faded')) - Number(a.includes('rf-faded')))
    .map(([own, points]) => Plot.dot(points, { x: 'x', y: 'y', r: 4, className: `rf-point ${own}` }));
}

function dotTargets(view: ScatterView, box: PanelBox, runs: readonly PanelRun[], spec: ScatterSpec): PanelTarget[] {
  const facts = (run: number): [string, string][] =>
    [view.x, view.y, ...(view.color === undefined ? [] : [view.color])].map(({ field, texts }) => [
      field.label,
      texts[run] ?? 'no value',
    ]);
  const onFront = new Set(spec.pareto === true ? view.front : []);
  return view.points
    .map(
      (point, i): PanelTarget => ({
        x: box.x.toPx(point.x),
        y: box.y.toPx(point.y),
        title: runs[point.run]?.name ?? '',
        facts: [...facts(point.run), ...(onFront.has(i) ? ([['Pareto front', 'yes']] as [string, string][]) : [])],
        runIds: [runs[point.run]?.id ?? ''],
      }),
    )
    .sort((a, b) => a.x - b.x || b.y - a.y);
}

function placed({ points }: ScatterView, { x, y }: PanelBox, runs: readonly PanelRun[]) {
  return points.map((point) => ({ x: x.toPx(point.x), y: y.toPx(point.y), runId: runs[point.run]?.id ?? '' }));
}

/** The front as a staircase: what lies beyond it is beaten by nobody. */
function staircase({ front, points }: ScatterView): { x: number; y: number }[] {
  return front.flatMap((i, place) => {
    const point = points[i] as ScatterPoint;
    const before = points[front[place - 1] ?? -1];
    return before === undefined ? [point] : [{ x: point.x, y: before.y }, point];
  });
}
