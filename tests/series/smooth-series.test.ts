import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduceSeries } from '../../src/series/reduce-series.ts';
import type { Series } from '../../src/series/series.ts';
import { smoothEma } from '../../src/series/smooth-ema.ts';
import { smoothGaussian } from '../../src/series/smooth-gaussian.ts';
import { smoothMean } from '../../src/series/smooth-mean.ts';
import { smoothingKinds, smoothSeries, smoothValues } from '../../src/series/smooth-series.ts';
import { smoothTimeEma } from '../../src/series/smooth-time-ema.ts';

const near = (values: readonly number[], expected: readonly number[]) => {
  expect(values).toHaveLength(expected.length);
  for (const [i, value] of values.entries()) {
    if (Number.isNaN(expected[i])) expect(value).toBeNaN();
    else expect(value).toBeCloseTo(expected[i] ?? Number.NaN, 8);
  }
};

const anyKind = fc.constantFrom(...smoothingKinds);
const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
const anyValues = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { weight: 1, arbitrary: odd },
  ),
  { maxLength: 60 },
);
const stepsFor = (count: number) =>
  fc
    .array(fc.integer({ min: 1, max: 500 }), { minLength: count, maxLength: count })
    .map((gaps) => gaps.map((_, i) => gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0)));
const amountOf = (kind: string, share: number) =>
  kind === 'ema' || kind === 'time' ? share * 0.999 : kind === 'mean' ? 3 + 2 * Math.round(share * 20) : share * 100;

describe('smoothEma', () => {
  test('gives the check values of the specification', () => {
    near(smoothEma([1, 2, 4, 8], 0.6), [1, 1.625, 2.836734694, 5.209558824]);
    near(smoothEma([5, 1, Number.NaN, 3], 0.9), [5, 2.894736842, Number.NaN, 2.933579336]);
  });

  test('takes a bucket as so many values at their mean', () => {
    const one = smoothEma([1, 4, 4, 4, 2], 0.8);
    const buckets = smoothEma([1, 4, 2], 0.8, [1, 3, 1]);
    near(buckets, [one[0] ?? 0, one[3] ?? 0, one[4] ?? 0]);
  });
});

describe('smoothTimeEma', () => {
  test('gives the check values of the specification', () => {
    near(smoothTimeEma([0, 1, 2, 10], [1, 2, 4, 8], 0.99), [1, 1.623050604, 2.828988239, 7.823295274]);
  });

  test('gives the values back where x has no range', () => {
    expect(smoothTimeEma([3], [7], 0.9)).toEqual([7]);
    expect(smoothTimeEma([3, 3], [7, 9], 0.9)).toEqual([7, 9]);
  });
});

describe('smoothGaussian', () => {
  test('weighs neighbours by their distance in x and cuts at 3 sigma', () => {
    const w = Math.exp(-0.5);
    near(smoothGaussian([0, 1, 5], [0, 1, 100], 1), [w / (1 + w), 1 / (1 + w), 100]);
  });

  test('over many values the bins change the line by less than a thousandth of its range', () => {
    const x = Array.from({ length: 2500 }, (_, i) => i);
    const values = x.map((at) => Math.sin(at / 40) + ((at * 7919) % 13) / 13);
    const binned = smoothGaussian(x, values, 30);
    const slow = x.map((at) => {
      const near = x.filter((other) => Math.abs(other - at) <= 90);
      const weights = near.map((other) => Math.exp(-0.5 * ((other - at) / 30) ** 2));
      const sum = weights.reduce((a, b) => a + b, 0);
      return near.reduce((total, other, i) => total + (values[other] ?? 0) * (weights[i] ?? 0), 0) / sum;
    });
    for (const [i, value] of binned.entries()) expect(Math.abs(value - (slow[i] ?? 0))).toBeLessThan(0.003);
  });
});

describe('smoothMean', () => {
  test('is the mean of a centred window, short at the ends, with missing values left out', () => {
    near(smoothMean([1, 2, 6, 3, 10], 3), [1.5, 3, 11 / 3, 19 / 3, 6.5]);
    near(smoothMean([1, Number.NaN, 5, 3], 3), [1, Number.NaN, 4, 4]);
  });

  test('a window under 3 points smooths nothing', () => {
    for (const width of [0, 1, Number.NaN]) expect(smoothMean([1, 5, 2], width)).toEqual([1, 5, 2]);
  });
});

describe('every smoothing', () => {
  const input = fc
    .tuple(anyKind, fc.double({ min: 0, max: 1, noNaN: true }), anyValues)
    .chain(([kind, share, values]) =>
      stepsFor(values.length).map((steps) => ({ kind, amount: amountOf(kind, share), values, steps })),
    );

  test('keeps the length, leaves values that are not finite where they are, and stays within the values', () => {
    fc.assert(
      fc.property(input, ({ kind, amount, values, steps }) => {
        const out = smoothValues(steps, values, { kind, amount });
        expect(out).toHaveLength(values.length);
        const finite = values.filter(Number.isFinite);
        const low = Math.min(...finite);
        const high = Math.max(...finite);
        const slack = 1e-9 * Math.max(Math.abs(low), Math.abs(high));
        for (const [i, value] of values.entries()) {
          const smoothed = out[i] ?? Number.NaN;
          if (Number.isFinite(value)) {
            expect(smoothed).toBeGreaterThanOrEqual(low - slack);
            expect(smoothed).toBeLessThanOrEqual(high + slack);
          } else expect(smoothed).toBe(value);
        }
      }),
    );
  });

  test('returns a constant series unchanged', () => {
    fc.assert(
      fc.property(
        anyKind,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0), // no minus zero
        fc.integer({ min: 0, max: 40 }),
        (kind, share, value, count) => {
          const values = new Array<number>(count).fill(value);
          const steps = values.map((_, i) => i * 3);
          expect(smoothValues(steps, values, { kind, amount: amountOf(kind, share) })).toEqual(values);
        },
      ),
    );
  });

  test('an amount of 0 gives the values back', () => {
    fc.assert(
      fc.property(anyKind, anyValues, (kind, values) => {
        const steps = values.map((_, i) => i);
        expect(smoothValues(steps, values, { kind, amount: 0 })).toEqual(values);
      }),
    );
  });
});

describe('smoothSeries', () => {
  const long = (count: number): Series => {
    const steps = Array.from({ length: count }, (_, i) => i);
    const values = steps.map((step) => Math.exp(-step / 800) + (step % 7 === 0 ? 0.4 : 0));
    return { steps, values, superseded: [], total: count, reduced: false };
  };

  test('smooths each point of a whole series, and nothing when it is off', () => {
    const series = long(50);
    expect(smoothSeries(series, { kind: 'ema', amount: 0 })).toBeUndefined();
    expect(smoothSeries(series, { kind: 'ema', amount: 0.5 })).toEqual({
      steps: series.steps,
      values: smoothEma(series.values, 0.5),
      isApproximate: false,
    });
  });

  test('over a reduced series comes close to what the whole one gives, and says that it is approximate', () => {
    const whole = long(4000);
    const exact = smoothEma(whole.values, 0.99);
    const smoothed = smoothSeries(reduceSeries(whole, 100), { kind: 'ema', amount: 0.99 });
    expect(smoothed?.isApproximate).toBe(true);
    for (const [i, step] of (smoothed?.steps ?? []).entries()) {
      expect(Math.abs((smoothed?.values[i] ?? Number.NaN) - (exact[step] ?? Number.NaN))).toBeLessThan(0.05);
    }
  });
});
