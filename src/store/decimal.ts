/** Largest power of ten that a double holds exactly. */
export const maxExactPower = 22;

const powersOfTen = Array.from({ length: maxExactPower + 1 }, (_, exponent) => Number(`1e${exponent}`));

/** Splits a double into halves whose products are exact (G. W. Veltkamp, 1968): 2^27 + 1. */
const splitter = 134_217_729;
const highHalves = powersOfTen.map((power) => splitter * power - (splitter * power - power));
const lowHalves = powersOfTen.map((power, exponent) => power - (highHalves[exponent] as number));

/**
 * Rounds a decimal number to the nearest double: `(lead * 10^restDigits + rest) / 10^scale`.
 *
 * `lead` is below 10^15, `rest` has at most four digits, `scale` is from -22 to 22. Gives undefined where it cannot tell the
 * nearest double for sure, about once in ten million numbers: then the digits are for the engine to read. The quotient is
 * worked out with twice the digits of a double (T. J. Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18, 1971).
 */
export function nearestDouble(lead: number, rest: number, restDigits: number, scale: number): number | undefined {
  if (restDigits === 0) {
    // Both are exact, so one operation rounds once (W. D. Clinger, "How to read floating point numbers accurately", 1990).
    return scale >= 0 ? lead / (powersOfTen[scale] as number) : lead * (powersOfTen[-scale] as number);
  }
  if (scale < 0) return undefined;
  // All digits as the exact sum of two doubles.
  const shift = powersOfTen[restDigits] as number;
  const upper = Math.floor(lead / 67_108_864);
  const large = upper * shift * 67_108_864;
  const small = (lead - upper * 67_108_864) * shift + rest;
  const digits = large + small;
  const digitsError = small - (digits - large);

  const power = powersOfTen[scale] as number;
  const quotient = digits / power;
  const product = quotient * power;
  const scaled = splitter * quotient;
  const quotientHigh = scaled - (scaled - quotient);
  const quotientLow = quotient - quotientHigh;
  const high = highHalves[scale] as number;
  const low = lowHalves[scale] as number;
  const productError = quotientHigh * high - product + quotientHigh * low + quotientLow * high + quotientLow * low;
  const correction = (digits - product - productError + digitsError) / power;
  const nearest = quotient + correction;
  const left = quotient - nearest + correction;
  // Too close to the middle between two doubles: the last bits of `left` are not certain.
  return nearest + left * 1.0000001 === nearest ? nearest : undefined;
}
