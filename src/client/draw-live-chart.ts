import type { YScaleKind } from '../charts/chart-scale.ts';
import type { ChartGoal, ChartLine, LineChart, XKind } from '../charts/line-chart.ts';
import { drawLineChart, redrawSmooth } from '../charts/line-chart.ts';
import type { ChartNote } from '../charts/note-marks.ts';
import type { RunColour } from '../charts/run-colour.ts';
import { ChartPointer } from './chart-pointer.ts';
import type { Range } from './zoom-text.ts';

/** What a live chart shows. */
export interface ChartView {
  lines: ChartLine[];
  /** Name for people and for assistive technology. */
  label: string;
  goal?: ChartGoal;
  unit?: string | undefined;
  /** The word for x; charts with the same one share their cross-hair. */
  stepLabel?: string;
  xKind?: XKind;
  keep?: readonly string[] | undefined;
  strong?: ReadonlySet<string> | undefined;
  singleLimit?: number;
  colours?: ReadonlyMap<string, RunColour> | undefined;
  /** False where a legend names the lines. */
  isNamed?: boolean;
  yScale?: YScaleKind | undefined;
  isWithoutOutliers?: boolean;
  hasSuperseded?: boolean;
  zoom?: Range | undefined;
  notes?: readonly ChartNote[];
}

/** A chart that lives in a box until it is destroyed. */
export interface MountedChart {
  /** What is drawn by now; undefined before the box has a size. */
  readonly chart: LineChart | undefined;
  readonly view: ChartView;
  update: (view: ChartView) => void;
  /** Rewrites smoothed lines under axes that stay; in the order of `chart.singles`. */
  resmooth: (smoothed: readonly ChartLine['smoothed'][]) => void;
  /** Fades all lines but one, or none. */
  highlight: (runId: string | undefined) => void;
  destroy: () => void;
}

export interface ChartHandlers {
  onZoom: (range: Range | undefined, options?: { isPassing?: boolean }) => void;
  onDrawn?: (chart: LineChart) => void;
}

/** Charts of the page, for what the legends point at. */
const mountedCharts = new Set<MountedChart>();

/** Fades all lines but those of one run (or group) in every chart of the page; undefined ends that. */
export function highlightRun(runId: string | undefined): void {
  for (const chart of mountedCharts) chart.highlight(runId);
}

/** The widest range that the charts over an x of this name show by now; undefined where there is none. */
export function shownRange(stepLabel: string): Range | undefined {
  let range: Range | undefined;
  for (const { chart, view } of mountedCharts) {
    if (chart === undefined || view.stepLabel !== stepLabel) continue;
    const [from, to] = chart.x.domain;
    range = range === undefined ? [from, to] : [Math.min(range[0], from), Math.max(range[1], to)];
  }
  return range;
}

/** Draws a chart at the width of its box, again whenever that changes, with a pointer and keys that read its values out. */
export function mountChart(box: HTMLElement, first: ChartView, { onZoom, onDrawn }: ChartHandlers): MountedChart {
  let view = first;
  let frame = 0;
  let chart: LineChart | undefined;
  let drawnSize = '';

  const sizeOf = () => `${Math.floor(box.clientWidth)}×${Math.floor(box.clientHeight)}`;
  const draw = () => {
    cancelAnimationFrame(frame);
    frame = 0;
    const widthPx = Math.floor(box.clientWidth);
    const heightPx = Math.floor(box.clientHeight);
    if (widthPx < 40 || heightPx < 40) return;
    drawnSize = sizeOf();
    const { keep = [], colours, ...rest } = view;
    const options = { ...rest, keep, document, widthPx, heightPx };
    chart = drawLineChart(view.lines, colours === undefined ? options : { ...options, colours });
    chart.svg.setAttribute('aria-hidden', 'true');
    pointer.show(chart, view);
    onDrawn?.(chart);
  };
  const pointer = new ChartPointer(box, { onZoom });
  const resizes = new ResizeObserver(() => {
    if (sizeOf() !== drawnSize && frame === 0) frame = requestAnimationFrame(draw);
  });

  const mounted: MountedChart = {
    get chart() {
      return chart;
    },
    get view() {
      return view;
    },
    update: (next) => {
      view = next;
      draw();
    },
    resmooth: (smoothed) => {
      if (chart === undefined) return;
      for (const [place, { line }] of chart.singles.entries()) line.smoothed = smoothed[place] ?? line.smoothed;
      redrawSmooth(chart, smoothed, { zoom: view.zoom });
    },
    highlight: (runId) => {
      const marks = chart?.svg.querySelectorAll('.rf-line') ?? [];
      for (const [place, mark] of [...marks].entries()) {
        const isIt = chart?.singles[place]?.line.runId === runId;
        mark.classList.toggle('rf-faded', runId !== undefined && !isIt);
        mark.classList.toggle('rf-lit', runId !== undefined && isIt);
      }
    },
    destroy: () => {
      cancelAnimationFrame(frame);
      resizes.disconnect();
      pointer.destroy();
      mountedCharts.delete(mounted);
      box.replaceChildren();
    },
  };
  mountedCharts.add(mounted);
  draw();
  resizes.observe(box);
  return mounted;
}
