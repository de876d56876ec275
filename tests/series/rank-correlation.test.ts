import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation, ranks } from '../../src/series/rank-correlation.ts';

describe('rankCorrelation', () => {
  it('gives the value of scipy.stats.spearmanr in its documentation', () => {
    expect(rankCorrelation([1, 2, 3, 4, 5], [5, 6, 7, 8, 7])?.rho).toBeCloseTo(0.8207826816681233, 12);
  });

  it('is the correlation of the ranks, where equal values share theirs', () => {
    // ranks 1.5 1.5 3 5 5 5 and 3 1.5 1.5 5.5 5.5 4: 12.75 / √(15 · 16.5)
    expect(rankCorrelation([1, 1, 2, 3, 3, 3], [2, 1, 1, 4, 4, 3])?.rho).toBeCloseTo(12.75 / Math.sqrt(15 * 16.5), 12);
  });

  it('takes only pairs with two finite values, and says how many there were', () => {
    expect(rankCorrelation([1, 2, Number.NaN, 4, 5], [9, 8, 7, 6, Number.POSITIVE_INFINITY])).toEqual({
      rho: -1,
      n: 3,
    });
  });

  it('knows nothing of fewer than three pairs, or of a constant', () => {
    expect(rankCorrelation([1, 2], [1, 2])).toBeUndefined();
    expect(rankCorrelation([1, 2, 3], [4, 4, 4])).toBeUndefined();
  });

  it('does not change when values are stretched without changing their order, and turns with one side', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -9, max: 9 }))), (pairs) => {
        const x = pairs.map(([value]) => value);
        const y = pairs.map(([, value]) => value);
        const rho = rankCorrelation(x, y)?.rho;
        const stretched = rankCorrelation(
          x.map((value) => value ** 3 + value),
          y,
        )?.rho;
        const turned = rankCorrelation(
          x.map((value) => -value),
          y,
        )?.rho;
        expect(stretched).toBe(rho);
        if (rho === undefined) expect(turned).toBeUndefined();
        else expect((turned ?? 0) + rho).toBeCloseTo(0, 12);
      }),
    );
  });
});

describe('ranks', () => {
  it('counts from 1 and shares the mean among equal values', () => {
    expect(ranks([10, 30, 20, 20])).toEqual([1, 4, 2.5, 2.5]);
    expect(ranks([])).toEqual([]);
  });
});
