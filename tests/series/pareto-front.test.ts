import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paretoFront } from '../../src/series/pareto-front.ts';

const goal = fc.constantFrom('min' as const, 'max' as const);
const coordinate = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY));
const points = fc.array(fc.record({ x: coordinate, y: coordinate }), { maxLength: 40 });

describe('paretoFront', () => {
  it('gives the points that none beats, the best by x first', () => {
    const cost = [
      { x: 1, y: 0.7 },
      { x: 2, y: 0.9 },
      { x: 3, y: 0.8 },
      { x: 4, y: 0.95 },
      { x: 2, y: 0.9 },
      { x: Number.NaN, y: 1 },
    ];
    expect(paretoFront(cost, { x: 'min', y: 'max' })).toEqual([0, 1, 4, 3]);
    expect(paretoFront(cost, { x: 'max', y: 'max' })).toEqual([3]);
    expect(paretoFront([], { x: 'min', y: 'min' })).toEqual([]);
  });

  it('is what comparing each point with every other one gives', () => {
    fc.assert(
      fc.property(points, goal, goal, (list, x, y) => {
        const better = (a: number, b: number, way: 'min' | 'max') => (way === 'min' ? a < b : a > b);
        const finite = list.flatMap((point, i) => (Number.isFinite(point.x) && Number.isFinite(point.y) ? [i] : []));
        const slow = finite.filter((i) => {
          const own = list[i] as { x: number; y: number };
          return !finite.some((j) => {
            const other = list[j] as { x: number; y: number };
            const isNoWorse = !better(own.x, other.x, x) && !better(own.y, other.y, y);
            return isNoWorse && (better(other.x, own.x, x) || better(other.y, own.y, y));
          });
        });
        expect([...paretoFront(list, { x, y })].sort((a, b) => a - b)).toEqual(slow);
      }),
    );
  });
});
