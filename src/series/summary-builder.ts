import type { MetricSummary } from './metric-summary.ts';

/**
 * Folds the values of one metric, in the order written, into its summary. Every value counts; the extremes and the
 * mean are of the finite ones, and of equal extremes the first stands. The mean uses Neumaier's compensated sum
 * (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974).
 */
export class SummaryBuilder {
  count = 0;
  nonFinite = 0;
  first = Number.NaN;
  firstStep = 0;
  last = Number.NaN;
  lastStep = 0;
  lastFinite: number | undefined;
  min = Number.POSITIVE_INFINITY;
  minStep = 0;
  max = Number.NEGATIVE_INFINITY;
  maxStep = 0;
  firstNonFiniteStep: number | undefined;
  stepsBack = 0;
  stepsRepeated = 0;
  #lastPlace = 0;
  #minPlace = 0;
  #maxPlace = 0;
  #nonFinitePlace = 0;
  #sum = 0;
  #lost = 0;

  /** Takes a value; `place` is where it was written, by `packPlace`, or 0. */
  add(step: number, value: number, place = 0): void {
    if (this.count === 0) {
      this.first = value;
      this.firstStep = step;
    } else if (step < this.lastStep) this.stepsBack += 1;
    else if (step === this.lastStep) this.stepsRepeated += 1;
    this.count += 1;
    this.last = value;
    this.lastStep = step;
    this.#lastPlace = place;
    if (!Number.isFinite(value)) {
      if (this.nonFinite === 0) {
        this.firstNonFiniteStep = step;
        this.#nonFinitePlace = place;
      }
      this.nonFinite += 1;
      return;
    }
    this.lastFinite = value;
    if (value < this.min) {
      this.min = value;
      this.minStep = step;
      this.#minPlace = place;
    }
    if (value > this.max) {
      this.max = value;
      this.maxStep = step;
      this.#maxPlace = place;
    }
    const sum = this.#sum + value;
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - sum + value : value - sum + this.#sum;
    this.#sum = sum;
  }

  build(): MetricSummary {
    const finite = this.count - this.nonFinite;
    const has = finite > 0;
    return {
      last: this.last,
      lastStep: this.lastStep,
      lastFinite: this.lastFinite,
      min: has ? this.min : undefined,
      minStep: has ? this.minStep : undefined,
      max: has ? this.max : undefined,
      maxStep: has ? this.maxStep : undefined,
      mean: has ? meanOf(this.#sum + this.#lost, finite, this.min, this.max) : undefined,
      count: this.count,
      nonFinite: this.nonFinite,
      firstNonFiniteStep: this.firstNonFiniteStep,
      stepsBack: this.stepsBack,
      stepsRepeated: this.stepsRepeated,
      first: this.first,
      firstStep: this.firstStep,
      places:
        this.#lastPlace === 0
          ? undefined
          : {
              last: this.#lastPlace,
              min: this.#minPlace,
              max: this.#maxPlace,
              firstNonFinite: this.#nonFinitePlace,
            },
    };
  }
}

/** A mean lies between the extremes: rounding may not push it out, nor an overflowing sum make it infinite. */
function meanOf(sum: number, count: number, min: number, max: number): number {
  const mean = Number.isFinite(sum) ? sum / count : min / 2 + max / 2;
  return Math.min(max, Math.max(min, mean));
}
