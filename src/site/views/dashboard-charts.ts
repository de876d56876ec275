import type { ChartLine } from '../../charts/choose-lines.ts';
import { describeChart } from '../../charts/describe-chart.ts';
import type { Series } from '../../series/series.ts';
import type { Dashboard } from './dashboard.ts';
import { goalOf } from './metric-goal.ts';
import { bestFigure } from './metric-values.ts';

/** Runs up to which a build-time picture draws every run. */
const allLinesLimit = 20;

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
 * Prepares the chart of `metric` from its overviews by run id. Up to 20 runs are all drawn; of more, those that
 * `view.drawnRuns` names, and the caption says so.
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
  const all = runs.flatMap(toLine);
  const lines = all.length <= allLinesLimit ? all : view.drawnRuns.flatMap(toLine);
  const withMetric = runs.filter((run) => run.metrics.has(metric));
  const label = settings?.label ?? metric;
  const best = bestOver(view, metric, goal);
  const facts = describeChart(all, {
    metric: label,
    ...(settings?.unit === undefined ? {} : { unit: settings.unit }),
    ...(goal === undefined ? {} : { goal }),
    ...(best === undefined ? {} : { best }),
    nonFinite: withMetric.reduce((sum, run) => sum + (run.metrics.get(metric)?.nonFinite ?? 0), 0),
    runsInAll: runs.length,
    singleLimit: Number.POSITIVE_INFINITY,
  });
  const caption =
    lines.length === all.length
      ? facts
      : `${facts} The picture shows ${lines.length} of ${all.length} runs, best first.`;
  return { metric, label, unit: settings?.unit, goal, lines, caption };
}

function bestOver(view: Dashboard, metric: string, goal: 'min' | 'max' | undefined) {
  let best: { label: string; value: number; step: number | undefined } | undefined;
  for (const run of view.runs) {
    const summary = run.metrics.get(metric);
    const figure = summary && bestFigure(summary, goal ?? 'min');
    if (figure === undefined) continue;
    if (best === undefined || (goal === 'max' ? figure.value > best.value : figure.value < best.value)) {
      best = { label: run.name, value: figure.value, step: figure.step };
    }
  }
  return best;
}
