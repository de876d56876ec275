import { describe, expect, test } from 'vitest';
import { defaultLimits } from '../../src/store/limits.ts';
import { lastValues, lines, openLogs, openRun, pickRun, tell } from './log-folder.ts';

const t0 = 1_772_612_000;

describe('a run, folded from its records', () => {
  test('keeps metrics in the order of their first appearance', async () => {
    const { run } = await openRun([
      { step: 1, b: 1, a: 1 },
      { step: 2, c: 1, a: 2 },
    ]);
    expect([...run.metrics.keys()]).toEqual(['b', 'a', 'c']);
  });

  test('is the same when read twice', async () => {
    const { run, store } = await openRun([
      { event: 'start', time: t0 },
      { step: 1, x: 1 },
    ]);
    const again = await openRun([
      { event: 'start', time: t0 },
      { step: 1, x: 1 },
    ]);
    expect(again.run).toEqual(run);
    expect(await store.readSeries('e/x')).toEqual(await store.readSeries('e/x'));
  });

  test('a field of the wrong type is a warning at its place; the other fields are read', async () => {
    const { run, told } = await openRun([
      { event: 'start', tags: 'no list', params: { lr: 1 }, name: 'A' },
      { event: 'log', level: 5, message: 'm' },
      { event: 'artifact', url: 'https://example.org/a', kind: 'picture' },
      { event: 'histogram', name: 'h', edges: [1], counts: [1] },
      { step: 1, x: 1 },
    ]);
    expect(told).toEqual([
      '1:25 warning record-invalid',
      '2:24 warning record-invalid',
      expect.stringMatching(/^3:\d+ warning record-invalid$/),
      expect.stringMatching(/^4:\d+ warning record-invalid$/),
    ]);
    expect(run).toMatchObject({ name: 'A' });
    expect(run.params.get('lr')).toBe(1);
    expect(run.logLines).toMatchObject([{ message: 'm' }]);
    expect(run.artifacts).toMatchObject([{ url: 'https://example.org/a' }]);
    expect(lastValues(run)).toEqual({ x: 1 });
  });

  test('a start that is no resumption and follows no end is a warning: perhaps two jobs write one file', async () => {
    const two = [
      { event: 'start', name: 'A', host: 'a' },
      { step: 1, x: 1 },
      { event: 'start', name: 'B', host: 'b' },
      { step: 1, x: 2 },
    ];
    const { run, told } = await openRun(two);
    expect(told).toEqual(['3:1 warning second-start']);
    expect(run.metrics.get('x')?.count).toBe(2);
    expect(
      (await openRun([{ event: 'start' }, { event: 'end', status: 'failed' }, { event: 'start', host: 'b' }])).told,
    ).toEqual([]);
    expect((await openRun([{ event: 'start' }, { event: 'start', resumed: true }])).told).toEqual([]);
  });

  test('further metric names than the limit are set aside, with one error', async () => {
    const { run, told } = await openRun(
      [
        { a: 1, b: 2, c: 3, d: 4 },
        { a: 5, d: 6 },
      ],
      { limits: { metricsPerRun: 2 } },
    );
    expect(lastValues(run)).toEqual({ a: 5, b: 2 });
    expect(told).toEqual(['1:1 error too-many-metrics']);
  });

  test('of many log lines the first and the last are kept, and all are counted', async () => {
    const records = Array.from({ length: 1000 }, (_, index) => ({ event: 'log', message: String(index) }));
    const { run } = await openRun(records);
    expect(run.logLineCount).toBe(1000);
    expect(run.logLines).toHaveLength(defaultLimits.logLines);
    expect(run.logLines[0]?.message).toBe('0');
    expect(run.logLines.at(-1)?.message).toBe('999');
  });

  test('the seed is read from start, else from the params', async () => {
    expect((await openRun([{ event: 'start', seed: 0 }])).run.seed).toBe('0');
    expect((await openRun([{ event: 'start', params: { seed: 7 } }])).run.seed).toBe('7');
    expect((await openRun([{ event: 'start', params: { random_state: 9 } }])).run.seed).toBe('9');
    expect((await openRun([{ event: 'start' }])).run.seed).toBeUndefined();
  });

  test('a note or tag said weeks after the end is no sign of life', async () => {
    const { run } = await openRun([
      { event: 'start', time: t0 },
      { event: 'end', status: 'finished', time: t0 + 60 },
      { event: 'note', text: 'good', time: t0 + 1_000_000 },
    ]);
    expect(run).toMatchObject({ endedAtMs: (t0 + 60) * 1000, durationMs: 60_000, lastRecordMs: (t0 + 60) * 1000 });
  });

  test('a duration is from the first time to the end', async () => {
    const { run } = await openRun([
      { step: 1, x: 1, time: t0 },
      { event: 'end', status: 'finished', time: t0 + 5 },
    ]);
    expect(run.durationMs).toBe(5000);
  });

  test('the points of a metric carry their times', async () => {
    const { series } = await openRun([
      { step: 1, x: 1, time: t0 },
      { step: 2, x: 2 },
    ]);
    expect((await series()).metrics.get('x')?.timesMs).toEqual([t0 * 1000, Number.NaN]);
  });

  test('a series and its summary tell the same', async () => {
    const { run, series } = await openRun('{"step":5,"x":1}\n{"step":3,"x":NaN}\n{"step":3,"x":2}\n{"x":null}\n');
    const points = (await series()).metrics.get('x');
    const superseded = points?.superseded.reduce((sum, { steps }) => sum + steps.length, 0) ?? 0;
    expect((points?.steps.length ?? 0) + superseded).toBe(run.metrics.get('x')?.count);
  });
});

describe('a run written as one object', () => {
  test('a series whose lists differ in length is a warning, and the rest is read', async () => {
    const store = await openLogs({
      'e/runs.jsonl': lines({
        id: 'a',
        series: { bad: { step: [1], value: [1, 2] }, worse: 5, good: { step: [1], value: [9] } },
      }),
    });
    const { run, diagnostics } = pickRun(store, 'e/a');
    expect(lastValues(run)).toEqual({ good: 9 });
    expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toEqual([
      'warning record-invalid',
      'warning record-invalid',
    ]);
  });

  test('metrics beside a series are one more value at its last step, unless equal', async () => {
    const store = await openLogs({
      'e/runs.jsonl': lines({
        id: 'a',
        series: { x: { step: [1, 5], value: [1, 2] }, y: [3] },
        metrics: { x: 9, y: 3 },
      }),
    });
    const { run } = pickRun(store, 'e/a');
    expect(run.metrics.get('x')).toMatchObject({ count: 3, last: 9, lastStep: 5 });
    expect(run.metrics.get('y')).toMatchObject({ count: 1, last: 3 });
  });

  test('its series are found again by its line, behind other lines of any length and kind', async () => {
    const store = await openLogs({
      'e/runs.jsonl': `\ufeff{"id":"a","notes":"é😀","series":{"x":[1,2]}}\r\n\nrubbish\n{"id":"b","series":{"x":[3,4,5]}}\n{"id":"c","series":{"x":[6]}}`,
    });
    const values = async (id: string) => (await store.readSeries(id)).metrics.get('x')?.values;
    expect(await values('e/a')).toEqual([1, 2]);
    expect(await values('e/b')).toEqual([3, 4, 5]);
    expect(await values('e/c')).toEqual([6]);
  });

  test('two that were glued onto one line each have their own series', async () => {
    const store = await openLogs({ 'e/runs.jsonl': '{"id":"a","series":{"x":[1]}}{"id":"b","series":{"x":[2]}}\n' });
    expect(tell(store.diagnostics)).toEqual(['e/runs.jsonl:1:30 error glued-line']);
    expect((await store.readSeries('e/a')).metrics.get('x')?.values).toEqual([1]);
    expect((await store.readSeries('e/b')).metrics.get('x')?.values).toEqual([2]);
  });

  test('a line that a union merge doubled is read once, with a note', async () => {
    const line = '{"id":"a","metrics":{"x":1}}\n';
    const store = await openLogs({ 'e/runs.jsonl': `${line}${line}` });
    expect(tell(store.diagnostics)).toEqual(['e/runs.jsonl:2:1 note repeated-run']);
    expect(store.runs.size).toBe(1);
  });
});

describe('ranks of one run', () => {
  test('add their metrics and neither begin, end nor resume the run', async () => {
    const store = await openLogs({
      'e/runs/a/run.jsonl':
        '{"event":"start","time":1772612000}\n{"step":1,"loss":1}\n{"event":"end","status":"finished","time":1772612010}\n',
      'e/runs/a/rank1.jsonl':
        '{"event":"start","time":1772612001}\n{"step":1,"loss":2}\n{"event":"end","status":"killed","time":1772612005}\n',
    });
    expect(store.diagnostics).toEqual([]);
    const run = store.runs.get('e/a');
    expect(run).toMatchObject({ state: 'finished', resumes: 0 });
    expect([...(run?.metrics ?? [])].map(([name, { last }]) => [name, last])).toEqual([
      ['loss', 1],
      ['rank1/loss', 2],
    ]);
  });
});
