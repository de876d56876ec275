import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { drawLineChart } from '../../src/charts/line-chart.ts';
import { compactPath, serialiseSvg } from '../../src/charts/serialise-svg.ts';
import { renderStill } from '../../src/charts/still.ts';
import { anyName, anySeries, seriesOf } from './any-series.ts';

const lines = fc.array(fc.record({ runId: anyName, label: anyName, series: anySeries }), { maxLength: 24 });

describe('renderStill', () => {
  test('never throws and never lets a style, a script, a handler, an id or a broken number out', () => {
    fc.assert(
      fc.property(
        lines,
        anyName,
        fc.constantFrom('min', 'max', undefined),
        fc.constantFrom('linear' as const, 'log' as const, 'symlog' as const),
        (drawn, title, goal, yScale) => {
          const html = renderStill(drawn, { title, goal, yScale });
          const { document } = parseHTML(`<html><body>${html}</body></html>`);
          const elements = [...document.body.querySelectorAll('*')];
          expect(document.body.children).toHaveLength(2);
          for (const element of elements) {
            expect(['svg', 'g', 'path', 'line', 'circle', 'text', 'tspan']).toContain(element.localName);
            for (const { name, value } of element.attributes) {
              expect(name).not.toMatch(/^(style|id|on.*|href)$/);
              if (name !== 'aria-label') expect(value).not.toMatch(/NaN|Infinity|undefined/);
            }
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('shows names as text', () => {
    const hostile = '<b>&"';
    const html = renderStill(
      ['a', 'b'].map((id) => ({ runId: `x/${id}`, label: hostile, series: seriesOf([1, 2, 3]) })),
      { title: '</svg><script>' },
    );
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>');
    expect(html).toContain('&lt;b&gt;&amp;');
    expect(html).toContain('aria-label="&lt;/svg&gt;&lt;script&gt;"');
  });

  test('gives the same bytes for the same lines', () => {
    const line = { runId: 'x/a', label: 'a', series: seriesOf([3, 1, 2]) };
    expect(renderStill([line], { title: 't' })).toBe(renderStill([line], { title: 't' }));
  });

  test('says so where there is nothing to draw', () => {
    expect(renderStill([], { title: 't' })).toContain('No finite values');
    const nan = { runId: 'x/a', label: 'a', series: seriesOf([Number.NaN]) };
    expect(renderStill([nan], { title: 't' })).toContain('No finite values');
  });
});

describe('drawLineChart', () => {
  const { document } = parseHTML('<html></html>');
  const options = { document, widthPx: 600, heightPx: 240 };

  test('draws 20 of 30 lines singly, the best by the goal and those to keep, over a band of the rest', () => {
    const drawn = Array.from({ length: 30 }, (_, i) => ({ runId: `x/${i}`, label: `${i}`, series: seriesOf([5, i]) }));
    const chart = drawLineChart(drawn, { ...options, goal: 'max', keep: ['x/0'] });
    expect(chart.banded).toBe(10);
    expect(chart.singles.map(({ line }) => line.runId)).toEqual([
      'x/0',
      ...Array.from({ length: 19 }, (_, i) => `x/${i + 11}`),
    ]);
    expect(chart.svg.querySelectorAll('.rf-band path')).toHaveLength(1);
    expect(chart.svg.querySelectorAll('.rf-line')).toHaveLength(20);
  });

  test('marks NaN on the x axis and infinities where they went, and breaks the line there', () => {
    const series = seriesOf([1, Number.NaN, 2, Number.POSITIVE_INFINITY, 3, Number.NEGATIVE_INFINITY, 4]);
    const { svg } = drawLineChart([{ runId: 'x/a', label: 'a', series }], options);
    for (const kind of ['nan', 'high', 'low']) expect(svg.querySelectorAll(`.rf-${kind} path`)).toHaveLength(1);
    expect(svg.querySelector('.rf-line path')?.getAttribute('d')?.match(/M/g)).toHaveLength(4);
  });

  test('marks the first of a stretch of NaN and few after it', () => {
    const nans = (count: number) => Array.from({ length: count }, () => Number.NaN);
    const { svg } = drawLineChart([{ runId: 'x/a', label: 'a', series: seriesOf([1, ...nans(60), 2]) }], options);
    const marks = svg.querySelectorAll('.rf-nan path').length;
    expect(marks).toBeGreaterThan(1);
    expect(marks).toBeLessThanOrEqual(5);
  });

  test('writes the ticks of a log scale', () => {
    const { svg } = drawLineChart([{ runId: 'x/a', label: 'a', series: seriesOf([1, 1e10, 1e20]) }], options);
    const texts = [...svg.querySelectorAll('text')].map((text) => text.textContent);
    expect(texts).toContain('1e0');
    expect(texts).toContain('1e20');
  });

  test('leaves the names to a legend when told so', () => {
    const pair = ['a', 'b'].map((id) => ({ runId: `x/${id}`, label: id, series: seriesOf([1, 2]) }));
    expect(drawLineChart(pair, options).isNamed).toBe(true);
    const plain = drawLineChart(pair, { ...options, isNamed: false });
    expect(plain.isNamed).toBe(false);
    expect(plain.svg.querySelectorAll('.rf-label')).toHaveLength(0);
  });

  test('draws earlier branches of a resumed run faint', () => {
    const series = { ...seriesOf([1, 2, 3]), superseded: [{ steps: [1, 2], values: [9, 9] }] };
    const { svg, y } = drawLineChart([{ runId: 'x/a', label: 'a', series }], options);
    expect(svg.querySelectorAll('.rf-old')).toHaveLength(1);
    expect(y.domain[1]).toBeGreaterThanOrEqual(9);
  });

  test('names up to 8 lines at their ends', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) => ({ runId: `x/${i}`, label: `run ${i}`, series: seriesOf([1, 1]) }));
    const labels = (count: number) => drawLineChart(many(count), options).svg.querySelectorAll('.rf-label').length;
    expect([1, 2, 8, 9].map(labels)).toEqual([0, 2, 8, 0]);
  });

  test('takes values of 0 and less out of a log scale and marks them', () => {
    const { svg, y } = drawLineChart([{ runId: 'x/a', label: 'a', series: seriesOf([1, 0, 10, -5, 100]) }], {
      ...options,
      yScale: 'log',
    });
    expect(y.domain).toEqual([1, 100]);
    expect(svg.querySelectorAll('.rf-low path')).toHaveLength(2);
  });

  test('stays within 16,000 vertices for a thousand long lines', () => {
    const series = seriesOf(Array.from({ length: 2000 }, (_, i) => Math.sin(i)));
    const drawn = Array.from({ length: 200 }, (_, i) => ({ runId: `x/${i}`, label: `${i}`, series }));
    const { svg } = drawLineChart(drawn, options);
    const vertices = [...svg.querySelectorAll('path')].map(
      (path) => path.getAttribute('d')?.match(/[ML]/g)?.length ?? 0,
    );
    expect(vertices.reduce((a, b) => a + b, 0)).toBeLessThan(16_000);
  });

  test('leaves no style element and no style attribute behind', () => {
    const { svg } = drawLineChart([{ runId: 'x/a', label: 'a', series: seriesOf([1, 2]) }], options);
    expect(svg.querySelectorAll('style, [style]')).toHaveLength(0);
  });
});

describe('serialiseSvg', () => {
  test('drops what the policy forbids and escapes the rest', () => {
    const { document } = parseHTML('<html></html>');
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    svg.setAttribute('style', 'color:red');
    svg.setAttribute('onload', 'x()');
    svg.setAttribute('data-x', '"<&');
    const text = document.createElementNS('http://www.w3.org/2000/svg', 'text');
    text.textContent = '<script>';
    svg.append(text);
    expect(serialiseSvg(svg)).toBe('<svg data-x="&quot;&lt;&amp;"><text>&lt;script&gt;</text></svg>');
  });
});

describe('compactPath', () => {
  test('rounds to whole pixels, goes relative and drops what does not move', () => {
    expect(compactPath('M0.2,10.4L10.4,20.6L10.3,20.7L30,5M40,5L41,6')).toBe('M0 10l10 11 20-16M40 5l1 1');
  });

  test('keeps a point without a line, which round caps make a dot', () => {
    expect(compactPath('M5,5Z')).toBe('M5 5z');
  });

  test('hands on what it does not know', () => {
    expect(compactPath('M0,0C1,1,2,2,3,3')).toBe('M0,0C1,1,2,2,3,3');
  });
});
