import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { valueLimits } from '../../src/charts/records-chart.ts';
import { renderRecordsStill } from '../../src/charts/records-still.ts';

const day = 24 * 3_600_000;
const at = (days: number, value: number) => ({ x: Date.UTC(2026, 2, 1) + days * day, value });

/** What the wide picture is made of. */
function draw(records: { x: number; value: number }[], points = records, isTimed = true) {
  const html = renderRecordsStill(records, points, { title: 'Best & first', isTimed });
  const { document } = parseHTML(`<html><body>${html}</body></html>`);
  const svg = document.querySelector('svg.rf-wide');
  const texts = [...(svg?.querySelectorAll('.rf-axis text') ?? [])].map((text) =>
    text.textContent?.replace(/\s+/g, ' '),
  );
  return { html, svg, texts, specks: svg?.querySelector('.rf-speck path')?.getAttribute('d') ?? '' };
}

describe('the chart of records', () => {
  const records = [at(0, 0.5), at(2, 0.7), at(9, 0.9)];
  const points = [...records, at(4, 0.6), at(5, 0.55)].sort((a, b) => a.x - b.x);

  test('has a step line, a dot for each record, a speck for each run, a name and no style', () => {
    const { svg, html, specks } = draw(records, points);
    expect(svg?.getAttribute('aria-label')).toBe('Best & first');
    expect(svg?.querySelectorAll('.rf-record circle')).toHaveLength(3);
    expect(svg?.querySelector('.rf-record-line')?.outerHTML).toMatch(/ d="/);
    expect(specks.match(/M/g)).toHaveLength(5);
    expect(html).not.toMatch(/<style|style=/);
  });

  test('names days in UTC, or numbers of runs where none tells a time', () => {
    expect(draw(records, points).texts.join(' ')).toMatch(/Mar/);
    const ordered = draw(
      [
        { x: 1, value: 1 },
        { x: 4, value: 2 },
      ],
      [1, 2, 3, 4].map((x) => ({ x, value: x === 4 ? 2 : 1 })),
      false,
    );
    expect(ordered.texts).toEqual(expect.arrayContaining(['1', '2', '3', '4']));
  });

  test('stands when all runs began at one moment, and when all are equal', () => {
    expect(draw([at(0, 1)], [at(0, 1), at(0, 1)]).svg).not.toBeNull();
    expect(draw([at(0, 0)], [at(0, 0)]).html).not.toMatch(/NaN|Infinity/);
  });

  test('draws no run that is far off: the caption counts it', () => {
    const near = Array.from({ length: 20 }, (_, index) => at(index, index));
    const { specks } = draw([at(0, 19)], [...near, at(30, 1e9)]);
    expect(specks.match(/M/g)).toHaveLength(20);
  });

  test('stays small with a thousand runs', () => {
    const many = Array.from({ length: 1000 }, (_, index) => at(index / 10, Math.sin(index)));
    expect(draw([at(0, 0)], many).html.length).toBeLessThan(40_000);
  });
});

test('valueLimits leaves out what is far off, but never a record', () => {
  const points = [
    ...Array.from({ length: 20 }, (_, index) => ({ x: index, value: 10 + index })),
    { x: 30, value: 1e9 },
  ];
  expect(valueLimits([{ x: 0, value: -50 }], points)).toEqual([-50, 29]);
  expect(valueLimits([], [{ x: 0, value: 3 }])).toEqual([3, 3]);
});
