import * as Plot from '@observablehq/plot';
import { axisMarks, layOut, numberAxis, plotPanel, tickCounts, wordAxis } from './panels/axes.ts';
import { colourCount } from './run-colour.ts';

/** What is known of one group: its mean with its interval, and the values behind them. */
export interface IntervalPoint {
  mean: number;
  /** Ends of the interval; undefined where there is none. */
  low: number | undefined;
  high: number | undefined;
  values: readonly number[];
}

/** A row of the chart: a group, with a point for each series; undefined where it has none. */
export interface IntervalRow {
  label: string;
  points: readonly (IntervalPoint | undefined)[];
}

export interface IntervalsChartOptions {
  /** Of the browser, or linkedom's at build time. */
  document: Document;
  widthPx: number;
  /** Name of what is measured, and of what the rows are. */
  label: string;
  rowLabel: string;
  /** A value to draw a line at: the mean of the baseline. */
  baseline?: number | undefined;
}

/** Height of a chart, in pixels: every row has room for its series. */
export function intervalsHeight(rows: readonly IntervalRow[]): number {
  const series = Math.max(1, ...rows.map(({ points }) => points.length));
  return 26 + 38 + rows.length * Math.max(30, 12 + 16 * series);
}

/** The class that fills the marks of a series; one alone is plain. */
export function seriesClass(series: number, count: number): string {
  return count < 2 ? 'rf-plain' : `rf-f${series % colourCount}`;
}

/**
 * Draws groups as dots with their intervals, a row each, over small dots for the values behind them, and a line at the baseline.
 * Returns an SVG element of the given document, not attached.
 */
export function drawIntervals(
  rows: readonly IntervalRow[],
  { document, widthPx, label, rowLabel, baseline }: IntervalsChartOptions,
): SVGSVGElement {
  const heightPx = intervalsHeight(rows);
  const count = Math.max(1, ...rows.map(({ points }) => points.length));
  const marked = rows.flatMap(({ points }, row) =>
    points.flatMap((point, series) => {
      if (point === undefined) return [];
      return [{ ...point, series, y: row + (count === 1 ? 0 : ((series + 0.5) / count - 0.5) * 0.7) }];
    }),
  );
  const ends = marked.flatMap(({ mean, low = mean, high = mean, values }) => [mean, low, high, ...values]);
  const box = layOut(
    numberAxis(baseline === undefined ? ends : [...ends, baseline], {
      label,
      count: tickCounts({ widthPx, heightPx }).x,
    }),
    wordAxis(
      rows.map((own) => own.label),
      rowLabel,
    ),
    { widthPx, heightPx },
  );
  const marks = axisMarks(box);
  if (baseline !== undefined)
    marks.push(Plot.ruleX([baseline], { y1: -0.5, y2: rows.length - 0.5, className: 'rf-baseline-mean' }));
  for (let series = 0; series < count; series += 1) {
    const own = marked.filter((point) => point.series === series);
    const values = own.flatMap(({ values: all, y }) => all.map((value) => ({ value, y })));
    const fill = seriesClass(series, count);
    const ranged = own.filter(({ low, high }) => low !== undefined && high !== undefined);
    if (ranged.length > 0) marks.push(Plot.ruleY(ranged, { y: 'y', x1: 'low', x2: 'high', className: 'rf-whisker' }));
    marks.push(
      Plot.dot(values, { x: 'value', y: 'y', r: 2, className: `rf-point ${fill} rf-seed` }),
      Plot.dot(own, { x: 'mean', y: 'y', r: 5, className: `rf-point ${fill}` }),
    );
  }
  return plotPanel(document, box, marks);
}
