import type { Series } from '../series/series.ts';

/** Lines up to this many are drawn one by one; of more, only as many as this. */
export const singleLineLimit = 20;

/** One run's line in a chart. */
export interface ChartLine {
  /** `experiment/run`; decides the colour. */
  runId: string;
  /** What is shown for it. */
  label: string;
  series: Series;
  /** The smoothed line, drawn over the values. */
  smoothed?: SmoothedLine | undefined;
  /** For a group of runs: its band, NaN where there is none. */
  band?: { steps: readonly number[]; low: readonly number[]; high: readonly number[] } | undefined;
  /** For a group of runs: how many. */
  n?: number | undefined;
  /** For a group of runs too small for a band: their own series. */
  members?: readonly Series[] | undefined;
}

/** A smoothed line, as `smoothSeries` gives it. */
export interface SmoothedLine {
  steps: readonly number[];
  values: readonly number[];
  isApproximate: boolean;
}

/** Which way is better; undefined where nobody said. */
export type ChartGoal = 'min' | 'max' | undefined;

/** Lines parted into those drawn singly and those that only widen the band. Order is kept within each. */
export interface ChosenLines<Line extends ChartLine = ChartLine> {
  singles: Line[];
  banded: Line[];
}

/** The best finite value of a series by the goal (the least where there is none), with its step; undefined for none. */
export function bestPoint(series: Series, goal: ChartGoal): { value: number; step: number } | undefined {
  let best: { value: number; step: number } | undefined;
  for (let i = 0; i < series.values.length; i++) {
    const value = series.values[i] ?? Number.NaN;
    if (!Number.isFinite(value)) continue;
    if (best === undefined || (goal === 'max' ? value > best.value : value < best.value)) {
      best = { value, step: series.steps[i] ?? Number.NaN };
    }
  }
  return best;
}

/**
 * Chooses the lines to draw singly: all of them up to `limit`; else those in `keep`, then the best by the goal, then
 * (without a goal) the first. The rest is for the band; no line is left out.
 */
export function chooseLines<Line extends ChartLine>(
  lines: readonly Line[],
  { goal, keep = [], limit = singleLineLimit }: { goal?: ChartGoal; keep?: readonly string[]; limit?: number } = {},
): ChosenLines<Line> {
  if (lines.length <= limit) return { singles: [...lines], banded: [] };
  const kept = new Set(keep);
  const ranked = lines.map((line, order) => ({ line, order, rank: rankOf(line, goal, kept) }));
  ranked.sort((a, b) => (a.rank === b.rank ? a.order - b.order : a.rank - b.rank));
  const chosen = new Set(ranked.slice(0, limit).map(({ order }) => order));
  return {
    singles: lines.filter((_, order) => chosen.has(order)),
    banded: lines.filter((_, order) => !chosen.has(order)),
  };
}

/** Lower comes first. Runs to keep come before all, runs without a finite value after all. */
function rankOf(line: ChartLine, goal: ChartGoal, kept: ReadonlySet<string>): number {
  if (kept.has(line.runId)) return Number.NEGATIVE_INFINITY;
  const best = bestPoint(line.series, goal);
  if (best === undefined) return Number.POSITIVE_INFINITY;
  if (goal === undefined) return 0;
  return goal === 'max' ? -best.value : best.value;
}
