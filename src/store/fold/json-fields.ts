import type { JsonObject, JsonValue } from '../../format/scalars.ts';
import { readMetricValue } from '../read-value.ts';

/** Says whether a value is an object and not a list or null. */
export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text, or a number in words; undefined for anything else. */
export function asText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

/** The texts of a list, or one text as a list of one. */
export function asTexts(value: JsonValue | undefined): string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => (typeof item === 'string' && item !== '' ? [item] : []));
}

/** A list of numbers, or undefined where any item is none. */
export function asNumbers(value: JsonValue | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map((item) => readMetricValue(item));
  return numbers.every((item) => item !== undefined) ? (numbers as number[]) : undefined;
}

/** Cuts a text for a message. */
export function cut(text: string): string {
  return text.length <= 80 ? text : `${cutAt(text, 80)}…`;
}

/** Cuts a text at a length in UTF-16 units, never inside a character. */
export function cutAt(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
