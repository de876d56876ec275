import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { drawLineChart, redrawSmooth } from '../../src/charts/line-chart.ts';
import { describeNotes } from '../../src/charts/note-marks.ts';
import { renderStill } from '../../src/charts/still.ts';
import { seriesOf } from './any-series.ts';

const { document } = parseHTML('<html></html>');
const options = { document, widthPx: 600, heightPx: 240 };
const line = { runId: 'x/a', label: 'a', series: seriesOf([5, 4, 3, 2, 1]) };

describe('notes in a chart', () => {
  const notes = [
    { text: 'learning rate halved', step: 2 },
    { text: 'target', value: 3 },
    { text: 'here', step: 1, value: 4 },
    { text: 'far away', step: 99 },
  ];

  test('are rules at a step and at a value, a ring at a point, and nothing outside the axes', () => {
    const { svg } = drawLineChart([line], { ...options, notes });
    expect(svg.querySelectorAll('.rf-note-rule')).toHaveLength(3);
    const texts = [...svg.querySelectorAll('.rf-note')].map(({ textContent }) => textContent);
    expect(texts).toEqual(['learning rate halved', 'target', 'here']);
  });

  test('at a step are drawn only where x is the step', () => {
    const { svg } = drawLineChart([line], { ...options, notes, xKind: 'time' });
    expect([...svg.querySelectorAll('.rf-note')].map(({ textContent }) => textContent)).toEqual(['target']);
  });

  test('widen the axis to the value that they mark', () => {
    const { y } = drawLineChart([line], { ...options, notes: [{ text: 'goal', value: 20 }] });
    expect(y.domain[1]).toBeGreaterThanOrEqual(20);
  });

  test('stand in pictures made at build time as text', () => {
    const html = renderStill([line], { title: 't', notes: [{ text: '<b>', step: 1 }] });
    expect(html).toContain('&lt;b&gt;');
    expect(html).toContain('rf-note');
  });

  test('are said in words', () => {
    expect(describeNotes(notes.slice(0, 3))).toBe('At step 2: learning rate halved. At 3: target. At step 1, 4: here.');
    expect(describeNotes([{ text: 'Whole thing.' }])).toBe('Whole thing.');
  });
});

describe('a smoothed line', () => {
  const smoothed = { steps: [0, 1, 2, 3, 4], values: [5, 4.5, 4, 3, 2], isApproximate: false };

  test('is drawn over its values, and the axes are those of the values', () => {
    const plain = drawLineChart([line], options);
    const chart = drawLineChart([{ ...line, smoothed }], options);
    expect(chart.svg.querySelectorAll('.rf-ghost path')).toHaveLength(1);
    expect(chart.y.domain).toEqual(plain.y.domain);
    expect(chart.svg.querySelector('.rf-ghost path')?.getAttribute('d')).toBe(
      plain.svg.querySelector('.rf-line path')?.getAttribute('d'),
    );
  });

  test('is rewritten under axes that stay: nothing but its path changes', () => {
    const chart = drawLineChart([{ ...line, smoothed }], options);
    const path = chart.svg.querySelector('.rf-line path');
    const before = chart.svg.outerHTML;
    const d = path?.getAttribute('d') ?? '';
    redrawSmooth(chart, [{ ...smoothed, values: [3, 3, 3, 3, 3] }], { zoom: undefined });
    const after = path?.getAttribute('d') ?? '';
    expect(after).not.toBe(d);
    expect(chart.svg.querySelector('.rf-line path')).toBe(path);
    expect(chart.svg.outerHTML.replace(after, d)).toBe(before);
  });
});

describe('a group', () => {
  test('has its band behind its line, or its members where it has none', () => {
    const steps = [0, 1, 2, 3, 4];
    const band = { steps, low: [4, 3, 2, 1, 0], high: [6, 5, 4, 3, 2] };
    const { svg, y } = drawLineChart([{ ...line, n: 3, band }], options);
    expect(svg.querySelectorAll('.rf-spread path')).toHaveLength(1);
    expect(y.domain[0]).toBeLessThanOrEqual(0);
    const none = { steps, low: steps.map(() => Number.NaN), high: steps.map(() => Number.NaN) };
    const two = drawLineChart(
      [{ ...line, n: 2, band: none, members: [line.series, seriesOf([1, 2, 3, 4, 9])] }],
      options,
    );
    expect(two.svg.querySelectorAll('.rf-spread')).toHaveLength(0);
    expect(two.svg.querySelectorAll('.rf-ghost path')).toHaveLength(2);
    expect(two.y.domain[1]).toBeGreaterThanOrEqual(9);
  });
});

test('values beyond the percentiles are counted on the edge where they lie', () => {
  const values = [...Array.from({ length: 98 }, (_, i) => i), 9000, -9000];
  const { svg, y } = drawLineChart([{ ...line, series: seriesOf(values) }], { ...options, isWithoutOutliers: true });
  expect(y.domain[1]).toBeLessThan(200);
  expect([...svg.querySelectorAll('.rf-outside')].map(({ textContent }) => textContent)).toEqual([
    expect.stringMatching(/^▲ \d+ points outside$/),
    expect.stringMatching(/^▼ \d+ points outside$/),
  ]);
});
