import type { ChartLine } from '../../../charts/choose-lines.ts';
import { aggregateSeries } from '../../../series/aggregate-series.ts';
import type { Series } from '../../../series/series.ts';
import type { SiteData } from '../../site-data.ts';
import type { Curves } from './curves.ts';

/** Reads the points behind the lines of a view: a run's own, or the mean of a group with its 95 % interval. */
export async function curveLines({ metric, lines, draws }: Curves, data: SiteData): Promise<ChartLine[]> {
  if (metric === undefined) return [];
  const experiments = new Set(lines.flatMap(({ runs }) => runs.map(({ run }) => run.experiment)));
  const series = new Map<string, Series>();
  for (const experiment of experiments)
    for (const [runId, own] of await data.readMetric(experiment, metric.name)) series.set(runId, own);
  const isNamedByRun = namesRuns({ lines, draws });
  return lines.flatMap(({ label, runs }): ChartLine[] => {
    const own = runs.flatMap(({ run }) => series.get(run.id) ?? []);
    const [first] = own;
    const run = runs[0]?.run;
    if (first === undefined || run === undefined) return [];
    if (draws === 'best') return [{ runId: run.id, label: isNamedByRun ? run.name : label, series: first }];
    const { steps, values, low, high } = aggregateSeries(own, { band: 'ci' });
    return [
      {
        runId: label,
        label,
        series: { steps, values, superseded: [], total: steps.length, reduced: own.some(({ reduced }) => reduced) },
        n: own.length,
        band: { steps, low, high },
        ...(own.length === 2 ? { members: own } : {}),
      },
    ];
  });
}

/** True where the lines are runs of one experiment: script can load them, and they bear the runs' names. */
export function namesRuns({ lines, draws }: Pick<Curves, 'lines' | 'draws'>): boolean {
  return draws === 'best' && new Set(lines.map(({ runs: [first] }) => first?.run.experiment)).size === 1;
}
