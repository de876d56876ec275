import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  durationTicks,
  formatShortDuration,
  formatWall,
  formatWallTicks,
  wallTicks,
} from '../../src/charts/time-ticks.ts';

describe('durationTicks', () => {
  test('stand at round seconds, minutes, hours and days', () => {
    expect(durationTicks(0, 50, 5).ticks).toEqual([0, 10, 20, 30, 40, 50]);
    expect(durationTicks(0, 400, 5).ticks).toEqual([0, 120, 240, 360]);
    expect(durationTicks(0, 4 * 3600, 4).ticks.map((tick) => tick / 3600)).toEqual([0, 1, 2, 3, 4]);
    expect(durationTicks(0, 10 * 86_400, 5).ticks.map((tick) => tick / 86_400)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(durationTicks(0, 0.5, 5).ticks).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  test('rise within the domain and are not too many, whatever the range', () => {
    const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    fc.assert(
      fc.property(finite, finite, fc.integer({ min: 2, max: 12 }), (a, b, count) => {
        fc.pre(a !== b);
        for (const ticksOf of [durationTicks, wallTicks]) {
          const { domain, ticks } = ticksOf(Math.min(a, b), Math.max(a, b), count);
          expect(ticks.length).toBeLessThanOrEqual(50);
          const slack = 1e-6 * (domain[1] - domain[0]);
          for (const [i, tick] of ticks.entries()) {
            expect(tick).toBeGreaterThanOrEqual(domain[0] - slack);
            expect(tick).toBeLessThanOrEqual(domain[1] + slack);
            if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1] ?? Number.NaN);
          }
        }
      }),
    );
  });
});

test('formatShortDuration says spans in the unit that suits them', () => {
  const texts = [0, 0.25, 45, 90, 120, 5400, 7200, 3 * 86_400, -30].map(formatShortDuration);
  expect(texts).toEqual(['0', '0.25 s', '45 s', '1:30 min', '2 min', '1:30 h', '2 h', '3 d', '-30 s']);
});

test('formatWallTicks gives the date where it changes', () => {
  const start = Date.UTC(2026, 2, 4, 22);
  const hour = 3_600_000;
  expect(formatWallTicks([start, start + hour, start + 2 * hour, start + 3 * hour])).toEqual([
    '03-04 22:00',
    '23:00',
    '03-05 00:00',
    '01:00',
  ]);
  expect(formatWallTicks([start, start + 24 * hour])).toEqual(['03-04', '03-05']);
});

test('formatWall says a time whole, and stands what no date can say', () => {
  expect(formatWall(Date.UTC(2026, 2, 4, 9, 12, 5))).toBe('2026-03-04 09:12:05 UTC');
  expect(formatWall(1e300)).toContain('UTC');
});
