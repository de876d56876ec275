import { type Smoothing, smoothValues } from '../series/smooth-series.ts';

/** A series to smooth away from the page. */
export interface SmoothJob {
  id: number;
  x: Float64Array;
  values: Float64Array;
  counts: Float64Array | undefined;
  smoothing: Smoothing;
}

/** What came of it. */
export interface SmoothResult {
  id: number;
  values: Float64Array;
}

addEventListener('message', ({ data }: MessageEvent<SmoothJob>) => {
  const { id, x, values, counts, smoothing } = data;
  const result: SmoothResult = { id, values: Float64Array.from(smoothValues(x, values, smoothing, counts)) };
  postMessage(result, { transfer: [result.values.buffer] });
});
