import type { DrawnLine } from '../charts/line-chart.ts';
import type { LinePoint } from '../charts/line-points.ts';
import type { BandPoint } from '../charts/path-data.ts';
import { escapeLatex } from '../series/escape-latex.ts';

/** What a picture for LaTeX says beside its lines. */
export interface PgfplotsFacts {
  /** Words for the axes. */
  xLabel: string;
  yLabel: string;
  yScale: 'linear' | 'log' | 'symlog';
  /** How lines were smoothed, in words; undefined for not at all. */
  smoothing: string | undefined;
  /** Runs of the band, which are not in the picture. */
  banded: number;
  address: string;
  /** True where x is a moment in milliseconds since 1970, which TeX cannot count in: hours since the first one stand for it. */
  isWallTime?: boolean;
}

/** The palette on light ground, by slot: what `styles/charts.css` has as `--c0` to `--c7`. A paper is white. */
export const paperColours = ['0c57c9', '927199', '2e066b', '5d0f19', '684a6f', '3d84fa', 'db7431', 'af4318'] as const;

/** Dashes as TikZ knows them, by their number. */
const dashes = ['solid', 'dashed', 'densely dotted', 'dash dot'] as const;

/**
 * Writes the lines that a chart draws singly as a `tikzpicture` for the LaTeX package pgfplots (https://ctan.org/pkg/pgfplots): a
 * table of the points that are drawn for each, `nan` where a line is broken. A smoothed line stands over its own values, faint;
 * a group's band is filled. Names and labels are escaped, so that nothing of a log is a command.
 */
export function chartPgfplots(lines: readonly DrawnLine[], facts: PgfplotsFacts): string {
  const { yLabel, yScale, smoothing, banded, address, isWallTime = false } = facts;
  const firstX = lines.reduce((least, { points }) => Math.min(least, points[0]?.x ?? least), Number.POSITIVE_INFINITY);
  const isPlaced = isWallTime && Number.isFinite(firstX);
  const xLabel = isPlaced ? `hours since ${new Date(firstX).toISOString()}` : facts.xLabel;
  const toX = (x: number): number => (isPlaced ? (x - firstX) / 3_600_000 : x);
  const slots = [...new Set(lines.map(({ colour: { slot } }) => slot))].sort((a, b) => a - b);
  const hasBand = lines.some(({ band }) => band.some(isBand));
  const head = [
    `${yLabel} by ${xLabel}`,
    `Needs \\usepackage{pgfplots} and \\pgfplotsset{compat=1.18}${hasBand ? ', and \\usepgfplotslibrary{fillbetween}' : ''}.`,
    ...(smoothing === undefined ? [] : [`Smoothed: ${smoothing}. The values themselves are faint.`]),
    ...(yScale === 'symlog'
      ? ['The page shows a symlog scale, which pgfplots does not have: this one is linear.']
      : []),
    ...(banded === 0 ? [] : [`${banded} more runs stand in the band of the page and are not in this picture.`]),
    address,
  ];
  const options = [
    `xlabel={${escapeLatex(xLabel)}}`,
    `ylabel={${escapeLatex(yLabel)}}`,
    ...(yScale === 'log' ? ['ymode=log'] : []),
    'unbounded coords=jump',
    'legend pos=outer north east',
    'legend cell align=left',
  ];
  return [
    ...head.map((line) => `% ${oneLine(line)}`),
    '\\begin{tikzpicture}',
    ...slots.map((slot) => `  \\definecolor{run${slot}}{HTML}{${(paperColours[slot] ?? '000000').toUpperCase()}}`),
    '  \\begin{axis}[',
    ...options.map((option) => `    ${option},`),
    '  ]',
    ...lines.flatMap((line, place) => plotsOf(line, { place, toX })),
    '  \\end{axis}',
    '\\end{tikzpicture}',
    '',
  ].join('\n');
}

function plotsOf(
  { line, points, smooth, band, colour }: DrawnLine,
  { place, toX }: { place: number; toX: (x: number) => number },
): string[] {
  const paint = `run${colour.slot}`;
  const style = `no marks, ${paint}, ${dashes[colour.dash] ?? 'solid'}`;
  const bandPoints = band.filter(isBand);
  const [low, high] = [`low${place}`, `high${place}`];
  const plot = (options: string, own: readonly LinePoint[]): string[] => [
    `    \\addplot[${options}] table[header=false] {`,
    ...own.filter(({ isCut }) => isCut !== true).map(({ x, y }) => `${toX(x)} ${Number.isFinite(y) ? y : 'nan'}`),
    '    };',
  ];
  const edge = (name: string, pick: (point: BandPoint) => number): string[] =>
    plot(
      `draw=none, forget plot, name path=${name}`,
      bandPoints.map((point) => ({ x: point.x, y: pick(point) })),
    );
  return [
    ...(smooth === undefined ? [] : plot(`${style}, opacity=0.25, forget plot`, points)),
    ...(bandPoints.length === 0
      ? []
      : [
          ...edge(low, (point) => point.low),
          ...edge(high, (point) => point.high),
          `    \\addplot[${paint}, opacity=0.15, forget plot] fill between[of=${low} and ${high}];`,
        ]),
    ...plot(style, smooth ?? points),
    `    \\addlegendentry{${escapeLatex(line.n === undefined ? line.label : `${line.label} (n = ${line.n})`)}}`,
  ];
}

function isBand({ low, high }: BandPoint): boolean {
  return Number.isFinite(low) && Number.isFinite(high);
}

/** A comment ends with its line, so what it says must not. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}
