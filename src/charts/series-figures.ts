import type { Series } from '../series/series.ts';
import { bestPoint } from './choose-lines.ts';

/** A value and where it stands. */
export interface FigurePoint {
  value: number;
  step: number;
}

/** The last value as it was written (it may be NaN), the least and the greatest finite one; undefined where there is none. */
export function seriesFigures(series: Series): {
  last: FigurePoint | undefined;
  min: FigurePoint | undefined;
  max: FigurePoint | undefined;
} {
  const value = series.values.at(-1);
  const step = series.steps.at(-1);
  return {
    last: value === undefined || step === undefined ? undefined : { value, step },
    min: bestPoint(series, 'min'),
    max: bestPoint(series, 'max'),
  };
}
