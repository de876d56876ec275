import type { JsonValue } from '../format/scalars.ts';

/**
 * A value as JSON text. Integers past 2^53 keep their digits, non-finite numbers are written as their words, and objects
 * keep keys such as `__proto__`. Keys stand in code-unit order, so that equal values have equal text.
 */
export function encodeValue(value: JsonValue): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return JSON.stringify(value);
    return JSON.stringify(Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity');
  }
  if (Array.isArray(value)) return `[${value.map(encodeValue).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.keys(value).sort();
    return `{${entries.map((key) => `${JSON.stringify(key)}:${encodeValue(value[key] ?? null)}`).join(',')}}`;
  }
  return JSON.stringify(value);
}

/** A value as a person reads it: text without quotes, everything else as JSON. */
export function showValue(value: JsonValue): string {
  return typeof value === 'string' ? value : encodeValue(value);
}
