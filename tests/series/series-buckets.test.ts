import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { reduceSeries } from '../../src/series/reduce-series.ts';
import type { Series } from '../../src/series/series.ts';
import { foldBucket, pointBuckets, weightedPoints } from '../../src/series/series-buckets.ts';
import { SeriesBuilder } from '../../src/series/series-builder.ts';

const value = fc.oneof(
  { weight: 6, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY) },
);
const rising = (values: number[]): Series => ({
  steps: values.map((_, i) => i),
  values,
  superseded: [],
  total: values.length,
  reduced: false,
});

function totals({ buckets, values }: Series): { count: number; sum: number } {
  const { counts, means } = buckets ?? pointBuckets(values);
  return {
    count: counts.reduce((sum, count) => sum + count, 0),
    sum: counts.reduce((sum, count, i) => sum + (count === 0 ? 0 : count * (means[i] ?? Number.NaN)), 0),
  };
}

describe('buckets', () => {
  test('of a reduced series count every finite value and keep their sum, however often it is reduced', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 300 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 6 }),
        (values, columns, fewer) => {
          const whole = totals(rising(values));
          for (const series of [
            reduceSeries(rising(values), columns),
            reduceSeries(reduceSeries(rising(values), columns), fewer),
          ]) {
            expect(totals(series).count).toBe(whole.count);
            expect(Math.abs(totals(series).sum - whole.sum)).toBeLessThan(1e-3);
            expect(series.buckets?.counts.length ?? series.steps.length).toBe(series.steps.length);
            for (const [i, count] of (series.buckets?.counts ?? []).entries()) {
              if (count > 0) expect(series.values[i]).toSatisfy(Number.isFinite);
            }
          }
        },
      ),
    );
  });

  test('of a series that was folded while it was read count every finite value too', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 400 }),
        fc.integer({ min: 4, max: 40 }),
        (values, size) => {
          const builder = new SeriesBuilder({ maxPoints: size });
          for (const [step, one] of values.entries()) builder.add(step, one);
          const series = builder.build();
          const whole = totals(rising(values));
          expect(series.buckets !== undefined).toBe(series.reduced);
          expect(totals(series).count).toBe(whole.count);
          expect(Math.abs(totals(series).sum - whole.sum)).toBeLessThan(1e-3);
        },
      ),
    );
  });

  test('are put together by shares, so that the largest numbers have a mean', () => {
    expect(foldBucket(pointBuckets([1.7e308, 1.7e308, 1.7e308]), 0, 2).mean).toBeCloseTo(1.7e308, -300);
    expect(foldBucket(pointBuckets([Number.NaN]), 0, 0)).toEqual({ count: 0, mean: Number.NaN });
  });
});

describe('weightedPoints', () => {
  test('gives the points of a whole series as they are', () => {
    expect(weightedPoints(rising([1, Number.NaN, 3]))).toEqual({
      steps: [0, 1, 2],
      values: [1, Number.NaN, 3],
      counts: undefined,
    });
  });

  test('gives the buckets of a reduced one at their end or their middle, and keeps values that are not finite', () => {
    const series: Series = {
      ...rising([1, 9, Number.NaN, 4]),
      reduced: true,
      buckets: { counts: [0, 5, 0, 2], means: [Number.NaN, 3, Number.NaN, 4.5] },
    };
    expect(weightedPoints(series)).toEqual({ steps: [1, 2, 3], values: [3, Number.NaN, 4.5], counts: [5, 0, 2] });
    expect(weightedPoints(series, { place: 'middle' }).steps).toEqual([0.5, 2, 2.5]);
  });
});
