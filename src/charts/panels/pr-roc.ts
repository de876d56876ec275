import { areaUnderCurve, averagePrecision } from '../../series/curve-area.ts';
import { formatNumber, formatStep } from '../format-number.ts';
import { drawCurves, type UnitCurve } from './curves.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';
import { countWord } from './words.ts';

export interface RocSpec {
  type: 'roc';
  title: string;
  curves: UnitCurve[];
}

export interface PrSpec {
  type: 'pr';
  title: string;
  curves: UnitCurve[];
}

/** Draws ROC curves: true over false positive rate, with the line of guessing. */
export function drawRoc({ curves }: RocSpec, frame: PanelFrame): Panel {
  return drawCurves(curves, frame, { x: 'false positive rate', y: 'true positive rate', hasDiagonal: true });
}

/** Draws precision over recall. */
export function drawPr({ curves }: PrSpec, frame: PanelFrame): Panel {
  return drawCurves(curves, frame, { x: 'recall', y: 'precision', hasDiagonal: false });
}

/** Says the area under each ROC curve, worked out from its points, the largest first. */
export function describeRoc({ title, curves }: RocSpec): PanelText {
  return describeAreas(title, curves, { name: 'area under the curve', of: areaUnderCurve });
}

/** Says the average precision of each curve, worked out from its points, the largest first. */
export function describePr({ title, curves }: PrSpec): PanelText {
  return describeAreas(title, curves, { name: 'average precision', of: averagePrecision });
}

function describeAreas(
  title: string,
  curves: readonly UnitCurve[],
  { name, of }: { name: string; of: (points: UnitCurve['points']) => number },
): PanelText {
  const rows = curves.map((curve) => ({ curve, area: of(curve.points) })).sort((a, b) => b.area - a.area);
  const [best] = rows;
  const step = curves.length === 1 && curves[0]?.step !== undefined ? ` at step ${formatStep(curves[0].step)}` : '';
  const caption =
    best === undefined
      ? `${title}: no run logged this curve.`
      : curves.length === 1
        ? `${title}${step}: ${name} ${formatNumber(best.area)}, ${countWord(best.curve.points.length, 'point')}.`
        : `${title}, ${countWord(curves.length, 'run')}, largest ${name} ${formatNumber(best.area)} (${best.curve.label}).`;
  return {
    caption,
    columns: [name === 'average precision' ? 'Average precision' : 'Area under the curve', 'Step', 'Points'],
    rows: rows.map(({ curve, area }) => ({
      runId: curve.runId,
      cells: [formatNumber(area), curve.step === undefined ? '–' : formatStep(curve.step), String(curve.points.length)],
    })),
  };
}
