import * as Plot from '@observablehq/plot';
import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import type { ChartScale, YScaleKind } from './chart-scale.ts';
import { linearScale, yScaleOf } from './chart-scale.ts';
import type { ChartGoal, ChartLine } from './choose-lines.ts';
import { chooseLines, singleLineLimit } from './choose-lines.ts';
import { chooseEndLabels } from './end-label-names.ts';
import { endLabelMargin, endLabels } from './end-labels.ts';
import { envelope } from './envelope.ts';
import { formatShortStep } from './format-number.ts';
import { lineMarks, lonelyMarks, oddMarks, outsideMarks, pathMark, spreadMark } from './line-marks.ts';
import type { LinePoint, LinePoints, OddPoint } from './line-points.ts';
import { cutPoints, linePoints } from './line-points.ts';
import { type ChartNote, noteMarks } from './note-marks.ts';
import { type BandPoint, pathData } from './path-data.ts';
import type { RunColour } from './run-colour.ts';
import { assignRunColours, colourClasses } from './run-colour.ts';
import { formatTicks, linearTicks, logTicks, symlogTicks, type TickedDomain } from './ticks.ts';
import { durationTicks, formatShortDuration, formatWallTicks, wallTicks } from './time-ticks.ts';
import { chooseYView, type YView } from './y-view.ts';

export type { ChartScale } from './chart-scale.ts';
export type { ChartGoal, ChartLine } from './choose-lines.ts';

/** The class of every chart; fixed, so that Plot's style text is constant (see `plot-style-hash.ts`). */
export const plotClass = 'rf-plot';

/** Most vertices a chart may have over all its lines. */
const vertexLimit = 16_000;

/** What the numbers of x are: steps or another metric, seconds since a run began, milliseconds since 1970. */
export type XKind = 'step' | 'time' | 'wall';

export interface LineChartOptions {
  /** Of the browser, or linkedom's at build time. */
  document: Document;
  widthPx: number;
  heightPx: number;
  goal?: ChartGoal;
  stepLabel?: string;
  xKind?: XKind | undefined;
  /** Runs that are drawn singly whatever their rank: the baseline, what is pointed at. */
  keep?: readonly string[];
  /** Runs drawn last and heavier: what is selected. */
  strong?: ReadonlySet<string> | undefined;
  /** Chosen by the values when absent (`chooseYView`). */
  yScale?: YScaleKind | undefined;
  /** True to end the axis at the 5th and the 95th percentile of what is shown. */
  isWithoutOutliers?: boolean | undefined;
  /** The part of x to show; all of it by default. */
  zoom?: readonly [number, number] | undefined;
  /** Columns each line is reduced to; one for two pixels by default. */
  columns?: number;
  /** Colours of the whole view; those of these lines alone by default. */
  colours?: ReadonlyMap<string, RunColour>;
  singleLimit?: number;
  /** False where a legend beside the chart names the lines; true by default. */
  isNamed?: boolean;
  /** False to leave out what a resumed run wrote again. */
  hasSuperseded?: boolean | undefined;
  notes?: readonly ChartNote[] | undefined;
}

/** A line as it was drawn. */
export interface DrawnLine {
  line: ChartLine;
  colour: RunColour;
  /** Reduced points of the values themselves; NaN where the line is broken. */
  points: LinePoint[];
  odd: OddPoint[];
  /** Points of the smoothed line, where it is smoothed. */
  smooth: LinePoint[] | undefined;
  /** The band of a group. */
  band: BandPoint[];
  /** Lines of a group that is too small for a band. */
  members: LinePoint[][];
}

export interface LineChart {
  svg: SVGSVGElement;
  singles: DrawnLine[];
  /** How many lines only widen the band. */
  banded: number;
  /** True when each line has its name at its end, so that no legend is needed. */
  isNamed: boolean;
  x: ChartScale;
  y: ChartScale;
  view: YView;
  /** Points drawn, superseded ones included, and how many were written where that is more. */
  drawnPoints: number;
  /** Columns that lines are reduced to. */
  columns: number;
}

/**
 * Draws series as lines: broken at gaps and non-finite values, which are marked at the edges; earlier branches of a
 * resumed run faint; past 20 lines the best ones singly over a band of the rest. A line with a smoothed one is drawn by that,
 * over its own values at a quarter of their strength; the axes follow the values, so that smoothing moves none. Series may be
 * empty, a single point or hold any numbers. Names are set as text. Returns an SVG element of the given document, not
 * attached, with the scales a pointer needs.
 */
export function drawLineChart(lines: readonly ChartLine[], options: LineChartOptions): LineChart {
  const { document, widthPx, heightPx, goal, keep, stepLabel = 'step', zoom, xKind = 'step' } = options;
  const { notes = [], strong = new Set<string>() } = options;
  const view = chooseYView(lines, { scale: options.yScale, isWithoutOutliers: options.isWithoutOutliers, zoom });
  const yScale = view.scale;
  const limit = options.singleLimit ?? singleLineLimit;
  const { singles: chosen, banded } = chooseLines(lines, { goal, keep, limit });
  const colours = options.colours ?? assignRunColours(chosen.map((line) => line.runId));
  const columns = columnsFor(lines.length, options.columns ?? Math.ceil(widthPx / 2));
  const frame = { zoom, columns, isLog: yScale === 'log' };
  const singles = chosen.map((line) => drawnLine(line, colourOf(line.runId, colours), frame));
  const bandLines = banded.map(({ series }) => prepareSeries(series, frame));
  const branches = (options.hasSuperseded === false ? [] : singles).flatMap(({ line, colour }) =>
    line.series.superseded.map((branch) => ({ colour, ...prepareSeries({ ...emptySeries, ...branch }, frame) })),
  );

  const all: LinePoints[] = [...singles, ...bandLines, ...branches];
  const [x0, x1] = zoom ?? extent(all, (point) => point.x);
  const x = xTicks(xKind, x0, x1, {
    count: Math.max(2, Math.floor(widthPx / (xKind === 'wall' ? 110 : 90))),
    isWhole: xKind === 'step' && lines.every(({ series }) => series.steps.every(Number.isInteger)),
  });
  const levels = view.limits === undefined ? notes.map(({ value }) => value) : [];
  const [low, high] = yExtent(all, singles, levels, yScale === 'log');
  const y0 = Math.max(low, view.limits?.[0] ?? low);
  const y1 = Math.min(high, view.limits?.[1] ?? high);
  const tickCount = Math.max(2, Math.floor(heightPx / 46));
  const y = yTicks(yScale, y0, y1, tickCount, all);
  const yTexts = formatTicks(y.ticks);
  const yTextByTick = new Map(y.ticks.map((tick, i) => [tick, yTexts[i] ?? ''])); // a log axis hands on no index

  const marginLeft = Math.max(28, 12 + 6.7 * Math.max(0, ...yTexts.map((text) => text.length)));
  const labels =
    options.isNamed === false || banded.length > 0
      ? undefined
      : chooseEndLabels(
          singles.map(({ line }) => line.label),
          widthPx,
        );
  const lastText = x.texts.at(-1) ?? '';
  const marginRight = Math.max(endLabelMargin(labels), Math.ceil(4 + 3.5 * lastText.length));
  const margins = { marginLeft: Math.round(marginLeft), marginRight, marginTop: 10, marginBottom: 36 };
  const scaleX = linearScale(x.domain, [margins.marginLeft, widthPx - marginRight]);
  const scaleY = yScaleOf(yScale, y.domain, [heightPx - margins.marginBottom, margins.marginTop], y.constant);
  const scales = { x: scaleX, y: scaleY };

  const band =
    banded.length === 0
      ? []
      : envelope(
          bandLines.map((line) => line.points),
          { from: x.domain[0], to: x.domain[1] },
        );
  const marks: Plot.Markish[] = [
    Plot.gridY(y.ticks, { className: 'rf-grid', strokeOpacity: 1 }),
    Plot.axisY(y.ticks, {
      className: 'rf-axis',
      tickSize: 0,
      tickPadding: 6,
      label: null,
      tickFormat: (tick: number) => yTextByTick.get(tick) ?? '',
    }),
    Plot.axisX(x.ticks, {
      className: 'rf-axis',
      tickSize: 4,
      label: null,
      tickFormat: (_tick: number, i: number) => x.texts[i] ?? '',
    }),
    Plot.ruleY([y.domain[0]], { className: 'rf-baseline' }),
    Plot.text([stepLabel], {
      frameAnchor: 'bottom-right',
      lineAnchor: 'top',
      dy: 22,
      className: 'rf-axis-label',
    }),
  ];
  if (band.length > 0) marks.push(Plot.areaY(band, { x: 'x', y1: 'low', y2: 'high', className: 'rf-band' }));
  for (const { colour, points } of branches) {
    marks.push(pathMark(`rf-old ${colourClasses(colour)}`, pathData(points, scales)));
  }
  for (const { band: spread, colour } of singles) marks.push(...spreadMark(spread, colour.slot, scales));
  const isStrong = ({ line }: DrawnLine) => strong.has(line.runId);
  const inOrder = [...singles.filter((one) => !isStrong(one)), ...singles.filter(isStrong)];
  for (const single of inOrder) marks.push(...lineMarks(single, scales, isStrong(single)));
  for (const single of singles) marks.push(...lonelyMarks(single), ...oddMarks(single, scales));
  marks.push(...noteMarks(notes, scales, { isByStep: xKind === 'step' }));
  marks.push(...outsideMarks(view));
  if (labels !== undefined) marks.push(...endLabels(singles, labels, { scaleX, scaleY }));
  if (all.every((line) => line.points.every((point) => !Number.isFinite(point.y)))) {
    marks.push(Plot.text(['No finite values'], { frameAnchor: 'middle', className: 'rf-none' }));
  }

  const svg = Plot.plot({
    document,
    className: plotClass,
    width: widthPx,
    height: heightPx,
    ...margins,
    x: { type: 'linear', domain: x.domain, clamp: true },
    y: { type: yScale, domain: y.domain, clamp: true, ...(yScale === 'symlog' ? { constant: y.constant } : {}) },
    marks,
  }) as unknown as SVGSVGElement;
  // The rules of Plot's own <style> stand in our stylesheet, so the policy never has to allow it.
  for (const style of [...svg.querySelectorAll('style')]) style.remove();
  svg.setAttribute('font-size', '12');
  return {
    svg,
    singles: inOrder,
    banded: banded.length,
    isNamed: labels !== undefined,
    x: scaleX,
    y: scaleY,
    view,
    drawnPoints: all.reduce(
      (sum, { points }) => sum + points.filter(({ y, isCut }) => Number.isFinite(y) && !isCut).length,
      0,
    ),
    columns,
  };
}

/**
 * Puts other smoothed lines into a chart that is drawn, in the order of its `singles`: only the paths are rewritten, the axes
 * stay. Undefined leaves a line as it is. Works only where a line was drawn smoothed before.
 */
export function redrawSmooth(
  chart: LineChart,
  smoothed: readonly (ChartLine['smoothed'] | undefined)[],
  { zoom }: { zoom: readonly [number, number] | undefined },
): void {
  const paths = chart.svg.querySelectorAll('.rf-line > path');
  for (const [i, drawn] of chart.singles.entries()) {
    const smooth = smoothed[i];
    if (smooth === undefined) continue;
    drawn.smooth = smoothPoints(smooth, { zoom, columns: chart.columns, isLog: chart.view.scale === 'log' });
    paths[i]?.setAttribute('d', pathData(drawn.smooth, chart));
  }
}

interface LineFrame {
  zoom: readonly [number, number] | undefined;
  columns: number;
  isLog: boolean;
}

const emptySeries = { superseded: [], total: 0, reduced: false };

function drawnLine(line: ChartLine, colour: RunColour, frame: LineFrame): DrawnLine {
  const { smoothed, band, members = [] } = line;
  const { zoom } = frame;
  const isWithin = (step: number) => zoom === undefined || (step >= zoom[0] && step <= zoom[1]);
  return {
    line,
    colour,
    ...prepareSeries(line.series, frame),
    smooth: smoothed && smoothPoints(smoothed, frame),
    band: (band?.steps ?? []).flatMap((step, i) =>
      isWithin(step) ? [{ x: step, low: band?.low[i] ?? Number.NaN, high: band?.high[i] ?? Number.NaN }] : [],
    ),
    members: members.map((member) => prepareSeries(member, frame).points),
  };
}

function prepareSeries(series: Series, { zoom, columns, isLog }: LineFrame): LinePoints {
  const prepared = linePoints(reduceSeries(within(series, zoom), columns), { positiveOnly: isLog });
  return zoom === undefined ? prepared : cutPoints(prepared, zoom);
}

function smoothPoints(
  { steps, values, isApproximate }: NonNullable<ChartLine['smoothed']>,
  frame: LineFrame,
): LinePoint[] {
  const series = { ...emptySeries, steps: steps as number[], values: values as number[], reduced: isApproximate };
  return prepareSeries(series, frame).points;
}

/** As many columns as the vertex limit leaves for each line, at most those asked for. */
function columnsFor(lineCount: number, wanted: number): number {
  return Math.max(4, Math.min(wanted, Math.floor(vertexLimit / 4 / Math.max(1, lineCount))));
}

/** The points within the zoom and one more on either side, so that lines run to the edges. */
function within(series: Series, zoom: readonly [number, number] | undefined): Series {
  if (zoom === undefined) return series;
  const from = Math.max(0, series.steps.findIndex((step) => step >= zoom[0]) - 1);
  const past = series.steps.findIndex((step) => step > zoom[1]);
  const to = past < 0 ? series.steps.length : past + 1;
  const { buckets: _, ...rest } = series;
  return { ...rest, steps: series.steps.slice(from, to), values: series.values.slice(from, to) };
}

function colourOf(runId: string, colours: ReadonlyMap<string, RunColour>): RunColour {
  return colours.get(runId) ?? assignRunColours([runId]).get(runId) ?? { slot: 0, dash: 0 };
}

function xTicks(
  kind: XKind,
  from: number,
  to: number,
  { count, isWhole }: { count: number; isWhole: boolean },
): TickedDomain & { texts: string[] } {
  if (kind === 'time' && from < to) {
    const ticked = durationTicks(from, to, count);
    return { ...ticked, texts: ticked.ticks.map(formatShortDuration) };
  }
  if (kind === 'wall' && from < to) {
    const ticked = wallTicks(from, to, count);
    return { ...ticked, texts: formatWallTicks(ticked.ticks) };
  }
  const ticked = linearTicks(from, to, count, { whole: isWhole });
  return { ...ticked, texts: ticked.ticks.map(formatShortStep) };
}

function yTicks(
  scale: YScaleKind,
  low: number,
  high: number,
  count: number,
  all: readonly LinePoints[],
): TickedDomain & { constant?: number } {
  if (scale === 'log') return logTicks(low, high, count);
  if (scale === 'symlog') return symlogTicks(low, high, count, smallSize(all));
  return linearTicks(low, high, count, { near: true });
}

/** The size that a twentieth of the values other than 0 lie under. */
function smallSize(lines: readonly LinePoints[]): number {
  const sizes = lines.flatMap(({ points }) => points.map(({ y }) => Math.abs(y)).filter((y) => y > 0));
  sizes.sort((a, b) => a - b);
  return sizes[Math.floor(0.05 * sizes.length)] ?? 0;
}

function yExtent(
  all: readonly LinePoints[],
  singles: readonly DrawnLine[],
  levels: readonly (number | undefined)[],
  isLog: boolean,
): [number, number] {
  let [low, high] = extent(all, (point) => point.y);
  const widen = (value: number | undefined) => {
    if (value === undefined || !Number.isFinite(value) || (isLog && value <= 0)) return;
    low = Math.min(low, value);
    high = Math.max(high, value);
  };
  for (const { band, members } of singles) {
    for (const point of band) {
      widen(point.low);
      widen(point.high);
    }
    for (const { y } of members.flat()) widen(y);
  }
  for (const level of levels) widen(level);
  return [low, high];
}

function extent(lines: readonly LinePoints[], of: (point: LinePoint) => number): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { points } of lines) {
    for (const point of points) {
      const value = of(point);
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low <= high ? [low, high] : [0, 1];
}
