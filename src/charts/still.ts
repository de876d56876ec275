import { parseHTML } from 'linkedom';
import type { ChartGoal, ChartLine } from './choose-lines.ts';
import { drawLineChart } from './line-chart.ts';
import type { ChartNote } from './note-marks.ts';
import type { RunColour } from './run-colour.ts';
import { serialiseSvg } from './serialise-svg.ts';

/** Sizes of the two pictures; the stylesheet shows one of them by the width of the box. */
export const stillSizes = {
  wide: { widthPx: 580, heightPx: 240, columns: 100 },
  narrow: { widthPx: 370, heightPx: 228, columns: 60 },
} as const;

/** Vertices a still may have over all lines; a page holds several and has 60 kB. */
const stillVertices = 1600;

export interface StillOptions {
  title: string;
  goal?: ChartGoal;
  stepLabel?: string;
  keep?: readonly string[];
  yScale?: 'linear' | 'log' | 'symlog';
  notes?: readonly ChartNote[] | undefined;
  colours?: ReadonlyMap<string, RunColour>;
  /** False where a legend beside the picture names the lines. */
  isNamed?: boolean;
}

let shared: Document | undefined;

/** The one document all stills are drawn in; nothing is ever attached to it. */
export function stillDocument(): Document {
  shared ??= parseHTML('<!doctype html><html><body></body></html>').document;
  return shared;
}

/**
 * Draws a chart at build time and gives it as HTML: a wide picture and a narrow one, of which the stylesheet shows one, so
 * that text is never under 11 px. Holds no style, no script and no id; everything untrusted is escaped. The same lines give
 * the same bytes.
 */
export function renderStill(lines: readonly ChartLine[], { title, ...options }: StillOptions): string {
  return (['wide', 'narrow'] as const)
    .map((kind) => {
      const { widthPx, heightPx, columns } = stillSizes[kind];
      const share = Math.floor((stillVertices * (widthPx / 580)) / 4 / Math.max(1, Math.min(20, lines.length)));
      const { svg } = drawLineChart(lines, {
        ...options,
        document: stillDocument(),
        widthPx,
        heightPx,
        columns: Math.max(16, Math.min(columns, share)),
      });
      const attributes = {
        class: `rf-plot rf-still rf-${kind}`,
        role: 'img',
        'aria-label': title,
        preserveAspectRatio: 'xMinYMid',
      };
      return serialiseSvg(svg, { ...attributes, width: undefined, height: undefined });
    })
    .join('');
}
