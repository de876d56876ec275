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
  /** What the lines drawn singly were chosen by, where it is not this metric. */
  chosenBy?: string;
  /** Runs that a chart draws singly; 20 by default. */
  singleLimit?: number;
}

/**
 * Gives the sentences under a chart: "val/loss, 12 runs, lowest 0.213 by run-07 at step 9,000." then, where true, how many
 * values were not finite, which runs have no such metric, what was left out by reduction, and that lines past 20 are a band.
 * A single run is not counted, and where nobody said which way is better the range stands in place of the best.
 */
export function describeChart(lines: readonly ChartLine[], facts: ChartFacts): string {
  return [describeFacts(lines, facts), describeDrawing(lines, facts)].filter(Boolean).join(' ');
}

/** The sentences of `describeChart` that are true however the lines are drawn. */
export function describeFacts(lines: readonly ChartLine[], facts: ChartFacts): string {
  return [headline(lines, facts), ...factRemarks(lines, facts)].join(' ');
}

/** The sentences of `describeChart` on the picture as it is drawn when nobody chose anything; may be empty. */
export function describeDrawing(lines: readonly ChartLine[], facts: ChartFacts): string {
  return drawingRemarks(lines, facts).join(' ');
}

function headline(lines: readonly ChartLine[], facts: ChartFacts): string {
  const { metric, unit, goal, stepLabel = 'step' } = facts;
  const name = lines.length === 1 ? metric : `${metric}, ${formatStep(lines.length)} runs`;
  const withUnit = (value: number) => `${formatNumber(value)}${unit === undefined ? '' : ` ${unit}`}`;
  if (goal === undefined) {
    const low = bestOf(lines, 'min')?.value;
    const high = bestOf(lines, 'max')?.value;
    if (low === undefined || high === undefined) return `${name}, no finite value.`;
    return low === high ? `${name}, constant ${withUnit(low)}.` : `${name}, ${formatNumber(low)} to ${withUnit(high)}.`;
  }
  const best = facts.best ?? bestOf(lines, goal);
  if (best === undefined) return `${name}, no finite value.`;
  const place = best.step === undefined ? '' : ` at ${stepLabel} ${formatStep(best.step)}`;
  const by = lines.length === 1 ? '' : ` by ${best.label}`;
  return `${name}, ${goal === 'max' ? 'highest' : 'lowest'} ${withUnit(best.value)}${by}${place}.`;
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

function factRemarks(lines: readonly ChartLine[], facts: ChartFacts): string[] {
  const { metric, runsInAll } = facts;
  const found: string[] = [];
  const odd = oddCounts(lines);
  if (facts.nonFinite !== undefined && facts.nonFinite > 0) {
    found.push(`${formatStep(facts.nonFinite)} not finite, marked at the edge.`);
  } else if (facts.nonFinite === undefined) {
    const words = [
      odd.nan > 0 ? `${formatStep(odd.nan)} NaN` : '',
      odd.high > 0 ? `${formatStep(odd.high)} +inf` : '',
      odd.low > 0 ? `${formatStep(odd.low)} -inf` : '',
    ].filter((word) => word !== '');
    if (words.length > 0) found.push(`${words.join(', ')} marked at the edge.`);
  }
  const resumed = lines.filter(({ series }) => series.superseded.length > 0).length;
  if (resumed > 0) {
    found.push(
      `${lines.length === 1 ? '' : `${plural(resumed, 'run')} wrote steps again. `}Superseded values are faint.`,
    );
  }
  if (runsInAll !== undefined && runsInAll > lines.length) {
    const missing = runsInAll - lines.length;
    found.push(
      `${formatStep(missing)} of ${formatStep(runsInAll)} runs ${missing === 1 ? 'has' : 'have'} no ${metric}.`,
    );
  }
  return found;
}

function drawingRemarks(lines: readonly ChartLine[], facts: ChartFacts): string[] {
  const { metric, goal, chosenBy, singleLimit = singleLineLimit } = facts;
  const found: string[] = [];
  const view = chooseYView(lines);
  if (view.outside > 0) {
    found.push(`${plural(view.outside, 'point')} beyond the axis, drawn on its edge.`);
  }
  if (view.scale === 'log') found.push('Log scale.');
  if (lines.length > singleLimit) {
    const rule =
      chosenBy !== undefined ? `best by ${chosenBy}` : goal === undefined ? 'the first' : `best by ${metric}`;
    found.push(`${singleLimit} of ${formatStep(lines.length)} drawn singly (${rule}), the rest as a band.`);
  }
  const total = sum(lines.map(({ series }) => series.total));
  const drawn = sum(
    lines.map(({ series }) => series.steps.length + sum(series.superseded.map((branch) => branch.steps.length))),
  );
  if (lines.some(({ series }) => series.reduced) && drawn < total) {
    found.push(`${formatStep(drawn)} of ${formatStep(total)} points drawn, every peak kept.`);
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
