import type { ChartGoal, ChartLine, LineChart } from '../charts/line-chart.ts';
import { drawLineChart } from '../charts/line-chart.ts';
import { assignRunColours, type RunColour } from '../charts/run-colour.ts';
import { decodeMetricSeries } from '../payload/metric-series.ts';
import { decodeRunSeries } from '../payload/run-series.ts';
import { ChartPointer } from './chart-pointer.ts';
import { showLegend } from './legend.ts';

/** What a live chart shows. */
export interface ChartView {
  lines: ChartLine[];
  /** Name for people and for assistive technology. */
  label: string;
  goal?: ChartGoal;
  unit?: string;
  stepLabel?: string;
  keep?: readonly string[] | undefined;
  colours?: ReadonlyMap<string, RunColour> | undefined;
  /** False where a legend of the page names the lines. */
  isNamed?: boolean;
  /** A list to name the lines in when they are too many for their ends. */
  legend?: HTMLElement | undefined;
}

/** A chart that lives in a box until it is destroyed. */
export interface MountedChart {
  update: (view: ChartView) => void;
  destroy: () => void;
}

/**
 * Reads the lines of a metric out of a data file of either kind, as the attributes of a `<runfolio-chart>` ask for.
 * `drawnRuns` are the runs that the legend of the page shows: they are drawn singly, in the colours it gives them.
 * Undefined when the file holds none. Throws when the text is no such file.
 */
export function readView(text: string, wanted: DOMStringMap, drawnRuns?: readonly string[]): ChartView | undefined {
  const metric = wanted.metric ?? '';
  const runIds = wanted.runs === undefined ? undefined : new Set(JSON.parse(wanted.runs) as string[]);
  const lines = readLines(text, metric, wanted.runLabel).filter(
    ({ runId }) => runIds === undefined || runIds.has(runId),
  );
  if (lines.length === 0) return undefined;
  return {
    lines,
    label: wanted.label ?? metric,
    goal: wanted.goal === 'min' || wanted.goal === 'max' ? wanted.goal : undefined,
    unit: wanted.unit,
    stepLabel: wanted.stepLabel,
    keep: drawnRuns,
    colours: drawnRuns && assignRunColours(drawnRuns),
    isNamed: drawnRuns === undefined,
  };
}

function readLines(text: string, metric: string, runLabel: string | undefined): ChartLine[] {
  if (text.startsWith('{"kind":"metric-series"')) return decodeMetricSeries(text).runs;
  const { runId, metrics, system } = decodeRunSeries(text);
  const series = metrics.get(metric) ?? system.get(metric);
  const label = runLabel ?? runId.slice(runId.lastIndexOf('/') + 1);
  return series === undefined ? [] : [{ runId, label, series }];
}

/** Draws a chart at the width of its box, again whenever that changes, with a pointer and keys that read its values out. */
export function mountChart(box: HTMLElement, first: ChartView): MountedChart {
  let view = first;
  let zoom: [number, number] | undefined;
  let frame = 0;
  let chart: LineChart | undefined;
  let drawnWidthPx = 0;

  const draw = () => {
    frame = 0;
    const widthPx = Math.floor(box.clientWidth);
    const heightPx = Math.floor(box.clientHeight);
    if (widthPx < 40 || heightPx < 40) return;
    drawnWidthPx = widthPx;
    const { lines, goal, stepLabel, keep, colours, isNamed } = view;
    chart = drawLineChart(lines, { document, widthPx, heightPx, goal, stepLabel, keep, colours, isNamed, zoom });
    chart.svg.setAttribute('aria-hidden', 'true');
    pointer.show(chart, view, zoom !== undefined);
    if (view.legend !== undefined) showLegend(view.legend, chart);
  };
  const redraw = () => {
    if (frame === 0) frame = requestAnimationFrame(draw);
  };
  const pointer = new ChartPointer(box, {
    onZoom: (range) => {
      zoom = range;
      redraw();
    },
  });
  const resizes = new ResizeObserver(() => {
    if (Math.floor(box.clientWidth) !== drawnWidthPx) redraw();
  });
  resizes.observe(box);
  draw();

  return {
    update: (next) => {
      view = next;
      redraw();
    },
    destroy: () => {
      cancelAnimationFrame(frame);
      resizes.disconnect();
      pointer.destroy();
      box.replaceChildren();
    },
  };
}
