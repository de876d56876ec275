import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { colourCount } from '../../src/charts/run-colour.ts';

const css = readFileSync(new URL('../../src/styles/charts.css', import.meta.url), 'utf8');
const base = readFileSync(new URL('../../src/styles/base.css', import.meta.url), 'utf8');

type Rgb = [number, number, number];

/** Values of `--c0` … in each rule that sets them, by selector. */
function palettes(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [, selector = '', body = ''] of css.matchAll(/([^{}]+)\{([^{}]*--c0:[^{}]*)\}/g)) {
    const name = selector.trim().split('\n').at(-1)?.trim() ?? '';
    found.set(
      name,
      [...body.matchAll(/--c\d: (#[0-9a-f]{6})/g)].map(([, hex = '']) => hex),
    );
  }
  return found;
}

function linear(hex: string): Rgb {
  const channel = (at: number) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function times(matrix: readonly Rgb[], [r, g, b]: Rgb): Rgb {
  return matrix.map(([x, y, z]) => x * r + y * g + z * b) as Rgb;
}

/** Contrast of two colours (WCAG 2.2, relative luminance). */
function contrast(a: string, b: string): number {
  const luminance = (hex: string) => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0];
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** Linear sRGB to OKLab (Ottosson 2020, https://bottosson.github.io/posts/oklab/). */
function oklab(rgb: Rgb): Rgb {
  const lms = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb,
  ).map((value) => Math.cbrt(Math.max(0, value))) as Rgb;
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    lms,
  );
}

/** Simulated sight at full severity, on linear sRGB (Machado, Oliveira & Fernandes 2009). */
const sights: Record<string, Rgb[]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function distance(a: string, b: string, sight: Rgb[]): number {
  const seen = (hex: string) => oklab(times(sight, linear(hex)).map((value) => Math.min(1, Math.max(0, value))) as Rgb);
  const [la, aa, ba] = seen(a);
  const [lb, ab, bb] = seen(b);
  return Math.hypot(la - lb, aa - ab, ba - bb);
}

const all = palettes();
const grounds = { light: '#ffffff', dark: '#0f1419' };

describe('the palette', () => {
  test('stands once for light and twice, alike, for dark', () => {
    expect([...all.keys()]).toEqual([':root', ':root:not([data-theme="light"])', ':root[data-theme="dark"]']);
    expect(all.get(':root:not([data-theme="light"])')).toEqual(all.get(':root[data-theme="dark"]'));
    for (const colours of all.values()) expect(colours).toHaveLength(colourCount);
  });

  test('is tested against the grounds that the site has', () => {
    for (const ground of Object.values(grounds)) expect(base).toContain(`--ground: ${ground}`);
  });

  for (const [theme, selector] of [
    ['light', ':root'],
    ['dark', ':root[data-theme="dark"]'],
  ] as const) {
    const colours = all.get(selector) ?? [];
    test(`has a contrast of 3 to 1 with the ${theme} ground`, () => {
      const poor = colours.filter((colour) => contrast(colour, grounds[theme]) < 3);
      expect(poor).toEqual([]);
    });

    for (const [sight, matrix] of Object.entries(sights)) {
      test(`keeps its ${theme} colours 0.1 apart in OKLab for ${sight} sight`, () => {
        const close = colours.flatMap((a, i) =>
          colours
            .slice(i + 1)
            .filter((b) => distance(a, b, matrix) < 0.1)
            .map((b) => `${a} ${b} ${distance(a, b, matrix).toFixed(3)}`),
        );
        expect(close).toEqual([]);
      });
    }
  }
});
