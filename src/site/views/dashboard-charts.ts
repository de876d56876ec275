import type { ChartLine } from '../../charts/choose-lines.ts';
import { describeChart } from '../../charts/describe-chart.ts';
import type { Series } from '../../series/series.ts';
import type { Dashboard } from './dashboard.ts';
import { goalOf } from './metric-goal.ts';
import { metricLabel } from './metric-groups.ts';
import { bestFigure } from './metric-values.ts';

/** A chart of one metric over an experiment's runs. */
export interface DashboardChart {
  metric: string;
  label: string;
  unit: string | undefined;
  goal: 'min' | 'max' | undefined;
  lines: ChartLine[];
  caption: string;
}

/**
 * Prepares the chart of `metric` from its overviews by run id. Every run is in it; past 20, those that `view.drawnRuns`
 * names are drawn singly over a band of the rest, and the caption says so.
 */
export function dashboardChart(
  view: Dashboard,
  metric: string,
  overviews: ReadonlyMap<string, Series>,
): DashboardChart {
  const { experiment, runs } = view;
  const settings = experiment.metricSettings.get(metric);
  const goal = goalOf(experiment, metric);
  const toLine = (run: { id: string; name: string }): ChartLine[] => {
    const series = overviews.get(run.id);
    return series === undefined ? [] : [{ runId: run.id, label: run.name, series }];
  };
  const lines = runs.flatMap(toLine);
  const withMetric = runs.filter((run) => run.metrics.has(metric));
  const label = settings?.label ?? metric;
  const best = bestOver(view, metric, goal);
  const ranking = view.best?.metric.name;
  const caption = describeChart(lines, {
    metric: label,
    ...(settings?.unit === undefined ? {} : { unit: settings.unit }),
    ...(goal === undefined ? {} : { goal }),
    ...(best === undefined ? {} : { best }),
    nonFinite: withMetric.reduce((sum, run) => sum + (run.metrics.get(metric)?.nonFinite ?? 0), 0),
    runsInAll: runs.length,
    ...(ranking === undefined ? {} : { chosenBy: metricLabel(experiment, ranking) }),
  });
  return { metric, label, unit: settings?.unit, goal, lines, caption };
}

function bestOver(view: Dashboard, metric: string, goal: 'min' | 'max' | undefined) {
  let best: { label: string; value: number; step: number | undefined } | undefined;
  for (const run of view.runs) {
    const summary = run.metrics.get(metric);
    const figure = summary && bestFigure(summary, goal);
    if (figure === undefined) continue;
    if (best === undefined || (goal === 'max' ? figure.value > best.value : figure.value < best.value)) {
      best = { label: run.name, value: figure.value, step: figure.step };
    }
  }
  return best;
}
