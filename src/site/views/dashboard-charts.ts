import type { ChartLine } from '../../charts/choose-lines.ts';
import { describeDrawing, describeFacts } from '../../charts/describe-chart.ts';
import { type ChartNote, describeNotes } from '../../charts/note-marks.ts';
import type { Series } from '../../series/series.ts';
import { goalOf } from '../../store/metric-goal.ts';
import { chartNotes } from './chart-notes.ts';
import type { Dashboard } from './dashboard.ts';
import { metricLabel } from './metric-groups.ts';
import { bestFigure } from './metric-values.ts';

/** A chart of one metric over an experiment's runs. */
export interface DashboardChart {
  metric: string;
  label: string;
  unit: string | undefined;
  goal: 'min' | 'max' | undefined;
  lines: ChartLine[];
  notes: ChartNote[];
  /** What is true of the metric, then of the picture as it was built. */
  caption: string;
  drawing: string;
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
  const notes = chartNotes(experiment, metric, withMetric);
  const facts = {
    metric: label,
    ...(settings?.unit === undefined ? {} : { unit: settings.unit }),
    ...(goal === undefined ? {} : { goal }),
    ...(best === undefined ? {} : { best }),
    nonFinite: withMetric.reduce((sum, run) => sum + (run.metrics.get(metric)?.nonFinite ?? 0), 0),
    runsInAll: runs.length,
    ...(ranking === undefined ? {} : { chosenBy: metricLabel(experiment, ranking) }),
  };
  const caption = [describeFacts(lines, facts), describeNotes(notes)].filter(Boolean).join(' ');
  return { metric, label, unit: settings?.unit, goal, lines, notes, caption, drawing: describeDrawing(lines, facts) };
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
