import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeMetricSeries, decodeMetricTimes } from '../../src/payload/metric-series.ts';
import { decodeRunSeries } from '../../src/payload/run-series.ts';
import type { Series } from '../../src/series/series.ts';
import { publishData } from '../../src/site/publish-data.ts';
import type { SiteData } from '../../src/site/site-data.ts';
import { makeRun, makeStore } from './sample-store.ts';

let outDir: string;
let data: SiteData;

const startedAtMs = 1_700_000_000_000;

function rising(count: number, { hasTimes = true } = {}): Series {
  const steps = Array.from({ length: count }, (_, i) => i);
  const series: Series = { steps, values: steps.map(Math.sin), superseded: [], total: count, reduced: false };
  return hasTimes ? { ...series, timesMs: steps.map((step) => startedAtMs + step * 500) } : series;
}

const read = (url: string) => readFile(join(outDir, url), 'utf8');

beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), 'runfolio-data-'));
  const runs = [makeRun('x/long', { startedAtMs }), makeRun('x/short')];
  const seriesOf = new Map([
    ['x/long', new Map([['loss', rising(3000)]])],
    ['x/short', new Map([['loss', rising(30, { hasTimes: false })]])],
  ]);
  const store = {
    ...makeStore(runs, { x: {} }),
    readSeries: async (id: string) => ({ metrics: seriesOf.get(id) ?? new Map(), system: new Map() }),
  };
  data = await publishData(store, { outDir, base: '' });
});

afterAll(() => rm(outDir, { recursive: true }));

test('publishData keeps every point of a long series in a file of its own, which the overviews name', async () => {
  const metric = decodeMetricSeries(await read(data.metricUrl('x', 'loss') ?? ''));
  const [long, short] = metric.runs;
  expect(long?.series).toMatchObject({ reduced: true, total: 3000 });
  expect(short).toMatchObject({ series: { reduced: false }, runId: 'x/short' });
  expect(short?.fineUrl).toBeUndefined();
  const fine = decodeRunSeries(await read(long?.fineUrl ?? ''));
  expect(fine.startedAtMs).toBe(startedAtMs);
  expect(fine.metrics.get('loss')).toMatchObject({ reduced: false, total: 3000 });
  expect(fine.metrics.get('loss')?.steps).toHaveLength(3000);
  const run = decodeRunSeries(await read(data.runUrl('x/long') ?? ''));
  expect(run.fineUrls?.get('loss')).toBe(long?.fineUrl);
});

test('publishData puts the times of the points of an overview beside it', async () => {
  const metric = decodeMetricSeries(await read(data.metricUrl('x', 'loss') ?? ''));
  const times = decodeMetricTimes(await read(metric.timesUrl ?? ''));
  expect([...times.keys()]).toEqual(['x/long']);
  expect(times.get('x/long')).toEqual({
    startedAtMs,
    timesMs: metric.runs[0]?.series.steps.map((step) => startedAtMs + step * 500),
  });
});
