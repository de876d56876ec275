import { describe, expect, it } from 'vitest';
import { areaUnderCurve, averagePrecision, calibrationError } from '../../src/series/curve-area.ts';

describe('areaUnderCurve', () => {
  it('gives what sklearn.metrics.auc gives, whichever way the points run', () => {
    // roc_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]): AUC 0.75
    const points = [
      [0, 0],
      [0, 0.5],
      [0.5, 0.5],
      [0.5, 1],
      [1, 1],
    ] as const;
    expect(areaUnderCurve(points)).toBe(0.75);
    expect(areaUnderCurve([...points].reverse())).toBe(0.75);
    expect(areaUnderCurve([])).toBe(0);
  });
});

describe('averagePrecision', () => {
  it('gives what sklearn.metrics.average_precision_score gives', () => {
    // average_precision_score([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]): 0.8333…
    const points = [
      [0, 1],
      [0.5, 1],
      [0.5, 0.5],
      [1, 2 / 3],
      [1, 0.5],
    ] as const;
    expect(averagePrecision(points)).toBeCloseTo(0.8333333333, 9);
    expect(averagePrecision([...points].reverse())).toBeCloseTo(0.8333333333, 9);
  });
});

describe('calibrationError', () => {
  it('weighs the distance of each bin by its count', () => {
    const bins = [
      { predicted: 0.2, observed: 0.1, count: 30 },
      { predicted: 0.8, observed: 1, count: 10 },
    ];
    expect(calibrationError(bins)).toBeCloseTo(0.125, 12);
    expect(calibrationError([])).toBeUndefined();
  });
});
