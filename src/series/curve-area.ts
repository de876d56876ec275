/** A point of a curve through the unit square. */
export type CurvePoint = readonly [x: number, y: number];

/** Area under a ROC curve by the trapezoidal rule; points in the order of their threshold. */
export function areaUnderCurve(points: readonly CurvePoint[]): number {
  let area = 0;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1] as CurvePoint;
    const [x1, y1] = points[i] as CurvePoint;
    area += (x1 - x0) * ((y0 + y1) / 2);
  }
  return Math.abs(area);
}

/**
 * Average precision of a precision-recall curve: each rise of recall times the precision reached there, with no interpolation
 * between points, as in scikit-learn. Points are (recall, precision) in either order.
 */
export function averagePrecision(points: readonly CurvePoint[]): number {
  const rising = (points[0]?.[0] ?? 0) <= (points.at(-1)?.[0] ?? 0) ? points : [...points].reverse();
  let sum = 0;
  for (let i = 1; i < rising.length; i++) {
    const [from] = rising[i - 1] as CurvePoint;
    const [to, precision] = rising[i] as CurvePoint;
    sum += (to - from) * precision;
  }
  return sum;
}

/** A bin of a calibration table. */
export interface CalibrationBin {
  predicted: number;
  observed: number;
  count: number;
}

/**
 * Expected calibration error: the mean distance of what was observed from what was predicted, weighted by the bins' counts
 * (Naeini et al. 2015). Undefined when nothing was counted.
 */
export function calibrationError(bins: readonly CalibrationBin[]): number | undefined {
  const n = bins.reduce((sum, { count }) => sum + count, 0);
  if (!(n > 0)) return undefined;
  return bins.reduce((sum, { predicted, observed, count }) => sum + (count / n) * Math.abs(predicted - observed), 0);
}
