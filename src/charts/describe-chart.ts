import type { ChartGoal, ChartLine } from './choose-lines.ts';
import { bestPoint, singleLineLimit } from './choose-lines.ts';
import { formatNumber, formatStep } from './format-number.ts';
import { chooseYView } from './y-view.ts';

/** Facts about the whole metric that reduced lines cannot tell any more. */
export interface ChartFacts {
  /** Name or label of the metric. */
  metric: string;
  unit?: string;
  goal?: ChartGoal;
  /** The word for x: `step` by default. */
  stepLabel?: string;
  /** Best value from every point ever written; by default the best of the lines as they are. */
  best?: { label: string; value: number; step: number | undefined };
  /** Non-finite values over all runs; counted in the lines by default, which is too few once they are reduced. */
  nonFinite?: number;
  /** Runs of the experiment, when some of them have no such metric. */
  runsInAll?: number;
  /** Runs that a chart draws singly; 20 by default. */
  singleLimit?: number;
}

/**
 * Gives the sentences under a chart: "val/loss, 12 runs, lowest 0.213 by run-07 at step 9,000." then, where true, how many
 * values were not finite, what was left out by reduction, that lines past 20 are a band, and which runs have no such metric.
 */
export function describeChart(lines: readonly ChartLine[], facts: ChartFacts): string {
  return [headline(lines, facts), ...remarks(lines, facts)].join(' ');
}

function headline(lines: readonly ChartLine[], facts: ChartFacts): string {
  const { metric, unit, goal, stepLabel = 'step' } = facts;
  const runs = `${formatStep(lines.length)} ${lines.length === 1 ? 'run' : 'runs'}`;
  const best = facts.best ?? bestOf(lines, goal);
  if (best === undefined) return `${metric}, ${runs}, no finite value.`;
  const value = `${formatNumber(best.value)}${unit === undefined ? '' : ` ${unit}`}`;
  const place = best.step === undefined ? '' : ` at ${stepLabel} ${formatStep(best.step)}`;
  const by = lines.length === 1 ? '' : ` by ${best.label}`;
  return `${metric}, ${runs}, ${goal === 'max' ? 'highest' : 'lowest'} ${value}${by}${place}.`;
}

function bestOf(lines: readonly ChartLine[], goal: ChartGoal) {
  let best: { label: string; value: number; step: number } | undefined;
  for (const { label, series } of lines) {
    const point = bestPoint(series, goal);
    if (point === undefined) continue;
    if (best === undefined || (goal === 'max' ? point.value > best.value : point.value < best.value)) {
      best = { label, ...point };
    }
  }
  return best;
}

function remarks(lines: readonly ChartLine[], facts: ChartFacts): string[] {
  const { metric, goal, runsInAll, singleLimit = singleLineLimit } = facts;
  const found: string[] = [];
  const odd = oddCounts(lines);
  if (facts.nonFinite !== undefined && facts.nonFinite > 0) {
    found.push(`${plural(facts.nonFinite, 'value')} not finite (NaN or infinite), marked at the edge.`);
  } else if (facts.nonFinite === undefined) {
    const words = [
      odd.nan > 0 ? `${formatStep(odd.nan)} NaN` : '',
      odd.high > 0 ? `${formatStep(odd.high)} +inf` : '',
      odd.low > 0 ? `${formatStep(odd.low)} -inf` : '',
    ].filter((word) => word !== '');
    if (words.length > 0) found.push(`${words.join(', ')} marked at the edge.`);
  }
  const view = chooseYView(lines);
  if (view.outside > 0) {
    found.push(`${plural(view.outside, 'point')} outside the picture, drawn on its edge.`);
  }
  if (view.scale === 'log') found.push('Log scale.');
  if (lines.length > singleLimit) {
    const rule = goal === undefined ? 'the first' : `best by ${metric}`;
    found.push(`${singleLimit} of ${formatStep(lines.length)} drawn singly (${rule}), the rest as a band.`);
  }
  const total = sum(lines.map(({ series }) => series.total));
  const drawn = sum(
    lines.map(({ series }) => series.steps.length + sum(series.superseded.map((branch) => branch.steps.length))),
  );
  if (lines.some(({ series }) => series.reduced) && drawn < total) {
    found.push(`${formatStep(drawn)} of ${formatStep(total)} points drawn, every peak kept.`);
  }
  const resumed = lines.filter(({ series }) => series.superseded.length > 0).length;
  if (resumed > 0) found.push(`${plural(resumed, 'run')} wrote steps again; earlier values are faint.`);
  if (runsInAll !== undefined && runsInAll > lines.length) {
    const missing = runsInAll - lines.length;
    found.push(
      `${formatStep(missing)} of ${formatStep(runsInAll)} runs ${missing === 1 ? 'has' : 'have'} no ${metric}.`,
    );
  }
  return found;
}

function oddCounts(lines: readonly ChartLine[]): { nan: number; high: number; low: number } {
  const counts = { nan: 0, high: 0, low: 0 };
  for (const { series } of lines) {
    for (const value of series.values) {
      if (Number.isNaN(value)) counts.nan++;
      else if (value === Number.POSITIVE_INFINITY) counts.high++;
      else if (value === Number.NEGATIVE_INFINITY) counts.low++;
    }
  }
  return counts;
}

function plural(count: number, noun: string): string {
  return `${formatStep(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
