import type { Series } from './series.ts';
import { weightedPoints } from './series-buckets.ts';
import { smoothEma } from './smooth-ema.ts';
import { smoothGaussian } from './smooth-gaussian.ts';
import { smoothMean } from './smooth-mean.ts';
import { smoothTimeEma } from './smooth-time-ema.ts';

export const smoothingKinds = ['ema', 'time', 'gaussian', 'mean'] as const;

/** `ema` debiased exponential average, `time` the same by distance in x, `gaussian` kernel, `mean` centred running mean. */
export type SmoothingKind = (typeof smoothingKinds)[number];

/** How much of what. `amount`: a weight from 0 to 0.999 (`ema`, `time`), sigma in x (`gaussian`), points (`mean`); 0 is off. */
export interface Smoothing {
  kind: SmoothingKind;
  amount: number;
}

/** A smoothed line. */
export interface SmoothedSeries {
  steps: number[];
  values: number[];
  /** True where the series was reduced, so that the line is smoothed over means of buckets. */
  isApproximate: boolean;
}

/** Smooths a series: each point of a whole one, the buckets of a reduced one. Undefined where smoothing is off. */
export function smoothSeries(series: Series, smoothing: Smoothing): SmoothedSeries | undefined {
  if (!(smoothing.amount > 0)) return undefined;
  const { steps, values, counts } = weightedPoints(series);
  return { steps, values: smoothValues(steps, values, smoothing, counts), isApproximate: series.reduced };
}

/** Smooths values at rising x by the kind that is asked for. */
export function smoothValues(
  x: ArrayLike<number>,
  values: ArrayLike<number>,
  { kind, amount }: Smoothing,
  counts?: ArrayLike<number>,
): number[] {
  switch (kind) {
    case 'ema':
      return smoothEma(values, amount, counts);
    case 'time':
      return smoothTimeEma(x, values, amount, counts);
    case 'gaussian':
      return smoothGaussian(x, values, amount, counts);
    case 'mean':
      return smoothMean(values, amount, counts);
  }
}
