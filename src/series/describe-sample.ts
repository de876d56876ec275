import { type BootstrapInterval, bootstrapMean } from './bootstrap-mean.ts';
import { tUpperQuantile } from './distributions.ts';
import { quantile } from './quantile.ts';

/** From one number to another. */
export interface Interval {
  low: number;
  high: number;
}

/**
 * Why nothing is said of a group, or of two: it has no finite value, one, or two; or its values are all the same, so that
 * there is no spread to judge by.
 */
export type Silence = 'no-values' | 'one-value' | 'two-values' | 'no-spread';

/** What a group of seeds says of one metric. */
export interface SampleFigures {
  /** The finite values, in the order given. */
  values: number[];
  n: number;
  /** Values left out because they are NaN or infinite. */
  leftOut: number;
  mean: number | undefined;
  median: number | undefined;
  /** Standard deviation of the sample, with n − 1; undefined below two values. */
  sd: number | undefined;
  /** 95 % confidence interval of the mean by Student's t. Undefined below three values, and without spread. */
  ci: Interval | undefined;
  /** The same by bootstrap. Undefined where `ci` is, and where it was not asked for. */
  bootstrap: BootstrapInterval | undefined;
  silence: Silence | undefined;
}

/** Fewer seeds than this say nothing of how others would come out. */
export const leastSeeds = 3;

/**
 * Sums up the values of a group of seeds. Non-finite values are left out and counted. Below three values, and where all are
 * the same, there is no interval, and `silence` says why.
 *
 * Sources: Student (1908) for the interval; Efron (1987) for the bootstrap.
 */
export function describeSample(
  all: readonly number[],
  { bootstrap: isBootstrapped = true, seed = 0 }: { bootstrap?: boolean; seed?: number } = {},
): SampleFigures {
  const values = all.filter(Number.isFinite);
  const n = values.length;
  const sorted = [...values].sort((a, b) => a - b);
  const mean = meanOf(values);
  const sd = mean === undefined ? undefined : deviationOf(values, mean);
  const silence = silenceOf(n, sd);
  const isSilent = silence !== undefined || mean === undefined || sd === undefined;
  return {
    values,
    n,
    leftOut: all.length - n,
    mean,
    median: n === 0 ? undefined : quantile(sorted, 0.5),
    sd,
    ci: isSilent ? undefined : around(mean, (tUpperQuantile(0.025, n - 1) * sd) / Math.sqrt(n)),
    bootstrap: isSilent || !isBootstrapped ? undefined : bootstrapMean(values, { seed }),
    silence,
  };
}

/** The interval of half-width `half` around a middle. */
export function around(middle: number, half: number): Interval {
  return { low: middle - half, high: middle + half };
}

/** The arithmetic mean, never outside the values' range; undefined for none. */
export function meanOf(values: readonly number[]): number | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = Number.isFinite(sum) ? sum / n : values.reduce((total, value) => total + value / n, 0);
  return Math.min(Math.max(...values), Math.max(Math.min(...values), mean));
}

function deviationOf(values: readonly number[], mean: number): number | undefined {
  if (values.length < 2) return undefined;
  const widest = Math.max(...values.map((value) => Math.abs(value - mean)));
  if (widest === 0) return 0;
  const squares = values.reduce((sum, value) => sum + ((value - mean) / widest) ** 2, 0);
  return widest * Math.sqrt(squares / (values.length - 1));
}

function silenceOf(n: number, sd: number | undefined): Silence | undefined {
  if (n === 0) return 'no-values';
  if (n === 1) return 'one-value';
  if (n < leastSeeds) return 'two-values';
  return sd === 0 ? 'no-spread' : undefined;
}

/** Says a silence in words, as the rest of a sentence about a group. */
export function silenceText(silence: Silence): string {
  const texts: Record<Silence, string> = {
    'no-values': 'no finite value',
    'one-value': 'one seed says nothing of the next: no interval',
    'two-values': 'two seeds are too few for an interval: both values are shown',
    'no-spread': 'all seeds gave the same value: there is no spread to judge by',
  };
  return texts[silence];
}
