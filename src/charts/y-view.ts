import type { YScaleKind } from './chart-scale.ts';
import type { ChartLine } from './choose-lines.ts';

/** How values are laid out upwards. */
export interface YView {
  scale: YScaleKind;
  /** The values between which the axis runs, where not all of them are shown. */
  limits: readonly [number, number] | undefined;
  /** Values beyond the limits: they end on the edge. */
  outside: number;
  /** Those of them above and below. */
  above: number;
  below: number;
}

export interface YViewOptions {
  /** The scale that was asked for; else the values decide. */
  scale?: YScaleKind | undefined;
  /** True to end the axis at the 5th and the 95th percentile. */
  isWithoutOutliers?: boolean | undefined;
  /** The part of x that is shown. */
  zoom?: readonly [number, number] | undefined;
}

/** Fewer values than this are all shown: there is no telling which of them is the odd one. */
const fewValues = 40;
/** A value this many times the usual spread away from it flattens everything else. */
const runawayFactor = 20;
/** Positive values of one run that span this much are shown on a log scale. */
const logSpan = 1e6;
/** Percentiles are taken of so many values at most, evenly spread. */
const sampleSize = 40_000;

/**
 * Chooses how a chart shows values of very different size. Where nobody asked for a scale: where a few of many values have
 * run away (a diverging run among sound ones) the axis ends at the sound ones, and where all values of a single run are
 * positive and span six decades the scale is logarithmic; else it is linear and shows all. On a log scale values of 0 and
 * less are not counted: they have no place on it.
 */
export function chooseYView(
  lines: readonly ChartLine[],
  { scale, isWithoutOutliers = false, zoom }: YViewOptions = {},
): YView {
  const shown = shownValues(lines, zoom, scale === 'log');
  const values = sample(shown).sort((a, b) => a - b);
  const low = values[0];
  const high = values.at(-1);
  const all: YView = { scale: scale ?? 'linear', limits: undefined, outside: 0, above: 0, below: 0 };
  if (low === undefined || high === undefined) return all;
  if (isWithoutOutliers) {
    const limits: [number, number] = [at(values, 0.05), at(values, 0.95)];
    return limits[0] < limits[1] ? limited(all.scale, limits, shown) : all;
  }
  if (scale !== undefined) return all;
  if (lines.length > 1 && values.length >= fewValues) {
    const view = limited('linear', soundLimits(values), shown);
    if (view.outside > 0) return view;
  }
  return lines.length === 1 && low > 0 && high / low > logSpan ? { ...all, scale: 'log' } : all;
}

function shownValues(lines: readonly ChartLine[], zoom: YViewOptions['zoom'], isPositive: boolean): number[] {
  const shown: number[] = [];
  for (const { series } of lines) {
    for (let i = 0; i < series.values.length; i++) {
      const value = series.values[i] ?? Number.NaN;
      if (!Number.isFinite(value) || (isPositive && value <= 0)) continue;
      const x = series.steps[i] ?? Number.NaN;
      if (zoom === undefined || (x >= zoom[0] && x <= zoom[1])) shown.push(value);
    }
  }
  return shown;
}

function sample(values: readonly number[]): number[] {
  if (values.length <= sampleSize) return [...values];
  const stride = values.length / sampleSize;
  return Array.from({ length: sampleSize }, (_, i) => values[Math.floor(i * stride)] as number);
}

function limited(scale: YScaleKind, limits: readonly [number, number], values: readonly number[]): YView {
  let above = 0;
  let below = 0;
  for (const value of values) {
    if (value > limits[1]) above += 1;
    else if (value < limits[0]) below += 1;
  }
  return { scale, limits, outside: above + below, above, below };
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.round(share * (sorted.length - 1))] as number;
}

/** The least and the greatest value within reach of the middle nine tenths. Values are sorted. */
function soundLimits(values: readonly number[]): [number, number] {
  const low = at(values, 0.05);
  const high = at(values, 0.95);
  const spread = high - low || Math.abs(high) || 1;
  const sound = values.filter(
    (value) => value >= low - runawayFactor * spread && value <= high + runawayFactor * spread,
  );
  return [sound[0] ?? low, sound.at(-1) ?? high];
}
