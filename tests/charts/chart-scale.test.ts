import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearScale, symexp, symlog, yScaleOf } from '../../src/charts/chart-scale.ts';
import { bandData, pathData } from '../../src/charts/path-data.ts';
import { symlogTicks } from '../../src/charts/ticks.ts';

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });

describe('scales', () => {
  test('lead to pixels and back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('linear', 'log', 'symlog'),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (kind, share) => {
          const domain: [number, number] = kind === 'log' ? [0.001, 1000] : [-50, 200];
          const scale = yScaleOf(kind, domain, [200, 10], 0.1);
          const px = 200 - share * 190;
          expect(scale.toPx(scale.fromPx(px))).toBeCloseTo(px, 6);
        },
      ),
    );
  });

  test('end what lies outside on the edge', () => {
    const scale = linearScale([0, 10], [30, 530]);
    expect([scale.toPx(-5), scale.toPx(5), scale.toPx(1e9)]).toEqual([30, 280, 530]);
    expect([scale.fromPx(0), scale.fromPx(9999)]).toEqual([0, 10]);
  });
});

describe('symlog', () => {
  test('and back gives the value', () => {
    fc.assert(
      fc.property(finite, fc.double({ min: 1e-6, max: 1e3, noNaN: true }), (value, constant) => {
        expect(Math.abs(symexp(symlog(value, constant), constant) - value)).toBeLessThanOrEqual(
          1e-6 * Math.max(1, Math.abs(value)),
        );
      }),
    );
  });

  test('ticks hold 0 and powers of ten of both signs, within the domain', () => {
    const { ticks, domain, constant } = symlogTicks(-100, 1000, 9, 0.5);
    expect(constant).toBe(0.1);
    expect(ticks).toContain(0);
    expect(ticks).toEqual([-10, 0, 10, 1000]);
    for (const tick of ticks) expect(tick).toSatisfy((at: number) => at >= domain[0] && at <= domain[1]);
    expect([...ticks].sort((a, b) => a - b)).toEqual(ticks);
  });

  test('ticks stand any range', () => {
    fc.assert(
      fc.property(finite, finite, finite, (low, high, smallest) => {
        const { domain, ticks, constant } = symlogTicks(Math.min(low, high), Math.max(low, high), 5, smallest);
        expect(domain[0]).toBeLessThan(domain[1]);
        expect(constant).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(40);
        expect(ticks.every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

describe('pathData', () => {
  const scales = { x: linearScale([0, 10], [0, 100]), y: linearScale([0, 10], [100, 0]) };

  test('breaks at NaN and draws a lone point as a line of no length', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 1, y: 2 },
      { x: 2, y: Number.NaN },
      { x: 3, y: 4 },
      { x: 4, y: Number.NaN },
    ];
    expect(pathData(points, scales)).toBe('M0,100L10,80M30,60Z');
    expect(pathData([], scales)).toBe('');
  });

  test('closes a band, one shape a stretch', () => {
    const band = [
      { x: 0, low: 1, high: 2 },
      { x: 1, low: 2, high: 4 },
      { x: 2, low: Number.NaN, high: Number.NaN },
      { x: 3, low: 0, high: 1 },
    ];
    expect(bandData(band, scales)).toBe('M0,80L10,60L10,80L0,90Z');
  });
});
