import { expect, test } from 'vitest';
import { parseDuration } from '../../src/format/duration.ts';

test.each([
  ['90s', 90_000],
  ['12h', 43_200_000],
  ['1d', 86_400_000],
  ['2w', 1_209_600_000],
  ['5m', 300_000],
  ['250ms', 250],
  ['1.5h', 5_400_000],
  [' 3 d ', 259_200_000],
  ['60', 60_000],
  ['0', 0],
  [60, 60_000],
  [0.5, 500],
  [0, 0],
])('parseDuration(%j) is %i ms', (span, ms) => {
  expect(parseDuration(span)).toBe(ms);
});

test.each(['', 'soon', '1x', '-1d', '1d2h', 'd', '1e3s', '١d', Number.NaN, Number.POSITIVE_INFINITY, -1])(
  'parseDuration(%j) is undefined',
  (span) => {
    expect(parseDuration(span)).toBeUndefined();
  },
);
