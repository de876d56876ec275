import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTime } from '../../src/store/parse-time.ts';

describe('parseTime', () => {
  test('reads what Date writes, to the millisecond', () => {
    fc.assert(
      fc.property(
        fc.date({
          min: new Date('1000-01-01T00:00:00Z'),
          max: new Date('9999-12-31T23:59:59.999Z'),
          noInvalidDate: true,
        }),
        (date) => {
          expect(parseTime(date.toISOString())).toEqual({ kind: 'time', ms: date.getTime(), zoned: true });
        },
      ),
    );
  });

  test('reads any offset as Date does', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1971-01-01T00:00:00Z'), max: new Date('2999-12-31T00:00:00Z'), noInvalidDate: true }),
        fc.integer({ min: -14 * 60, max: 14 * 60 }),
        (date, minutes) => {
          const two = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
          const text = `${date.toISOString().slice(0, 23)}${minutes < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
          expect(parseTime(text)).toEqual({ kind: 'time', ms: Date.parse(text), zoned: true });
        },
      ),
    );
  });

  test.each([
    ['2026-03-04', Date.UTC(2026, 2, 4), false],
    ['2026-03-04T09:12', Date.UTC(2026, 2, 4, 9, 12), false],
    ['2026-03-04 09:12:30', Date.UTC(2026, 2, 4, 9, 12, 30), false],
    ['2026-03-04T09:12:30,5', Date.UTC(2026, 2, 4, 9, 12, 30, 500), false],
    ['2026-03-04T09:12:30+0100', Date.UTC(2026, 2, 4, 8, 12, 30), true],
    ['2026-03-04T09:12:30+01', Date.UTC(2026, 2, 4, 8, 12, 30), true],
    ['2026-03-04T09:12:30 +01:00', Date.UTC(2026, 2, 4, 8, 12, 30), true],
    ['2026-03-04T24:00:00Z', Date.UTC(2026, 2, 5), true],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1), true],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29), true],
    [' 2026-03-04T09:12:30z ', Date.UTC(2026, 2, 4, 9, 12, 30), true],
  ])('reads %s', (text, ms, zoned) => {
    expect(parseTime(text)).toEqual({ kind: 'time', ms, zoned });
  });

  test.each([
    '',
    'yesterday',
    '2026-02-30',
    '2025-02-29',
    '2026-13-01',
    '2026-00-01',
    '2026-01-00',
    '2026-04-31',
    '2026-03-04T25:00',
    '2026-03-04T24:00:01',
    '2026-03-04T09:60',
    '2026-03-04T09:12:61',
    '2026-03-04T09:12:00+24:00',
    '2026-03-04T09:12:00+01:60',
    '26-03-04',
    '2026/03/04',
    '1772612000',
    '2026-03-04T09:12:00 CET',
  ])('finds no moment in %j', (text) => {
    expect(parseTime(text)).toEqual({ kind: 'unreadable' });
  });

  test.each([
    null,
    undefined,
    true,
    {},
    [],
    [1772612000],
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ])('finds none in %j', (value) => {
    expect(parseTime(value)).toEqual({ kind: 'unreadable' });
  });

  test.each([0, 1, -5, 99_999_999, 0.25])('takes %d for a duration', (value) => {
    expect(parseTime(value)).toEqual({ kind: 'duration' });
  });

  test('tells seconds, milliseconds, microseconds and nanoseconds by their size', () => {
    const ms = 1_772_612_000_123;
    expect(parseTime(ms / 1000)).toEqual({ kind: 'time', ms, zoned: true });
    expect(parseTime(ms)).toEqual({ kind: 'time', ms, zoned: true });
    expect(parseTime(ms * 1000)).toEqual({ kind: 'time', ms, zoned: true });
    expect(parseTime(ms * 1e6)).toEqual({ kind: 'time', ms, zoned: true });
    expect(parseTime(BigInt(ms) * 1_000_000n)).toEqual({ kind: 'time', ms, zoned: true });
  });

  test('never gives a time that a Date cannot hold', () => {
    const any = fc.oneof(
      fc.double(),
      fc.double({ min: 1e8, max: 1e300, noNaN: true }),
      fc.bigInt(),
      fc.string(),
      fc
        .tuple(fc.integer({ min: 1000, max: 999_999 }), fc.nat(99), fc.nat(99))
        .map(([y, m, d]) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}T00:00:00Z`),
    );
    fc.assert(
      fc.property(any, (value) => {
        const time = parseTime(value);
        if (time.kind === 'time') expect(() => new Date(time.ms).toISOString()).not.toThrow();
      }),
      { numRuns: 2000 },
    );
  });
});
