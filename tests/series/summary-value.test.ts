import { describe, expect, test } from 'vitest';
import type { SummaryRule } from '../../src/format/experiment-settings.ts';
import type { MetricSummary } from '../../src/series/metric-summary.ts';
import { SummaryBuilder } from '../../src/series/summary-builder.ts';
import { bestOf, compareByGoal, comparedValue, rankValue, summaryValue } from '../../src/series/summary-value.ts';

function summary(...values: number[]): MetricSummary {
  const builder = new SummaryBuilder();
  for (const [index, value] of values.entries()) builder.add(10 * index, value);
  return builder.build();
}

const plain = summary(4, 9, 1, 6);
const diverged = summary(4, 9, 1, 6, Number.NaN);
const hopeless = summary(Number.NaN, Number.POSITIVE_INFINITY);

describe('summaryValue', () => {
  test.each([
    [undefined, 6],
    ['last', 6],
    ['last_finite', 6],
    ['min', 1],
    ['max', 9],
    ['mean', 5],
  ] as [SummaryRule | undefined, number][])('%s', (rule, value) => {
    expect(summaryValue(plain, rule)).toBe(value);
  });

  test('best follows the goal, and is the last without one', () => {
    expect(summaryValue(plain, 'best', 'min')).toBe(1);
    expect(summaryValue(plain, 'best', 'max')).toBe(9);
    expect(summaryValue(plain, 'best')).toBe(6);
  });

  test('last is non-finite where the last value is; the other rules keep to finite ones', () => {
    expect(summaryValue(diverged)).toBeNaN();
    expect(summaryValue(diverged, 'last_finite')).toBe(6);
    expect(summaryValue(diverged, 'best', 'max')).toBe(9);
    expect(summaryValue(diverged, 'mean')).toBe(5);
  });

  test('is undefined where the rule finds no finite value', () => {
    for (const rule of ['last_finite', 'min', 'max', 'mean'] as const)
      expect(summaryValue(hopeless, rule)).toBeUndefined();
    expect(summaryValue(hopeless, 'best', 'min')).toBeUndefined();
    expect(summaryValue(hopeless)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('bestOf', () => {
  test('gives the value and the step where it first stood', () => {
    expect(bestOf(summary(3, 1, 1, 2), 'min')).toEqual({ value: 1, step: 10 });
    expect(bestOf(plain, 'max')).toEqual({ value: 9, step: 10 });
    expect(bestOf(plain, undefined)).toBeUndefined();
    expect(bestOf(hopeless, 'max')).toBeUndefined();
  });
});

describe('rankValue', () => {
  test('is the declared summary, else the best finite value, and never non-finite', () => {
    expect(rankValue(plain, undefined, 'max')).toBe(9);
    expect(rankValue(plain, 'last', 'max')).toBe(6);
    expect(rankValue(diverged, 'last', 'max')).toBeUndefined();
    expect(rankValue(diverged, undefined, 'min')).toBe(1);
    expect(rankValue(plain, undefined, undefined)).toBeUndefined();
  });
});

describe('comparedValue', () => {
  test('is what ranks, and the last value of a metric without goal and declared summary, non-finite as it may be', () => {
    expect(comparedValue(plain, undefined, 'min')).toBe(1);
    expect(comparedValue(plain, 'mean', undefined)).toBe(5);
    expect(comparedValue(plain, undefined, undefined)).toBe(6);
    expect(comparedValue(diverged, undefined, undefined)).toBeNaN();
    expect(comparedValue(hopeless, undefined, 'max')).toBeUndefined();
  });
});

describe('compareByGoal', () => {
  test('puts the better first and what has no value last', () => {
    const values = [3, undefined, 1, 2, undefined];
    expect(values.toSorted((a, b) => compareByGoal(a, b, 'min'))).toEqual([1, 2, 3, undefined, undefined]);
    const best = [...values].map((value) => ({ value })).sort((a, b) => compareByGoal(a.value, b.value, 'max'));
    expect(best.map(({ value }) => value)).toEqual([3, 2, 1, undefined, undefined]);
  });
});
