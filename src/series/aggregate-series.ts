import type { Series } from './series.ts';
import { weightedPoints } from './series-buckets.ts';
import { tQuantile95 } from './t-quantile.ts';

export const groupBands = ['ci', 'sd', 'se', 'minmax', 'median', 'quartiles'] as const;

/**
 * The line and band of a group: mean with 95 % confidence interval (`ci`, Student's t), standard deviation (`sd`, n − 1),
 * standard error (`se`) or least and greatest (`minmax`); median with least and greatest (`median`) or quartiles.
 */
export type GroupBand = (typeof groupBands)[number];

/** Several series as one. All arrays are equally long; steps rise strictly. */
export interface AggregateSeries {
  steps: number[];
  /** Mean or median of the runs that reach this step. */
  values: number[];
  /** The band; NaN where there is none: with fewer than 3 runs there is an interval of no kind, only the values. */
  low: number[];
  high: number[];
  /** Runs that reach this step. */
  n: number[];
}

/**
 * Puts series side by side and gives their mean or median with a band.
 *
 * They are aligned on the union of their steps. At a step that a series did not write itself its value is interpolated
 * linearly between its neighbours; it is never carried on beyond its own first and last step, so that n falls where shorter
 * runs end. A value that is not finite stands for nothing: neither it nor the stretches beside it count. Reduced series come in
 * as the means of their buckets, in the middle of the steps that these span.
 */
export function aggregateSeries(
  series: readonly Pick<Series, 'steps' | 'values' | 'buckets'>[],
  { band }: { band: GroupBand },
): AggregateSeries {
  const members = series.map((one) => weightedPoints(one, { place: 'middle' }));
  const steps = [...new Set(members.flatMap((member) => member.steps))].filter(Number.isFinite).sort((a, b) => a - b);
  const out: AggregateSeries = { steps, values: [], low: [], high: [], n: [] };
  const cursors = members.map(() => 0);
  for (const step of steps) {
    const here: number[] = [];
    for (const [k, member] of members.entries()) {
      let at = cursors[k] ?? 0;
      while (at < member.steps.length && (member.steps[at] ?? 0) < step) at += 1;
      cursors[k] = at;
      const value = valueAt(member, at, step);
      if (Number.isFinite(value)) here.push(value);
    }
    const { centre, low, high } = spread(here, band);
    out.values.push(centre);
    out.low.push(low);
    out.high.push(high);
    out.n.push(here.length);
  }
  return out;
}

/** The value of a line at a step; `at` is the first point that is not before it. NaN outside its range and beside a break. */
function valueAt({ steps, values }: { steps: number[]; values: number[] }, at: number, step: number): number {
  const after = steps[at];
  if (after === undefined) return Number.NaN;
  const high = values[at] ?? Number.NaN;
  if (after === step) return high;
  const before = steps[at - 1];
  if (before === undefined) return Number.NaN;
  const share = (step / 2 - before / 2) / (after / 2 - before / 2);
  const low = values[at - 1] ?? Number.NaN;
  return Number.isFinite(low) && Number.isFinite(high) ? low * (1 - share) + high * share : Number.NaN;
}

function spread(values: readonly number[], band: GroupBand): { centre: number; low: number; high: number } {
  const n = values.length;
  if (n === 0) return { centre: Number.NaN, low: Number.NaN, high: Number.NaN };
  const sorted = [...values].sort((a, b) => a - b);
  const isMedian = band === 'median' || band === 'quartiles';
  const centre = isMedian ? quantile(sorted, 0.5) : meanOf(sorted);
  if (n < 3) return { centre, low: Number.NaN, high: Number.NaN };
  if (band === 'minmax' || band === 'median') return { centre, low: quantile(sorted, 0), high: quantile(sorted, 1) };
  if (band === 'quartiles') return { centre, low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) };
  const sd = Math.sqrt(sorted.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1));
  const half = band === 'sd' ? sd : (sd / Math.sqrt(n)) * (band === 'ci' ? tQuantile95(n - 1) : 1);
  return { centre, low: centre - half, high: centre + half };
}

function meanOf(sorted: readonly number[]): number {
  const n = sorted.length;
  const sum = sorted.reduce((total, value) => total + value, 0);
  const mean = Number.isFinite(sum) ? sum / n : sorted.reduce((total, value) => total + value / n, 0);
  return Math.min(sorted[n - 1] ?? mean, Math.max(sorted[0] ?? mean, mean));
}

/** Linear interpolation between order statistics: R's type 7. */
function quantile(sorted: readonly number[], share: number): number {
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  const part = place - Math.floor(place);
  return part === 0 ? low : low * (1 - part) + high * part;
}
