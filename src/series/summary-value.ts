import type { Goal, SummaryRule } from '../format/experiment-settings.ts';
import type { MetricSummary } from './metric-summary.ts';

/** The best finite value of a metric and the step where it first stood, or undefined without a goal or a finite value. */
export function bestOf(summary: MetricSummary, goal: Goal | undefined): { value: number; step: number } | undefined {
  if (goal === undefined) return undefined;
  const value = goal === 'min' ? summary.min : summary.max;
  const step = goal === 'min' ? summary.minStep : summary.maxStep;
  return value === undefined || step === undefined ? undefined : { value, step };
}

/**
 * Gives the one value that stands for a metric, by its declared rule; `last` when none is declared. `best` without a
 * goal is `last`. Undefined where the rule finds no finite value.
 */
export function summaryValue(summary: MetricSummary, rule: SummaryRule = 'last', goal?: Goal): number | undefined {
  switch (rule) {
    case 'last':
      return summary.last;
    case 'last_finite':
      return summary.lastFinite;
    case 'min':
      return summary.min;
    case 'max':
      return summary.max;
    case 'mean':
      return summary.mean;
    case 'best':
      return goal === undefined ? summary.last : bestOf(summary, goal)?.value;
  }
}

/** The value that a run is ranked by: the declared summary, else its best finite value. Never non-finite. */
export function rankValue(
  summary: MetricSummary,
  rule: SummaryRule | undefined,
  goal: Goal | undefined,
): number | undefined {
  const value = rule === undefined ? bestOf(summary, goal)?.value : summaryValue(summary, rule, goal);
  return value !== undefined && Number.isFinite(value) ? value : undefined;
}

/**
 * The value of a metric that a filter compares: the one that ranks, and the last one of a metric that nothing ranks by, which has
 * neither a goal nor a declared summary.
 */
export function comparedValue(
  summary: MetricSummary,
  rule: SummaryRule | undefined,
  goal: Goal | undefined,
): number | undefined {
  return rule === undefined && goal === undefined ? summary.last : rankValue(summary, rule, goal);
}

/** Orders values so that the better comes first; without a value comes last. */
export function compareByGoal(a: number | undefined, b: number | undefined, goal: Goal): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  return goal === 'min' ? a - b : b - a;
}
