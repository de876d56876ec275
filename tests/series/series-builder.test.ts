import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Series } from '../../src/series/series.ts';
import { resolveSteps, SeriesBuilder } from '../../src/series/series-builder.ts';

type Point = readonly [step: number, value: number];

function build(points: readonly Point[], maxPoints?: number): Series {
  const builder = new SeriesBuilder(maxPoints === undefined ? {} : { maxPoints });
  for (const [step, value] of points) builder.add(step, value);
  return builder.build();
}

/** Every point that a series shows: those that stand and those superseded. */
function allPoints({ steps, values, superseded }: Series): Point[] {
  const pairs = (own: { steps: readonly number[]; values: readonly number[] }): Point[] =>
    own.steps.map((step, index) => [step, own.values[index] as number]);
  return [...superseded.flatMap(pairs), ...pairs({ steps, values })];
}

const keyOf = ([step, value]: Point): string => `${step}:${Object.is(value, -0) ? '-0' : value}`;
const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
);
const rising = fc
  .array(value, { minLength: 1, maxLength: 400 })
  .map((values) => values.map((own, index) => [index, own] as const));
const anySteps = fc.array(fc.tuple(fc.integer({ min: -5, max: 25 }), value), { maxLength: 120 });
/** Stretches that rise, each going back to some earlier step: jobs resumed from checkpoints. */
const resumed = fc
  .array(fc.tuple(fc.nat(60), fc.array(value, { minLength: 1, maxLength: 80 })), { minLength: 1, maxLength: 6 })
  .map((stretches) => stretches.flatMap(([from, values]) => values.map((own, index) => [from + index, own] as const)));
const small = fc.integer({ min: 4, max: 40 });

describe('SeriesBuilder', () => {
  test('keeps every point, and its order, of a series within its size', () => {
    fc.assert(
      fc.property(rising, (points) => {
        expect(build(points, 400)).toEqual({
          steps: points.map(([step]) => step),
          values: points.map(([, own]) => own),
          superseded: [],
          total: points.length,
          reduced: false,
        });
      }),
    );
  });

  test('resolves repeated and backward steps as a slow reading does: the later value stands, nothing is lost', () => {
    fc.assert(
      fc.property(anySteps, (points) => {
        const standing = new Map(points.map(([step, own]) => [step, own]));
        const steps = [...standing.keys()].sort((a, b) => a - b);
        const series = build(points);
        expect(series.steps).toEqual(steps);
        expect(series.values).toEqual(steps.map((step) => standing.get(step)));
        expect(series.total).toBe(points.length);
        expect(series.reduced).toBe(false);
        // Nothing lost and nothing made up.
        expect(allPoints(series).map(keyOf).sort()).toEqual(points.map(keyOf).sort());
        // Steps rise in every branch.
        for (const branch of series.superseded) {
          expect(branch.steps).toHaveLength(branch.values.length);
          for (let at = 1; at < branch.steps.length; at += 1)
            expect(branch.steps[at]).toBeGreaterThan(branch.steps[at - 1] as number);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps first, last, least, greatest and the first non-finite point of a rising series of any length', () => {
    fc.assert(
      fc.property(rising, small, (points, maxPoints) => {
        expectEnds(points, build(points, maxPoints));
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps them when the job was resumed, over standing and superseded points together', () => {
    fc.assert(
      fc.property(resumed, small, (points, maxPoints) => {
        expectEnds(points, build(points, maxPoints));
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps them when the step goes back more often than anyone would resume', () => {
    const points = Array.from(
      { length: 4000 },
      (_, index) => [index % 3, index === 1700 ? 1e9 : index === 900 ? -1e9 : index] as const,
    );
    expectEnds(points, build(points, 200));
  });

  test('invents no point and keeps the steps rising, whatever the size', () => {
    fc.assert(
      fc.property(resumed, small, (points, maxPoints) => {
        const series = build(points, maxPoints);
        const written = new Map<string, number>();
        for (const point of points) written.set(keyOf(point), (written.get(keyOf(point)) ?? 0) + 1);
        for (const point of allPoints(series)) {
          const left = written.get(keyOf(point)) ?? 0;
          expect(left, keyOf(point)).toBeGreaterThan(0);
          written.set(keyOf(point), left - 1);
        }
        for (let at = 1; at < series.steps.length; at += 1)
          expect(series.steps[at]).toBeGreaterThan(series.steps[at - 1] as number);
        expect(series.total).toBe(points.length);
      }),
      { numRuns: 500 },
    );
  });

  test('never lets a value stand that a later one replaced, however much it is reduced', () => {
    fc.assert(
      fc.property(resumed, small, (points, maxPoints) => {
        const standing = new Map(points.map(([step, own]) => [step, own]));
        const { steps, values } = build(points, maxPoints);
        for (const [index, step] of steps.entries()) expect(values[index], `step ${step}`).toBe(standing.get(step));
      }),
      { numRuns: 1000 },
    );
  });

  test('shows a run that was done over from the start with its new values alone', () => {
    const length = 500;
    const points = [...Array(2 * length).keys()].map(
      (index) => [index % length, index < length ? 1000 + (index % 7) : index % 5] as const,
    );
    const { steps, values, superseded } = build(points, 50);
    expect(Math.max(...values)).toBeLessThan(1000);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(length - 1);
    expect(superseded).toHaveLength(1);
  });

  test('is bounded: a long series stays within twice its size', () => {
    for (const length of [100, 1000, 10_000, 50_000]) {
      const series = build(
        Array.from({ length }, (_, index) => [index, Math.sin(index)] as const),
        100,
      );
      expect(series.steps.length).toBeLessThanOrEqual(200);
      expect(series.steps.length).toBeGreaterThan(20);
      expect(series).toMatchObject({ total: length, reduced: length > 100 });
    }
  });

  test('keeps a lone peak among a million points', () => {
    const builder = new SeriesBuilder();
    for (let step = 0; step < 1_000_000; step += 1) builder.add(step, step === 777_777 ? 5 : 0);
    const { steps, values } = builder.build();
    expect(steps[values.indexOf(5)]).toBe(777_777);
  });

  test('carries the time of each point, and none when no line had one', () => {
    const builder = new SeriesBuilder();
    builder.add(1, 10, 5000);
    builder.add(2, 20);
    expect(builder.build().timesMs).toEqual([5000, Number.NaN]);
    expect(build([[1, 10]])).not.toHaveProperty('timesMs');
  });

  function expectEnds(points: readonly Point[], series: Series): void {
    const shown = new Set(allPoints(series).map(keyOf));
    const finite = points.filter(([, own]) => Number.isFinite(own));
    const first = points[0] as Point;
    const last = points.at(-1) as Point;
    expect(shown, 'first').toContain(keyOf(first));
    expect(shown, 'last').toContain(keyOf(last));
    const values = new Set(allPoints(series).map(([, own]) => own));
    if (finite.length > 0) {
      expect(values, 'least').toContain(
        finite.reduce((least, [, own]) => Math.min(least, own), Number.POSITIVE_INFINITY),
      );
      expect(values, 'greatest').toContain(
        finite.reduce((most, [, own]) => Math.max(most, own), Number.NEGATIVE_INFINITY),
      );
    }
    const wrong = points.find(([, own]) => !Number.isFinite(own));
    if (wrong !== undefined) expect(shown, 'first non-finite').toContain(keyOf(wrong));
  }
});

describe('resolveSteps', () => {
  test('gives one branch for each stretch that lost points, in file order', () => {
    const stretch = (...pairs: [number, number][]) => ({
      steps: pairs.map(([step]) => step),
      values: pairs.map(([, own]) => own),
      times: pairs.map(() => Number.NaN),
      isFolded: false,
    });
    const { current, superseded } = resolveSteps([
      stretch([1, 10], [2, 20], [3, 30]),
      stretch([2, 21], [3, 31]),
      stretch([3, 32], [4, 42]),
    ]);
    expect(current).toMatchObject({ steps: [1, 2, 3, 4], values: [10, 21, 32, 42] });
    expect(superseded).toEqual([
      { steps: [2, 3], values: [20, 30] },
      { steps: [3], values: [31] },
    ]);
  });

  test('gives nothing for nothing', () => {
    expect(resolveSteps([])).toMatchObject({ current: { steps: [], values: [], times: [] }, superseded: [] });
  });
});
