import { type BarSpec, describeBar, drawBar } from './bar.ts';
import { type BoxSpec, describeBox, drawBox } from './box.ts';
import { type CalibrationSpec, describeCalibration, drawCalibration } from './calibration.ts';
import { type ConfusionSpec, describeConfusion, drawConfusion } from './confusion.ts';
import { stillDots } from './density.ts';
import { describeHeatmap, drawHeatmap, type HeatmapSpec } from './heatmap.ts';
import {
  describeRunHistogram,
  describeStepHistogram,
  drawRunHistogram,
  drawStepHistogram,
  type RunHistogramSpec,
  type StepHistogramSpec,
} from './histogram.ts';
import { describeImportance, drawImportance, type ImportanceSpec } from './importance.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';
import { type PanelRun, readColumn } from './panel-data.ts';
import { describeParallel, drawParallel, type ParallelSpec, stillLines } from './parallel.ts';
import { describePr, describeRoc, drawPr, drawRoc, type PrSpec, type RocSpec } from './pr-roc.ts';
import { groupRuns, roomForRows } from './run-groups.ts';
import { describeScatter, drawScatter, type ScatterSpec } from './scatter.ts';
import { describeStepBins, drawStepBins, type StepBinsSpec } from './step-bins.ts';
import { describeStrip, drawStrip, type StripSpec } from './strip.ts';

/** A panel as plain data: what a page hands to its script. Panels over runs take the runs beside it, the others hold their data. */
export type PanelSpec =
  | ScatterSpec
  | BarSpec
  | BoxSpec
  | StripSpec
  | ParallelSpec
  | HeatmapSpec
  | ImportanceSpec
  | RunHistogramSpec
  | StepHistogramSpec
  | StepBinsSpec
  | ConfusionSpec
  | RocSpec
  | PrSpec
  | CalibrationSpec;

/** Draws a panel. In a still, panels of many runs hold fewer marks and say so in their caption. */
export function drawPanel(
  spec: PanelSpec,
  runs: readonly PanelRun[],
  frame: PanelFrame,
  { isStill = false }: { isStill?: boolean } = {},
): Panel {
  switch (spec.type) {
    case 'scatter':
      return isStill ? drawScatter(spec, runs, frame, stillDots) : drawScatter(spec, runs, frame);
    case 'parallel':
      return isStill ? drawParallel(spec, runs, frame, stillLines) : drawParallel(spec, runs, frame);
    case 'bar':
      return drawBar(spec, runs, frame);
    case 'box':
      return drawBox(spec, runs, frame);
    case 'strip':
      return isStill ? drawStrip(spec, runs, frame, stillDots) : drawStrip(spec, runs, frame);
    case 'heatmap':
      return drawHeatmap(spec, runs, frame);
    case 'histogram':
      return drawRunHistogram(spec, runs, frame);
    case 'importance':
      return drawImportance(spec, frame);
    case 'step-histogram':
      return drawStepHistogram(spec, frame);
    case 'step-bins':
      return drawStepBins(spec, frame);
    case 'confusion':
      return drawConfusion(spec, frame);
    case 'roc':
      return drawRoc(spec, frame);
    case 'pr':
      return drawPr(spec, frame);
    case 'calibration':
      return drawCalibration(spec, frame);
  }
}

/** Says what a panel shows, and gives it as a table. */
export function describePanel(
  spec: PanelSpec,
  runs: readonly PanelRun[],
  { heightPx }: { heightPx: number },
): PanelText {
  const room = roomForRows({ heightPx });
  switch (spec.type) {
    case 'scatter':
      return describeScatter(spec, runs);
    case 'parallel':
      return describeParallel(spec, runs, { room: stillLines });
    case 'bar':
      return describeBar(spec, runs, { room });
    case 'box':
      return describeBox(spec, runs, { room });
    case 'strip':
      return describeStrip(spec, runs, { room });
    case 'heatmap':
      return describeHeatmap(spec, runs);
    case 'histogram':
      return describeRunHistogram(spec, runs);
    case 'importance':
      return describeImportance(spec);
    case 'step-histogram':
      return describeStepHistogram(spec);
    case 'step-bins':
      return describeStepBins(spec);
    case 'confusion':
      return describeConfusion(spec);
    case 'roc':
      return describeRoc(spec);
    case 'pr':
      return describePr(spec);
    case 'calibration':
      return describeCalibration(spec);
  }
}

/** True for panels that are drawn from an experiment's runs, and so follow what is picked among them. */
export function isOverRuns(spec: PanelSpec): boolean {
  return ['scatter', 'bar', 'box', 'strip', 'parallel', 'heatmap', 'histogram'].includes(spec.type);
}

/** Heights of a panel's box; the stylesheet has a class of each name. */
export const panelHeights = { low: 240, middle: 340, high: 460 } as const;
export type PanelHeight = keyof typeof panelHeights;

/** The height that suits a panel: more for many rows, for square drawings and for cells. */
export function panelHeight(spec: PanelSpec, runs: readonly PanelRun[]): PanelHeight {
  const byRows = (rows: number): PanelHeight => (rows > 18 ? 'high' : rows > 10 ? 'middle' : 'low');
  const groups = (field: Parameters<typeof readColumn>[0]) => groupRuns(readColumn(field, runs)).length;
  switch (spec.type) {
    case 'bar':
      return byRows(spec.x === undefined ? runs.length : groups(spec.x));
    case 'box':
    case 'strip':
      return byRows(groups(spec.x) * 1.6);
    case 'heatmap':
      return byRows(groups(spec.y) * 2);
    case 'importance':
      return byRows(spec.rows.length * 1.5);
    case 'confusion':
      return spec.matrix.classes.length > 12 ? 'high' : 'middle';
    case 'roc':
    case 'pr':
    case 'calibration':
    case 'parallel':
      return 'middle';
    default:
      return 'low';
  }
}
