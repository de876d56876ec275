import type { Histogram } from '../../store/run.ts';

/** A bar in a box of 300 × 96. */
export interface HistogramBar {
  x: number;
  width: number;
  height: number;
}

/**
 * Gives one bar a bin, as wide as the bin and so high that its area stands for its count. Bins without a finite width
 * or count are left out; equal widths are taken when the edges do not rise.
 */
export function histogramBars({ edges, counts }: Pick<Histogram, 'edges' | 'counts'>): HistogramBar[] {
  const first = edges[0] ?? 0;
  const span = (edges.at(-1) ?? 0) - first;
  const isRising = Number.isFinite(span) && span > 0 && edges.every((edge, i) => i === 0 || edge > (edges[i - 1] ?? 0));
  const place = (i: number) => (isRising ? ((edges[i] ?? 0) - first) / span : i / counts.length) * 300;
  const densities = counts.map((count, i) =>
    Number.isFinite(count) && count > 0 ? count / (place(i + 1) - place(i)) : 0,
  );
  const most = Math.max(...densities, 0);
  if (!(most > 0)) return [];
  return densities.flatMap((density, i) => {
    if (density === 0) return [];
    const width = Math.max(0.5, place(i + 1) - place(i) - 0.5);
    return [{ x: round(place(i)), width: round(width), height: round(Math.max(1, (density / most) * 94)) }];
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
