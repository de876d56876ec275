import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapMean } from '../../src/series/bootstrap-mean.ts';
import { compareGroups, compareSamples } from '../../src/series/compare-groups.ts';
import { describeSample, silenceText } from '../../src/series/describe-sample.ts';
import { normalCdf, normalQuantile, tTwoSided, tUpperQuantile } from '../../src/series/distributions.ts';
import { powerOf, seedsNeeded } from '../../src/series/effect-size.ts';
import { holmAdjust } from '../../src/series/holm-adjust.ts';
import { noncentralT } from '../../src/series/noncentral-t.ts';
import { permutationTest } from '../../src/series/permutation-test.ts';
import { tQuantile95 } from '../../src/series/t-quantile.ts';

type Recorded = number | null;
type Figures<Names extends string> = Record<Names, Recorded>;
interface Golden {
  describe: ({ name: string; values: (number | string)[] } & Figures<
    'n' | 'mean' | 'median' | 'sd' | 'low' | 'high'
  >)[];
  compare: ({ name: string; a: (number | string)[]; b: (number | string)[] } & Figures<
    't' | 'degrees' | 'p' | 'low' | 'high' | 'permutationP' | 'arrangements' | 'g' | 'gLow' | 'gHigh'
  >)[];
  anova: ({ name: string; groups: number[][]; pairs: number[]; holm: number[] } & Figures<'f' | 'p'>)[];
  bootstrap: { name: string; values: number[]; low: number; high: number }[];
  seedsNeeded: { effect: number; n: number }[];
  noncentralT: { t: number; degrees: number; delta: number; p: number }[];
  t: { t: number; degrees: number; p: number; bound: number }[];
}

// What SciPy said, recorded by scripts/record-statistics.py.
const file = join(import.meta.dirname, '__golden__/statistics.json');
const golden = JSON.parse(readFileSync(file, 'utf8')) as Golden;

/** Equal to 1e-9, by size where that is more than 1; undefined stands for SciPy's NaN. */
function expectClose(found: number | undefined, expected: Recorded, what: string): void {
  if (expected === null) {
    expect(found, what).toBeUndefined();
    return;
  }
  expect(found, what).toBeDefined();
  const off = Math.abs((found ?? Number.NaN) - expected);
  // Values of 1e-9 have to agree in their digits too; what cancels out to nothing cannot.
  const size = Math.abs(expected) > 1 || (expected !== 0 && Math.abs(expected) < 1e-6) ? Math.abs(expected) : 1;
  expect(off, `${what}: ${found} for ${expected}`).toBeLessThanOrEqual(1e-9 * size);
}

const numbers = (values: readonly (number | string)[]) => values.map(Number);

describe('describeSample', () => {
  test.each(golden.describe)('agrees with SciPy: $name', ({ values, n, mean, median, sd, low, high }) => {
    const found = describeSample(numbers(values), { bootstrap: false });
    expect(found.n).toBe(n);
    expect(found.leftOut).toBe(values.length - (n ?? 0));
    expectClose(found.mean, mean, 'mean');
    expectClose(found.median, median, 'median');
    expectClose(found.sd, sd, 'sd');
    const saysNothing = (n ?? 0) < 3; // SciPy gives an interval for two values: a t of 12.7 with one degree of freedom
    expectClose(found.ci?.low, saysNothing ? null : low, 'low');
    expectClose(found.ci?.high, saysNothing ? null : high, 'high');
    expect(found.silence === undefined).toBe(found.ci !== undefined);
  });

  test('says why there is no interval', () => {
    const silenceOf = (...values: number[]) => describeSample(values).silence;
    expect(silenceOf(Number.NaN)).toBe('no-values');
    expect(silenceOf(1)).toBe('one-value');
    expect(silenceOf(1, 2)).toBe('two-values');
    expect(silenceOf(0.1, 0.1, 0.1)).toBe('no-spread');
    expect(silenceText('two-values')).toContain('too few');
  });

  test('keeps the mean within the values and the interval around it, for any values', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { minLength: 1 }), (values) => {
        const { mean = Number.NaN, median = Number.NaN, sd, ci } = describeSample(values, { bootstrap: false });
        for (const middle of [mean, median]) {
          expect(middle).toBeGreaterThanOrEqual(Math.min(...values));
          expect(middle).toBeLessThanOrEqual(Math.max(...values));
        }
        expect(sd === undefined).toBe(values.length < 2);
        if (ci !== undefined) expect(ci.low <= mean && mean <= ci.high).toBe(true);
      }),
    );
  });
});

describe('bootstrapMean', () => {
  test.each(golden.bootstrap)("agrees with SciPy's BCa on the same resamples: $name", ({ values, low, high }) => {
    const found = bootstrapMean(values, { seed: 0 });
    expect(found.method).toBe('BCa');
    expectClose(found.low, low, 'low');
    expectClose(found.high, high, 'high');
  });

  test('gives the same interval for the same seed, another for another, and lies within the values', () => {
    const values = [0.1, 0.25, 0.27, 0.9, 0.4];
    expect(bootstrapMean(values, { seed: 7 })).toEqual(bootstrapMean(values, { seed: 7 }));
    expect(bootstrapMean(values, { seed: 7 })).not.toEqual(bootstrapMean(values, { seed: 8 }));
    const { low, high } = bootstrapMean(values);
    expect(low).toBeGreaterThan(0.1);
    expect(high).toBeLessThan(0.9);
  });

  test('does not fail on the largest numbers', () => {
    const { low, high } = bootstrapMean([1e308, 1.2e308, 1.6e308]);
    expect(low).toBeGreaterThanOrEqual(1e308);
    expect(high).toBeLessThanOrEqual(1.6e308);
  });
});

describe('compareSamples', () => {
  test.each(golden.compare)('agrees with SciPy: $name', (recorded) => {
    const [a, b] = [recorded.a, recorded.b].map((values) => describeSample(numbers(values), { bootstrap: false }));
    if (a === undefined || b === undefined) throw new Error('two samples');
    const { welch, permutation, effect } = compareSamples(a, b);
    expectClose(welch?.t, recorded.t, 't');
    expectClose(welch?.degrees, recorded.degrees, 'degrees');
    expectClose(welch?.p, recorded.p, 'p');
    expect(permutation).toMatchObject({ isExact: true, arrangements: recorded.arrangements });
    expectClose(permutation?.p, recorded.permutationP, 'permutation p');
    expectClose(effect?.g, recorded.g, 'g');
    expectClose(welch?.ci.low, recorded.low, 'low');
    expectClose(welch?.ci.high, recorded.high, 'high');
    expectClose(effect?.ci.low, recorded.gLow, "g's low");
    expectClose(effect?.ci.high, recorded.gHigh, "g's high");
  });

  test('says nothing where a group has fewer than three values, and which reason holds', () => {
    const two = describeSample([1, 2]);
    const three = describeSample([1, 2, 3]);
    const found = compareSamples(two, three);
    expect(found).toEqual({
      difference: -0.5,
      welch: undefined,
      permutation: undefined,
      effect: undefined,
      seedsNeeded: undefined,
      silence: 'two-values',
    });
    expect(compareSamples(three, describeSample([])).silence).toBe('no-values');
  });

  test('leaves the question to the permutation test where no group has any spread', () => {
    const found = compareSamples(describeSample([1, 1, 1]), describeSample([2, 2, 2]));
    expect(found).toMatchObject({ welch: undefined, effect: undefined, silence: 'no-spread' });
    expect(found.permutation?.p).toBe(0.1);
  });

  test('is turned round when the groups are', () => {
    const a = describeSample([0.2, 0.4, 0.5, 0.45]);
    const b = describeSample([0.6, 0.5, 0.8]);
    const [there, back] = [compareSamples(a, b), compareSamples(b, a)];
    expect(back.welch?.t).toBeCloseTo(-(there.welch?.t ?? Number.NaN), 12);
    expect(back.welch?.p).toBeCloseTo(there.welch?.p ?? Number.NaN, 12);
    expect(back.permutation?.p).toBe(there.permutation?.p);
    expect(back.effect?.ci.low).toBeCloseTo(-(there.effect?.ci.high ?? Number.NaN), 9);
    expect(back.seedsNeeded).toBe(there.seedsNeeded);
  });
});

describe('permutationTest', () => {
  test('drawn arrangements come near to what all of them say', () => {
    const a = [0.52, 0.61, 0.48, 0.55, 0.59, 0.5, 0.57, 0.53, 0.58];
    const b = [0.55, 0.6, 0.54, 0.58, 0.53, 0.61, 0.57, 0.59, 0.56];
    const found = permutationTest(a, b, { draws: 20_000, seed: 3 });
    expect(found).toMatchObject({ isExact: false, arrangements: 20_000 });
    // SciPy, exact over all 48,620 arrangements; four standard errors of the drawn one.
    expect(Math.abs((found?.p ?? 0) - exactP(a, b))).toBeLessThan(4 * 2 * Math.sqrt(0.25 / 20_000));
    expect(permutationTest(a, b, { seed: 3 })).toEqual(permutationTest(a, b, { seed: 3 }));
  });

  test('counts what was observed among the drawn, so that p is never 0', () => {
    const low = Array.from({ length: 12 }, (_, i) => i);
    const high = low.map((value) => value + 1000);
    const found = permutationTest(low, high, { draws: 999 });
    expect(found?.p).toBe(2 / 1000);
    expect(found?.least).toBe(2 / 1000);
  });

  test('tells the least p that so few values can give', () => {
    expect(permutationTest([1, 2, 3], [7, 8, 9])).toEqual({ p: 0.1, arrangements: 20, isExact: true, least: 0.1 });
  });
});

/** The slow, plain way: every choice as a bit mask. */
function exactP(a: readonly number[], b: readonly number[]): number {
  const all = [...a, ...b];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const observed = sum(a);
  let [low, high, ways] = [0, 0, 0];
  for (let mask = 0; mask < 2 ** all.length; mask++) {
    const chosen = all.filter((_, i) => (mask >> i) & 1);
    if (chosen.length !== a.length) continue;
    ways += 1;
    if (sum(chosen) <= observed + 1e-9) low += 1;
    if (sum(chosen) >= observed - 1e-9) high += 1;
  }
  return Math.min(1, (2 * Math.min(low, high)) / ways);
}

describe('compareGroups', () => {
  test.each(golden.anova)("agrees with SciPy's Welch ANOVA and with Holm: $name", ({ groups, f, p, pairs, holm }) => {
    const named = groups.map((values, i) => ({ name: String(i), values }));
    const found = compareGroups(named, { bootstrap: false });
    if (groups.length > 2) {
      expectClose(found.anova?.f, f, 'f');
      expectClose(found.anova?.p, p, 'p');
    } else expect(found.anova).toBeUndefined();
    expect(found.pairs).toHaveLength(pairs.length);
    for (const [i, pair] of found.pairs.entries()) {
      expectClose(pair.welch?.p, pairs[i] ?? null, 'p of a pair');
      expectClose(pair.pHolm, holm[i] ?? null, 'corrected p');
    }
  });

  test('holds each group against the baseline alone when there is one, and corrects for those only', () => {
    const groups = [[1, 2, 4], [3, 5, 4.5], [9, 9.5, 8], [7]].map((values, i) => ({ name: String(i), values }));
    const { pairs } = compareGroups(groups, { baseline: 1, bootstrap: false });
    expect(pairs.map(({ a, b }) => [a, b])).toEqual([
      [0, 1],
      [2, 1],
      [3, 1],
    ]);
    const [first, second, third] = pairs;
    expect(third?.pHolm).toBeUndefined();
    expect(second?.pHolm).toBeCloseTo(2 * (second?.welch?.p ?? Number.NaN), 12);
    expect(first?.pHolm).toBeCloseTo(Math.max(first?.welch?.p ?? Number.NaN, second?.pHolm ?? Number.NaN), 12);
  });
});

describe('holmAdjust', () => {
  test('corrects step by step, keeps order and what is no test', () => {
    expect(holmAdjust([0.01, undefined, 0.04, 0.03])).toEqual([0.03, undefined, 0.06, 0.06]);
    expect(holmAdjust([0.6, 0.9])).toEqual([1, 1]);
    expect(holmAdjust([])).toEqual([]);
  });

  test('never makes a p smaller and keeps their order, for any list', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        const adjusted = holmAdjust(ps).map((p) => p ?? Number.NaN);
        const order = ps.map((_, i) => i).sort((i, j) => (ps[i] ?? 0) - (ps[j] ?? 0));
        for (const [rank, place] of order.entries()) {
          expect(adjusted[place]).toBeGreaterThanOrEqual(ps[place] ?? 0);
          expect(adjusted[place]).toBeLessThanOrEqual(1);
          const next = order[rank + 1];
          if (next !== undefined) expect(adjusted[next]).toBeGreaterThanOrEqual(adjusted[place] ?? 0);
        }
      }),
    );
  });
});

describe('seedsNeeded', () => {
  test.each(golden.seedsNeeded)('agrees with SciPy for an effect of $effect', ({ effect, n }) => {
    expect(seedsNeeded(effect)).toBe(n);
    expect(seedsNeeded(-effect)).toBe(n);
    expect(powerOf(effect, n)).toBeGreaterThanOrEqual(0.8);
  });

  test('gives up past ten thousand, and for no effect', () => {
    expect(seedsNeeded(0.001)).toBe(Number.POSITIVE_INFINITY);
    expect(seedsNeeded(0)).toBe(Number.POSITIVE_INFINITY);
    expect(Number.isFinite(seedsNeeded(0.04))).toBe(true);
  });
});

describe('the distributions', () => {
  test.each(golden.noncentralT)(
    'noncentralT agrees with SciPy at t=$t, $degrees, $delta',
    ({ t, degrees, delta, p }) => {
      expect(Math.abs(noncentralT(degrees)(t, delta) - p)).toBeLessThan(1e-10);
    },
  );

  test.each(golden.t)("Student's t agrees with SciPy at $t, $degrees, in the tails too", ({ t, degrees, p, bound }) => {
    expect(tTwoSided(t, degrees) / p).toBeCloseTo(1, 10);
    expect(tTwoSided(-t, degrees)).toBe(tTwoSided(t, degrees));
    expect(tUpperQuantile(0.025, degrees)).toBeCloseTo(bound, 9);
  });

  test("the table for charts is the quantile's first digits", () => {
    for (const degrees of [1, 2, 5, 30, 31, 100])
      expect(tQuantile95(degrees)).toBeCloseTo(tUpperQuantile(0.025, degrees), 3);
  });

  test('the normal quantile undoes the normal distribution', () => {
    for (const z of [-6, -1.96, 0, 0.3, 4]) expect(normalQuantile(normalCdf(z))).toBeCloseTo(z, 9);
  });
});
