import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxFigures, quantile } from '../../src/series/quantile.ts';

describe('quantile', () => {
  it('interpolates as numpy does', () => {
    expect([0, 0.25, 0.5, 0.75, 0.9, 1].map((share) => quantile([1, 2, 4, 8, 16], share))).toEqual([
      1, 2, 4, 8, 12.8, 16,
    ]);
    expect(quantile([], 0.5)).toBeNaN();
    expect(quantile([3], 0.99)).toBe(3);
  });

  it('rises with the share and stays within the values', () => {
    const values = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });
    fc.assert(
      fc.property(
        values,
        fc.double({ noNaN: true, min: 0, max: 1 }),
        fc.double({ noNaN: true, min: 0, max: 1 }),
        (list, a, b) => {
          const sorted = [...list].sort((x, y) => x - y);
          const low = quantile(sorted, Math.min(a, b));
          const high = quantile(sorted, Math.max(a, b));
          expect(low).toBeLessThanOrEqual(high + 1e-9);
          expect(low).toBeGreaterThanOrEqual((sorted[0] ?? 0) - 1e-9);
          expect(high).toBeLessThanOrEqual((sorted.at(-1) ?? 0) + 1e-9);
        },
      ),
    );
  });
});

describe('boxFigures', () => {
  it('gives the box, whiskers within 1.5 box heights, and what lies beyond', () => {
    expect(boxFigures([1, 2, 3, 4, 5, 30, Number.NaN])).toEqual({
      n: 6,
      q1: 2.25,
      median: 3.5,
      q3: 4.75,
      whiskers: [1, 5],
      outliers: [30],
    });
    expect(boxFigures([Number.NaN])).toBeUndefined();
    expect(boxFigures([7])).toEqual({ n: 1, q1: 7, median: 7, q3: 7, whiskers: [7, 7], outliers: [] });
  });
});
