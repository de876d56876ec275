import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { type IntervalRow, intervalsHeight } from '../../src/charts/intervals-chart.ts';
import { renderIntervalsStill } from '../../src/charts/intervals-still.ts';

const row = (label: string, ...values: number[]): IntervalRow => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const isBanded = values.length > 2;
  return {
    label,
    points: [{ mean, low: isBanded ? mean - 0.1 : undefined, high: isBanded ? mean + 0.1 : undefined, values }],
  };
};
const options = { title: 'acc by lr', label: '', rowLabel: 'lr' };

/** What the wide picture is made of. */
function draw(rows: IntervalRow[], own: { baseline?: number } = {}) {
  const { document } = parseHTML(`<html><body>${renderIntervalsStill(rows, { ...options, ...own })}</body></html>`);
  const svg = document.querySelector('svg.rf-wide');
  const all = (selector: string) => [...(svg?.querySelectorAll(selector) ?? [])];
  return {
    all,
    means: all('circle[r="5"]'),
    seeds: all('circle[r="2"]'),
    texts: all('text').map((text) => text.textContent),
  };
}

describe('renderIntervalsStill', () => {
  it('draws a dot for each mean, a small one for each value, and an interval only where there is one', () => {
    const { means, seeds, all, texts } = draw([row('0.1', 0.5, 0.6, 0.7), row('0.2', 0.8, 0.9)]);
    expect([means.length, seeds.length, all('.rf-whisker line').length]).toEqual([2, 5, 1]);
    expect(texts).toEqual(expect.arrayContaining(['0.1', '0.2', 'lr']));
  });

  it('draws the baseline as a line, within the axis', () => {
    const rows = [row('0.1', 0.5, 0.6, 0.7)];
    expect(draw(rows).all('.rf-baseline-mean')).toEqual([]);
    const x = Number(draw(rows, { baseline: 2 }).all('.rf-baseline-mean line')[0]?.getAttribute('x1'));
    expect(x).toBeGreaterThan(300);
    expect(x).toBeLessThan(580);
  });

  it('sets series of one row apart, each in a colour of its own, and leaves out those that have no value', () => {
    const point = { mean: 0.5, low: undefined, high: undefined, values: [0.5] };
    const { means, all } = draw([
      { label: 'a', points: [point, point] },
      { label: 'b', points: [undefined, point] },
    ]);
    expect(new Set(means.map((circle) => circle.getAttribute('cy'))).size).toBe(3);
    expect([all('.rf-f0 circle[r="5"]').length, all('.rf-f1 circle[r="5"]').length]).toEqual([1, 2]);
  });

  it('grows with its rows, escapes their names and gives the same bytes again', () => {
    const rows = [row('<b>"x"</b>', 1, 2, 3)];
    expect(intervalsHeight([...rows, ...rows])).toBeGreaterThan(intervalsHeight(rows));
    const text = renderIntervalsStill(rows, options);
    expect(text).not.toContain('<b>');
    expect(text).not.toMatch(/style=|<style/);
    expect(renderIntervalsStill(rows, options)).toBe(text);
    expect(text).toContain('aria-label="acc by lr"');
  });
});
