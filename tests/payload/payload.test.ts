import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/format/scalars.ts';
import type { ExperimentRunsPayload, PayloadRunInput } from '../../src/payload/experiment-runs.ts';
import {
  decodeExperimentRuns,
  decodeMoreRuns,
  encodeExperimentRuns,
  encodeMoreRuns,
} from '../../src/payload/experiment-runs.ts';
import {
  decodeMetricSeries,
  decodeMetricTimes,
  encodeMetricSeries,
  encodeMetricTimes,
  metricSeriesColumns,
} from '../../src/payload/metric-series.ts';
import { roundForDrawing } from '../../src/payload/numbers.ts';
import { encodeValue } from '../../src/payload/param-value.ts';
import { decodeRunSeries, encodeRunSeries } from '../../src/payload/run-series.ts';
import { decodeSeries, encodeSeries } from '../../src/payload/series-payload.ts';
import { decodeSiteIndex, encodeSiteIndex } from '../../src/payload/site-index.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { anyName, anyNumber, anySeries } from '../charts/any-series.ts';
import { plainRun } from './plain-run.ts';

/** Minus zero is written as 0; NaN equals itself under `toEqual`. */
const plain = <T>(value: T): T =>
  JSON.parse(
    JSON.stringify(value, (_, v) => (typeof v === 'number' && !Number.isFinite(v) ? `#${v}` : v)),
    (_, v) => (typeof v === 'string' && /^#(NaN|-?Infinity)$/.test(v) ? Number(v.slice(1)) : v),
  );

const seriesByName = fc.array(fc.tuple(anyName, anySeries), { maxLength: 5 }).map((pairs) => new Map(pairs));

describe('a series', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(anySeries, (series) => {
        const text = JSON.stringify(encodeSeries(series, { round: false }));
        expect(plain(decodeSeries(JSON.parse(text)))).toEqual(plain(series));
      }),
    );
  });

  test('rounded for drawing keeps order and loses at most a ten-millionth of the range or of the value', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (values) => {
        const rounded = roundForDrawing(values);
        const span = Math.max(...values) - Math.min(...values);
        for (const [i, value] of values.entries()) {
          const near = rounded[i] ?? Number.NaN;
          expect(Math.abs(near - value)).toBeLessThanOrEqual(
            Math.max(Math.abs(value) * 1e-6, Number.isFinite(span) ? span * 1e-6 : 0),
          );
        }
      }),
    );
  });

  test('keeps small differences of large values', () => {
    expect(roundForDrawing([1_000_000.25, 1_000_000.5])).toEqual([1_000_000.25, 1_000_000.5]);
  });

  test('is an empty one when the text is something else', () => {
    for (const odd of [null, 3, 'x', [], { x: 1, y: 2 }, { x: [1], y: null }]) {
      expect(decodeSeries(odd).steps).toEqual([]);
    }
  });
});

describe('run-series', () => {
  test('comes back with its names, strict JSON on the way', () => {
    fc.assert(
      fc.property(anyName, seriesByName, seriesByName, (runId, metrics, system) => {
        const text = encodeRunSeries({ runId, metrics, system });
        expect(text).not.toMatch(/:NaN|:-?Infinity|,NaN|\[NaN/);
        const back = decodeRunSeries(text);
        expect(back.runId).toBe(runId);
        expect([...back.metrics.keys()]).toEqual([...metrics.keys()]);
        expect([...back.system.keys()]).toEqual([...system.keys()]);
        expect([...back.metrics.values()].map(({ steps }) => steps)).toEqual(
          [...metrics.values()].map(({ steps }) => plain(steps)),
        );
      }),
    );
  });

  test('refuses another kind of file', () => {
    expect(() => decodeRunSeries('{"kind":"site-index"}')).toThrow('This file does not hold the series of a run.');
  });

  test('keeps __proto__ as a name like any other', () => {
    const series = { steps: [1], values: [2], superseded: [], total: 1, reduced: false };
    const text = encodeRunSeries({ runId: 'a/b', metrics: new Map([['__proto__', series]]), system: new Map() });
    expect(decodeRunSeries(text).metrics.get('__proto__')).toEqual(series);
    expect(({} as { steps?: unknown }).steps).toBeUndefined();
  });
});

describe('metric-series', () => {
  test('comes back with its runs', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyName, anyName, anySeries), { maxLength: 4 }), (rows) => {
        const runs = rows.map(([runId, label, series]) => ({ runId, label, series }));
        const back = decodeMetricSeries(
          encodeMetricSeries({ experiment: 'e', metric: '__proto__', runsInAll: 9, runs }),
        );
        expect(back).toMatchObject({ experiment: 'e', metric: '__proto__', runsInAll: 9 });
        expect(back.runs.map(({ runId, label }) => [runId, label])).toEqual(
          rows.map(([runId, label]) => [runId, label]),
        );
      }),
    );
  });

  test('names the finer file of a run only where points were left out', () => {
    const steps = Array.from({ length: 2000 }, (_, i) => i);
    const series = { steps, values: steps, superseded: [], total: 2000, reduced: false };
    const short = { ...series, steps: [1], values: [1], total: 1 };
    const back = decodeMetricSeries(
      encodeMetricSeries({
        experiment: 'e',
        metric: 'm',
        runsInAll: 2,
        timesUrl: 'data/times.json',
        runs: [
          { runId: 'e/long', label: 'long', series, fineUrl: 'data/f/e/long/m.json' },
          { runId: 'e/own', label: 'own', series, fineUrl: 'data/r/e/own.0123abcdef.json' },
          { runId: 'e/short', label: 'short', series: short, fineUrl: 'data/short.json' },
        ],
      }),
    );
    expect(back.timesUrl).toBe('data/times.json');
    expect(back.runs.map(({ fineUrl }) => fineUrl)).toEqual([
      'data/f/e/long/m.json',
      'data/r/e/own.0123abcdef.json',
      undefined,
    ]);
  });

  test('has times beside it, one for each point that it keeps', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyName, anySeries), { minLength: 1, maxLength: 4 }), (rows) => {
        const lines = rows.map(([name, series], i) => ({
          runId: `${i}/${name}`,
          label: name,
          series,
          startedAtMs: i % 2 === 0 ? 1.7e12 : undefined,
        }));
        const text = encodeMetricTimes('m', lines);
        expect(text === undefined).toBe(lines.every(({ series }) => series.timesMs === undefined));
        if (text === undefined) return;
        const times = decodeMetricTimes(text);
        const drawn = decodeMetricSeries(
          encodeMetricSeries({ experiment: 'e', metric: 'm', runsInAll: 9, runs: lines }),
        );
        for (const [i, { runId, series }] of drawn.runs.entries()) {
          expect(times.has(runId)).toBe(lines[i]?.series.timesMs !== undefined);
          if (!times.has(runId)) continue;
          expect(times.get(runId)?.timesMs).toHaveLength(series.steps.length);
          expect(times.get(runId)?.startedAtMs).toBe(lines[i]?.startedAtMs);
        }
      }),
    );
  });

  test('is coarser the more runs there are', () => {
    expect([1, 20, 21, 100, 101, 500, 5000].map(metricSeriesColumns)).toEqual([200, 200, 50, 50, 12, 12, 8]);
  });
});

describe('experiment-runs', () => {
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
  const jsonValue = fc.oneof(fc.jsonValue(), fc.bigInt()) as fc.Arbitrary<JsonValue>;
  const summary = fc
    .record({
      last: anyNumber.map((value) => value + 0),
      lastStep: finite,
      other: maybe(finite),
      min: maybe(finite),
      minStep: maybe(finite),
      max: maybe(finite),
      maxStep: maybe(finite),
      mean: maybe(finite),
      count: fc.nat(),
      nonFinite: fc.nat(),
      firstNonFiniteStep: maybe(finite),
      stepsBack: fc.nat(),
      stepsRepeated: fc.nat(),
      first: anyNumber.map((value) => value + 0),
      firstStep: finite,
    })
    .map(({ other, ...rest }) => ({ ...rest, lastFinite: Number.isFinite(rest.last) ? rest.last : other }));
  const run: fc.Arbitrary<PayloadRunInput> = fc.record({
    id: anyName.map((name) => `e/${name}`),
    name: anyName,
    state: fc.constantFrom(
      'finished' as const,
      'failed' as const,
      'killed' as const,
      'open' as const,
      'unknown' as const,
    ),
    lastRecordMs: maybe(finite),
    startedAtMs: maybe(finite),
    endedAtMs: maybe(finite),
    durationMs: maybe(finite),
    diverged: maybe(fc.record({ metric: anyName, step: finite })),
    archived: fc.boolean(),
    tags: fc.array(anyName),
    seed: maybe(anyName),
    group: maybe(anyName),
    job: maybe(anyName),
    host: maybe(anyName),
    user: maybe(anyName),
    commit: maybe(anyName),
    branch: maybe(anyName),
    parent: maybe(anyName),
    duplicateOf: maybe(anyName),
    resumes: fc.nat(),
    edits: fc.nat(),
    artifacts: fc.nat(),
    records: fc.nat(),
    seriesUrl: maybe(anyName),
    params: fc.array(fc.tuple(anyName, jsonValue), { maxLength: 6 }).map((pairs) => new Map(pairs)),
    metrics: fc.array(fc.tuple(anyName, summary), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  });

  const asDecoded = (runs: readonly PayloadRunInput[]) =>
    runs.map((one) => ({
      ...one,
      params: new Map([...one.params].map(([key, value]) => [key, encodeValue(value)])),
    }));

  test('comes back as it was, params as JSON text', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 5 }), maybe(anyName), (runs, name) => {
        const payload: ExperimentRunsPayload<PayloadRunInput> = {
          experiment: 'e',
          title: '<E>',
          owner: name,
          archived: name === undefined,
          baseline: name,
          best: name,
          metrics: [{ name: '__proto__', goal: 'min', unit: '%', summary: 'best', primary: true, seriesUrl: 'data/x' }],
          paramColumns: ['__proto__'],
          runsInAll: 7,
          moreUrls: ['data/y'],
          runs,
        };
        const back = decodeExperimentRuns(encodeExperimentRuns(payload));
        expect(back).toEqual({ ...payload, runs: asDecoded(runs) });
      }),
    );
  });

  test('goes on in further files', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 5 }), (runs) => {
        expect(decodeMoreRuns(encodeMoreRuns('e', runs))).toEqual(asDecoded(runs));
      }),
    );
  });

  test('takes at most 400 bytes a run, compressed, with ten params and five metrics of 200 steps', () => {
    const random = randomNumbers(7);
    const runs = Array.from({ length: 1000 }, (_, i) => plainRun(i, random));
    const size = gzipSync(encodeMoreRuns('vision/cifar10', runs)).length / runs.length;
    expect(size).toBeLessThan(400);
    expect(size).toBeGreaterThan(100);
  });

  test('keeps the digits of integers past 2^53 and null apart from missing', () => {
    const value = encodeValue({ b: 2n ** 64n, a: null, ['__proto__']: Number.NaN } as JsonValue);
    expect(value).toBe('{"__proto__":"NaN","a":null,"b":18446744073709551616}');
  });
});

describe('site-index', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyName, anyName, fc.boolean(), fc.array(anyName))), (rows) => {
        const experiments = rows.map(([id, title, archived, names]) => ({
          id,
          title,
          archived,
          runsUrl: `data/${title}`,
          runIds: names.map((name, i) => (i % 2 === 0 ? `${id}/${name}` : name)),
        }));
        expect(decodeSiteIndex(encodeSiteIndex({ experiments }))).toEqual({ experiments });
      }),
    );
  });
});
