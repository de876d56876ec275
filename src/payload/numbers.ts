/** JSON has no NaN and no infinities; they travel as the words a log may use. */
export type EncodedNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A number as strict JSON can say it. Minus zero keeps its sign nowhere. */
export function encodeNumber(value: number): EncodedNumber {
  if (Number.isFinite(value)) return value === 0 ? 0 : value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** Reads what `encodeNumber` wrote; anything else is NaN. */
export function decodeNumber(encoded: unknown): number {
  if (typeof encoded === 'number') return encoded;
  if (encoded === 'Infinity') return Number.POSITIVE_INFINITY;
  return encoded === '-Infinity' ? Number.NEGATIVE_INFINITY : Number.NaN;
}

/** As `encodeNumber`; undefined is null. */
export function encodeMaybe(value: number | undefined): EncodedNumber | null {
  return value === undefined ? null : encodeNumber(value);
}

/** As `decodeNumber`; null is undefined. */
export function decodeMaybe(encoded: unknown): number | undefined {
  return encoded === null || encoded === undefined ? undefined : decodeNumber(encoded);
}

/**
 * Rounds values to what a picture can show: `least` significant digits (7 is single precision), more where the values differ by
 * little compared with their size. Non-finite values stay. The least and the greatest stay the least and the greatest.
 */
export function roundForDrawing(values: readonly number[], least = 7): number[] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const size = Math.max(Math.abs(low), Math.abs(high));
  const span = high - low;
  const extra = span > 0 && Number.isFinite(span) ? Math.max(0, Math.ceil(Math.log10(size / span))) : 0;
  const digits = Math.min(17, least + extra);
  return values.map((value) => (Number.isFinite(value) ? Number(value.toPrecision(digits)) : value));
}

/** Writes numbers as the first and then differences when all are whole, which compresses to little; else as they are. */
export function encodeRising(numbers: readonly number[]): { by: 'step' | 'value'; list: EncodedNumber[] } {
  const differences = numbers.map((number, i) => number - (i === 0 ? 0 : (numbers[i - 1] ?? 0)));
  const isExact = numbers.every(Number.isSafeInteger) && differences.every(Number.isSafeInteger);
  return isExact
    ? { by: 'step', list: differences.map(encodeNumber) }
    : { by: 'value', list: numbers.map(encodeNumber) };
}

/** Reads what `encodeRising` wrote. */
export function decodeRising(encoded: { by: unknown; list: unknown }): number[] {
  const list = Array.isArray(encoded.list) ? encoded.list.map(decodeNumber) : [];
  if (encoded.by !== 'step') return list;
  let sum = 0;
  return list.map((difference) => {
    sum += difference;
    return sum;
  });
}
