/** What stands for one metric of one run. Every figure is over every value written, in file order. */
export interface MetricSummary {
  /** The last value written; NaN or ±Infinity if that is what it was. */
  last: number;
  lastStep: number;
  /** The last finite value, or undefined when there was none. */
  lastFinite: number | undefined;
  /** Least finite value, the first of equals; undefined when there was none. So for `max`. */
  min: number | undefined;
  minStep: number | undefined;
  max: number | undefined;
  maxStep: number | undefined;
  /** Mean of the finite values. */
  mean: number | undefined;
  /** Every value, superseded and non-finite ones too. */
  count: number;
  nonFinite: number;
  /** The step of the first non-finite value. */
  firstNonFiniteStep: number | undefined;
  /** How often the step was less than the one before it, as after a resume from a checkpoint. */
  stepsBack: number;
  /** How often the step was the same as the one before it. */
  stepsRepeated: number;
  first: number;
  firstStep: number;
  /** Where its figures were written; undefined where no line of a log holds them, as for a metric worked out from others. */
  places?: SummaryPlaces | undefined;
}

/** Lines of the log that hold the figures of a metric, each as `packPlace` writes it; 0 where there is none. */
export interface SummaryPlaces {
  last: number;
  min: number;
  max: number;
  firstNonFinite: number;
}
