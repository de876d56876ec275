import { describe, expect, it } from 'vitest';
import { describeStepBins, drawStepBins } from '../../../src/charts/panels/step-bins.ts';
import { count, frame, texts } from './panel-fixture.ts';

const spec = { type: 'step-bins' as const, name: 'w', step: 20, edges: [0, 1, 2], counts: [3, 1] };

describe('a distribution at a step', () => {
  it('has a bar a bin and says its quartiles', () => {
    const { svg, targets } = drawStepBins(spec, frame());
    expect(count(svg, '.rf-bar rect')).toBe(2);
    expect(texts(svg)).toContain('Values');
    expect(targets.map(({ title, facts }) => [title, facts[0]?.[1]])).toEqual([
      ['0 to 1', '3'],
      ['1 to 2', '1'],
    ]);
    expect(describeStepBins(spec).caption).toBe(
      'w at step 20: 4 values in 2 bins, median 0.6667, middle half 0.3333 to 1.',
    );
  });

  it('stands for counts by area where widths differ, and takes one width where edges do not rise', () => {
    const uneven = drawStepBins({ ...spec, edges: [0, 1, 5], counts: [2, 8] }, frame());
    const heights = [...uneven.svg.querySelectorAll('.rf-bar rect')].map((bar) => Number(bar.getAttribute('height')));
    expect(heights[0]).toBeCloseTo(heights[1] ?? -1, 6);
    expect(texts(uneven.svg)).toContain('Values for each unit');
    expect(count(drawStepBins({ ...spec, edges: [0, 0, 0] }, frame()).svg, '.rf-bar rect')).toBe(2);
    expect(count(drawStepBins({ ...spec, counts: [Number.NaN, -1] }, frame()).svg, '.rf-bar rect')).toBe(0);
  });
});
