import * as Plot from '@observablehq/plot';
import { reduceSeries } from '../series/reduce-series.ts';
import type { ChartGoal, ChartLine } from './choose-lines.ts';
import { chooseLines, singleLineLimit } from './choose-lines.ts';
import { chooseEndLabels, endLabelMargin, endLabels } from './end-labels.ts';
import { envelope } from './envelope.ts';
import { formatShortStep } from './format-number.ts';
import type { LinePoint, LinePoints, OddPoint } from './line-points.ts';
import { cutPoints, linePoints } from './line-points.ts';
import type { RunColour } from './run-colour.ts';
import { assignRunColours, colourClasses } from './run-colour.ts';
import { formatTicks, linearTicks, logTicks } from './ticks.ts';
import { chooseYView, type YView } from './y-view.ts';

export type { ChartGoal, ChartLine } from './choose-lines.ts';

/** The class of every chart; fixed, so that Plot's style text is constant (see `plot-style-hash.ts`). */
export const plotClass = 'rf-plot';

/** Most vertices a chart may have over all its lines. */
const vertexLimit = 16_000;

export interface LineChartOptions {
  /** Of the browser, or linkedom's at build time. */
  document: Document;
  widthPx: number;
  heightPx: number;
  goal?: ChartGoal;
  stepLabel?: string;
  /** Runs that are drawn singly whatever their rank: the baseline, what is pointed at. */
  keep?: readonly string[];
  /** Chosen by the values when absent (`chooseYView`). */
  yScale?: 'linear' | 'log';
  /** The part of x to show; all of it by default. */
  zoom?: readonly [number, number];
  /** Columns each line is reduced to; one for two pixels by default. */
  columns?: number;
  /** Colours of the whole view; those of these lines alone by default. */
  colours?: ReadonlyMap<string, RunColour>;
  singleLimit?: number;
  /** False where a legend beside the chart names the lines; true by default. */
  isNamed?: boolean;
}

/** A line as it was drawn. */
export interface DrawnLine {
  line: ChartLine;
  colour: RunColour;
  /** Reduced points; NaN where the line is broken. */
  points: LinePoint[];
  odd: OddPoint[];
}

/** A scale from data to pixels of the SVG; what lies outside the domain ends on its edge. */
export interface ChartScale {
  domain: readonly [number, number];
  /** In pixels; y has the larger first. */
  range: readonly [number, number];
  toPx: (value: number) => number;
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
}

/**
 * Draws series as lines: broken at gaps and non-finite values, which are marked at the edges; earlier branches of a
 * resumed run faint; past 20 lines the best ones singly over a band of the rest. Series may be empty, a single point or
 * hold any numbers. Names are set as text. Returns an SVG element of the given document, not attached, with the scales
 * a pointer needs.
 */
export function drawLineChart(lines: readonly ChartLine[], options: LineChartOptions): LineChart {
  const { document, widthPx, heightPx, goal, keep, stepLabel = 'step', zoom } = options;
  const view: YView =
    options.yScale === undefined ? chooseYView(lines) : { scale: options.yScale, limits: undefined, outside: 0 };
  const yScale = view.scale;
  const { singles: chosen, banded } = chooseLines(lines, { goal, keep, limit: options.singleLimit ?? singleLineLimit });
  const colours = options.colours ?? assignRunColours(chosen.map((line) => line.runId));
  const columns = columnsFor(lines.length, options.columns ?? Math.ceil(widthPx / 2));
  const prepareSeries = (series: ChartLine['series']) => {
    const prepared = linePoints(reduceSeries(within(series, zoom), columns), { positiveOnly: yScale === 'log' });
    return zoom === undefined ? prepared : cutPoints(prepared, zoom);
  };
  const prepare = (line: ChartLine) => prepareSeries(line.series);
  const singles = chosen.map((line) => ({ line, colour: colourOf(line.runId, colours), ...prepare(line) }));
  const bandLines = banded.map(prepare);
  const branches = singles.flatMap(({ line, colour }) =>
    line.series.superseded.map((branch) => ({
      colour,
      ...prepareSeries({ ...emptySeries, ...branch }),
    })),
  );

  const all: LinePoints[] = [...singles, ...bandLines, ...branches];
  const [x0, x1] = zoom ?? extent(all, (point) => point.x);
  const whole = lines.every(({ series }) => series.steps.every(Number.isInteger));
  const x = linearTicks(x0, x1, Math.max(2, Math.floor(widthPx / 90)), { whole });
  const [low, high] = extent(all, (point) => point.y);
  const y0 = Math.max(low, view.limits?.[0] ?? low);
  const y1 = Math.min(high, view.limits?.[1] ?? high);
  const tickCount = Math.max(2, Math.floor(heightPx / 46));
  const y = yScale === 'log' ? logTicks(y0, y1, tickCount) : linearTicks(y0, y1, tickCount, { near: true });
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
  const lastText = formatShortStep(x.ticks.at(-1) ?? 0);
  const marginRight = Math.max(endLabelMargin(labels), Math.ceil(4 + 3.5 * lastText.length));
  const margins = { marginLeft: Math.round(marginLeft), marginRight, marginTop: 10, marginBottom: 36 };
  const scaleX = linearScale(x.domain, [margins.marginLeft, widthPx - marginRight]);
  const scaleY = yScaleOf(yScale, y.domain, [heightPx - margins.marginBottom, margins.marginTop]);

  const band =
    banded.length === 0
      ? []
      : envelope(
          bandLines.map((line) => line.points),
          { from: x.domain[0], to: x.domain[1] },
        );
  const path = { x: 'x', y: 'y', stroke: 'currentColor' };
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
      tickFormat: (step: number) => formatShortStep(step),
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
  for (const branch of branches) {
    marks.push(Plot.line(branch.points, { ...path, className: `rf-old ${colourClasses(branch.colour)}` }));
  }
  for (const single of singles) {
    marks.push(Plot.line(single.points, { ...path, className: `rf-line ${colourClasses(single.colour)}` }));
  }
  for (const single of singles) marks.push(...lonelyMarks(single), ...oddMarks(single, scaleX));
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
    y: { type: yScale, domain: y.domain, clamp: true },
    marks,
  }) as unknown as SVGSVGElement;
  // The rules of Plot's own <style> stand in our stylesheet, so the policy never has to allow it.
  for (const style of [...svg.querySelectorAll('style')]) style.remove();
  svg.setAttribute('font-size', '12');
  return { svg, singles, banded: banded.length, isNamed: labels !== undefined, x: scaleX, y: scaleY };
}

const emptySeries = { superseded: [], total: 0, reduced: false };

/** As many columns as the vertex limit leaves for each line, at most those asked for. */
function columnsFor(lineCount: number, wanted: number): number {
  return Math.max(4, Math.min(wanted, Math.floor(vertexLimit / 4 / Math.max(1, lineCount))));
}

/** The points within the zoom and one more on either side, so that lines run to the edges. */
function within(series: ChartLine['series'], zoom: readonly [number, number] | undefined): ChartLine['series'] {
  if (zoom === undefined) return series;
  const from = Math.max(0, series.steps.findIndex((step) => step >= zoom[0]) - 1);
  const past = series.steps.findIndex((step) => step > zoom[1]);
  const to = past < 0 ? series.steps.length : past + 1;
  return { ...series, steps: series.steps.slice(from, to), values: series.values.slice(from, to) };
}

function colourOf(runId: string, colours: ReadonlyMap<string, RunColour>): RunColour {
  return colours.get(runId) ?? assignRunColours([runId]).get(runId) ?? { slot: 0, dash: 0 };
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

function linearScale(domain: readonly [number, number], range: readonly [number, number]): ChartScale {
  const [d0, d1] = domain;
  const [r0, r1] = range;
  const share = (value: number) => Math.max(0, Math.min(1, (value - d0) / (d1 - d0)));
  return { domain, range, toPx: (value) => r0 + share(value) * (r1 - r0) };
}

function yScaleOf(
  kind: 'linear' | 'log',
  domain: readonly [number, number],
  range: readonly [number, number],
): ChartScale {
  if (kind === 'linear') return linearScale(domain, range);
  const inner = linearScale([Math.log10(domain[0]), Math.log10(domain[1])], range);
  return { domain, range, toPx: (value) => inner.toPx(Math.log10(value)) };
}

/** Dots for points that no line reaches: a dash pattern would swallow them. */
function lonelyMarks({ points, colour }: DrawnLine): Plot.Markish[] {
  const isBreak = (i: number) => !Number.isFinite(points[i]?.y ?? Number.NaN);
  const lonely = points.filter((_, i) => !isBreak(i) && isBreak(i - 1) && isBreak(i + 1));
  if (lonely.length === 0) return [];
  return [Plot.dot(lonely, { x: 'x', y: 'y', r: 1.25, className: `rf-lonely rf-c${colour.slot}` })];
}

/** Within a stretch of one kind the marks stand this far apart, so that a run that is NaN to its end stays quiet. */
const stretchGapPx = 120;

/** Triangles at the edges: NaN hollow on the x axis, infinities filled where they went. The first of each stretch, then a few. */
function oddMarks({ odd, colour }: DrawnLine, scaleX: ChartScale): Plot.Markish[] {
  return (['nan', 'high', 'low'] as const).flatMap((kind) => {
    let lastPx = Number.NEGATIVE_INFINITY;
    const spaced = odd.filter((point) => {
      const px = scaleX.toPx(point.x);
      if (point.kind !== kind || px - lastPx < (point.isFirst ? 18 : stretchGapPx)) return false;
      lastPx = px;
      return true;
    });
    if (spaced.length === 0) return [];
    return [
      Plot.dot(spaced, {
        x: 'x',
        frameAnchor: kind === 'high' ? 'top' : 'bottom',
        symbol: 'triangle',
        rotate: kind === 'low' ? 180 : 0,
        r: 3.5,
        dy: kind === 'high' ? 3 : -4,
        className: `rf-odd rf-${kind} rf-c${colour.slot}`,
      }),
    ];
  });
}
