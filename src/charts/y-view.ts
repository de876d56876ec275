import type { ChartLine } from './choose-lines.ts';

/** How values are laid out upwards. */
export interface YView {
  scale: 'linear' | 'log';
  /** The values between which the axis runs, where not all of them are shown. */
  limits: readonly [number, number] | undefined;
  /** Values beyond the limits: they end on the edge. */
  outside: number;
}

/** Fewer values than this are all shown: there is no telling which of them is the odd one. */
const fewValues = 40;
/** A value this many times the usual spread away from it flattens everything else. */
const runawayFactor = 20;
/** Positive values of one run that span this much are shown on a log scale. */
const logSpan = 1e6;

/**
 * Chooses how a chart shows values of very different size, when nobody asked for a scale: where a few of many values have
 * run away (a diverging run among sound ones) the axis ends at the sound ones, and where all values of a single run are
 * positive and span six decades the scale is logarithmic. Else it is linear and shows all.
 */
export function chooseYView(lines: readonly ChartLine[]): YView {
  const values = lines.flatMap(({ series }) => series.values.filter(Number.isFinite)).sort((a, b) => a - b);
  const low = values[0];
  const high = values.at(-1);
  const all: YView = { scale: 'linear', limits: undefined, outside: 0 };
  if (low === undefined || high === undefined) return all;
  if (lines.length > 1 && values.length >= fewValues) {
    const limits = soundLimits(values);
    const outside = values.filter((value) => value < limits[0] || value > limits[1]).length;
    if (outside > 0) return { scale: 'linear', limits, outside };
  }
  return lines.length === 1 && low > 0 && high / low > logSpan ? { scale: 'log', limits: undefined, outside: 0 } : all;
}

/** The least and the greatest value within reach of the middle nine tenths. Values are sorted. */
function soundLimits(values: readonly number[]): [number, number] {
  const at = (share: number): number => values[Math.round(share * (values.length - 1))] as number;
  const low = at(0.05);
  const high = at(0.95);
  const spread = high - low || Math.abs(high) || 1;
  const sound = values.filter(
    (value) => value >= low - runawayFactor * spread && value <= high + runawayFactor * spread,
  );
  return [sound[0] ?? low, sound.at(-1) ?? high];
}
