import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DrawnLine } from '../../src/charts/line-chart.ts';
import { chartPgfplots, paperColours } from '../../src/client/chart-pgfplots.ts';

const drawn = (label: string, own: Partial<DrawnLine> = {}, more: object = {}): DrawnLine => ({
  line: {
    runId: `e/${label}`,
    label,
    series: { steps: [], values: [], superseded: [], total: 0, reduced: false },
    ...more,
  },
  colour: { slot: 0, dash: 0 },
  points: [
    { x: 0, y: 0.5 },
    { x: 1, y: Number.NaN },
    { x: 2, y: 0.25 },
  ],
  odd: [],
  smooth: undefined,
  band: [],
  members: [],
  ...own,
});
const facts = {
  xLabel: 'step',
  yLabel: 'val/loss (%)',
  yScale: 'linear',
  smoothing: undefined,
  banded: 0,
  address: 'https://x/',
} as const;

describe('chartPgfplots', () => {
  test('writes the points that are drawn, nan where a line is broken, in the colours of the page', () => {
    expect(
      chartPgfplots([drawn('lr_0.1'), drawn('b', { colour: { slot: 3, dash: 2 } })], facts),
    ).toMatchInlineSnapshot(`
      "% val/loss (%) by step
      % Needs \\usepackage{pgfplots} and \\pgfplotsset{compat=1.18}.
      % https://x/
      \\begin{tikzpicture}
        \\definecolor{run0}{HTML}{0C57C9}
        \\definecolor{run3}{HTML}{5D0F19}
        \\begin{axis}[
          xlabel={step},
          ylabel={val/loss (\\%)},
          unbounded coords=jump,
          legend pos=outer north east,
          legend cell align=left,
        ]
          \\addplot[no marks, run0, solid] table[header=false] {
      0 0.5
      1 nan
      2 0.25
          };
          \\addlegendentry{lr\\_0.1}
          \\addplot[no marks, run3, densely dotted] table[header=false] {
      0 0.5
      1 nan
      2 0.25
          };
          \\addlegendentry{b}
        \\end{axis}
      \\end{tikzpicture}
      "
    `);
  });

  test('sets a smoothed line over its faint values, on the scale of the page', () => {
    const smooth = [{ x: 0, y: 0.5 }];
    const text = chartPgfplots([drawn('a', { smooth })], { ...facts, yScale: 'log', smoothing: 'mean of 5' });
    expect(text).toContain('    ymode=log,\n');
    expect(text).toContain('% Smoothed: mean of 5.');
    expect(text.match(/\\addplot\[[^\]]*\]/g)).toEqual([
      '\\addplot[no marks, run0, solid, opacity=0.25, forget plot]',
      '\\addplot[no marks, run0, solid]',
    ]);
    expect(chartPgfplots([drawn('a')], { ...facts, yScale: 'symlog' })).toContain('this one is linear');
  });

  test('fills the band of a group between two named paths, and names its n', () => {
    const band = [
      { x: 0, low: 1, high: 3 },
      { x: 1, low: Number.NaN, high: Number.NaN },
    ];
    const text = chartPgfplots([drawn('a', { band }, { n: 3 })], { ...facts, banded: 4 });
    expect(text).toContain('\\usepgfplotslibrary{fillbetween}');
    expect(text).toContain('name path=low0] table[header=false] {\n0 1\n    };');
    expect(text).toContain('fill between[of=low0 and high0];');
    expect(text).toContain('\\addlegendentry{a (n = 3)}');
    expect(text).toContain('% 4 more runs');
  });

  test('counts moments in hours, which TeX can', () => {
    const points = [
      { x: 1_772_612_100_000, y: 1 },
      { x: 1_772_615_700_000, y: 2 },
      { x: 1_772_619_300_000, y: 3, isCut: true as const },
    ];
    const text = chartPgfplots([drawn('a', { points })], { ...facts, isWallTime: true });
    expect(text).toContain('xlabel={hours since 2026-03-04T08:15:00.000Z}');
    expect(text).toContain('table[header=false] {\n0 1\n1 2\n    };');
  });

  test('lets no name become a command, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const text = chartPgfplots([drawn(name)], { ...facts, yLabel: name, address: name });
        const own = text.split('\n').filter((line) => !line.startsWith('%'));
        expect(own.filter((line) => line.includes('\\addlegendentry')).length).toBe(1);
        expect(own.length).toBe(
          chartPgfplots([drawn('a')], facts)
            .split('\n')
            .filter((line) => !line.startsWith('%')).length,
        );
        const legend = own.find((line) => line.includes('\\addlegendentry')) ?? '';
        expect(legend).not.toMatch(/(?<!\\)[%#&]/);
      }),
    );
    expect(chartPgfplots([drawn('\\input{/etc/passwd}')], facts)).toContain(
      '\\addlegendentry{\\textbackslash{}input\\{/etc/passwd\\}}',
    );
  });
});

test('the palette for paper is that of the stylesheet on light ground', () => {
  const css = readFileSync(join(import.meta.dirname, '../../src/styles/charts.css'), 'utf8');
  const light = [...css.slice(0, css.indexOf('@media')).matchAll(/--c\d: #([0-9a-f]{6})/g)].map(([, hex]) => hex);
  expect(light).toEqual([...paperColours]);
});
