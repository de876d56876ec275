import type { Goal, MetricSettings, SummaryRule } from '../../format/experiment-settings.ts';
import type { MetricSummary } from '../../series/metric-summary.ts';
import { bestOf, rankValue, summaryValue } from '../../series/summary-value.ts';

/** One figure of a metric, with the step it stood at (undefined for a mean) and the rule that chose it. */
export interface MetricFigure {
  value: number;
  step: number | undefined;
  rule: SummaryRule;
}

/**
 * Gives the value that stands for a metric: the declared rule's, else the last one written. Where the rule finds no
 * finite value, the last one stands.
 */
export function summaryFigure(summary: MetricSummary, rule: SummaryRule = 'last', goal?: Goal): MetricFigure {
  const value = summaryValue(summary, rule, goal);
  if (value === undefined || (rule === 'best' && goal === undefined)) return lastFigure(summary);
  return { value, step: stepOf(summary, rule, goal), rule };
}

/** Gives the best finite value by the metric's goal, or undefined without a goal or a finite value. */
export function bestFigure(summary: MetricSummary, goal: Goal | undefined): MetricFigure | undefined {
  const best = bestOf(summary, goal);
  return best === undefined ? undefined : { ...best, rule: 'best' };
}

/** Gives the value that a run is ranked by: the declared rule's, else its best finite value; undefined when not finite. */
export function rankedFigure(
  summary: MetricSummary,
  settings: MetricSettings | undefined,
  goal: Goal | undefined,
): MetricFigure | undefined {
  const value = rankValue(summary, settings?.summary, goal);
  const rule = settings?.summary ?? 'best';
  return value === undefined ? undefined : { value, step: stepOf(summary, rule, goal), rule };
}

/** Where the log holds a figure, by `packPlace`; undefined for a mean, the last finite value and a metric that was worked out. */
export function placeOfFigure(
  summary: MetricSummary,
  figure: MetricFigure,
  goal: Goal | undefined,
): number | undefined {
  const { places } = summary;
  switch (figure.rule) {
    case 'last':
      return places?.last;
    case 'min':
    case 'max':
      return places?.[figure.rule];
    case 'best':
      return goal === undefined ? places?.last : places?.[goal];
    case 'mean':
    case 'last_finite':
      return undefined;
  }
}

/** The rule behind a ranking in words, as it is printed beside it. */
export function rankingRule(metric: string, goal: Goal, settings: MetricSettings | undefined): string {
  return `${goal === 'min' ? 'lowest' : 'highest'} first, by the ${rankedWords(goal, settings)} of ${metric} in each run`;
}

/** Which value of a run is ranked, in words: `lowest value`, `last value`. */
export function rankedWords(goal: Goal | undefined, settings: MetricSettings | undefined): string {
  const order = goal === undefined ? 'best' : goal === 'min' ? 'lowest' : 'highest';
  const words: Record<SummaryRule, string> = {
    last: 'last value',
    best: `${order} value`,
    min: 'lowest value',
    max: 'highest value',
    mean: 'mean',
    last_finite: 'last finite value',
  };
  return words[settings?.summary ?? 'best'];
}

function lastFigure(summary: MetricSummary): MetricFigure {
  return { value: summary.last, step: summary.lastStep, rule: 'last' };
}

function stepOf(summary: MetricSummary, rule: SummaryRule, goal: Goal | undefined): number | undefined {
  switch (rule) {
    case 'last':
      return summary.lastStep;
    case 'min':
      return summary.minStep;
    case 'max':
      return summary.maxStep;
    case 'best':
      return goal === undefined ? summary.lastStep : bestOf(summary, goal)?.step;
    case 'mean':
    case 'last_finite':
      return undefined;
  }
}
