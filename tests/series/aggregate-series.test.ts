import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { aggregateSeries, groupBands } from '../../src/series/aggregate-series.ts';
import { reduceSeries } from '../../src/series/reduce-series.ts';

const line = (steps: number[], values: number[]) => ({ steps, values });

describe('aggregateSeries', () => {
  test('gives mean and Student interval, n − 1 deviation, standard error and extremes of three runs', () => {
    const runs = [line([0, 1], [1, 10]), line([0, 1], [2, 10]), line([0, 1], [6, 10])];
    const at0 = (band: (typeof groupBands)[number]) => {
      const { values, low, high, n } = aggregateSeries(runs, { band });
      expect(n).toEqual([3, 3]);
      expect([values[1], low[1], high[1]]).toEqual([10, 10, 10]);
      return [values[0], low[0], high[0]];
    };
    const sd = Math.sqrt((4 + 1 + 9) / 2);
    const close = (found: (number | undefined)[], expected: number[]) => {
      for (const [i, value] of expected.entries()) expect(found[i]).toBeCloseTo(value, 10);
    };
    close(at0('sd'), [3, 3 - sd, 3 + sd]);
    close(at0('se'), [3, 3 - sd / Math.sqrt(3), 3 + sd / Math.sqrt(3)]);
    close(at0('ci'), [3, 3 - (4.303 * sd) / Math.sqrt(3), 3 + (4.303 * sd) / Math.sqrt(3)]);
    close(at0('minmax'), [3, 1, 6]);
    close(at0('median'), [2, 1, 6]);
    close(at0('quartiles'), [2, 1.5, 4]);
  });

  test('has no band for two runs, only their mean', () => {
    for (const band of groupBands) {
      const { values, low, high } = aggregateSeries([line([0], [1]), line([0], [3])], { band });
      expect(values).toEqual([2]);
      expect([...low, ...high]).toEqual([Number.NaN, Number.NaN]);
    }
  });

  test('aligns on the union of steps: interpolates inside a run and never carries it on beyond its ends', () => {
    const { steps, values, n } = aggregateSeries([line([0, 4, 8], [0, 4, 8]), line([2, 4], [10, 20])], { band: 'sd' });
    expect(steps).toEqual([0, 2, 4, 8]);
    expect(values).toEqual([0, 6, 12, 8]);
    expect(n).toEqual([1, 2, 2, 1]);
  });

  test('counts neither a value that is not finite nor the stretches beside it', () => {
    const { n, values } = aggregateSeries(
      [line([0, 2, 4], [1, Number.NaN, 1]), line([0, 1, 2, 3, 4], [3, 3, 3, 3, 3])],
      {
        band: 'ci',
      },
    );
    expect(n).toEqual([2, 1, 1, 1, 2]);
    expect(values).toEqual([2, 3, 3, 3, 2]);
  });

  test('takes a reduced run by the means of its buckets, so that its peaks do not bend the mean', () => {
    const steps = Array.from({ length: 2000 }, (_, i) => i);
    const spiky = steps.map((step) => (step % 50 === 7 ? 100 : 1)); // mean 2.98
    const reduced = reduceSeries({ steps, values: spiky, superseded: [], total: 2000, reduced: false }, 12);
    const { values } = aggregateSeries([reduced], { band: 'ci' });
    for (const value of values) expect(Math.abs(value - 2.98)).toBeLessThan(0.7);
  });

  test('of runs at the same steps lies within them at every step', () => {
    const runs = fc.integer({ min: 1, max: 12 }).chain((count) =>
      fc.array(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: count, maxLength: count }), {
        minLength: 1,
        maxLength: 6,
      }),
    );
    fc.assert(
      fc.property(runs, fc.constantFrom(...groupBands), (rows, band) => {
        const { values } = aggregateSeries(
          rows.map((row) => line([...row.keys()], row)),
          { band },
        );
        for (const [step, value] of values.entries()) {
          const here = rows.map((row) => row[step] ?? Number.NaN);
          expect(value).toBeGreaterThanOrEqual(Math.min(...here));
          expect(value).toBeLessThanOrEqual(Math.max(...here));
        }
      }),
    );
  });
});
