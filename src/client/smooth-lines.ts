import type { ChartLine } from '../charts/choose-lines.ts';
import { reduceSeries } from '../series/reduce-series.ts';
import type { Series } from '../series/series.ts';
import { weightedPoints } from '../series/series-buckets.ts';
import { type SmoothedSeries, type Smoothing, smoothSeries } from '../series/smooth-series.ts';
import type { SmoothJob, SmoothResult } from './smooth-worker.ts';

/** Longer series are smoothed in a worker; a quick approximation stands until it answers. */
const onPageUpTo = 5000;

/** Columns of the approximation. */
const quickColumns = 400;

/** Short forms of long series, made once. */
const quick = new WeakMap<Series, Series>();

/**
 * Smooths lines now. A long one is smoothed over buckets first; `onExact` is called with its exact line when the worker has
 * it, unless other smoothing was asked for meanwhile. Lines are answered in their order; undefined where smoothing is off.
 */
export class LineSmoother {
  readonly #onExact: (line: ChartLine, smoothed: SmoothedSeries) => void;
  #turn = 0;

  constructor(onExact: (line: ChartLine, smoothed: SmoothedSeries) => void) {
    this.#onExact = onExact;
  }

  smooth(lines: readonly ChartLine[], smoothing: Smoothing): (SmoothedSeries | undefined)[] {
    this.#turn += 1;
    const turn = this.#turn;
    return lines.map((line) => {
      const { series } = line;
      if (series.steps.length <= onPageUpTo || !(smoothing.amount > 0)) return smoothSeries(series, smoothing);
      void smoothAway(series, smoothing).then((exact) => {
        if (exact !== undefined && turn === this.#turn) this.#onExact(line, exact);
      });
      return smoothSeries(quickForm(series), smoothing);
    });
  }

  /** Whatever is still under way is not wanted any more. */
  stop(): void {
    this.#turn += 1;
  }
}

function quickForm(series: Series): Series {
  const known = quick.get(series) ?? reduceSeries(series, quickColumns);
  quick.set(series, known);
  return known;
}

let worker: Worker | undefined;
let nextId = 0;
const waiting = new Map<number, (values: Float64Array | undefined) => void>();
/** The newest job for each series that the worker has not been given yet: a slider asks for many, the last one counts. */
const queued = new Map<Series, () => void>();
let isBusy = false;

async function smoothAway(series: Series, smoothing: Smoothing): Promise<SmoothedSeries | undefined> {
  const { steps, values, counts } = weightedPoints(series);
  const smoothed = await new Promise<Float64Array | undefined>((resolve) => {
    queued.set(series, () => {
      nextId += 1;
      waiting.set(nextId, resolve);
      const job: SmoothJob = {
        id: nextId,
        x: Float64Array.from(steps),
        values: Float64Array.from(values),
        counts: counts && Float64Array.from(counts),
        smoothing,
      };
      startWorker().postMessage(job);
    });
    giveNext();
  });
  return smoothed && { steps, values: Array.from(smoothed), isApproximate: series.reduced };
}

function giveNext(): void {
  const next = queued.entries().next().value;
  if (isBusy || next === undefined) return;
  queued.delete(next[0]);
  isBusy = true;
  try {
    next[1]();
  } catch {
    // A browser that starts no worker: the approximation stays.
    for (const id of [...waiting.keys()]) settle(id, undefined);
  }
}

function startWorker(): Worker {
  if (worker !== undefined) return worker;
  worker = new Worker(new URL('./smooth-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<SmoothResult>) => settle(data.id, data.values));
  // Without a worker the approximation stays, and the chart says that it is one.
  worker.addEventListener('error', () => {
    for (const id of [...waiting.keys()]) settle(id, undefined);
  });
  return worker;
}

function settle(id: number, values: Float64Array | undefined): void {
  waiting.get(id)?.(values);
  waiting.delete(id);
  isBusy = false;
  giveNext();
}
