import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binEdges, binOf, countInBins } from '../../src/series/bin-edges.ts';
import { anyNumber } from '../charts/any-series.ts';

describe('binEdges', () => {
  it('stands at round numbers', () => {
    expect(binEdges([0.11, 0.2, 0.47], { count: 4 })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(binEdges([5])).toEqual([4.75, 5.25]);
    expect(binEdges([Number.NaN])).toEqual([]);
  });

  it('holds every finite value of any list in one bin, and never makes more than twice what was asked for', () => {
    fc.assert(
      fc.property(fc.array(anyNumber, { maxLength: 60 }), fc.integer({ min: 2, max: 40 }), (values, count) => {
        const edges = binEdges(values, { count });
        const finite = values.filter(Number.isFinite);
        const span = Math.max(...finite) - Math.min(...finite);
        if (finite.length === 0 || !Number.isFinite(span)) return;
        expect(edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? 0))).toBe(true);
        expect(countInBins(values, edges).reduce((sum, n) => sum + n, 0)).toBe(finite.length);
        expect(edges.length).toBeLessThanOrEqual(2 * count + 2);
      }),
    );
  });
});

describe('binOf', () => {
  it('takes the lower edge in, and the upper edge of the last bin', () => {
    expect([0, 1, 2, 3, -0.1, 3.1, Number.NaN].map((value) => binOf(value, [0, 1, 2, 3]))).toEqual([
      0,
      1,
      2,
      2,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
