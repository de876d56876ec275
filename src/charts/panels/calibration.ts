import { calibrationError } from '../../series/curve-area.ts';
import { formatNumber, formatStep } from '../format-number.ts';
import { drawCurves, type UnitCurve } from './curves.ts';
import type { Panel, PanelFrame, PanelText } from './panel.ts';
import { countWord } from './words.ts';

export interface CalibrationSpec {
  type: 'calibration';
  title: string;
  curves: UnitCurve[];
}

/** Draws what was observed over what was predicted, bin by bin; on the diagonal a model is right about itself. */
export function drawCalibration({ curves }: CalibrationSpec, frame: PanelFrame): Panel {
  return drawCurves(curves, frame, { x: 'predicted', y: 'observed', hasDiagonal: true, hasDots: true });
}

/** Says the expected calibration error of each run whose bins are counted, the smallest first. */
export function describeCalibration({ title, curves }: CalibrationSpec): PanelText {
  const rows = curves
    .map((curve) => ({ curve, error: errorOf(curve), n: curve.counts?.reduce((sum, count) => sum + count, 0) }))
    .sort((a, b) => (a.error ?? 2) - (b.error ?? 2));
  const [best] = rows;
  const error = best?.error === undefined ? '' : formatNumber(best.error);
  const step = curves.length === 1 && curves[0]?.step !== undefined ? ` at step ${formatStep(curves[0].step)}` : '';
  const caption =
    best === undefined
      ? `${title}: no run logged this curve.`
      : curves.length === 1
        ? `${title}${step}: ${countWord(best.curve.points.length, 'bin')}${error === '' ? '' : `, expected calibration error ${error}`}${best.n === undefined ? '' : ` over ${countWord(best.n, 'value')}`}.`
        : `${title}, ${countWord(curves.length, 'run')}${error === '' ? '' : `, smallest expected calibration error ${error} (${best.curve.label})`}.`;
  return {
    caption: `${caption} On the diagonal what was predicted came true.`,
    columns: ['Expected calibration error', 'Step', 'Bins', 'Values'],
    rows: rows.map(({ curve, error: own, n }) => ({
      runId: curve.runId,
      cells: [
        own === undefined ? '–' : formatNumber(own),
        curve.step === undefined ? '–' : formatStep(curve.step),
        String(curve.points.length),
        n === undefined ? '–' : formatStep(n),
      ],
    })),
  };
}

function errorOf({ points, counts }: UnitCurve): number | undefined {
  if (counts === undefined) return undefined;
  return calibrationError(points.map(([predicted, observed], i) => ({ predicted, observed, count: counts[i] ?? 0 })));
}
