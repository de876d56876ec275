import { expect, test } from 'vitest';
import { formatNumber, formatShortStep, formatStep } from '../../src/charts/format-number.ts';

test('formatNumber gives 4 significant digits, scientific at both ends, and words', () => {
  const cases: [number | undefined, string][] = [
    [0, '0'],
    [-0, '0'],
    [0.213456, '0.2135'],
    [-1.5, '-1.5'],
    [12, '12'],
    [12_345, '12,345'],
    [12_345.6, '12,350'],
    [0.001, '0.001'],
    [0.000_999_9, '9.999e-4'],
    [0.0005, '5e-4'],
    [999_999, '999,999'],
    [1e6, '1e6'],
    [-1_234_567, '-1.235e6'],
    [1e308, '1e308'],
    [5e-324, '4.941e-324'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, '+inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [undefined, '–'],
  ];
  expect(cases.map(([value]) => formatNumber(value))).toEqual(cases.map(([, text]) => text));
});

test('formatStep keeps every digit', () => {
  expect([9000, 1_234_567, 0.5, 1e15, Number.NaN, undefined].map(formatStep)).toEqual([
    '9,000',
    '1,234,567',
    '0.5',
    '1e15',
    'NaN',
    '–',
  ]);
});

test('formatShortStep is short', () => {
  expect([0, 900, 12_000, 1_500_000, 2e15].map(formatShortStep)).toEqual(['0', '900', '12K', '1.5M', '2e15']);
});
