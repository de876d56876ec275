import { describe, expect, it } from 'vitest';
import { describeCalibration, drawCalibration } from '../../../src/charts/panels/calibration.ts';
import { accuracyOf, describeConfusion, drawConfusion } from '../../../src/charts/panels/confusion.ts';
import { describeStepHistogram, drawStepHistogram, summariseHistogram } from '../../../src/charts/panels/histogram.ts';
import { describeImportance, drawImportance } from '../../../src/charts/panels/importance.ts';
import { describePr, describeRoc, drawPr, drawRoc } from '../../../src/charts/panels/pr-roc.ts';
import { count, frame, texts } from './panel-fixture.ts';

describe('confusion matrices', () => {
  const spec = {
    type: 'confusion' as const,
    title: 'val',
    step: 20,
    matrix: {
      classes: ['cat', 'dog'],
      counts: [
        [8, 2],
        [0, 10],
      ],
    },
  };

  it('have a shaded cell for each count, and say what is right and what is mistaken', () => {
    const { svg, targets } = drawConfusion(spec, frame({ heightPx: 340 }));
    expect(count(svg, '.rf-cell rect')).toBe(3);
    expect(texts(svg)).toEqual(expect.arrayContaining(['8', '2', '10', 'predicted', 'true class']));
    expect(targets.map(({ title }) => title)).toEqual([
      'cat, rightly predicted',
      'cat predicted as dog',
      'dog predicted as cat',
      'dog, rightly predicted',
    ]);
    expect(describeConfusion(spec).caption).toMatchInlineSnapshot(
      `"val at step 20: 18 of 20 right (90 %), most often cat predicted as dog (2). Shaded by share of the true class."`,
    );
    expect(accuracyOf(spec.matrix)).toBe(0.9);
    expect(accuracyOf({ classes: [], counts: [] })).toBeUndefined();
  });
});

describe('curves', () => {
  const curves = [
    {
      runId: 'e/a',
      label: 'a',
      step: 3,
      points: [
        [0, 0],
        [0, 0.5],
        [0.5, 0.5],
        [0.5, 1],
        [1, 1],
      ] as [number, number][],
    },
    {
      runId: 'e/b',
      label: 'b',
      points: [
        [0, 0],
        [1, 1],
      ] as [number, number][],
    },
  ];

  it('are lines in the colours of their runs, with the line of guessing for ROC', () => {
    const { svg, keys } = drawRoc({ type: 'roc', title: 'ROC', curves }, frame());
    expect(count(svg, '.rf-line path')).toBe(2);
    expect(count(svg, '.rf-even path')).toBe(1);
    expect(keys.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(count(drawPr({ type: 'pr', title: 'PR', curves }, frame()).svg, '.rf-even path')).toBe(0);
  });

  it('tell the area under them, the largest first', () => {
    const { caption, rows } = describeRoc({ type: 'roc', title: 'ROC', curves });
    expect(caption).toBe('ROC, 2 runs, largest area under the curve 0.75 (a).');
    expect(rows.map(({ runId, cells }) => [runId, cells[0]])).toEqual([
      ['e/a', '0.75'],
      ['e/b', '0.5'],
    ]);
    expect(describePr({ type: 'pr', title: 'PR', curves: curves.slice(0, 1) }).caption).toMatchInlineSnapshot(
      `"PR at step 3: average precision 0.75, 5 points."`,
    );
  });

  it('tell the calibration error where the bins are counted', () => {
    const counted = {
      runId: 'e/a',
      label: 'a',
      points: [
        [0.2, 0.1],
        [0.8, 1],
      ] as [number, number][],
      counts: [30, 10],
    };
    expect(describeCalibration({ type: 'calibration', title: 'C', curves: [counted] }).caption).toContain(
      'expected calibration error 0.125 over 40 values',
    );
    const { svg } = drawCalibration({ type: 'calibration', title: 'C', curves: [counted] }, frame());
    expect(count(svg, '.rf-point circle')).toBe(2);
  });
});

describe('histograms over steps', () => {
  const spec = {
    type: 'step-histogram' as const,
    name: 'w',
    steps: [
      { step: 0, edges: [-1, 0, 1], counts: [5, 5] },
      { step: 10, edges: [-2, 0, 2], counts: [1, 9] },
    ],
  };

  it('have a column a step, shaded by share', () => {
    const { svg, targets } = drawStepHistogram(spec, frame());
    expect(count(svg, '.rf-cell rect')).toBeGreaterThan(10);
    expect(targets.map(({ title }) => title)).toEqual(['step 0', 'step 10']);
    expect(describeStepHistogram(spec).caption).toMatchInlineSnapshot(
      `"w over 2 steps: median from 0 to 0.8889, width of the middle half from 1 to 1.111. Quantiles are as exact as the bins."`,
    );
  });

  it('tell quartiles as even within bins, whatever the counts are', () => {
    expect(summariseHistogram({ edges: [0, 4], counts: [8] })).toEqual({ n: 8, q1: 1, median: 2, q3: 3 });
    expect(summariseHistogram({ edges: [0, 1, 2], counts: [Number.NaN, 4] }).median).toBe(1.5);
    expect(
      drawStepHistogram({ ...spec, steps: [{ step: 1, edges: [2, 2], counts: [3] }] }, frame()).targets,
    ).toHaveLength(1);
  });
});

describe('importance', () => {
  const spec = {
    type: 'importance' as const,
    metric: 'acc',
    rows: [
      { param: 'lr', importance: 0.6, spread: 0.1, rho: -0.4 },
      { param: 'opt', importance: 0.01, spread: 0.02 },
    ],
    noise: 0.02,
    score: 0.7,
    n: 40,
    of: 40,
    leftOut: ['name'],
  };

  it('has a bar a param, pale below the noise, with the rank correlation beside it', () => {
    const { svg } = drawImportance(spec, frame());
    expect(count(svg, '.rf-bar.rf-plain rect')).toBe(1);
    expect(count(svg, '.rf-bar.rf-missing rect')).toBe(1);
    expect(count(svg, '.rf-noise line')).toBe(1);
    expect(texts(svg)).toContain('ρ −0.40');
  });

  it('says n, the noise, and that it is a hint', () => {
    expect(describeImportance(spec).caption).toMatchInlineSnapshot(
      `"Which params go with acc: 40 runs, most lr. A hint, not a cause. The forest explains 70 % of the variance of runs that it has not seen; 1 of 2 params pass the noise of shuffled copies. Lines are the standard deviation over five folds, ρ is the rank correlation. Left out, for their values differ in every run or are lists: name."`,
    );
    const { rows } = describeImportance(spec);
    expect(rows.map(({ cells }) => cells[3])).toEqual(['yes', 'no', '–']);
  });

  it('says that it says nothing where the forest knows nothing', () => {
    const blind = { ...spec, score: -0.2 };
    expect(describeImportance(blind).caption).toContain('these figures say nothing');
    expect(count(drawImportance(blind, frame()).svg, '.rf-bar.rf-plain rect')).toBe(0);
  });
});
