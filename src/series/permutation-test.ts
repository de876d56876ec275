import { randomNumbers } from './random-numbers.ts';

/** Outcome of a permutation test on two means. */
export interface PermutationTest {
  /** Two-sided: twice the smaller tail, at most 1. */
  p: number;
  /** Ways of dealing the values to the two groups that were looked at. */
  arrangements: number;
  /** True where these were all there are; else they were drawn. */
  isExact: boolean;
  /** The least `p` that groups of this size can give: with 3 and 3 values it is 0.1. */
  least: number;
}

/** Up to so many ways all are looked at: 8 values against 8 have 12,870. */
const maxExact = 20_000;

/**
 * Tests whether two groups have the same mean by dealing their values out anew in every possible way or, where there are more
 * than 20,000, in `draws` ways that follow from the seed; then the arrangement observed counts as one of them. Undefined
 * below three values in either group.
 *
 * Sources: Fisher (1935), The Design of Experiments, section 21; Phipson and Smyth (2010) for drawn arrangements,
 * https://doi.org/10.2202/1544-6115.1585
 *
 * @param a - finite values
 * @param b - finite values
 */
export function permutationTest(
  a: readonly number[],
  b: readonly number[],
  { draws = 9_999, seed = 0 }: { draws?: number; seed?: number } = {},
): PermutationTest | undefined {
  if (a.length < 3 || b.length < 3) return undefined;
  const all = [...a, ...b];
  const largest = Math.max(...all.map(Math.abs));
  const values = all.map((value) => (largest === 0 ? 0 : value / largest));
  const observed = sumOf(values.slice(0, a.length));
  const slack = 1e-12 * values.length; // sums of the same values in another order are the same
  const tally = { low: 0, high: 0 };
  const count = (sum: number): void => {
    if (sum <= observed + slack) tally.low += 1;
    if (sum >= observed - slack) tally.high += 1;
  };
  const ways = choose(all.length, a.length);
  const isExact = ways <= maxExact;
  if (isExact) visitSums(values, a.length, count);
  else drawSums(values, a.length, { draws, seed }, count);
  const own = isExact ? 0 : 1;
  const arrangements = isExact ? ways : draws;
  const p = Math.min(1, (2 * (Math.min(tally.low, tally.high) + own)) / (arrangements + own));
  return { p, arrangements, isExact, least: Math.min(1, 2 / (arrangements + own)) };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Number of ways of choosing `k` of `n`; exact up to 2^53. */
function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = (ways * (n - i + 1)) / i;
  return Math.round(ways);
}

/** Calls `visit` with the sum of each choice of `size` values. */
function visitSums(values: readonly number[], size: number, visit: (sum: number) => void): void {
  const walk = (from: number, left: number, sum: number): void => {
    if (left === 0) visit(sum);
    else for (let i = from; i <= values.length - left; i++) walk(i + 1, left - 1, sum + (values[i] ?? 0));
  };
  walk(0, size, 0);
}

/** Calls `visit` with the sums of choices drawn at random. */
function drawSums(
  values: readonly number[],
  size: number,
  { draws, seed }: { draws: number; seed: number },
  visit: (sum: number) => void,
): void {
  const random = randomNumbers(seed);
  const deck = [...values];
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const j = i + Math.floor(random() * (deck.length - i));
      [deck[i], deck[j]] = [deck[j] ?? 0, deck[i] ?? 0];
      sum += deck[i] ?? 0;
    }
    visit(sum);
  }
}
