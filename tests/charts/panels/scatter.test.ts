import { describe, expect, it } from 'vitest';
import { describeScatter, drawScatter } from '../../../src/charts/panels/scatter.ts';
import { count, frame, metric, param, run, runs, texts } from './panel-fixture.ts';

const spec = { type: 'scatter', x: param('lr'), y: metric('acc', 'max'), xScale: 'log' } as const;

describe('drawScatter', () => {
  it('draws a dot for each run with both values, hollow where it does not rank, and rings the best ranked one', () => {
    const { svg, targets, keys } = drawScatter(spec, runs, frame());
    expect(count(svg, '.rf-point circle')).toBe(5);
    expect(count(svg, '.rf-hollow circle')).toBe(1);
    expect(count(svg, '.rf-ring circle')).toBe(1);
    expect(keys).toEqual([]);
    expect(texts(svg)).toEqual(expect.arrayContaining(['acc', 'lr', '0.01', '0.1', '1']));
    expect(targets.map(({ title }) => title)).toEqual(['c', 'd', 'b', 'a', 'f']);
    const ring = svg.querySelector('.rf-ring circle');
    const best = targets.find(({ title }) => title === 'a');
    expect(Number(ring?.getAttribute('cx'))).toBeCloseTo(best?.x ?? -1, 3);
    expect(Number(ring?.getAttribute('cy'))).toBeCloseTo(best?.y ?? -1, 3);
    expect(svg.querySelector('style')).toBeNull();
  });

  it('colours words by the palette and says what they mean', () => {
    const { svg, keys, keyTitle } = drawScatter({ ...spec, color: param('opt') }, runs, frame());
    expect(keys).toEqual([
      { swatch: 'rf-f0', text: 'adam' },
      { swatch: 'rf-f1', text: 'sgd' },
    ]);
    expect(keyTitle).toBe('opt');
    expect(count(svg, '.rf-f1 circle')).toBe(2);
  });

  it('draws faint what is not picked, and everything plainly while nothing is', () => {
    const { svg } = drawScatter(spec, runs, frame({ selected: new Set(['e/a']) }));
    expect(count(svg, '.rf-faded circle')).toBe(4);
    expect(count(drawScatter(spec, runs, frame({ selected: new Set() })).svg, '.rf-faded circle')).toBe(0);
  });

  it('draws the Pareto front of two metrics over the runs that rank', () => {
    const front = { type: 'scatter', x: metric('loss', 'min'), y: metric('acc', 'max'), pareto: true } as const;
    const { svg, targets } = drawScatter(front, runs, frame());
    expect(count(svg, '.rf-front path')).toBe(1);
    expect(count(svg, '.rf-ring circle')).toBe(2);
    const onFront = targets.filter(({ facts }) => facts.some(([name]) => name === 'Pareto front'));
    expect(onFront.map(({ title }) => title)).toEqual(['d', 'a']);
    const { caption, columns, rows } = describeScatter(front, runs);
    expect(caption).toContain('2 runs on the Pareto front');
    expect(columns[0]).toBe('Front');
    expect(rows.map(({ runId }) => runId)).toEqual(['e/a', 'e/d', 'e/b', 'e/c']);
  });

  it('counts runs in squares where there are too many for dots, and leaves none out', () => {
    const many = Array.from({ length: 400 }, (_, i) => run(`r${i}`, { lr: (i % 20) + 1 }, { acc: Math.sin(i) }));
    const { svg, targets } = drawScatter({ ...spec, xScale: 'linear' }, many, frame(), 250);
    expect(count(svg, '.rf-point')).toBe(0);
    expect(count(svg, '.rf-cell rect')).toBe(targets.length);
    expect(targets.reduce((sum, { runIds }) => sum + runIds.length, 0)).toBe(400);
  });

  it('says so where no run has both values', () => {
    const { svg, targets } = drawScatter({ ...spec, y: metric('f1', 'max') }, runs, frame());
    expect(texts(svg)).toContain('No run has both values');
    expect(targets).toEqual([]);
  });

  it('sets names as text', () => {
    const hostile = [run('<img onerror=1>', { lr: '<script>' }, { acc: 1 }), run('b', { lr: 'x' }, { acc: 2 })];
    const { svg } = drawScatter({ ...spec, xScale: 'linear' }, hostile, frame());
    expect(svg.querySelector('script, img')).toBeNull();
    expect(texts(svg).some((text) => text.startsWith('<scr'))).toBe(true);
  });
});

describe('describeScatter', () => {
  it('says how many, which is best and where, what is missing and what does not rank', () => {
    expect(describeScatter(spec, runs).caption).toMatchInlineSnapshot(
      `"acc against lr, 5 runs, best 0.9 at lr 0.1 (a). Rank correlation 0.45 (n = 4). 1 of 6 runs has no acc. 1 run failed, killed, diverged or archived: hollow, and not among the best."`,
    );
  });

  it('says what a log scale leaves out', () => {
    const withZero = [...runs, run('z', { lr: 0 }, { acc: 0.1 })];
    expect(describeScatter(spec, withZero).caption).toContain('1 run at 0 or less, left out of the log scale.');
  });
});
