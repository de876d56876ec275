import * as Plot from '@observablehq/plot';
import { type BoxFigures, boxFigures } from '../../series/quantile.ts';
import { formatNumber } from '../format-number.ts';
import { plotPanel } from './axes.ts';
import { maxTextRows, type Panel, type PanelFrame, type PanelText } from './panel.ts';
import { fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { layOutRows, rowMarks, rowPlace } from './rows.ts';
import { groupRuns, isPicked, rankedValues, roomForRows } from './run-groups.ts';
import { countWord, leftOut, remarks } from './words.ts';

export interface BoxSpec {
  type: 'box';
  x: PanelField;
  y: PanelField;
  yScale?: 'linear' | 'log';
}

interface BoxRow {
  text: string;
  figures: BoxFigures;
  values: { run: number; value: number }[];
}

/** Fewer values than this are drawn as dots: a box of them would claim more than they tell. */
const fewestForBox = 4;

/** Draws a box plot of a metric for each value of a param, with Tukey's whiskers; groups of three runs or fewer are dots. */
export function drawBox(spec: BoxSpec, runs: readonly PanelRun[], frame: PanelFrame): Panel {
  const rows = rowsOf(spec, runs)
    .slice(0, roomForRows(frame))
    .map((row, i) => ({ ...row, i }));
  const box = layOutRows(
    rows.flatMap(({ values }) => values.map(({ value }) => value)),
    rows,
    { label: fieldLabel(spec.y), rowLabel: spec.x.label, scale: spec.yScale },
    frame,
  );
  const marks = rowMarks(box, rows);
  for (const picked of [false, true]) {
    const own = rows.filter(
      ({ values }) =>
        isPicked(
          values.map(({ run }) => runs[run]?.id ?? ''),
          frame.selected,
        ) === picked,
    );
    const faded = picked ? '' : ' rf-faded';
    const boxes = own.filter(({ figures }) => figures.n >= fewestForBox);
    const dots = own.flatMap(({ figures, values, i }) =>
      figures.n < fewestForBox
        ? values.map(({ value }) => ({ value, i }))
        : figures.outliers.map((value) => ({ value, i })),
    );
    if (boxes.length > 0)
      marks.push(
        Plot.ruleY(boxes, {
          y: 'i',
          x1: ({ figures }) => figures.whiskers[0],
          x2: ({ figures }) => figures.whiskers[1],
          className: `rf-whisker${faded}`,
        }),
        Plot.rect(boxes, {
          x1: ({ figures }) => figures.q1,
          x2: ({ figures }) => figures.q3,
          y1: ({ i }) => i - 0.32,
          y2: ({ i }) => i + 0.32,
          className: `rf-box${faded}`,
        }),
        Plot.ruleX(boxes, {
          x: ({ figures }) => figures.median,
          y1: ({ i }) => i - 0.32,
          y2: ({ i }) => i + 0.32,
          className: `rf-median${faded}`,
        }),
      );
    if (dots.length > 0)
      marks.push(Plot.dot(dots, { x: 'value', y: 'i', r: 3, className: `rf-point rf-plain${faded}` }));
  }
  const targets = rows.map(({ text, figures, values, i }) => ({
    ...rowPlace(box, { value: figures.median, row: i }, frame),
    title: `${spec.x.label} ${text}`,
    facts: factsOf(figures),
    runIds: values.map(({ run }) => runs[run]?.id ?? ''),
  }));
  return { svg: plotPanel(frame.document, box, marks), targets, keys: [] };
}

/** Says what the boxes show, and lists their figures. */
export function describeBox(spec: BoxSpec, runs: readonly PanelRun[], { room }: { room: number }): PanelText {
  const rows = rowsOf(spec, runs);
  const n = rows.reduce((sum, { figures }) => sum + figures.n, 0);
  const sign = spec.y.goal === 'min' ? 1 : -1;
  const best =
    spec.y.goal === undefined ? undefined : [...rows].sort((a, b) => sign * (a.figures.median - b.figures.median))[0];
  const words = [
    `${spec.y.label} by ${spec.x.label}, ${countWord(n, 'run')}${best === undefined ? '' : `, best median ${formatNumber(best.figures.median)} for ${best.text}`}.`,
    'Boxes hold the middle half, whiskers reach 1.5 times as far; three runs or fewer are dots.',
  ];
  if (rows.length > room) words.push(`${room} of ${rows.length} groups in the picture, all in the table.`);
  words.push(...remarks([readColumn(spec.y, runs), readColumn(spec.x, runs)], runs, []), ...leftOut(runs));
  return {
    caption: words.join(' '),
    columns: [fieldLabel(spec.x), 'Median', 'Lower quartile', 'Upper quartile', 'Least', 'Greatest', 'n'],
    rows: rows.slice(0, maxTextRows).map(({ text, figures, values }) => {
      const numbers = values.map(({ value }) => value);
      const ends = [Math.min(...numbers), Math.max(...numbers)];
      return {
        cells: [text, ...[figures.median, figures.q1, figures.q3, ...ends].map(formatNumber), String(figures.n)],
      };
    }),
  };
}

function rowsOf({ x, y, yScale }: BoxSpec, runs: readonly PanelRun[]): BoxRow[] {
  const column = readColumn(y, runs);
  return groupRuns(readColumn(x, runs)).flatMap((group): BoxRow[] => {
    const values = rankedValues(group, column, runs).filter(({ value }) => yScale !== 'log' || value > 0);
    const figures = boxFigures(values.map(({ value }) => value));
    return figures === undefined ? [] : [{ text: group.text, figures, values }];
  });
}

function factsOf({ n, median, q1, q3 }: BoxFigures): [string, string][] {
  return [
    ['median', formatNumber(median)],
    ['middle half', `${formatNumber(q1)} to ${formatNumber(q3)}`],
    ['n', String(n)],
  ];
}
