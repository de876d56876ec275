import type { Goal, MetricSettings, SummaryRule } from '../../format/experiment-settings.ts';
import type { MetricSummary } from '../../series/metric-summary.ts';

/** One figure of a metric, with the step it stood at (undefined for a mean) and the rule that chose it. */
export interface MetricFigure {
  value: number;
  step: number | undefined;
  rule: SummaryRule;
}

/** Gives the value that stands for a metric: the declared rule's, else the last one written. */
export function summaryFigure(summary: MetricSummary, rule: SummaryRule = 'last', goal?: Goal): MetricFigure {
  const chosen = figureByRule(summary, rule, goal);
  return chosen ?? { value: summary.last, step: summary.lastStep, rule: 'last' };
}

/** Gives the best finite value by the metric's goal, or undefined without a goal or a finite value. */
export function bestFigure(summary: MetricSummary, goal: Goal | undefined): MetricFigure | undefined {
  return goal === undefined ? undefined : figureByRule(summary, 'best', goal);
}

/** Gives the value that a run is ranked by: the declared rule's, else its best finite value; undefined when not finite. */
export function rankedFigure(
  summary: MetricSummary,
  settings: MetricSettings | undefined,
  goal: Goal | undefined,
): MetricFigure | undefined {
  const figure =
    settings?.summary === undefined ? bestFigure(summary, goal) : figureByRule(summary, settings.summary, goal);
  return figure !== undefined && Number.isFinite(figure.value) ? figure : undefined;
}

/** The rule behind a ranking in words, as it is printed beside it. */
export function rankingRule(metric: string, goal: Goal, settings: MetricSettings | undefined): string {
  const order = goal === 'min' ? 'lowest' : 'highest';
  const words: Record<SummaryRule, string> = {
    last: 'last value',
    best: `${order} value`,
    min: 'lowest value',
    max: 'highest value',
    mean: 'mean',
    last_finite: 'last finite value',
  };
  return `${order} first, by the ${words[settings?.summary ?? 'best']} of ${metric} in each run`;
}

function figureByRule(summary: MetricSummary, rule: SummaryRule, goal: Goal | undefined): MetricFigure | undefined {
  switch (rule) {
    case 'last':
      return { value: summary.last, step: summary.lastStep, rule };
    case 'min':
      return finiteFigure(summary.min, summary.minStep, rule);
    case 'max':
      return finiteFigure(summary.max, summary.maxStep, rule);
    case 'mean':
      return finiteFigure(summary.mean, undefined, rule);
    case 'last_finite':
      return finiteFigure(summary.lastFinite, undefined, rule);
    case 'best':
      if (goal === undefined) return undefined;
      return goal === 'min'
        ? finiteFigure(summary.min, summary.minStep, rule)
        : finiteFigure(summary.max, summary.maxStep, rule);
  }
}

function finiteFigure(
  value: number | undefined,
  step: number | undefined,
  rule: SummaryRule,
): MetricFigure | undefined {
  return value === undefined ? undefined : { value, step, rule };
}
