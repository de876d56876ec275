import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportRuns } from '../../src/exporters/export-runs.ts';
import { encodeJson, encodeRunsJson, encodeRunsJsonl } from '../../src/exporters/json.ts';
import { openLogs } from '../store/log-folder.ts';
import { fixture } from './export-fixture.ts';

const nowMs = 1_772_612_000_000 + 3_600_000;

describe('exports as JSON', () => {
  test('JSON lines: one whole run a line, byte for byte', async () => {
    expect(exportRuns(await openLogs(fixture), 'jsonl', { nowMs })).toMatchInlineSnapshot(`
      "{"id":"digits/nan","experiment":"digits","run":"nan","name":"nan","status":"unknown","diverged":true,"divergedAt":{"metric":"loss","step":2},"archived":false,"startedAt":null,"endedAt":null,"durationMs":null,"seed":null,"group":null,"params":{},"tags":[],"metrics":{"loss":{"last":"-Infinity","lastStep":2,"lastFinite":1,"min":1,"minStep":1,"max":1,"maxStep":1,"mean":1,"count":3,"nonFinite":2,"value":1}}}
      {"id":"digits/open","experiment":"digits","run":"open","name":"open","status":"running","diverged":false,"divergedAt":null,"archived":false,"startedAt":"2026-03-04T08:13:20.000Z","endedAt":null,"durationMs":0,"seed":null,"group":null,"params":{},"tags":[],"metrics":{}}
      {"id":"digits/sgd","experiment":"digits","run":"sgd","name":"SGD","status":"finished","diverged":false,"divergedAt":null,"archived":false,"startedAt":"2026-03-04T08:00:00.000Z","endedAt":"2026-03-04T08:01:30.000Z","durationMs":90000,"seed":"3","group":"g1","params":{"lr":0.1,"big":12345678901234567890,"layers":[64,32],"none":null,"on":true,"neg":-0.5},"tags":["a","b c"],"metrics":{"loss":{"last":3,"lastStep":3,"lastFinite":3,"min":1,"minStep":2,"max":3,"maxStep":3,"mean":2,"count":3,"nonFinite":0,"value":2},"val/acc":{"last":0.625,"lastStep":3,"lastFinite":0.625,"min":0.5,"minStep":1,"max":0.75,"maxStep":2,"mean":0.625,"count":3,"nonFinite":0,"value":0.75}}}
      {"id":"odd/proto","experiment":"odd","run":"proto","name":"proto","status":"unknown","diverged":false,"divergedAt":null,"archived":true,"startedAt":null,"endedAt":null,"durationMs":null,"seed":null,"group":null,"params":{"__proto__":"x","constructor":1},"tags":[],"metrics":{"__proto__":{"last":1,"lastStep":0,"lastFinite":1,"min":1,"minStep":0,"max":1,"maxStep":0,"mean":1,"count":1,"nonFinite":0,"value":1}}}
      "
    `);
  });

  test('JSON: one array of the same runs', async () => {
    const store = await openLogs(fixture);
    const array = JSON.parse(exportRuns(store, 'json', { nowMs })) as unknown[];
    const rows = exportRuns(store, 'jsonl', { nowMs })
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row) as unknown);
    expect(array).toEqual(rows);
    expect(exportRuns(store, 'json', { nowMs })).toMatch(/^\[\n.*\n\]\n$/s);
  });

  test('has the keys that were promised, for every run and metric', async () => {
    const runs = JSON.parse(exportRuns(await openLogs(fixture), 'json', { nowMs })) as {
      metrics: Record<string, object>;
    }[];
    for (const run of runs) {
      expect(Object.keys(run)).toEqual(
        expect.arrayContaining([
          'id',
          'experiment',
          'run',
          'name',
          'status',
          'diverged',
          'startedAt',
          'endedAt',
          'durationMs',
          'params',
          'tags',
          'metrics',
        ]),
      );
      for (const metric of Object.values(run.metrics)) {
        expect(Object.keys(metric)).toEqual([
          'last',
          'lastStep',
          'lastFinite',
          'min',
          'minStep',
          'max',
          'maxStep',
          'mean',
          'count',
          'nonFinite',
          'value',
        ]);
      }
    }
  });

  test('tells running from crashed by the moment given', async () => {
    const store = await openLogs(fixture);
    const statusAt = (ms: number) =>
      (JSON.parse(exportRuns(store, 'json', { nowMs: ms })) as { run: string; status: string }[]).find(
        ({ run }) => run === 'open',
      )?.status;
    expect(statusAt(nowMs)).toBe('running');
    expect(statusAt(nowMs + 1)).toBe('crashed');
  });

  test('only the experiment asked for', async () => {
    const text = exportRuns(await openLogs(fixture), 'jsonl', { nowMs, experiment: 'odd' });
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });

  test('the same folder gives the same bytes, whatever order its files were written in', async () => {
    const reversed = Object.fromEntries(Object.entries(fixture).reverse());
    for (const format of ['json', 'jsonl', 'csv'] as const) {
      expect(exportRuns(await openLogs(reversed), format, { nowMs })).toBe(
        exportRuns(await openLogs(fixture), format, { nowMs }),
      );
    }
  });

  test('no runs are an empty array, and no lines', () => {
    expect(encodeRunsJson([])).toBe('[]\n');
    expect(encodeRunsJsonl([])).toBe('');
  });
});

describe('encodeJson', () => {
  test('keeps every digit, words for what JSON cannot spell, and __proto__ as a key', () => {
    const value = new Map<string, unknown>([
      ['big', [123456789012345678901234567890n, -9007199254740993n]],
      ['nan', Number.NaN],
      ['inf', [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
      ['__proto__', new Map([['__proto__', 1]])],
    ]);
    expect(encodeJson(value)).toBe(
      '{"big":[123456789012345678901234567890,-9007199254740993],"nan":"NaN","inf":["Infinity","-Infinity"],"__proto__":{"__proto__":1}}',
    );
  });

  test('is strict JSON, and the same value when read back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(encodeJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
