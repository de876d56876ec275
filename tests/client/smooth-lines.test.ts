import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ChartLine } from '../../src/charts/choose-lines.ts';
import type { LineSmoother as Smoother } from '../../src/client/smooth-lines.ts';
import type { SmoothJob } from '../../src/client/smooth-worker.ts';
import { smoothEma } from '../../src/series/smooth-ema.ts';
import { type SmoothedSeries, smoothValues } from '../../src/series/smooth-series.ts';
import { seriesOf } from '../charts/any-series.ts';

/** A worker that answers each job after the page has gone on. */
class FakeWorker {
  #answer: ((event: { data: unknown }) => void) | undefined;

  addEventListener(kind: string, listener: (event: { data: unknown }) => void): void {
    if (kind === 'message') this.#answer = listener;
  }

  postMessage({ id, x, values, counts, smoothing }: SmoothJob): void {
    const smoothed = Float64Array.from(smoothValues(x, values, smoothing, counts));
    queueMicrotask(() => this.#answer?.({ data: { id, values: smoothed } }));
  }
}

const long = (runId: string, scale: number): ChartLine => ({
  runId,
  label: runId,
  series: seriesOf(Array.from({ length: 6000 }, (_, i) => scale * (i % 7))),
});
const settled = () => new Promise((resolve) => setTimeout(resolve));
let LineSmoother: typeof Smoother;

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal('Worker', FakeWorker);
  ({ LineSmoother } = await import('../../src/client/smooth-lines.ts'));
});
afterEach(() => vi.unstubAllGlobals());

test('a long line is approximate at first, and its exact one comes with the line that it belongs to', async () => {
  const lines = [long('x/a', 1), long('x/b', 10)];
  const exact = new Map<ChartLine, SmoothedSeries>();
  const smoother = new LineSmoother((line, smoothed) => exact.set(line, smoothed));
  const quick = smoother.smooth(lines, { kind: 'ema', amount: 0.9 });
  expect(quick.map((line) => line?.isApproximate)).toEqual([true, true]);
  await settled();
  for (const line of lines) {
    expect(exact.get(line)?.isApproximate).toBe(false);
    expect(exact.get(line)?.values).toEqual(smoothEma(line.series.values, 0.9));
  }
});

test('what was asked for before the last choice is not answered any more', async () => {
  const line = long('x/a', 1);
  const answers: SmoothedSeries[] = [];
  const smoother = new LineSmoother((_, smoothed) => answers.push(smoothed));
  smoother.smooth([line], { kind: 'ema', amount: 0.5 });
  smoother.smooth([line], { kind: 'ema', amount: 0.9 });
  await settled();
  expect(answers.map(({ values }) => values)).toEqual([smoothEma(line.series.values, 0.9)]);
});

test('a browser that starts no worker keeps the approximation', async () => {
  vi.stubGlobal(
    'Worker',
    class {
      constructor() {
        throw new Error('refused');
      }
    },
  );
  const answers: SmoothedSeries[] = [];
  const smoother = new LineSmoother((_, smoothed) => answers.push(smoothed));
  expect(smoother.smooth([long('x/a', 1)], { kind: 'ema', amount: 0.9 })[0]?.isApproximate).toBe(true);
  await settled();
  expect(answers).toEqual([]);
});
