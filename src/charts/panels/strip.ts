import * as Plot from '@observablehq/plot';
import { quantile } from '../../series/quantile.ts';
import { formatNumber } from '../format-number.ts';
import { fnv1a } from '../run-colour.ts';
import { plotPanel } from './axes.ts';
import { colourBy } from './colour-key.ts';
import { densityMarks, densityNote, densityTargets, dotLimit, stillDots } from './density.ts';
import { maxTextRows, type Panel, type PanelFrame, type PanelText } from './panel.ts';
import { fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { layOutRows, rowMarks } from './rows.ts';
import { groupRuns, isPicked, rankedValues, roomForRows } from './run-groups.ts';
import { keyTitleOf } from './scatter.ts';
import { countWord, remarks } from './words.ts';

export interface StripSpec {
  type: 'strip';
  x: PanelField;
  y: PanelField;
  color?: PanelField;
  yScale?: 'linear' | 'log';
}

/**
 * Draws each run as a dot on the row of its param's value, a little off the middle so that dots do not hide each other (by the
 * run's id, so always the same), with the median of each row. Runs out of the ranking are hollow. Past
 * `limit` dots, small squares shaded by the number of runs stand in their place.
 */
export function drawStrip(
  spec: StripSpec,
  runs: readonly PanelRun[],
  frame: PanelFrame,
  limit: number = dotLimit,
): Panel {
  const column = readColumn(spec.y, runs);
  const color = spec.color && readColumn(spec.color, runs);
  const colours = colourBy(color, { count: runs.length });
  const groups = groupRuns(readColumn(spec.x, runs)).slice(0, roomForRows(frame));
  const dots = groups.flatMap((group, row) =>
    group.runs.flatMap((run) => {
      const value = column.numbers[run];
      const id = runs[run]?.id ?? '';
      if (value === undefined || (spec.yScale === 'log' && value <= 0)) return [];
      const own = [
        colours.classes[run] ?? '',
        ...(runs[run]?.isRanked ? [] : ['rf-hollow']),
        ...(isPicked([id], frame.selected) ? [] : ['rf-faded']),
      ].join(' ');
      return [{ run, id, value, row, y: row + ((fnv1a(id) % 1000) / 1000 - 0.5) * 0.56, own }];
    }),
  );
  const box = layOutRows(
    dots.map(({ value }) => value),
    groups,
    { label: fieldLabel(spec.y), rowLabel: spec.x.label, scale: spec.yScale },
    frame,
  );
  const medians = groups.flatMap((group, i) => {
    const values = rankedValues(group, column, runs)
      .map(({ value }) => value)
      .sort((a, b) => a - b);
    return values.length < 2 ? [] : [{ i, value: quantile(values, 0.5) }];
  });
  const marks = rowMarks(box, dots);
  const isDense = dots.length > limit;
  const squares = isDense
    ? densityTargets(dots.map(({ id, value, y }) => ({ x: box.x.toPx(value), y: box.y.toPx(y), runId: id })))
    : [];
  marks.push(
    ...densityMarks(squares, frame.selected),
    Plot.ruleX(medians, { x: 'value', y1: ({ i }) => i - 0.36, y2: ({ i }) => i + 0.36, className: 'rf-median' }),
  );
  const classes = [...new Set(dots.map(({ own }) => own))].sort(
    (a, b) => Number(b.includes('rf-faded')) - Number(a.includes('rf-faded')),
  );
  for (const own of isDense ? [] : classes) {
    marks.push(
      Plot.dot(
        dots.filter((dot) => dot.own === own),
        { x: 'value', y: 'y', r: 3.5, className: `rf-point ${own}` },
      ),
    );
  }
  const targets = dots
    .sort((a, b) => a.row - b.row || a.value - b.value)
    .map(({ run, id, value, y }) => ({
      x: box.x.toPx(value),
      y: box.y.toPx(y),
      title: runs[run]?.name ?? '',
      facts: [
        [spec.y.label, formatNumber(value)],
        [spec.x.label, readText(spec.x, runs, run)],
        ...(color === undefined ? [] : [[color.field.label, color.texts[run] ?? 'no value']]),
      ] as [string, string][],
      runIds: [id],
    }));
  return {
    svg: plotPanel(frame.document, box, marks),
    targets: isDense ? squares : targets,
    keys: isDense ? [] : colours.keys,
    ...keyTitleOf(spec.color),
  };
}

/** Says what the dots show, and lists the median of each row. */
export function describeStrip(spec: StripSpec, runs: readonly PanelRun[], { room }: { room: number }): PanelText {
  const column = readColumn(spec.y, runs);
  const groups = groupRuns(readColumn(spec.x, runs));
  const rows = groups.map((group) => {
    const values = rankedValues(group, column, runs)
      .map(({ value }) => value)
      .sort((a, b) => a - b);
    return { text: group.text, values, median: quantile(values, 0.5) };
  });
  const drawn = groups.flatMap((group) => group.runs.filter((run) => column.numbers[run] !== undefined));
  const sign = spec.y.goal === 'min' ? 1 : -1;
  const best =
    spec.y.goal === undefined
      ? undefined
      : rows.filter(({ values }) => values.length > 0).sort((a, b) => sign * (a.median - b.median))[0];
  const words = [
    `${spec.y.label} by ${spec.x.label}, ${countWord(drawn.length, 'run')}${best === undefined ? '' : `, best median ${formatNumber(best.median)} for ${best.text}`}.`,
    'A dot is a run, a line the median of its row.',
  ];
  if (groups.length > room) words.push(`${room} of ${groups.length} rows in the picture, all in the table.`);
  words.push(...remarks([column, readColumn(spec.x, runs)], runs, drawn));
  return {
    caption: words.join(' '),
    ...(drawn.length > stillDots ? { stillNote: densityNote } : {}),
    columns: [fieldLabel(spec.x), 'Median', 'Least', 'Greatest', 'n'],
    rows: rows.slice(0, maxTextRows).map(({ text, values, median }) => ({
      cells: [
        text,
        ...[median, values[0], values.at(-1)].map((value) =>
          value === undefined || Number.isNaN(value) ? '–' : formatNumber(value),
        ),
        String(values.length),
      ],
    })),
  };
}

function readText(field: PanelField, runs: readonly PanelRun[], run: number): string {
  const own = runs[run];
  return own === undefined ? '' : (readColumn(field, [own]).texts[0] ?? 'no value');
}
