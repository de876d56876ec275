import type { Series, SeriesBuckets } from './series.ts';
import { emptyBuckets, foldBucket, pointBuckets } from './series-buckets.ts';

/** Points that one column can keep: four extremes and the first of each kind of non-finite value. */
export const pointsPerColumn = 7;

/** Up to this many points a column, a series is handed on whole: reducing it would save nothing. */
const wholeUpTo = 4;

/**
 * Gives the indices to keep, rising, so that every column of equal width in x holds its first, least, greatest and last
 * finite value and the first NaN, +Infinity and -Infinity (M4: Jugel et al., "M4: A Visualization-Oriented Time
 * Series Data Aggregation", VLDB 2014, https://www.vldb.org/pvldb/vol7/p797-jugel.pdf). No peak can vanish.
 *
 * `steps` rise strictly and are finite. Of equal extremes the first is kept. The very last point is kept whatever it is, so the range of
 * steps stays. At most `7 × columns + 1` indices come back.
 */
export function columnExtremes(steps: ArrayLike<number>, values: ArrayLike<number>, columns: number): number[] {
  const count = Math.min(steps.length, values.length);
  if (count === 0) return [];
  const columnOf = columnFinder(steps, columns);
  const kept: number[] = [];
  let column = -1;
  let picks = emptyPicks();
  for (let i = 0; i < count; i++) {
    const here = columnOf(i);
    if (here !== column) {
      flush(picks, kept);
      picks = emptyPicks();
      column = here;
    }
    pick(picks, i, values);
  }
  flush(picks, kept);
  if (kept.at(-1) !== count - 1) kept.push(count - 1);
  return kept;
}

/** Says which of so many columns of equal width in x the point at an index stands in. */
function columnFinder(steps: ArrayLike<number>, columns: number): (index: number) => number {
  const first = steps[0] ?? 0;
  // Halved, so that the span of steps at both ends of the number line is still finite.
  const halfSpan = (steps[steps.length - 1] ?? 0) / 2 - first / 2;
  const width = Math.max(1, Math.floor(columns));
  return (index) => {
    const share = halfSpan > 0 ? ((steps[index] ?? 0) / 2 - first / 2) / halfSpan : 0;
    return Math.min(width - 1, Math.floor(share * width));
  };
}

/**
 * Reduces a series to at most seven points a column (see `columnExtremes`), in order of steps. A series of at most four
 * points a column is returned whole, the same object. The superseded branches share one more such budget, each at
 * least eight columns wide. `total` stays what it was; `reduced` is true when anything was left out, and then `buckets`
 * hold the count and mean of the finite values of each column, on its last finite point.
 */
export function reduceSeries(series: Series, columns: number): Series {
  const branchColumns = Math.max(8, Math.floor(columns / Math.max(1, series.superseded.length)));
  const superseded = series.superseded.map((branch) => reduceBranch(branch, branchColumns));
  const branchesWhole = superseded.every((branch, i) => branch === series.superseded[i]);
  if (series.steps.length <= wholeUpTo * columns) {
    return branchesWhole ? series : { ...series, superseded, reduced: true };
  }
  const kept = columnExtremes(series.steps, series.values, columns);
  const reduced: Series = {
    steps: at(series.steps, kept),
    values: at(series.values, kept),
    superseded,
    total: series.total,
    reduced: true,
  };
  if (series.timesMs !== undefined) reduced.timesMs = at(series.timesMs, kept);
  reduced.buckets = columnBuckets(series, kept, columns);
  return reduced;
}

/** The bucket of each column closes on the last finite point that is kept of it, which is its last finite point. */
function columnBuckets(series: Series, kept: readonly number[], columns: number): SeriesBuckets {
  const columnOf = columnFinder(series.steps, columns);
  const given = series.buckets ?? pointBuckets(series.values);
  const buckets = emptyBuckets(kept.length);
  let from = 0;
  let lastFinite = -1;
  for (const [place, index] of kept.entries()) {
    if (Number.isFinite(series.values[index] ?? Number.NaN)) lastFinite = place;
    const next = kept[place + 1];
    if (lastFinite < 0 || (next !== undefined && columnOf(next) === columnOf(index))) continue;
    const to = kept[lastFinite] ?? index;
    const { count, mean } = foldBucket(given, from, to);
    buckets.counts[lastFinite] = count;
    buckets.means[lastFinite] = mean;
    from = to + 1;
    lastFinite = -1;
  }
  return buckets;
}

function reduceBranch(branch: { steps: number[]; values: number[] }, columns: number) {
  if (branch.steps.length <= wholeUpTo * columns) return branch;
  const kept = columnExtremes(branch.steps, branch.values, columns);
  return { steps: at(branch.steps, kept), values: at(branch.values, kept) };
}

function at(numbers: readonly number[], indices: readonly number[]): number[] {
  return indices.map((i) => numbers[i] ?? Number.NaN);
}

/** Indices picked in one column; -1 where nothing was. */
interface Picks {
  first: number;
  min: number;
  max: number;
  last: number;
  nan: number;
  high: number;
  low: number;
}

function emptyPicks(): Picks {
  return { first: -1, min: -1, max: -1, last: -1, nan: -1, high: -1, low: -1 };
}

function pick(picks: Picks, i: number, values: ArrayLike<number>): void {
  const value = values[i] ?? Number.NaN;
  if (Number.isNaN(value)) {
    if (picks.nan < 0) picks.nan = i;
  } else if (value === Number.POSITIVE_INFINITY) {
    if (picks.high < 0) picks.high = i;
  } else if (value === Number.NEGATIVE_INFINITY) {
    if (picks.low < 0) picks.low = i;
  } else {
    if (picks.first < 0) picks.first = i;
    if (picks.min < 0 || value < (values[picks.min] ?? 0)) picks.min = i;
    if (picks.max < 0 || value > (values[picks.max] ?? 0)) picks.max = i;
    picks.last = i;
  }
}

function flush(picks: Picks, kept: number[]): void {
  const indices = [picks.first, picks.min, picks.max, picks.last, picks.nan, picks.high, picks.low];
  const rising = indices.filter((index) => index >= 0).sort((a, b) => a - b);
  let previous = -1;
  for (const index of rising) {
    if (index !== previous) kept.push(index);
    previous = index;
  }
}
