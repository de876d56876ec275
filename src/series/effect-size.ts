import type { Interval, SampleFigures } from './describe-sample.ts';
import { logGamma, tUpperQuantile } from './distributions.ts';
import { findRoot } from './find-root.ts';
import { noncentralT } from './noncentral-t.ts';

/** How far two means lie apart, in standard deviations. */
export interface EffectSize {
  /** Hedges' g: mean of the first less mean of the second, by the pooled deviation, corrected for few values. */
  g: number;
  /** 95 % confidence interval of `g`. */
  ci: Interval;
}

type Sample = Pick<SampleFigures, 'n' | 'mean' | 'sd'>;

/**
 * Gives Hedges' g with its exact correction, and the 95 % interval that the noncentral t distribution leads to: the two
 * noncentralities at which the t observed would stand at 2.5 % and 97.5 %, each times the correction. Undefined below three
 * values in either group, and without spread.
 *
 * Sources: Hedges (1981), https://doi.org/10.3102/10769986006002107; Goulet-Pelletier and Cousineau (2018), "A review of
 * effect sizes and their confidence intervals", https://doi.org/10.20982/tqmp.14.4.p242
 */
export function hedgesG(a: Sample, b: Sample): EffectSize | undefined {
  if (a.mean === undefined || b.mean === undefined || a.sd === undefined || b.sd === undefined) return undefined;
  if (a.n < 3 || b.n < 3) return undefined;
  const scale = Math.max(a.sd, b.sd);
  if (scale === 0 || !Number.isFinite(scale)) return undefined;
  const degrees = a.n + b.n - 2;
  const squares = (a.n - 1) * (a.sd / scale) ** 2 + (b.n - 1) * (b.sd / scale) ** 2;
  const d = (a.mean - b.mean) / (scale * Math.sqrt(squares / degrees));
  const correction = hedgesCorrection(degrees);
  const root = Math.sqrt((a.n * b.n) / (a.n + b.n));
  const cdf = noncentralT(degrees);
  const t = d * root;
  const deltaAt = (share: number): number =>
    findRoot((delta) => cdf(t, delta) - share, t, Math.max(1, Math.abs(t) / 4));
  const low = (correction * deltaAt(0.975)) / root;
  const high = (correction * deltaAt(0.025)) / root;
  return { g: correction * d, ci: { low, high } };
}

/** The factor that takes the bias of few values out of Cohen's d. */
export function hedgesCorrection(degrees: number): number {
  return Math.exp(logGamma(degrees / 2) - logGamma((degrees - 1) / 2)) / Math.sqrt(degrees / 2);
}

/** More seeds than this are not looked for. */
export const maxSeedsNeeded = 10_000;

/**
 * Gives how many seeds each of two groups needs for a t test to see a difference of `effect` standard deviations with this
 * power, two-sided: the least such number, 2 or more; Infinity past 10,000. An effect that was itself measured on few seeds is
 * unsure, and so is the number.
 *
 * Source: Cohen (1988), Statistical Power Analysis for the Behavioral Sciences, chapter 2, by the noncentral t distribution.
 */
export function seedsNeeded(effect: number, { power = 0.8, alpha = 0.05 } = {}): number {
  if (!Number.isFinite(effect) || effect === 0) return Number.POSITIVE_INFINITY;
  const isEnough = (n: number): boolean => powerOf(Math.abs(effect), n, alpha) >= power;
  let enough = 2;
  while (!isEnough(enough)) {
    if (enough >= maxSeedsNeeded) return Number.POSITIVE_INFINITY;
    enough = Math.min(maxSeedsNeeded, enough * 2);
  }
  let few = Math.max(1, Math.floor(enough / 2));
  while (enough - few > 1) {
    const middle = Math.floor((few + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else few = middle;
  }
  return enough;
}

/** Chance that a two-sided t test on two groups of `n` sees an effect of `effect` standard deviations. */
export function powerOf(effect: number, n: number, alpha = 0.05): number {
  const degrees = 2 * n - 2;
  const bound = tUpperQuantile(alpha / 2, degrees);
  const cdf = noncentralT(degrees);
  const delta = effect * Math.sqrt(n / 2);
  return 1 - cdf(bound, delta) + cdf(-bound, delta);
}
