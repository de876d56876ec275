import { maxExactPower, nearestDouble } from './decimal.ts';

/**
 * What stands around the numbers of a line: `{"step":`, `,"loss":`, `}`. Neighbouring lines of a log differ in their numbers
 * alone, so a line that fits the shape of one that was read with care needs no reading of its keys.
 */
export interface LineShape {
  /** Keys in the order written, none twice, one for each number. */
  keys: readonly string[];
  /** UTF-8 before each number, and after the last: one longer than `keys`. */
  literals: readonly Uint8Array[];
}

/** Longest line, in numbers, of which the shape is worth keeping. */
export const maxShapeNumbers = 256;

const keyPattern = /\s*[{,]\s*"([^"\\]*)"\s*:\s*/y;
const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Gives the shape of a line, or undefined for a line with anything but numbers in one flat object, and for one with a key twice. */
export function shapeOf(text: string): LineShape | undefined {
  const keys: string[] = [];
  const literals: string[] = [];
  let at = 0;
  while (keys.length < maxShapeNumbers) {
    keyPattern.lastIndex = at;
    const key = keyPattern.exec(text)?.[1];
    if (key === undefined) break;
    numberPattern.lastIndex = keyPattern.lastIndex;
    if (!numberPattern.test(text)) return undefined;
    keys.push(key);
    literals.push(text.slice(at, keyPattern.lastIndex));
    at = numberPattern.lastIndex;
  }
  const tail = text.slice(at);
  if (keys.length === 0 || new Set(keys).size < keys.length || !/^\s*\}\s*$/.test(tail)) return undefined;
  return { keys, literals: [...literals, tail].map((literal) => Buffer.from(literal)) };
}

const zero = 0x30;
const nine = 0x39;
const minus = 0x2d;
const plus = 0x2b;
const point = 0x2e;
const smallE = 0x65;
const largeE = 0x45;

/** Past this, a further digit would not fit into an exact integer with the digits before it. */
const fullLead = 1e14;

/**
 * Reads the numbers of a line that has a shape: `bytes` from `from` to `to`. Gives false, and numbers that mean nothing, for a
 * line of another shape or with a number that JSON does not allow; true only where `JSON.parse` gives the same numbers.
 */
export function readNumbers(
  { literals }: LineShape,
  bytes: Buffer,
  { from, to, numbers }: { from: number; to: number; numbers: Float64Array },
): boolean {
  let at = from;
  const count = literals.length - 1;
  for (let index = 0; index < count; index += 1) {
    const literal = literals[index] as Uint8Array;
    if (!matches(bytes, at, literal)) return false;
    at += literal.length;
    const start = at;
    let code = bytes[at] as number;
    const isNegative = code === minus;
    if (isNegative) code = bytes[++at] as number;
    const firstDigit = at;
    let lead = 0;
    let rest = 0;
    let restDigits = 0;
    while (code >= zero && code <= nine) {
      if (lead < fullLead) lead = lead * 10 + (code - zero);
      else {
        rest = rest * 10 + (code - zero);
        restDigits += 1;
      }
      code = bytes[++at] as number;
    }
    const whole = at - firstDigit;
    if (whole === 0 || (whole > 1 && bytes[firstDigit] === zero)) return false;
    let scale = 0;
    if (code === point) {
      code = bytes[++at] as number;
      const firstOfFraction = at;
      while (code >= zero && code <= nine) {
        if (lead < fullLead) lead = lead * 10 + (code - zero);
        else {
          rest = rest * 10 + (code - zero);
          restDigits += 1;
        }
        code = bytes[++at] as number;
      }
      scale = at - firstOfFraction;
      if (scale === 0) return false;
    }
    if (code === smallE || code === largeE) {
      code = bytes[++at] as number;
      const isDown = code === minus;
      if (isDown || code === plus) code = bytes[++at] as number;
      const firstOfExponent = at;
      let exponent = 0;
      while (code >= zero && code <= nine) {
        exponent = exponent * 10 + (code - zero);
        code = bytes[++at] as number;
      }
      if (at === firstOfExponent) return false;
      scale += isDown ? exponent : -exponent;
    }
    const isShort = restDigits <= 4 && scale <= maxExactPower && scale >= -maxExactPower;
    const value = isShort ? nearestDouble(lead, rest, restDigits, scale) : undefined;
    if (value === undefined) numbers[index] = Number(bytes.toString('latin1', start, at));
    else numbers[index] = isNegative ? -value : value;
  }
  const tail = literals[count] as Uint8Array;
  return at + tail.length === to && matches(bytes, at, tail);
}

function matches(bytes: Buffer, at: number, literal: Uint8Array): boolean {
  for (let index = 0; index < literal.length; index += 1) {
    if (bytes[at + index] !== literal[index]) return false;
  }
  return true;
}
