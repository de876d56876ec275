import { buildPaperTable, type PaperTable } from '../../../exporters/paper-table.ts';
import { meanOf } from '../../../series/describe-sample.ts';
import { compareByGoal } from '../../../series/summary-value.ts';
import type { RunEntry } from '../../../store/run-entry.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import type { SeedRuns } from './seed-runs.ts';
import { type GroupKey, groupKeys, paperGroup, valuesOf, viewGroups } from './view-groups.ts';
import { metricValueOf, type ViewMetric, viewMetrics } from './view-metrics.ts';

/** A line of the picture: the best run of a group, or all that are averaged. */
export interface CurveLine {
  /** The group in words. */
  label: string;
  runs: RunEntry[];
}

/** What a view of curves shows. */
export interface Curves {
  metric: ViewMetric | undefined;
  lines: CurveLine[];
  draws: 'best' | 'mean';
  keys: GroupKey[];
  /** The groups behind the lines, those with runs that count. */
  groups: SeedRuns[];
  paper: PaperTable;
  leftOut: number;
  empty: SeedRuns[];
  cut: number;
}

/** Works out whose learning curves a view draws, and what the groups came to; best group first where there is a goal. */
export function curves(view: ViewPage): Curves {
  const { settings, runs } = view;
  const metrics = viewMetrics(view);
  const [metric] = metrics;
  const keys = groupKeys(settings.group_by, runs);
  const { groups, empty, leftOut } = viewGroups(runs, keys);
  const withMetric = groups.filter((group) => metric !== undefined && valuesOf(group.runs, metric).length > 0);
  const goal = metric?.goal;
  const sorted =
    metric === undefined || goal === undefined
      ? withMetric
      : [...withMetric].sort((a, b) => compareByGoal(finiteMean(a, metric), finiteMean(b, metric), goal));
  const kept = sorted.slice(0, settings.limit);
  const draws = settings.lines ?? 'best';
  const lines = kept.map((group): CurveLine => {
    const own = group.runs.filter(({ run }) => metric !== undefined && run.metrics.has(metric.name));
    const label =
      keys.length === 0 ? 'all runs' : group.labels.map((text, i) => labelOf(keys[i], text, keys)).join(', ');
    return { label, runs: draws === 'best' && metric !== undefined ? bestRun(own, metric) : own };
  });
  const paper = buildPaperTable(
    kept.map((group) => paperGroup(group, metrics)),
    metrics,
    {
      heads: keys.map(({ head }) => head),
      leftOut: empty.reduce((sum, group) => sum + group.leftOut.length, 0),
    },
  );
  return { metric, lines, draws, keys, groups: kept, paper, leftOut, empty, cut: sorted.length - kept.length };
}

function finiteMean(group: SeedRuns, metric: ViewMetric): number | undefined {
  return meanOf(valuesOf(group.runs, metric).filter(Number.isFinite));
}

/** The best run by the goal; the first without one. */
function bestRun(runs: readonly RunEntry[], metric: ViewMetric): RunEntry[] {
  const { goal } = metric;
  if (goal === undefined) return runs.slice(0, 1);
  return [...runs].sort((a, b) => compareByGoal(metricValueOf(a, metric), metricValueOf(b, metric), goal)).slice(0, 1);
}

/** One key alone says its last part: `width 64`; several are told apart by their values. */
function labelOf(key: GroupKey | undefined, text: string | undefined, keys: readonly GroupKey[]): string {
  const value = text ?? 'none';
  if (keys.length > 1 || key === undefined) return value;
  return Number.isNaN(Number(value)) ? value : `${key.head.split(/[./]/).at(-1) ?? key.head} ${value}`;
}
