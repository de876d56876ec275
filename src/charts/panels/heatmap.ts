import * as Plot from '@observablehq/plot';
import { formatNumber } from '../format-number.ts';
import { axisMarks, layOut, plotPanel, wordAxis } from './axes.ts';
import { shadeCount } from './colour-key.ts';
import { maxTextRows, type Panel, type PanelFrame, type PanelKey, type PanelText } from './panel.ts';
import { fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { groupRuns, isPicked, type RunGroup, rankedValues, type Statistic, statisticOf } from './run-groups.ts';
import { countWord, leftOut, remarks } from './words.ts';

export interface HeatmapSpec {
  type: 'heatmap';
  x: PanelField;
  y: PanelField;
  value: PanelField;
  stat: Statistic;
}

interface HeatCell {
  column: number;
  row: number;
  value: number;
  n: number;
  runIds: string[];
}

interface HeatView {
  xs: RunGroup[];
  ys: RunGroup[];
  cells: HeatCell[];
  low: number;
  high: number;
}

/**
 * Draws a cell for each pair of two params' values, shaded in one hue by a statistic of a metric over its runs, with the value
 * and n in the cell where there is room. A pair without runs stays empty.
 */
export function drawHeatmap(spec: HeatmapSpec, runs: readonly PanelRun[], frame: PanelFrame): Panel {
  const view = read(spec, runs);
  const box = layOut(
    wordAxis(
      view.xs.map(({ text }) => text),
      spec.x.label,
      view.xs.map(({ short, text }) => short ?? text),
    ),
    wordAxis(
      view.ys.map(({ text }) => text),
      spec.y.label,
    ),
    frame,
  );
  const marks = axisMarks(box, { grid: false });
  const isRoomy = box.x.stepPx >= 44 && box.y.stepPx >= 30;
  const isWide = box.x.stepPx >= 34 && box.y.stepPx >= 15;
  for (const [own, cells] of byClass(view, frame.selected)) {
    const shade = Number(own[4]);
    const place = { x: 'column', y: 'row' } as const;
    const ink = `rf-k${shade}`;
    marks.push(
      Plot.rect(cells, {
        x1: ({ column }) => column - 0.5,
        x2: ({ column }) => column + 0.5,
        y1: ({ row }) => row - 0.5,
        y2: ({ row }) => row + 0.5,
        inset: 1,
        className: `rf-cell ${own}`,
      }),
    );
    if (isWide)
      marks.push(
        Plot.text(cells, { ...place, text: ({ value }) => formatNumber(value), dy: isRoomy ? -6 : 0, className: ink }),
      );
    if (isRoomy)
      marks.push(Plot.text(cells, { ...place, text: ({ n }) => `n = ${n}`, dy: 8, className: `rf-small ${ink}` }));
  }
  if (view.cells.length === 0)
    marks.push(Plot.text(['No run has all three values'], { frameAnchor: 'middle', className: 'rf-none' }));
  const targets = view.cells.map((cell) => ({
    x: box.x.toPx(cell.column),
    y: box.y.toPx(cell.row),
    area: [
      box.x.toPx(cell.column) - box.x.stepPx / 2,
      box.y.toPx(cell.row) - box.y.stepPx / 2,
      box.x.stepPx,
      box.y.stepPx,
    ] as [number, number, number, number],
    title: `${spec.x.label} ${view.xs[cell.column]?.text}, ${spec.y.label} ${view.ys[cell.row]?.text}`,
    facts: [
      [valueLabel(spec), formatNumber(cell.value)],
      ['n', String(cell.n)],
    ] as [string, string][],
    runIds: cell.runIds,
  }));
  return {
    svg: plotPanel(frame.document, box, marks),
    targets,
    keys: shadeKeys(view.low, view.high),
    keyTitle: valueLabel(spec),
  };
}

/** Says what the cells show, and lists them, the best first. */
export function describeHeatmap(spec: HeatmapSpec, runs: readonly PanelRun[]): PanelText {
  const view = read(spec, runs);
  const sign = spec.value.goal === 'min' ? 1 : -1;
  const cells = [...view.cells].sort((a, b) => sign * (a.value - b.value));
  const [best] = cells;
  const n = cells.reduce((sum, cell) => sum + cell.n, 0);
  const pairs = view.xs.length * view.ys.length;
  const placeWords = ({ column, row }: HeatCell) =>
    `${spec.x.label} ${view.xs[column]?.text}, ${spec.y.label} ${view.ys[row]?.text}`;
  const words = [
    `${valueLabel(spec)} by ${spec.x.label} and ${spec.y.label}, ${countWord(n, 'run')} in ${cells.length} of ${pairs} cells${best === undefined || spec.value.goal === undefined ? '' : `, best ${formatNumber(best.value)} at ${placeWords(best)} (n = ${best.n})`}.`,
    ...remarks([readColumn(spec.value, runs), readColumn(spec.x, runs), readColumn(spec.y, runs)], runs, []),
    ...leftOut(runs),
  ];
  return {
    caption: words.join(' '),
    columns: [fieldLabel(spec.x), fieldLabel(spec.y), valueLabel(spec), 'n'],
    rows: cells.slice(0, maxTextRows).map(({ column, row, value, n: count }) => ({
      cells: [view.xs[column]?.text ?? '', view.ys[row]?.text ?? '', formatNumber(value), String(count)],
    })),
  };
}

function read({ x, y, value, stat }: HeatmapSpec, runs: readonly PanelRun[]): HeatView {
  const xs = groupRuns(readColumn(x, runs));
  const ys = groupRuns(readColumn(y, runs)).reverse();
  const column = readColumn(value, runs);
  const rowOf = new Map(ys.flatMap((group, row) => group.runs.map((run) => [run, row] as const)));
  const cells = xs.flatMap((group, place): HeatCell[] =>
    ys.flatMap((_, row) => {
      const own = { text: '', runs: group.runs.filter((run) => rowOf.get(run) === row) };
      const values = rankedValues(own, column, runs);
      const figure = statisticOf(
        values.map((entry) => entry.value),
        stat,
      );
      if (figure === undefined || values.length === 0) return [];
      return [
        { column: place, row, value: figure, n: values.length, runIds: values.map(({ run }) => runs[run]?.id ?? '') },
      ];
    }),
  );
  const figures = cells.map((cell) => cell.value);
  return { xs, ys, cells, low: Math.min(...figures), high: Math.max(...figures) };
}

function byClass({ cells, low, high }: HeatView, selected: ReadonlySet<string> | undefined): Map<string, HeatCell[]> {
  const groups = new Map<string, HeatCell[]>();
  for (const cell of cells) {
    const share = high > low ? (cell.value - low) / (high - low) : 0.5;
    const shade = Math.min(shadeCount - 1, Math.floor(share * shadeCount));
    const own = `rf-h${shade}${isPicked(cell.runIds, selected) ? '' : ' rf-faded'}`;
    groups.set(own, [...(groups.get(own) ?? []), cell]);
  }
  return groups;
}

/** The shades of numbers from `low` to `high`, in words. */
export function shadeKeys(low: number, high: number): PanelKey[] {
  if (!(high > low)) return [];
  const at = (i: number) => formatNumber(Number((low + ((high - low) * i) / shadeCount).toPrecision(3)));
  return Array.from({ length: shadeCount }, (_, i) => ({ swatch: `rf-h${i}`, text: `${at(i)} to ${at(i + 1)}` }));
}

function valueLabel({ value, stat }: HeatmapSpec): string {
  const words = { mean: 'Mean', median: 'Median', min: 'Least', max: 'Greatest', count: 'Runs with' };
  return `${words[stat]} ${fieldLabel(value)}`;
}
