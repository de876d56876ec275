import { describe, expect, it, test } from 'vitest';
import { describeBar, drawBar } from '../../../src/charts/panels/bar.ts';
import { describeBox, drawBox } from '../../../src/charts/panels/box.ts';
import { describeHeatmap, drawHeatmap } from '../../../src/charts/panels/heatmap.ts';
import { describeRunHistogram, drawRunHistogram } from '../../../src/charts/panels/histogram.ts';
import { describeStrip, drawStrip } from '../../../src/charts/panels/strip.ts';
import { count, frame, metric, param, run, runs, texts } from './panel-fixture.ts';

const acc = metric('acc', 'max');
const seeds = [0.7, 0.8, 0.9].map((value, i) => run(`s${i}`, { opt: 'sgd' }, { acc: value }));
const five = [1, 2, 3, 4, 30].map((value, i) => run(`v${i}`, { opt: 'lamb' }, { acc: value }));

describe('bars', () => {
  const spec = { type: 'bar', x: param('opt'), y: acc, stat: 'mean' } as const;

  it('stand for the mean of the runs that rank, with a 95 % interval from three runs on', () => {
    const { svg, targets } = drawBar(spec, [...runs, ...seeds], frame());
    expect(count(svg, '.rf-bar rect') + count(svg, '.rf-point circle')).toBe(2);
    expect(count(svg, '.rf-whisker line')).toBe(1);
    expect(targets.map(({ title, facts }) => [title, ...facts.flat()])).toEqual([
      ['opt adam', 'Mean acc', '0.825', 'n', '2'],
      ['opt sgd', 'Mean acc', '0.8 ± 0.1241', 'n', '5'],
    ]);
  });

  it('start at 0, and are dots where that would hide what tells them apart', () => {
    const far = [run('a', { opt: 'x' }, { acc: 1 }), run('b', { opt: 'y' }, { acc: 4 })];
    expect(count(drawBar(spec, far, frame()).svg, '.rf-bar rect')).toBe(2);
    const near = [run('a', { opt: 'x' }, { acc: 0.98 }), run('b', { opt: 'y' }, { acc: 0.99 })];
    expect(count(drawBar(spec, near, frame()).svg, '.rf-bar rect')).toBe(0);
    expect(count(drawBar(spec, near, frame()).svg, '.rf-point circle')).toBe(2);
  });

  it('are the runs, the best first, without a param', () => {
    const byRun = { type: 'bar', y: acc, stat: 'mean' } as const;
    expect(drawBar(byRun, runs, frame()).targets.map(({ title }) => title)).toEqual(['a', 'd', 'b', 'c']);
    expect(describeBar(byRun, runs, { room: 2 }).caption).toContain('2 of 4 bars in the picture, all in the table.');
  });

  it('are told in a sentence', () => {
    expect(describeBar(spec, runs, { room: 20 }).caption).toMatchInlineSnapshot(
      `"Mean acc by opt, 4 runs, best 0.825 for adam. 1 of 6 runs has no acc. 1 run failed, killed, diverged or archived: left out."`,
    );
  });
});

describe('boxes', () => {
  const spec = { type: 'box', x: param('opt'), y: acc } as const;

  it('are drawn from four runs on; fewer are dots, and so is what lies beyond the whiskers', () => {
    const { svg, targets } = drawBox(spec, [...seeds, ...five], frame());
    expect(count(svg, '.rf-box rect')).toBe(1);
    expect(count(svg, '.rf-median line')).toBe(1);
    expect(count(svg, '.rf-point circle')).toBe(3 + 1);
    expect(targets[0]?.facts).toEqual([
      ['median', '3'],
      ['middle half', '2 to 4'],
      ['n', '5'],
    ]);
  });

  it('are told in a sentence and a table', () => {
    const { caption, rows } = describeBox(spec, [...seeds, ...five], { room: 20 });
    expect(caption).toMatchInlineSnapshot(
      `"acc by opt, 8 runs, best median 3 for lamb. Boxes hold the middle half, whiskers reach 1.5 times as far; three runs or fewer are dots."`,
    );
    expect(rows.map(({ cells }) => cells)).toEqual([
      ['lamb', '3', '2', '4', '1', '30', '5'],
      ['sgd', '0.8', '0.75', '0.85', '0.7', '0.9', '3'],
    ]);
  });
});

describe('strips', () => {
  const spec = { type: 'strip', x: param('opt'), y: acc } as const;

  it('hold each run as a dot, always at the same place, and the median of each row', () => {
    const { svg, targets } = drawStrip(spec, runs, frame());
    expect(count(svg, '.rf-point circle')).toBe(5);
    expect(count(svg, '.rf-hollow circle')).toBe(1);
    expect(count(svg, '.rf-median line')).toBe(2);
    expect(targets).toHaveLength(5);
    expect(drawStrip(spec, runs, frame()).targets).toEqual(targets);
    expect(describeStrip(spec, runs, { room: 20 }).rows.map(({ cells }) => cells)).toEqual([
      ['adam', '0.825', '0.8', '0.85', '2'],
      ['sgd', '0.8', '0.7', '0.9', '2'],
    ]);
  });
});

test('strips of many runs count them in squares, and leave none out', () => {
  const many = Array.from({ length: 300 }, (_, i) => run(`r${i}`, { opt: 'sgd' }, { acc: i % 17 }));
  const { svg, targets } = drawStrip({ type: 'strip', x: param('opt'), y: acc }, many, frame(), 250);
  expect(count(svg, '.rf-point')).toBe(0);
  expect(count(svg, '.rf-cell rect')).toBe(targets.length);
  expect(targets.reduce((sum, { runIds }) => sum + runIds.length, 0)).toBe(300);
});

describe('heat maps', () => {
  const spec = { type: 'heatmap', x: param('lr'), y: param('opt'), value: acc, stat: 'mean' } as const;

  it('have a cell a pair of values with a ranked run, shaded by its value, with n in it', () => {
    const { svg, targets, keys } = drawHeatmap(spec, runs, frame());
    expect(count(svg, '.rf-cell rect')).toBe(4);
    expect(keys).toHaveLength(5);
    expect(texts(svg).filter((text) => text === 'n = 1')).toHaveLength(4);
    expect(svg.querySelector('.rf-h4')).not.toBeNull();
    expect(targets.map(({ runIds }) => runIds.join())).toEqual(['e/c', 'e/d', 'e/a', 'e/b']);
    expect(describeHeatmap(spec, runs).caption).toMatchInlineSnapshot(
      `"Mean acc by lr and opt, 4 runs in 4 of 8 cells, best 0.9 at lr 0.1, opt sgd (n = 1). 1 of 6 runs has no acc. 1 run failed, killed, diverged or archived: left out."`,
    );
  });
});

describe('histograms over runs', () => {
  const spec = { type: 'histogram', metric: acc } as const;

  it('hold every run once, those out of the ranking pale', () => {
    const { svg, targets } = drawRunHistogram({ ...spec, bins: 3 }, runs, frame());
    expect(count(svg, '.rf-bar.rf-missing rect')).toBe(1);
    expect(targets.flatMap(({ runIds }) => runIds).sort()).toEqual(['e/a', 'e/b', 'e/c', 'e/d', 'e/f']);
    expect(describeRunHistogram(spec, runs).caption).toMatchInlineSnapshot(
      `"acc over 5 runs: median 0.85, middle half 0.8 to 0.9, from 0.7 to 0.99. 1 run failed, killed, diverged or archived: pale. 1 of 6 runs has no acc."`,
    );
  });

  it('say so where nothing is finite', () => {
    const { svg } = drawRunHistogram({ ...spec, metric: metric('none') }, runs, frame());
    expect(texts(svg)).toContain('No run has a finite value');
  });
});
