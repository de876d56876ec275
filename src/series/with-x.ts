import type { Series } from './series.ts';

/**
 * Puts a series over another x: `x` holds one number a point. Points without a finite x are left out; they come in order
 * of x, and where two share one the later value stands, as at a repeated step. What a resumed run superseded has no x and goes.
 */
export function withX(series: Series, x: ArrayLike<number>): Series {
  const { values, timesMs, buckets } = series;
  const order = [...values.keys()].filter((i) => Number.isFinite(x[i] ?? Number.NaN));
  const isRising = order.every((i, k) => k === 0 || (x[order[k - 1] ?? 0] ?? 0) <= (x[i] ?? 0));
  if (!isRising) order.sort((a, b) => (x[a] ?? 0) - (x[b] ?? 0) || a - b);
  const kept = order.filter((i, k) => x[order[k + 1] ?? -1] !== x[i]);
  const at = (list: readonly number[]) => kept.map((i) => list[i] ?? Number.NaN);
  const moved: Series = {
    steps: kept.map((i) => x[i] ?? Number.NaN),
    values: at(values),
    superseded: [],
    total: series.total,
    reduced: series.reduced,
  };
  if (timesMs !== undefined) moved.timesMs = at(timesMs);
  // Buckets follow each other in the order of writing: over another order they mean nothing.
  if (buckets !== undefined && isRising) moved.buckets = { counts: at(buckets.counts), means: at(buckets.means) };
  return moved;
}

/** Seconds from `startMs` for each point of a series with times; the first time stands where nobody says when it began. */
export function relativeTimes({ timesMs = [] }: Pick<Series, 'timesMs'>, startMs: number | undefined): number[] {
  const from = startMs ?? timesMs.find(Number.isFinite) ?? 0;
  return timesMs.map((ms) => (ms - from) / 1000);
}

/**
 * How far along its run each point of a series is: 0 at step 0 (at its first step where that is below 0), 1 at its last one. Lines
 * of unlike length, counted in whatever unit, come to lie over each other.
 */
export function runFractions({ steps }: Pick<Series, 'steps'>): number[] {
  const from = Math.min(0, steps[0] ?? 0);
  const span = (steps.at(-1) ?? 0) - from;
  return steps.map((step) => (span > 0 ? (step - from) / span : 1));
}

/**
 * The values of `other` at the steps of `series`, both of one run: those written at an equal step, NaN where there is none.
 * Where `other` is reduced its values are interpolated between the points that are left, within its own range.
 */
export function joinAtSteps(series: Pick<Series, 'steps'>, other: Series): number[] {
  let at = 0;
  return series.steps.map((step) => {
    while (at < other.steps.length && (other.steps[at] ?? 0) < step) at += 1;
    const after = other.steps[at];
    if (after === undefined) return Number.NaN;
    const high = other.values[at] ?? Number.NaN;
    if (after === step) return high;
    const before = other.steps[at - 1];
    if (!other.reduced || before === undefined) return Number.NaN;
    const share = (step - before) / (after - before);
    return (other.values[at - 1] ?? Number.NaN) * (1 - share) + high * share;
  });
}
