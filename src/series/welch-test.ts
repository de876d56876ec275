import { around, type Interval, type SampleFigures } from './describe-sample.ts';
import { fUpper, tTwoSided, tUpperQuantile } from './distributions.ts';

/** Outcome of Welch's t test on two means. */
export interface WelchTest {
  /** Mean of the first group less mean of the second. */
  difference: number;
  /** 95 % confidence interval of the difference. */
  ci: Interval;
  t: number;
  /** By Welch and Satterthwaite; seldom whole. */
  degrees: number;
  /** Two-sided. */
  p: number;
}

type Sample = Pick<SampleFigures, 'n' | 'mean' | 'sd'>;

/**
 * Tests whether two groups have the same mean, without taking their variances for equal. Undefined below three values in
 * either, and where neither group has any spread.
 *
 * Source: Welch (1947), "The generalization of Student's problem when several different population variances are involved",
 * https://doi.org/10.1093/biomet/34.1-2.28
 */
export function welchTest(a: Sample, b: Sample): WelchTest | undefined {
  if (a.mean === undefined || b.mean === undefined || a.sd === undefined || b.sd === undefined) return undefined;
  if (a.n < 3 || b.n < 3) return undefined;
  const scale = Math.max(a.sd, b.sd);
  if (scale === 0 || !Number.isFinite(scale)) return undefined;
  const shareA = (a.sd / scale) ** 2 / a.n;
  const shareB = (b.sd / scale) ** 2 / b.n;
  const error = scale * Math.sqrt(shareA + shareB);
  const degrees = (shareA + shareB) ** 2 / (shareA ** 2 / (a.n - 1) + shareB ** 2 / (b.n - 1));
  const difference = a.mean - b.mean;
  const t = difference / error;
  const ci = around(difference, tUpperQuantile(0.025, degrees) * error);
  return { difference, ci, t, degrees, p: tTwoSided(t, degrees) };
}

/** Outcome of Welch's analysis of variance. */
export interface WelchAnova {
  f: number;
  degrees1: number;
  degrees2: number;
  p: number;
  /** Groups that took part: those with three values or more, and spread. */
  groups: number;
}

/**
 * Tests whether several groups all have the same mean, without taking their variances for equal. Groups of less than three
 * values or without spread take no part; undefined when fewer than two are left.
 *
 * Source: Welch (1951), "On the comparison of several mean values", https://doi.org/10.1093/biomet/38.3-4.330
 */
export function welchAnova(samples: readonly Sample[]): WelchAnova | undefined {
  const parts = samples.flatMap(({ n, mean, sd }) =>
    mean === undefined || sd === undefined || n < 3 || !(sd > 0) ? [] : [{ n, mean, weight: n / sd ** 2 }],
  );
  const k = parts.length;
  if (k < 2) return undefined;
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const middle = parts.reduce((sum, { weight, mean }) => sum + (weight / total) * mean, 0);
  const between = parts.reduce((sum, { weight, mean }) => sum + weight * (mean - middle) ** 2, 0) / (k - 1);
  const unsure = parts.reduce((sum, { weight, n }) => sum + (1 - weight / total) ** 2 / (n - 1), 0);
  const f = between / (1 + (2 * (k - 2) * unsure) / (k ** 2 - 1));
  const degrees2 = (k ** 2 - 1) / (3 * unsure);
  if (!Number.isFinite(f)) return undefined;
  return { f, degrees1: k - 1, degrees2, p: fUpper(f, k - 1, degrees2), groups: k };
}
