import type { Series, SeriesBuckets } from './series.ts';
import { emptyBuckets, foldBucket, pointBuckets } from './series-buckets.ts';

/** A series of this many points or fewer is kept whole; a longer one is folded into buckets. */
export const wholeSeriesPoints = 20_000;

/** A series that goes back more often than this keeps, of what was superseded, only the extremes. */
const maxStretches = 500;

/** Points of one rise of the step, in file order: the stretch until the step goes back. */
interface Stretch {
  steps: number[];
  values: number[];
  times: number[];
  /** True when points were left out: then every step between its first and its last counts as written. */
  isFolded: boolean;
  /** Once folded: what its points stand for. */
  buckets?: SeriesBuckets | undefined;
}

type Branch = Series['superseded'][number];

interface NotablePoint {
  step: number;
  value: number;
}

/**
 * Folds the points of one metric, in file order, into a {@link Series} of bounded size.
 *
 * While there are at most `maxPoints` of them every point is kept. Past that, neighbouring points are folded into
 * buckets of which the first, least, greatest and last point stay (and the first non-finite one), so that no peak can
 * vanish; the buckets widen as the series grows. Of a stretch that was folded nobody knows each step any more: all that an
 * earlier stretch wrote between its ends counts as written again.
 */
export class SeriesBuilder {
  #maxPoints: number;
  #stretches: Stretch[] = [];
  #relics: Branch[] = [];
  #kept = 0;
  #total = 0;
  #hasTimes = false;
  #reduced = false;
  #lastStep = Number.NEGATIVE_INFINITY;
  #notable: Partial<Record<'first' | 'least' | 'greatest' | 'nonFinite' | 'last', NotablePoint>> = {};

  constructor({ maxPoints = wholeSeriesPoints }: { maxPoints?: number } = {}) {
    this.#maxPoints = maxPoints;
  }

  add(step: number, value: number, timeMs = Number.NaN): void {
    let stretch = this.#stretches.at(-1);
    if (stretch === undefined || step <= this.#lastStep) {
      stretch = { steps: [], values: [], times: [], isFolded: false };
      this.#stretches.push(stretch);
    }
    stretch.steps.push(step);
    stretch.values.push(value);
    stretch.times.push(timeMs);
    stretch.buckets?.counts.push(Number.isFinite(value) ? 1 : 0);
    stretch.buckets?.means.push(Number.isFinite(value) ? value : Number.NaN);
    if (!Number.isNaN(timeMs)) this.#hasTimes = true;
    this.#lastStep = step;
    this.#noteExtremes(step, value);
    this.#kept += 1;
    this.#total += 1;
    if (this.#kept > 2 * this.#maxPoints) this.#fold();
  }

  build(): Series {
    if (this.#kept > this.#maxPoints) this.#fold();
    const { current, superseded } = resolveSteps(this.#stretches);
    return {
      steps: current.steps,
      values: current.values,
      ...(this.#hasTimes ? { timesMs: current.times } : {}),
      superseded: [...this.#relics, ...superseded],
      total: this.#total,
      reduced: this.#reduced,
      ...(current.buckets === undefined ? {} : { buckets: current.buckets }),
    };
  }

  /** Remembers the points that no folding may drop: stretches are merged, and what began one may come to lie inside it. */
  #noteExtremes(step: number, value: number): void {
    const notable = this.#notable;
    const point = { step, value };
    notable.first ??= point;
    notable.last = point;
    if (!Number.isFinite(value)) {
      notable.nonFinite ??= point;
      return;
    }
    if (notable.least === undefined || value < notable.least.value) notable.least = point;
    if (notable.greatest === undefined || value > notable.greatest.value) notable.greatest = point;
  }

  /** Halves what is kept, stretch by stretch; where there are too many stretches for that, what they superseded goes. */
  #fold(): void {
    this.#reduced = true;
    this.#foldStretches();
    if (this.#kept <= 1.5 * this.#maxPoints && this.#stretches.length <= maxStretches) return;
    const { current, superseded } = resolveSteps(this.#stretches);
    this.#relics = notableOf([...this.#relics, ...superseded], [...new Set(Object.values(this.#notable))]);
    this.#stretches = [{ ...current, isFolded: true }];
    this.#lastStep = Number.POSITIVE_INFINITY; // what comes next may lie anywhere: it begins a stretch of its own
    this.#foldStretches();
  }

  #foldStretches(): void {
    const points = this.#stretches.reduce((sum, stretch) => sum + stretch.steps.length, 0);
    const factor = Math.max(2, Math.ceil((2 * points) / this.#maxPoints));
    if (points > this.#maxPoints) {
      const notable = Object.values(this.#notable);
      this.#stretches = this.#stretches.map((stretch) => foldStretch(stretch, 4 * factor, notable));
    }
    this.#kept = this.#stretches.reduce((sum, stretch) => sum + stretch.steps.length, 0);
  }
}

/** Of many branches, the points that no folding may drop, each as a branch of its own. */
function notableOf(branches: readonly Branch[], notable: readonly NotablePoint[]): Branch[] {
  return notable.flatMap(({ step, value }) => {
    const isThere = branches.some(({ steps, values }) =>
      steps.some((own, index) => own === step && Object.is(values[index], value)),
    );
    return isThere ? [{ steps: [step], values: [value] }] : [];
  });
}

/** Keeps of each `width` neighbouring points the first, least, greatest, last and first non-finite one, in order. */
function foldStretch(stretch: Stretch, width: number, notable: readonly NotablePoint[]): Stretch {
  const buckets = emptyBuckets(0);
  const folded: Stretch = { steps: [], values: [], times: [], isFolded: true, buckets };
  const given = stretch.buckets ?? pointBuckets(stretch.values);
  for (let from = 0; from < stretch.steps.length; from += width) {
    const to = Math.min(from + width, stretch.steps.length) - 1;
    let least = -1;
    let greatest = -1;
    let nonFinite = -1;
    for (let index = from; index <= to; index += 1) {
      const value = stretch.values[index] as number;
      if (!Number.isFinite(value)) {
        if (nonFinite === -1) nonFinite = index;
        continue;
      }
      if (least === -1 || value < (stretch.values[least] as number)) least = index;
      if (greatest === -1 || value > (stretch.values[greatest] as number)) greatest = index;
    }
    const others = notable.map(({ step, value }) => findPoint(stretch, from, to, step, value));
    const kept = [...new Set([from, least, greatest, nonFinite, to, ...others])]
      .filter((index) => index >= 0)
      .sort((a, b) => a - b);
    const last = kept.findLast((index) => Number.isFinite(stretch.values[index] as number));
    const { count, mean } = foldBucket(given, from, to);
    for (const index of kept) {
      folded.steps.push(stretch.steps[index] as number);
      folded.values.push(stretch.values[index] as number);
      folded.times.push(stretch.times[index] as number);
      buckets.counts.push(index === last ? count : 0);
      buckets.means.push(index === last ? mean : Number.NaN);
    }
  }
  return folded;
}

/** Index of a point between two indexes, or -1. */
function findPoint(stretch: Stretch, from: number, to: number, step: number, value: number): number {
  if (step < (stretch.steps[from] as number) || step > (stretch.steps[to] as number)) return -1;
  for (let index = from; index <= to; index += 1) {
    if (stretch.steps[index] === step && Object.is(stretch.values[index], value)) return index;
  }
  return -1;
}

/**
 * The one rule for steps that repeat or go back: at a repeated step the later value is the series' value, and the
 * earlier one goes to a superseded branch, one branch for each stretch that lost points. Steps rise in the result.
 */
export function resolveSteps(stretches: readonly Stretch[]): { current: Stretch; superseded: Series['superseded'] } {
  const only = stretches[0];
  if (only === undefined) return { current: { steps: [], values: [], times: [], isFolded: false }, superseded: [] };
  if (stretches.length === 1) return { current: only, superseded: [] };
  const seen = new Set<number>();
  const covered: [from: number, to: number][] = [];
  const isReplaced = (step: number): boolean =>
    seen.has(step) || covered.some(([from, to]) => step >= from && step <= to);
  const superseded: Series['superseded'] = [];
  const standing: { step: number; value: number; time: number; count: number; mean: number }[] = [];
  const hasBuckets = stretches.some(({ buckets }) => buckets !== undefined);
  for (let index = stretches.length - 1; index >= 0; index -= 1) {
    const stretch = stretches[index] as Stretch;
    const lost: { steps: number[]; values: number[] } = { steps: [], values: [] };
    stretch.steps.forEach((step, point) => {
      const value = stretch.values[point] as number;
      if (isReplaced(step)) {
        lost.steps.push(step);
        lost.values.push(value);
      } else {
        const isSound = Number.isFinite(value);
        const count = stretch.buckets?.counts[point] ?? (isSound ? 1 : 0);
        const mean = stretch.buckets?.means[point] ?? (isSound ? value : Number.NaN);
        standing.push({ step, value, time: stretch.times[point] as number, count, mean });
      }
    });
    const [from] = stretch.steps;
    const to = stretch.steps.at(-1);
    if (stretch.isFolded && from !== undefined && to !== undefined) covered.push([from, to]);
    else for (const step of stretch.steps) seen.add(step);
    if (lost.steps.length > 0) superseded.unshift(lost);
  }
  standing.sort((a, b) => a.step - b.step);
  return {
    current: {
      steps: standing.map((point) => point.step),
      values: standing.map((point) => point.value),
      times: standing.map((point) => point.time),
      isFolded: stretches.some(({ isFolded }) => isFolded),
      ...(hasBuckets
        ? { buckets: { counts: standing.map(({ count }) => count), means: standing.map(({ mean }) => mean) } }
        : {}),
    },
    superseded,
  };
}
