import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetricSummary } from '../../src/series/metric-summary.ts';
import { SummaryBuilder } from '../../src/series/summary-builder.ts';

type Point = readonly [step: number, value: number];

function summarise(points: readonly Point[]): MetricSummary {
  const builder = new SummaryBuilder();
  for (const [step, value] of points) builder.add(step, value);
  return builder.build();
}

/** The figures again, each from the whole list. */
function slowly(points: readonly Point[]): Omit<MetricSummary, 'mean'> {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  const least = finite.find(([, value]) => finite.every(([, other]) => value <= other));
  const greatest = finite.find(([, value]) => finite.every(([, other]) => value >= other));
  const others = points.filter(([, value]) => !Number.isFinite(value));
  return {
    count: points.length,
    nonFinite: others.length,
    firstNonFiniteStep: others[0]?.[0],
    first: points[0]?.[1] ?? Number.NaN,
    firstStep: points[0]?.[0] ?? 0,
    last: points.at(-1)?.[1] ?? Number.NaN,
    lastStep: points.at(-1)?.[0] ?? 0,
    lastFinite: finite.at(-1)?.[1],
    min: least?.[1],
    minStep: least?.[0],
    max: greatest?.[1],
    maxStep: greatest?.[0],
    stepsBack: points.filter(([step], index) => index > 0 && step < (points[index - 1]?.[0] ?? 0)).length,
    stepsRepeated: points.filter(([step], index) => index > 0 && step === points[index - 1]?.[0]).length,
  };
}

const value = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, Number.MAX_VALUE),
);
const points = fc.array(fc.tuple(fc.integer(), value), { maxLength: 40 });

describe('SummaryBuilder', () => {
  test('gives what a slow reading of the whole list gives', () => {
    fc.assert(
      fc.property(points, (list) => {
        const { mean, ...rest } = summarise(list);
        const expected = slowly(list);
        // Of 0 and -0, which are equal, the first stands; both are 0 here.
        expect({ ...rest, min: (rest.min ?? 0) + 0, max: (rest.max ?? 0) + 0 }).toEqual({
          ...expected,
          min: (expected.min ?? 0) + 0,
          max: (expected.max ?? 0) + 0,
        });
        expect(mean === undefined).toBe(expected.min === undefined);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives a mean between the extremes, whatever the numbers', () => {
    fc.assert(
      fc.property(points, (list) => {
        const { mean, min, max } = summarise(list);
        if (mean === undefined || min === undefined || max === undefined) return;
        expect(mean).toBeGreaterThanOrEqual(min);
        expect(mean).toBeLessThanOrEqual(max);
      }),
      { numRuns: 1000 },
    );
  });

  test('gives the exact mean of integers', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 50 }), (values) => {
        const sum = values.reduce((total, own) => total + BigInt(own), 0n);
        expect(summarise(values.map((own, index) => [index, own])).mean).toBe(Number(sum) / values.length);
      }),
    );
  });

  test('loses no small value beside a large one', () => {
    expect(summarise([1e100, 1, -1e100, 1].map((own, index) => [index, own] as const)).mean).toBe(0.5);
    const tenths = Array.from({ length: 10_000 }, (_, index) => [index, 0.1] as const);
    expect(summarise(tenths).mean).toBe(0.1);
  });

  test('counts superseded values, and of equal extremes keeps the first', () => {
    expect(
      summarise([
        [1, 5],
        [2, 9],
        [3, 1],
        [2, 1],
        [3, 9],
      ]),
    ).toMatchObject({
      count: 5,
      min: 1,
      minStep: 3,
      max: 9,
      maxStep: 2,
      mean: 5,
      last: 9,
      lastStep: 3,
    });
  });

  test('has no extremes and no mean without a finite value', () => {
    expect(
      summarise([
        [4, Number.NaN],
        [5, Number.POSITIVE_INFINITY],
      ]),
    ).toEqual({
      count: 2,
      nonFinite: 2,
      firstNonFiniteStep: 4,
      stepsBack: 0,
      stepsRepeated: 0,
      first: Number.NaN,
      firstStep: 4,
      last: Number.POSITIVE_INFINITY,
      lastStep: 5,
      lastFinite: undefined,
      min: undefined,
      minStep: undefined,
      max: undefined,
      maxStep: undefined,
      mean: undefined,
    });
    expect(summarise([])).toMatchObject({ count: 0, last: Number.NaN, mean: undefined });
  });
});
