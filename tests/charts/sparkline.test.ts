import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparklinePath } from '../../src/charts/sparkline.ts';
import { anyNumber } from './any-series.ts';

test('sparklinePath is a plain path for any numbers', () => {
  fc.assert(
    fc.property(fc.array(anyNumber, { maxLength: 400 }), (values) => {
      expect(sparklinePath(values)).toMatch(/^([ML]\d+(\.\d)? \d+(\.\d)?(h0)?)*$/);
    }),
  );
});

test('sparklinePath breaks at NaN, and is empty without a finite value', () => {
  expect(sparklinePath([1, Number.NaN, 2])).toBe('M2 25h0M118 3h0');
  expect(sparklinePath([Number.NaN])).toBe('');
  expect(sparklinePath([])).toBe('');
});
