import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTicks, linearTicks, logTicks } from '../../src/charts/ticks.ts';

test('linearTicks are round and within the domain', () => {
  expect(linearTicks(0.03, 0.98, 5, { near: true })).toEqual({ domain: [0, 1], ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
  expect(linearTicks(3, 97, 4).ticks).toEqual([50]);
  expect(linearTicks(0, 3, 6, { whole: true }).ticks).toEqual([0, 1, 2, 3]);
});

test('linearTicks can be drawn for any numbers at all', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, finite, fc.integer({ min: 1, max: 12 }), fc.boolean(), (a, b, count, near) => {
      const { domain, ticks } = linearTicks(Math.min(a, b), Math.max(a, b), count, { near });
      expect(domain[1] - domain[0]).toBeGreaterThan(0);
      expect(Number.isFinite(domain[1] - domain[0])).toBe(true);
      expect(ticks.length).toBeLessThanOrEqual(50);
      for (const tick of ticks) {
        expect(tick).toBeGreaterThanOrEqual(domain[0]);
        expect(tick).toBeLessThanOrEqual(domain[1]);
      }
      expect(formatTicks(ticks)).toHaveLength(ticks.length);
    }),
  );
});

test('linearTicks follow the data where no round tick is near', () => {
  const { domain, ticks } = linearTicks(0.947, 0.989, 5, { near: true });
  expect(ticks).toEqual([0.95, 0.96, 0.97, 0.98, 0.99]);
  expect(domain[0]).toBeCloseTo(0.94532, 8);
  expect(domain[1]).toBe(0.99);
  expect(linearTicks(0.11, 1, 5, { near: true }).domain[0]).toBeGreaterThan(0);
});

test('logTicks stand at powers of ten, with 2 and 5 where there is room', () => {
  expect(logTicks(0.002, 30, 5).ticks).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
  expect(logTicks(2, 30, 5).ticks).toEqual([1, 2, 5, 10, 20, 50, 100]);
});

test('formatTicks shows neighbours apart', () => {
  expect(formatTicks([0, 0.2, 0.4])).toEqual(['0.0', '0.2', '0.4']);
  expect(formatTicks([0.9991, 0.9992, 0.9993])).toEqual(['0.9991', '0.9992', '0.9993']);
  expect(formatTicks([0, 2e6, 4e6])).toEqual(['0', '2e6', '4e6']);
  expect(formatTicks([1e-8, 2e-8])).toEqual(['1e-8', '2e-8']);
  expect(formatTicks([0.001, 0.01, 0.1, 1])).toEqual(['0.001', '0.010', '0.100', '1.000']);
});
