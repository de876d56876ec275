import { drawIntervals, type IntervalRow, type IntervalsChartOptions } from './intervals-chart.ts';
import { serialiseSvg } from './serialise-svg.ts';
import { stillDocument, stillSizes } from './still.ts';

/**
 * Draws a chart of intervals at build time and gives it as HTML, wide and narrow, of which the stylesheet shows one. The same rows
 * give the same bytes.
 */
export function renderIntervalsStill(
  rows: readonly IntervalRow[],
  { title, ...options }: Omit<IntervalsChartOptions, 'document' | 'widthPx'> & { title: string },
): string {
  return (['wide', 'narrow'] as const)
    .map((kind) =>
      serialiseSvg(drawIntervals(rows, { ...options, document: stillDocument(), widthPx: stillSizes[kind].widthPx }), {
        class: `rf-plot rf-still rf-${kind}`,
        role: 'img',
        'aria-label': title,
        preserveAspectRatio: 'xMinYMin',
        width: undefined,
        height: undefined,
      }),
    )
    .join('');
}
