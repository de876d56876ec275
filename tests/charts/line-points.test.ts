import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseEndLabels, distinctParts } from '../../src/charts/end-label-names.ts';
import { spread } from '../../src/charts/end-labels.ts';
import { envelope } from '../../src/charts/envelope.ts';
import { cutPoints, linePoints } from '../../src/charts/line-points.ts';

function breaks(steps: number[]): number {
  const series = { steps, values: steps.map(() => 1), reduced: false };
  return linePoints(series).points.filter(({ y }) => Number.isNaN(y)).length;
}

describe('linePoints', () => {
  test('breaks at a hole of over 3 times the median spacing', () => {
    expect(breaks([0, 1, 2, 3, 7, 8, 9])).toBe(1);
    expect(breaks([0, 1, 2, 3, 6, 7, 8])).toBe(0);
  });

  test('does not tear a run that logs more rarely from some step on', () => {
    expect(breaks([0, 1, 2, 3, 4, 5, 100, 200, 300])).toBe(0);
    expect(breaks([1, 2, 4, 8, 16, 32, 64, 128])).toBe(0);
  });

  test('takes what is not finite out of the line and names it', () => {
    const values = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    const { odd, points } = linePoints({ steps: [0, 1, 2, 3, 4], values, reduced: false });
    expect(odd.map(({ kind }) => kind)).toEqual(['nan', 'high', 'low']);
    expect(points.map(({ y }) => y)).toEqual([1, Number.NaN, Number.NaN, Number.NaN, 0]);
  });
});

describe('envelope', () => {
  test('holds every line between its points too', () => {
    const a = [
      { x: 0, y: 0 },
      { x: 10, y: 10 },
    ];
    const b = [
      { x: 0, y: 4 },
      { x: 10, y: 4 },
    ];
    const band = envelope([a, b], { from: 0, to: 10, columns: 5 });
    expect(band).toEqual([
      { x: 1, low: 0, high: 4 },
      { x: 3, low: 3, high: 4 },
      { x: 5, low: 4, high: 5 },
      { x: 7, low: 4, high: 7 },
      { x: 9, low: 4, high: 10 },
    ]);
  });
});

describe('end labels', () => {
  test('are spread apart within the picture', () => {
    expect(spread([10, 11, 12], { top: 0, bottom: 100, gap: 10 })).toEqual([10, 20, 30]);
    expect(spread([95, 96, 97], { top: 0, bottom: 100, gap: 10 })).toEqual([80, 90, 100]);
  });

  test('leave out what all names share, but never the word before a bare number', () => {
    expect(distinctParts(['identity, seed 0', 'identity, seed 1'])).toEqual(['seed 0', 'seed 1']);
    expect(distinctParts(['adam-lr-0.1-v2', 'sgd-lr-0.1-v2'])).toEqual(['adam', 'sgd']);
    expect(distinctParts(['depth 4, all, seed 1', 'depth 8, all, seed 1'])).toEqual(['depth 4', 'depth 8']);
    expect(distinctParts(['a-1', 'a-1-b'])).toEqual(['a-1', 'a-1-b']);
    expect(distinctParts(['same', 'same'])).toEqual(['same', 'same']);
  });

  test('keep unlike names unlike', () => {
    const name = fc.stringMatching(/^[ab0-9]{1,3}([-/_, =][ab0-9]{1,3}){0,3}$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 2, maxLength: 8 }), (names) => {
        expect(new Set(distinctParts(names)).size).toBe(names.length);
      }),
    );
  });

  test('give way to a legend when one of them is long', () => {
    expect(chooseEndLabels(['run-1', 'run-2'], 600)).toEqual(['run-1', 'run-2']);
    expect(chooseEndLabels(['log-loss-elasticnet', 'perceptron-l1'], 600)).toBeUndefined();
    expect(chooseEndLabels(['alone'], 600)).toBeUndefined();
  });
});

describe('cutPoints', () => {
  test('ends a line on the edges of the view and marks the points that nobody wrote', () => {
    const series = { steps: [0, 10, 20, 30], values: [0, 10, 20, 30], reduced: false };
    expect(cutPoints(linePoints(series), [5, 25]).points).toEqual([
      { x: 5, y: 5, isCut: true },
      { x: 10, y: 10 },
      { x: 20, y: 20 },
      { x: 25, y: 25, isCut: true },
    ]);
  });

  test('draws through a view between two points', () => {
    const series = { steps: [0, 10], values: [0, 10], reduced: false };
    expect(cutPoints(linePoints(series), [4, 6]).points.map(({ y }) => y)).toEqual([4, 6]);
  });
});
