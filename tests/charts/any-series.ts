import fc from 'fast-check';
import type { Series } from '../../src/series/series.ts';
import { pointBuckets } from '../../src/series/series-buckets.ts';

/** Any number a log can hold, the odd ones often. */
export const anyNumber = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0, 1e308, -1e308, 5e-324, 1e15),
);

const steps = fc
  .uniqueArray(
    fc.oneof(
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(1e15, -1e308, 1e308, 5e-324),
    ),
    { maxLength: 80, comparator: (a, b) => a === b },
  )
  .map((list) => list.map((step) => step + 0).sort((a, b) => a - b));

const points = steps.chain((rising) =>
  fc
    .array(anyNumber, { minLength: rising.length, maxLength: rising.length })
    .map((values) => ({ steps: rising, values })),
);

/** A series as the store may give it. */
export const anySeries: fc.Arbitrary<Series> = fc
  .record({
    main: points,
    superseded: fc.array(points, { maxLength: 2 }),
    reduced: fc.boolean(),
    more: fc.nat(1000),
    hasTimes: fc.boolean(),
  })
  .map(({ main, superseded, reduced, more, hasTimes }) => ({
    ...main,
    ...(reduced ? { buckets: pointBuckets(main.values) } : {}),
    ...(hasTimes ? { timesMs: main.steps.map((_, i) => (i % 5 === 3 ? Number.NaN : 1.7e12 + i * 250)) } : {}),
    superseded,
    total: main.steps.length + more,
    reduced,
  }));

/** Names that were trouble somewhere. */
export const anyName = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '__proto__',
    'constructor',
    '</script><script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '" style="color:red" x="',
    "'&amp;<!--",
    'a\u2028b',
    '',
  ),
);

export function seriesOf(values: number[], first = 0): Series {
  return { steps: values.map((_, i) => first + i), values, superseded: [], total: values.length, reduced: false };
}
