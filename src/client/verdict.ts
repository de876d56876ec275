import { formatNumber } from '../charts/format-number.ts';
import type { PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import type { MetricSummary } from '../series/metric-summary.ts';
import { rankValue, summaryValue } from '../series/summary-value.ts';
import { summaryWords } from '../series/summary-words.ts';

/** One metric held against all runs. */
export interface VerdictRow {
  metric: PayloadMetric;
  /** Which value stands for it, in a word. */
  rule: string;
  cells: VerdictCell[];
}

export interface VerdictCell {
  /** Undefined when the run has no such metric. */
  value: number | undefined;
  isBest: boolean;
  /** `-0.012 (-1.3 %), better`; empty for the baseline itself and where nothing can be said. */
  delta: string;
  isBetter: boolean | undefined;
}

/** The value that stands for a metric of a run, as in tables and the terminal: the one it is ranked by, else the last. */
export function standingValue(
  summary: MetricSummary | undefined,
  { summary: rule, goal }: Pick<PayloadMetric, 'summary' | 'goal'>,
): number | undefined {
  return summary && (rankValue(summary, rule, goal) ?? summaryValue(summary, rule, goal) ?? summary.last);
}

/** True for a run whose value may be called best: a run that failed half-way shows its value, no more. */
export function isRankable({ archived, state, diverged }: PayloadRun): boolean {
  return !archived && state !== 'failed' && state !== 'killed' && diverged === undefined;
}

/**
 * Metrics of the runs as rows: those ranked by first, then declared ones, then the rest by how many runs have them and by name.
 */
export function metricsOf(runs: readonly PayloadRun[], declared: ReadonlyMap<string, PayloadMetric>): PayloadMetric[] {
  const counts = new Map<string, number>();
  for (const run of runs) for (const name of run.metrics.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const order = [...declared.keys()];
  const rank = (metric: PayloadMetric) => {
    const place = order.indexOf(metric.name);
    return metric.primary === true ? -1 : place < 0 || metric.goal === undefined ? order.length : place;
  };
  return [...counts.keys()]
    .map((name): PayloadMetric => declared.get(name) ?? { name })
    .sort(
      (a, b) =>
        rank(a) - rank(b) || (counts.get(b.name) ?? 0) - (counts.get(a.name) ?? 0) || (a.name < b.name ? -1 : 1),
    );
}

/**
 * Works out who is best at each metric and how far each run is from the baseline. Best is every run with the best value among those
 * that neither failed nor diverged.
 */
export function verdict(
  runs: readonly PayloadRun[],
  metrics: readonly PayloadMetric[],
  baselineId: string | undefined,
): VerdictRow[] {
  const baseline = runs.find(({ id }) => id === baselineId);
  return metrics.map((metric) => {
    const values = runs.map((run) => standingValue(run.metrics.get(metric.name), metric));
    const ranked = values.map((value, i) => (runs[i] !== undefined && isRankable(runs[i]) ? value : undefined));
    const best = runs.length > 1 ? bestOf(ranked, metric.goal) : undefined;
    const against = standingValue(baseline?.metrics.get(metric.name), metric);
    const cells = values.map((value, i): VerdictCell => {
      const isBaseline = runs[i]?.id === baselineId;
      return {
        value,
        isBest: best !== undefined && ranked[i] === best,
        ...difference(value, isBaseline ? undefined : against, metric),
      };
    });
    return { metric, rule: summaryWords(metric.summary, metric.goal), cells };
  });
}

function bestOf(values: readonly (number | undefined)[], goal: PayloadMetric['goal']): number | undefined {
  if (goal === undefined) return undefined;
  let best: number | undefined;
  for (const value of values) {
    if (value === undefined || !Number.isFinite(value)) continue;
    if (best === undefined || (goal === 'max' ? value > best : value < best)) best = value;
  }
  return best;
}

/** How far a value is from another, in sign, share and word: `-0.012 (-1.3 %), worse`. Empty where nothing can be said. */
export function difference(
  value: number | undefined,
  against: number | undefined,
  { goal }: Pick<PayloadMetric, 'goal'>,
) {
  const nothing = { delta: '', isBetter: undefined };
  if (value === undefined || against === undefined) return nothing;
  const by = value - against;
  if (!Number.isFinite(by)) return nothing;
  if (by === 0) return { delta: 'equal', isBetter: undefined };
  const share = percentText(by, against);
  const sign = `${by > 0 ? '+' : ''}${formatNumber(by)}${share === '' ? '' : ` (${share})`}`;
  if (goal === undefined) return { delta: `${sign}, ${by > 0 ? 'higher' : 'lower'}`, isBetter: undefined };
  const isBetter = goal === 'max' ? by > 0 : by < 0;
  return { delta: `${sign}, ${isBetter ? 'better' : 'worse'}`, isBetter };
}

/** A difference as a share of what it is held against: `-3.2 %`; empty where that is 0. */
function percentText(by: number, against: number): string {
  const share = (100 * by) / Math.abs(against);
  if (!Number.isFinite(share)) return '';
  return `${share > 0 ? '+' : ''}${share.toFixed(Math.abs(share) < 10 ? 1 : 0)} %`;
}
