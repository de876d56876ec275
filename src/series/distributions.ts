import betainc from '@stdlib/math-base-special-betainc';
import erfc from '@stdlib/math-base-special-erfc';
import erfcinv from '@stdlib/math-base-special-erfcinv';
import gammaln from '@stdlib/math-base-special-gammaln';
import betaincinv from '@stdlib/math-base-special-kernel-betaincinv';

/**
 * Distributions of classical statistics on the special functions of stdlib (https://stdlib.io, Apache-2.0), which are
 * ports of Boost and Cephes. Tails are worked out as tails and not as one minus the rest, so that small probabilities
 * keep their digits.
 */

/** Probability that a standard normal variable is at most `z`. */
export function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** The `z` that a standard normal variable stays below with probability `p`; ±Infinity for 1 and 0. */
export function normalQuantile(p: number): number {
  return -Math.SQRT2 * erfcinv(2 * p);
}

/** Probability that Student's t with `degrees` (need not be whole) is at least as far from 0 as `t`, on either side. */
export function tTwoSided(t: number, degrees: number): number {
  if (Number.isNaN(t) || !(degrees > 0)) return Number.NaN;
  if (!Number.isFinite(t)) return 0;
  const square = t * t;
  // Written so that neither a tiny nor a huge t loses its digits in `degrees / (degrees + t²)`.
  return square > degrees
    ? betainc(degrees / (degrees + square), degrees / 2, 0.5, true, false)
    : betainc(square / (degrees + square), 0.5, degrees / 2, true, true);
}

/** The `t` that Student's t with `degrees` exceeds with probability `tail` on one side; `tail` is in (0, 0.5]. */
export function tUpperQuantile(tail: number, degrees: number): number {
  const [x = Number.NaN, rest = Number.NaN] = betaincinv(degrees / 2, 0.5, 2 * tail, 1 - 2 * tail);
  return Math.sqrt((degrees * rest) / x);
}

/** Probability that Fisher's F with these degrees of freedom is at least `f`. */
export function fUpper(f: number, degrees1: number, degrees2: number): number {
  if (!(f >= 0)) return Number.NaN;
  if (f === Number.POSITIVE_INFINITY) return 0;
  return betainc(degrees2 / (degrees2 + degrees1 * f), degrees2 / 2, degrees1 / 2, true, false);
}

/** Natural logarithm of Γ(x), for x > 0. */
export function logGamma(x: number): number {
  return gammaln(x);
}
