import { describe, expect, test } from 'vitest';
import type { Series } from '../../src/series/series.ts';
import { joinAtSteps, relativeTimes, runFractions, withX } from '../../src/series/with-x.ts';

const series = (steps: number[], values: number[]): Series => ({
  steps,
  values,
  superseded: [],
  total: steps.length,
  reduced: false,
});

describe('withX', () => {
  test('puts values over another x and leaves out points that have none', () => {
    const moved = withX(series([0, 1, 2], [5, 6, 7]), [10, Number.NaN, 30]);
    expect(moved).toMatchObject({ steps: [10, 30], values: [5, 7] });
  });

  test('orders them by x, and at an equal x the later value stands', () => {
    expect(withX(series([0, 1, 2, 3], [5, 6, 7, 8]), [2, 1, 2, 3])).toMatchObject({
      steps: [1, 2, 3],
      values: [6, 7, 8],
    });
    expect(withX(series([0, 1, 2], [5, 6, 7]), [1, 1, 2])).toMatchObject({ steps: [1, 2], values: [6, 7] });
  });

  test('keeps buckets only while the order is that of writing', () => {
    const reduced = { ...series([0, 9], [1, 2]), reduced: true, buckets: { counts: [4, 5], means: [1, 2] } };
    expect(withX(reduced, [0, 1]).buckets).toEqual({ counts: [4, 5], means: [1, 2] });
    expect(withX(reduced, [1, 0]).buckets).toBeUndefined();
  });
});

test('relativeTimes counts seconds from the start, or from the first time', () => {
  expect(relativeTimes({ timesMs: [1500, 2500] }, 1000)).toEqual([0.5, 1.5]);
  expect(relativeTimes({ timesMs: [Number.NaN, 1500, 2500] }, undefined)).toEqual([Number.NaN, 0, 1]);
});

describe('joinAtSteps', () => {
  test('takes the value at an equal step, and none elsewhere', () => {
    expect(joinAtSteps({ steps: [0, 5, 10, 20] }, series([0, 10, 15], [1, 2, 3]))).toEqual([
      1,
      Number.NaN,
      2,
      Number.NaN,
    ]);
  });

  test('interpolates where the other series was reduced, within its range', () => {
    const other = { ...series([0, 10], [1, 2]), reduced: true };
    expect(joinAtSteps({ steps: [0, 5, 10, 11] }, other)).toEqual([1, 1.5, 2, Number.NaN]);
  });
});

describe('runFractions', () => {
  test('counts from step 0 to the last step, whatever the unit', () => {
    expect(runFractions(series([0, 5, 10], [1, 2, 3]))).toEqual([0, 0.5, 1]);
    expect(runFractions(series([500, 1000], [1, 2]))).toEqual([0.5, 1]);
    expect(runFractions(series([-10, 0, 10], [1, 2, 3]))).toEqual([0, 0.5, 1]);
  });

  test('puts a single point at the end, and has none for an empty series', () => {
    expect(runFractions(series([0], [1]))).toEqual([1]);
    expect(runFractions(series([7], [1]))).toEqual([1]);
    expect(runFractions(series([], []))).toEqual([]);
  });
});
