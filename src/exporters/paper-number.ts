import type { PaperCell } from './paper-table.ts';

/** How the numbers of a column are written: alike, so that they can be compared at a glance. */
export interface Notation {
  /** Digits after the point. */
  digits: number;
  /** The power of ten that is set apart; 0 for none. */
  exponent: number;
}

/** A cell's numbers as text, the power of ten set apart. */
export interface NumberText {
  /** The mean, or the values themselves where there are fewer than 3. */
  values: string[];
  half: string | undefined;
  exponent: number;
}

const fewestDigits = 4;

/**
 * Chooses one notation for a column: as many digits as give the interval of the middle cell two significant ones, and the least
 * interval one; four significant ones of the means where there is no interval. Very small and very large numbers have their
 * power of ten set apart.
 */
export function chooseNotation(cells: readonly Pick<PaperCell, 'figures' | 'half'>[]): Notation {
  const sizes = cells.flatMap(({ figures }) => (figures.n < 3 ? figures.values : [figures.mean ?? 0])).map(Math.abs);
  const largest = Math.max(0, ...sizes);
  const exponent = largest !== 0 && (largest < 1e-3 || largest >= 1e6) ? powerOf(largest) : 0;
  const halves = cells
    .flatMap(({ half }) => (half === undefined || half === 0 ? [] : [powerOf(half) - exponent]))
    .sort((a, b) => a - b);
  const middle = halves[Math.floor(halves.length / 2)];
  const digits =
    middle === undefined
      ? fewestDigits - 1 - (largest === 0 ? 0 : powerOf(largest) - exponent)
      : Math.max(1 - middle, -(halves[0] ?? middle));
  return { digits: Math.min(12, Math.max(0, digits)), exponent };
}

/** The power of ten of a number's first digit. */
function powerOf(size: number): number {
  return Number(size.toExponential().split('e')[1]);
}

/** Writes a cell's numbers; undefined where it has no value. */
export function numberText(
  { figures, half }: Pick<PaperCell, 'figures' | 'half'>,
  { digits, exponent }: Notation,
): NumberText | undefined {
  if (figures.mean === undefined) return undefined;
  const write = (value: number): string => shift(value, -exponent).toFixed(digits);
  const values = figures.n < 3 ? figures.values.map(write) : [write(figures.mean)];
  return { values, half: half === undefined ? undefined : write(half), exponent };
}

/** A number times a power of ten, by its decimal digits: 1.5e-7 becomes 1.5 and not 1.4999999999999998. */
function shift(value: number, power: number): number {
  const [mantissa, exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + power}`);
}
