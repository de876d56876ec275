import type { Glyphs } from './glyphs.ts';

/**
 * Draws values in equal steps as one line of blocks, lowest to highest: the mean of each column where there are more values than
 * columns. A column without a finite value shows as a hole; nothing is drawn where no value is finite.
 */
export function sparklineText(
  values: readonly number[],
  { levels, hole }: Pick<Glyphs, 'levels' | 'hole'>,
  { width = 24 }: { width?: number } = {},
): string {
  const count = Math.min(width, values.length);
  const means = Array.from({ length: count }, (_, column) =>
    finiteMean(
      values.slice(Math.floor((column * values.length) / count), Math.floor(((column + 1) * values.length) / count)),
    ),
  );
  const finite = means.filter(Number.isFinite);
  if (finite.length === 0) return '';
  const low = Math.min(...finite);
  const high = Math.max(...finite);
  const signs = Array.from(levels);
  // Halved before they are taken apart, so that the span of the largest numbers is still finite.
  const share = (value: number): number => (high > low ? (value / 2 - low / 2) / (high / 2 - low / 2) : 0.5);
  return means
    .map((value) => (Number.isFinite(value) ? signs[Math.round(share(value) * (signs.length - 1))] : hole))
    .join('');
}

function finiteMean(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  return finite.length === 0 ? Number.NaN : finite.reduce((sum, value) => sum + value / finite.length, 0);
}
