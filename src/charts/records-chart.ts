import * as Plot from '@observablehq/plot';
import { plotClass } from './line-chart.ts';
import { formatTicks, linearTicks } from './ticks.ts';

/** A run that set a record, or any run, by when it began. */
export interface RecordPoint {
  /** Milliseconds since 1970, or the number of the run in its order. */
  x: number;
  value: number;
}

export interface RecordsChartOptions {
  /** Of the browser, or linkedom's at build time. */
  document: Document;
  widthPx: number;
  heightPx: number;
  /** Whether `x` is a time; else it counts runs. */
  isTimed: boolean;
}

/**
 * Draws how a best value came about: a step line through the records, a dot for each, and all runs as specks behind them. Points
 * are in rising order of `x`; `records` holds at least one. Returns an SVG element of the given document, not attached.
 */
export function drawRecordsChart(
  records: readonly RecordPoint[],
  points: readonly RecordPoint[],
  { document, widthPx, heightPx, isTimed }: RecordsChartOptions,
): SVGSVGElement {
  const [x0, x1] = widened(
    points.map(({ x }) => x),
    isTimed ? 1000 : 1,
  );
  const limits = valueLimits(records, points);
  const y = linearTicks(limits[0], limits[1], Math.max(2, Math.floor(heightPx / 46)), { near: true });
  const yTexts = formatTicks(y.ticks);
  const marginLeft = Math.round(Math.max(28, 12 + 6.7 * Math.max(0, ...yTexts.map((text) => text.length))));
  const margins = { marginLeft, marginRight: 16, marginTop: 10, marginBottom: 36 };
  const [low] = y.domain;
  const inside = points.filter(({ value }) => value >= limits[0] && value <= limits[1]);
  const last = records.at(-1);
  const steps = last === undefined ? [] : [...records, { x: x1, value: last.value }];
  const xAxis = { className: 'rf-axis', tickSize: 4, label: null };
  const whole = linearTicks(x0, x1, Math.max(2, Math.floor(widthPx / 90)), { whole: true });
  const svg = Plot.plot({
    document,
    className: plotClass,
    width: widthPx,
    height: heightPx,
    ...margins,
    x: { type: isTimed ? 'utc' : 'linear', domain: [x0, x1], clamp: true },
    y: { type: 'linear', domain: y.domain, clamp: true },
    marks: [
      Plot.gridY(y.ticks, { className: 'rf-grid', strokeOpacity: 1 }),
      Plot.axisY(y.ticks, {
        className: 'rf-axis',
        tickSize: 0,
        tickPadding: 6,
        label: null,
        tickFormat: (_: number, index: number) => yTexts[index] ?? '',
      }),
      isTimed
        ? Plot.axisX({ ...xAxis, ticks: Math.max(2, Math.floor(widthPx / 110)) })
        : Plot.axisX(whole.ticks, { ...xAxis, tickFormat: (tick: number) => String(tick) }),
      Plot.ruleY([low], { className: 'rf-baseline' }),
      Plot.dot(inside, { x: 'x', y: 'value', r: 2, className: 'rf-speck' }),
      Plot.line(steps, {
        x: 'x',
        y: 'value',
        curve: 'step-after',
        stroke: 'currentColor',
        className: 'rf-record-line',
      }),
      Plot.dot(records, { x: 'x', y: 'value', r: 4, className: 'rf-record' }),
    ],
  }) as unknown as SVGSVGElement;
  for (const style of [...svg.querySelectorAll('style')]) style.remove();
  svg.setAttribute('font-size', '12');
  return svg;
}

/** A span with room around its ends; one moment alone stands in the middle. */
function widened(values: readonly number[], least: number): [number, number] {
  const low = values.reduce((min, value) => Math.min(min, value), Number.POSITIVE_INFINITY);
  const high = values.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  if (low > high) return [0, 1];
  const room = Math.max((high - low) * 0.03, high === low ? least : 0);
  return [low - room, high + room];
}

/**
 * What of y is shown: every record, and of the other runs those between the quartiles widened by 1.5 times their distance (Tukey's
 * fences), so that one diverged run does not press the records into a line. The count of those outside is told beside the chart.
 */
export function valueLimits(records: readonly RecordPoint[], points: readonly RecordPoint[]): [number, number] {
  const sorted = points.map(({ value }) => value).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const fence = 1.5 * (at(0.75) - at(0.25));
  const kept = sorted.filter((value) => value >= at(0.25) - fence && value <= at(0.75) + fence);
  const all = [...kept, ...records.map(({ value }) => value)];
  return [Math.min(...all), Math.max(...all)];
}
