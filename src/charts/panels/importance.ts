import * as Plot from '@observablehq/plot';
import { formatNumber } from '../format-number.ts';
import { axisMarks, layOut, numberAxis, plotPanel, tickCounts, wordAxis } from './axes.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';
import { roomForRows } from './run-groups.ts';
import { countWord } from './words.ts';

/** How a param counts; worked out at build time. */
export interface ImportanceRow {
  param: string;
  importance: number;
  spread: number;
  /** Spearman's rank correlation with the metric; undefined for words. */
  rho?: number;
}

export interface ImportanceSpec {
  type: 'importance';
  metric: string;
  /** Most important first. */
  rows: ImportanceRow[];
  /** What a shuffled copy of a param reached. */
  noise: number;
  /** R² of the forest on runs that it had not seen. */
  score: number;
  /** Runs that were used, of so many that rank. */
  n: number;
  of: number;
  /** Params that are different in every run, or that hold lists, and so were left out. */
  leftOut: string[];
}

/**
 * Draws a bar for each param's permutation importance with its spread over folds, and the noise baseline as a dashed rule: bars
 * that do not pass it tell nothing, and are pale.
 */
export function drawImportance(spec: ImportanceSpec, frame: PanelFrame): Panel {
  const rows = spec.rows.slice(0, roomForRows(frame)).map((row, i) => ({ ...row, i }));
  const ends = rows.flatMap(({ importance, spread }) => [importance, importance + spread]);
  const box = layOut(
    numberAxis([...ends, spec.noise], { label: 'Loss of R² when shuffled', count: tickCounts(frame).x, from: 0 }),
    wordAxis(
      rows.map(({ param }) => param),
      '',
    ),
    { ...frame, marginRight: 64, marginTop: 22 },
  );
  const marks = axisMarks(box);
  const isAbove = (row: ImportanceRow) => !isBlind(spec) && row.importance > spec.noise;
  for (const above of [true, false]) {
    const own = rows.filter((row) => isAbove(row) === above);
    if (own.length === 0) continue;
    marks.push(
      Plot.rect(own, {
        x1: () => 0,
        x2: ({ importance }) => Math.max(0, importance),
        y1: ({ i }) => i - 0.34,
        y2: ({ i }) => i + 0.34,
        className: `rf-bar ${above ? 'rf-plain' : 'rf-missing'}`,
      }),
      Plot.ruleY(own, {
        y: 'i',
        x1: ({ importance, spread }) => Math.max(0, importance - spread),
        x2: ({ importance, spread }) => Math.max(0, importance + spread),
        className: 'rf-whisker',
      }),
    );
  }
  marks.push(
    Plot.ruleX([spec.noise], { className: 'rf-noise' }),
    Plot.text(['noise'], {
      x: () => spec.noise,
      frameAnchor: 'top',
      dy: -6,
      lineAnchor: 'bottom',
      textAnchor: 'start',
      className: 'rf-axis-label',
    }),
    Plot.text(rows, {
      frameAnchor: 'right',
      y: 'i',
      dx: 8,
      textAnchor: 'start',
      text: ({ rho }) => (rho === undefined ? '' : `ρ ${signed(rho)}`),
      className: 'rf-tick-label',
    }),
  );
  return {
    svg: plotPanel(frame.document, box, marks),
    targets: rows.map((row) => ({
      x: box.x.toPx(Math.max(0, row.importance)),
      y: box.y.toPx(row.i),
      area: [0, box.y.toPx(row.i) - box.y.stepPx / 2, frame.widthPx, box.y.stepPx] as [number, number, number, number],
      title: row.param,
      facts: [
        ['importance', `${formatNumber(row.importance)} ± ${formatNumber(row.spread)}`],
        ['noise', formatNumber(spec.noise)],
        ...(row.rho === undefined ? [] : [['rank correlation', signed(row.rho)]]),
      ] as [string, string][],
      runIds: [],
    })),
    keys: [],
  };
}

/** Says what the importances are worth, with n and the baseline, and lists them. */
export function describeImportance(spec: ImportanceSpec): PanelText {
  const above = spec.rows.filter(({ importance }) => importance > spec.noise);
  const [first] = above;
  const n = spec.n < spec.of ? `${spec.n} of ${countWord(spec.of, 'run')}, drawn at random` : countWord(spec.n, 'run');
  const words = [
    `Which params go with ${spec.metric}: ${n}${isBlind(spec) || first === undefined ? '' : `, most ${first.param}`}. A hint, not a cause.`,
    isBlind(spec)
      ? `The forest cannot tell runs that it has not seen apart (R² ${signed(spec.score)}), so these figures say nothing.`
      : `The forest explains ${Math.round(spec.score * 100)} % of the variance of runs that it has not seen; ${above.length} of ${spec.rows.length} params pass the noise of shuffled copies.`,
    'Lines are the standard deviation over five folds, ρ is the rank correlation.',
  ];
  if (spec.leftOut.length > 0)
    words.push(`Left out, for their values differ in every run or are lists: ${spec.leftOut.join(', ')}.`);
  return {
    caption: words.join(' '),
    columns: ['Param', 'Importance', 'SD over folds', 'Above noise', 'Rank correlation'],
    rows: [
      ...spec.rows.map((row) => ({
        cells: [
          row.param,
          formatNumber(row.importance),
          formatNumber(row.spread),
          row.importance > spec.noise ? 'yes' : 'no',
          row.rho === undefined ? '–' : signed(row.rho),
        ],
      })),
      { cells: ['noise baseline', formatNumber(spec.noise), '–', '–', '–'] },
    ],
  };
}

/** True where the forest predicts unseen runs no better than their mean does, or hardly: then its importances say nothing. */
export function isBlind({ score }: Pick<ImportanceSpec, 'score'>): boolean {
  return score < 0.1;
}

function signed(rho: number): string {
  return `${rho < 0 ? '−' : ''}${Math.abs(rho).toFixed(2)}`;
}
