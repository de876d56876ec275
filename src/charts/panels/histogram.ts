import * as Plot from '@observablehq/plot';
import { binEdges, binOf } from '../../series/bin-edges.ts';
import { quantile } from '../../series/quantile.ts';
import { formatNumber, formatStep } from '../format-number.ts';
import { axisMarks, layOut, numberAxis, plotPanel, tickCounts } from './axes.ts';
import { shadeCount } from './colour-key.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';
import { fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { isPicked } from './run-groups.ts';
import { countWord, remarks } from './words.ts';

export interface RunHistogramSpec {
  type: 'histogram';
  metric: PanelField;
  bins?: number;
}

/** Draws how many runs have which value of a metric. Runs out of the ranking are stacked on top, pale. */
export function drawRunHistogram(spec: RunHistogramSpec, runs: readonly PanelRun[], frame: PanelFrame): Panel {
  const { edges, bins } = binsOf(spec, runs);
  const most = Math.max(1, ...bins.map((bin) => bin.ranked.length + bin.others.length));
  const box = layOut(
    numberAxis(edges, { label: fieldLabel(spec.metric), count: tickCounts(frame).x }),
    wholeAxis(most, frame),
    frame,
  );
  const marks = axisMarks(box);
  const bars = bins.flatMap(({ ranked, others }, i) => {
    const ids = [...ranked, ...others].map((run) => runs[run]?.id ?? '');
    const faded = isPicked(ids, frame.selected) ? '' : ' rf-faded';
    const side = { x1: edges[i] ?? 0, x2: edges[i + 1] ?? 0 };
    return [
      { ...side, y1: 0, y2: ranked.length, own: `rf-bar rf-plain${faded}` },
      { ...side, y1: ranked.length, y2: ranked.length + others.length, own: `rf-bar rf-missing${faded}` },
    ].filter(({ y1, y2 }) => y2 > y1);
  });
  for (const own of new Set(bars.map((bar) => bar.own))) {
    marks.push(
      Plot.rect(
        bars.filter((bar) => bar.own === own),
        { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', insetLeft: 0.5, insetRight: 0.5, className: own },
      ),
    );
  }
  if (bins.length === 0)
    marks.push(Plot.text(['No run has a finite value'], { frameAnchor: 'middle', className: 'rf-none' }));
  const [bottom] = box.y.range;
  const targets = bins.flatMap(({ ranked, others }, i) => {
    const n = ranked.length + others.length;
    const [left, right] = [box.x.toPx(edges[i] ?? 0), box.x.toPx(edges[i + 1] ?? 0)];
    if (n === 0) return [];
    return [
      {
        x: (left + right) / 2,
        y: box.y.toPx(n),
        area: [left, box.margins.marginTop, right - left, bottom - box.margins.marginTop] as [
          number,
          number,
          number,
          number,
        ],
        title: `${formatNumber(edges[i])} to ${formatNumber(edges[i + 1])}`,
        facts: [
          ['runs', String(n)],
          ...(others.length === 0 ? [] : [['of them not ranked', String(others.length)]]),
        ] as [string, string][],
        runIds: [...ranked, ...others].map((run) => runs[run]?.id ?? ''),
      },
    ];
  });
  return { svg: plotPanel(frame.document, box, marks), targets, keys: [] };
}

/** Says how a metric is spread over runs, and lists the bins. */
export function describeRunHistogram(spec: RunHistogramSpec, runs: readonly PanelRun[]): PanelText {
  const { edges, bins, values, column } = binsOf(spec, runs);
  const sorted = [...values].sort((a, b) => a - b);
  const words = [
    sorted.length === 0
      ? `${spec.metric.label} over runs, no finite value.`
      : `${spec.metric.label} over ${countWord(sorted.length, 'run')}: median ${formatNumber(quantile(sorted, 0.5))}, middle half ${formatNumber(quantile(sorted, 0.25))} to ${formatNumber(quantile(sorted, 0.75))}, from ${formatNumber(sorted[0])} to ${formatNumber(sorted.at(-1))}.`,
  ];
  const others = bins.reduce((sum, bin) => sum + bin.others.length, 0);
  if (others > 0) words.push(`${countWord(others, 'run')} failed, killed, diverged or archived: pale.`);
  words.push(...remarks([column], runs, []));
  return {
    caption: words.join(' '),
    columns: ['From', 'To', 'Runs'],
    rows: bins.map(({ ranked, others: pale }, i) => ({
      cells: [formatNumber(edges[i]), formatNumber(edges[i + 1]), String(ranked.length + pale.length)],
    })),
  };
}

function binsOf({ metric, bins: count }: RunHistogramSpec, runs: readonly PanelRun[]) {
  const column = readColumn(metric, runs);
  const values = column.numbers.filter((value) => value !== undefined);
  const edges = binEdges(values, { count });
  const bins = edges.slice(1).map(() => ({ ranked: [] as number[], others: [] as number[] }));
  for (const [run, value] of column.numbers.entries()) {
    const bin = value === undefined ? undefined : bins[binOf(value, edges) ?? -1];
    (runs[run]?.isRanked ? bin?.ranked : bin?.others)?.push(run);
  }
  return { column, values, edges, bins };
}

function wholeAxis(most: number, frame: PanelFrame) {
  const plan = numberAxis([0, most], { label: 'Runs', count: tickCounts(frame).y, from: 0 });
  const ticks = plan.ticks.filter(Number.isInteger);
  return { ...plan, ticks, texts: ticks.map((tick) => formatStep(tick)) };
}

/** A distribution at one step. */
export interface StepHistogram {
  step: number;
  /** One more than counts. */
  edges: number[];
  counts: number[];
}

export interface StepHistogramSpec {
  type: 'step-histogram';
  name: string;
  /** Rising steps; not empty. */
  steps: StepHistogram[];
}

/** Rows that the values are parted into. */
const valueRows = 40;

/**
 * Draws how a logged distribution changes over steps: a column a step, shaded in one hue by the share of its values in each row.
 * Counts of a bin are dealt out to the rows that it covers, by their overlap.
 */
export function drawStepHistogram(spec: StepHistogramSpec, frame: PanelFrame): Panel {
  const { steps } = spec;
  const [low, high] = rangeOf(steps);
  const rows = Math.max(6, Math.min(valueRows, Math.floor((frame.heightPx - 60) / 6)));
  const edges = Array.from({ length: rows + 1 }, (_, i) => low + ((high - low) * i) / rows);
  const borders = stepBorders(steps.map(({ step }) => step));
  const box = layOut(
    numberAxis(borders, { label: 'step', count: tickCounts(frame).x }),
    { ...numberAxis([low, high], { label: spec.name, count: tickCounts(frame).y }) },
    frame,
  );
  const cells = steps.flatMap((histogram, column) => {
    const shares = spreadOver(histogram, edges);
    const most = Math.max(...shares);
    return shares.flatMap((share, row) =>
      share > 0
        ? [
            {
              x1: borders[column] ?? 0,
              x2: borders[column + 1] ?? 0,
              y1: edges[row] ?? 0,
              y2: edges[row + 1] ?? 0,
              shade: Math.min(shadeCount - 1, Math.floor((share / most) * shadeCount)),
            },
          ]
        : [],
    );
  });
  const marks = axisMarks(box, { grid: false });
  for (const shade of new Set(cells.map((cell) => cell.shade))) {
    marks.push(
      Plot.rect(
        cells.filter((cell) => cell.shade === shade),
        { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', className: `rf-cell rf-h${shade}` },
      ),
    );
  }
  return {
    svg: plotPanel(frame.document, box, marks),
    targets: steps.map((histogram, column) => {
      const [left, right] = [box.x.toPx(borders[column] ?? 0), box.x.toPx(borders[column + 1] ?? 0)];
      const { n, median, q1, q3 } = summariseHistogram(histogram);
      return {
        x: (left + right) / 2,
        y: box.y.toPx(median),
        area: [
          left,
          box.margins.marginTop,
          right - left,
          frame.heightPx - box.margins.marginTop - box.margins.marginBottom,
        ] as [number, number, number, number],
        title: `step ${formatStep(histogram.step)}`,
        facts: [
          ['median', formatNumber(median)],
          ['middle half', `${formatNumber(q1)} to ${formatNumber(q3)}`],
          ['values', formatStep(n)],
        ] as [string, string][],
        runIds: [],
      };
    }),
    keys: [],
  };
}

/** Says how the distribution moved from the first step to the last, and lists its middle at each. */
export function describeStepHistogram({ name, steps }: StepHistogramSpec): PanelText {
  const figures = steps.map((histogram) => ({ step: histogram.step, ...summariseHistogram(histogram) }));
  const [first, last] = [figures[0], figures.at(-1)];
  const caption =
    first === undefined || last === undefined
      ? `${name}, nothing logged.`
      : steps.length === 1
        ? `${name} at step ${formatStep(first.step)}: median ${formatNumber(first.median)}, middle half ${formatNumber(first.q1)} to ${formatNumber(first.q3)}, ${countWord(first.n, 'value')}.`
        : `${name} over ${steps.length} steps: median from ${formatNumber(first.median)} to ${formatNumber(last.median)}, width of the middle half from ${formatNumber(first.q3 - first.q1)} to ${formatNumber(last.q3 - last.q1)}.`;
  return {
    caption: `${caption} Quantiles are as exact as the bins.`,
    columns: ['Step', 'Lower quartile', 'Median', 'Upper quartile', 'Values'],
    rows: figures.map(({ step, q1, median, q3, n }) => ({
      cells: [formatStep(step), formatNumber(q1), formatNumber(median), formatNumber(q3), formatStep(n)],
    })),
  };
}

/** Quartiles of a histogram, with values taken as even within each bin. */
export function summariseHistogram({ edges, counts }: Pick<StepHistogram, 'edges' | 'counts'>): {
  n: number;
  q1: number;
  median: number;
  q3: number;
} {
  const sound = counts.map((count) => (Number.isFinite(count) && count > 0 ? count : 0));
  const n = sound.reduce((sum, count) => sum + count, 0);
  const at = (share: number) => {
    let left = share * n;
    for (const [i, count] of sound.entries()) {
      const [from, to] = [edges[i] ?? Number.NaN, edges[i + 1] ?? Number.NaN];
      if (count > 0 && left <= count) return from + (left / count) * (to - from);
      left -= count;
    }
    return edges.at(-1) ?? Number.NaN;
  };
  return { n, q1: at(0.25), median: at(0.5), q3: at(0.75) };
}

function rangeOf(steps: readonly StepHistogram[]): [number, number] {
  const edges = steps.flatMap((histogram) => histogram.edges.filter(Number.isFinite));
  const low = Math.min(...edges);
  const high = Math.max(...edges);
  return high > low && Number.isFinite(high - low) ? [low, high] : [low - 0.5, low + 0.5];
}

/** Borders between the columns of steps: halfway to the next one. */
function stepBorders(steps: readonly number[]): number[] {
  const between = steps.slice(1).map((step, i) => (step + (steps[i] ?? step)) / 2);
  const first = steps[0] ?? 0;
  const last = steps.at(-1) ?? 0;
  const [a = first + 0.5, z = last - 0.5] = [between[0], between.at(-1)];
  return [2 * first - a, ...between, 2 * last - z];
}

/** Shares of the values in each row, dealt out by the overlap of bins and rows. */
function spreadOver({ edges, counts }: StepHistogram, rows: readonly number[]): number[] {
  const shares = new Array<number>(rows.length - 1).fill(0);
  const total = counts.reduce((sum, count) => sum + (count > 0 && Number.isFinite(count) ? count : 0), 0);
  const height = (rows[1] ?? 1) - (rows[0] ?? 0);
  for (const [i, count] of counts.entries()) {
    const [from, to] = [edges[i] ?? Number.NaN, edges[i + 1] ?? Number.NaN];
    if (!(count > 0) || !(to >= from) || total === 0) continue;
    const first = Math.max(0, Math.floor((from - (rows[0] ?? 0)) / height));
    for (let row = first; row < shares.length && (rows[row] ?? 0) <= to; row++) {
      const overlap = Math.min(to, rows[row + 1] ?? to) - Math.max(from, rows[row] ?? from);
      const share = to > from ? Math.max(0, overlap) / (to - from) : row === first ? 1 : 0;
      shares[row] = (shares[row] ?? 0) + (share * count) / total;
    }
  }
  return shares;
}
