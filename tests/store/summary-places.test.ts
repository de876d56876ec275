import { describe, expect, test } from 'vitest';
import { unpackPlace } from '../../src/series/line-place.ts';
import type { MetricSummary } from '../../src/series/metric-summary.ts';
import type { Run } from '../../src/store/run.ts';
import type { Store } from '../../src/store/store.ts';
import { openLogs } from './log-folder.ts';

function runOf(store: Store, id: string): Run {
  const run = store.runs.get(id);
  if (run === undefined) throw new Error(`no run ${id}`);
  return run;
}

/** File and line of each figure, as `0:3`. */
function placesOf(summary: MetricSummary | undefined): Record<string, string> {
  const places = Object.entries(summary?.places ?? {}).flatMap(([figure, packed]) => {
    const place = unpackPlace(packed);
    return place === undefined ? [] : [[figure, `${place.file}:${place.line}`] as const];
  });
  return Object.fromEntries(places);
}

describe('each figure of a metric tells the line that holds it', () => {
  test('in a stream, the end record and what is not finite included', async () => {
    const store = await openLogs({
      'e/runs/x.jsonl': [
        '{"event":"start","time":1772612000}',
        '{"step":1,"a":5,"b":1}',
        '{"step":2,"a":2,"b":NaN}',
        '{"step":3,"a":9,"b":3}',
        '',
        '{"step":4,"a":2,"b":Infinity}',
        '{"event":"end","status":"finished","metrics":{"a":4}}',
        '',
      ].join('\n'),
    });
    const { metrics } = runOf(store, 'e/x');
    expect(placesOf(metrics.get('a'))).toEqual({ last: '0:7', min: '0:3', max: '0:4' });
    expect(placesOf(metrics.get('b'))).toEqual({ last: '0:6', min: '0:2', max: '0:4', firstNonFinite: '0:3' });
  });

  test('line after line of one shape, as they are read fast', async () => {
    const lines = Array.from({ length: 500 }, (_, step) => `{"step":${step},"loss":${step === 321 ? -1 : step}}`);
    const store = await openLogs({ 'e/runs/x.jsonl': `${lines.join('\n')}\n` });
    expect(placesOf(runOf(store, 'e/x').metrics.get('loss'))).toEqual({ last: '0:500', min: '0:322', max: '0:500' });
  });

  test('in the segment that holds it', async () => {
    const store = await openLogs({
      'e/runs/x/run.jsonl': '{"step":1,"a":1}\n{"step":2,"a":7}\n',
      'e/runs/x/run-2.jsonl': '{"step":3,"a":0}\n{"step":4,"a":3}\n',
    });
    const run = runOf(store, 'e/x');
    const second = run.files.findIndex(({ path }) => path.endsWith('run-2.jsonl'));
    expect(placesOf(run.metrics.get('a'))).toEqual({ last: `${second}:2`, min: `${second}:1`, max: `${1 - second}:2` });
  });

  test('in a file of many runs, with the line where each run begins', async () => {
    const store = await openLogs({
      'e/runs.jsonl': '{"id":"one","metrics":{"a":1}}\n{"id":"two","metrics":{"a":2},"series":{"b":[3,1]}}\n',
      'e/runs.yaml': 'id: three\nmetrics:\n  a: 1\n  c: 4\n---\nid: four\nmetrics: {a: 2}\n',
    });
    const two = runOf(store, 'e/two');
    expect(two.files[0]?.firstLine).toBe(2);
    expect(placesOf(two.metrics.get('a'))).toEqual({ last: '0:2', min: '0:2', max: '0:2' });
    expect(placesOf(two.metrics.get('b'))).toEqual({ last: '0:2', min: '0:2', max: '0:2' });
    expect(placesOf(runOf(store, 'e/three').metrics.get('c'))).toEqual({ last: '0:4', min: '0:4', max: '0:4' });
    const four = runOf(store, 'e/four');
    expect(placesOf(four.metrics.get('a'))).toEqual({ last: '0:7', min: '0:7', max: '0:7' });
    expect(four.files[0]?.firstLine).toBeGreaterThan(4);
    expect(four.files[0]?.firstLine).toBeLessThan(7);
  });

  test('but not a metric that is worked out from others', async () => {
    const store = await openLogs({
      'e/experiment.yaml': 'derived: {gap: a - b}\n',
      'e/runs/x.jsonl': '{"step":1,"a":5,"b":1}\n',
    });
    expect(runOf(store, 'e/x').metrics.get('gap')?.places).toBeUndefined();
  });
});
