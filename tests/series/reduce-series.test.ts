import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnExtremes, pointsPerColumn, reduceSeries } from '../../src/series/reduce-series.ts';
import type { Series } from '../../src/series/series.ts';

function series(steps: number[], values: number[]): Series {
  return { steps, values, superseded: [], total: steps.length, reduced: false };
}

const anyValue = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);

const anySeries = fc
  .uniqueArray(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), {
    maxLength: 400,
    comparator: (a, b) => a === b,
  })
  .chain((steps) =>
    fc.array(anyValue, { minLength: steps.length, maxLength: steps.length }).map((values) =>
      series(
        [...steps].sort((a, b) => a - b),
        values,
      ),
    ),
  );

/** The slow, obvious way: which column a step falls into. */
function columnOf(step: number, { steps }: Series, columns: number): number {
  const first = steps[0] ?? 0;
  const half = (steps.at(-1) ?? 0) / 2 - first / 2;
  return Math.min(columns - 1, Math.floor((half > 0 ? (step / 2 - first / 2) / half : 0) * columns));
}

describe('columnExtremes', () => {
  test('keeps the first, least, greatest and last finite value of every column, and each kind of non-finite one', () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: 1, max: 60 }), (whole, columns) => {
        const kept = new Set(columnExtremes(whole.steps, whole.values, columns));
        const byColumn = Map.groupBy(whole.steps.keys(), (i) => columnOf(whole.steps[i] ?? 0, whole, columns));
        for (const indices of byColumn.values()) {
          const value = (i: number) => whole.values[i] ?? Number.NaN;
          const keptValues = indices.filter((i) => kept.has(i)).map(value);
          const finite = indices.filter((i) => Number.isFinite(value(i)));
          const [first, last] = [finite[0], finite.at(-1)];
          if (first !== undefined && last !== undefined) {
            expect(kept.has(first) && kept.has(last)).toBe(true);
            expect(keptValues).toContain(finite.map(value).reduce((a, b) => Math.min(a, b)));
            expect(keptValues).toContain(finite.map(value).reduce((a, b) => Math.max(a, b)));
          }
          for (const i of indices) {
            if (!Number.isFinite(value(i))) expect(keptValues.some((other) => Object.is(other, value(i)))).toBe(true);
          }
        }
      }),
    );
  });

  test('gives rising indices without repeats, no more than the bound, and always the last point', () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: 1, max: 60 }), (whole, columns) => {
        const kept = columnExtremes(whole.steps, whole.values, columns);
        expect(kept.every((index, i) => i === 0 || index > (kept[i - 1] ?? 0))).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(pointsPerColumn * columns + 1);
        expect(kept.at(-1)).toBe(whole.steps.length === 0 ? undefined : whole.steps.length - 1);
      }),
    );
  });
});

describe('reduceSeries', () => {
  test('returns a short series as it is', () => {
    const short = series([1, 2, 3], [4, 5, 6]);
    expect(reduceSeries(short, 200)).toBe(short);
  });

  test('keeps a single spike among a million points', () => {
    const steps = Array.from({ length: 1_000_000 }, (_, i) => i);
    const values = steps.map((step) => (step === 567_891 ? 99 : Math.sin(step / 1e4)));
    const reduced = reduceSeries(series(steps, values), 200);
    expect(reduced.reduced).toBe(true);
    expect(reduced.total).toBe(1_000_000);
    expect(reduced.steps.length).toBeLessThanOrEqual(801);
    expect(reduced.steps[reduced.values.indexOf(99)]).toBe(567_891);
  });

  test('keeps the times of the points it keeps', () => {
    const steps = Array.from({ length: 1000 }, (_, i) => i);
    const reduced = reduceSeries({ ...series(steps, steps), timesMs: steps.map((step) => step * 7) }, 10);
    expect(reduced.timesMs).toEqual(reduced.steps.map((step) => step * 7));
  });

  test('is settled after one pass', () => {
    fc.assert(
      fc.property(anySeries, fc.integer({ min: 1, max: 20 }), (whole, columns) => {
        const once = reduceSeries(whole, columns);
        const kept = columnExtremes(once.steps, once.values, columns);
        if (once.reduced) expect(kept).toHaveLength(once.steps.length);
      }),
    );
  });

  test('reduces superseded branches too and says so', () => {
    const long = Array.from({ length: 5000 }, (_, i) => i);
    const reduced = reduceSeries({ ...series([1], [1]), superseded: [{ steps: long, values: long }] }, 20);
    expect(reduced.reduced).toBe(true);
    expect(reduced.superseded[0]?.steps.length).toBeLessThanOrEqual(141);
  });
});
