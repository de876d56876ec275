import type { JsonObject, JsonValue } from '../format/scalars.ts';

/**
 * Walks an object's leaves in order: nested keys are joined with `separator`, lists and empty objects count as leaves.
 * Gives false, having stopped, where the nesting passes `maxDepth`.
 */
export function forEachLeaf(
  object: JsonObject,
  separator: string,
  visit: (key: string, value: JsonValue) => void,
  { prefix = '', maxDepth = 64 }: { prefix?: string; maxDepth?: number } = {},
): boolean {
  if (maxDepth <= 0) return false;
  for (const key of Object.keys(object)) {
    const value = object[key] as JsonValue;
    const path = prefix === '' ? key : `${prefix}${separator}${key}`;
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0) {
      if (!forEachLeaf(value, separator, visit, { prefix: path, maxDepth: maxDepth - 1 })) return false;
    } else {
      visit(path, value);
    }
  }
  return true;
}

/** Text of a value as compact JSON; integers past 2^53 keep their digits and non-finite numbers their words. */
export function jsonText(value: JsonValue): string {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.keys(value)
      .map((key) => `${JSON.stringify(key)}:${jsonText(value[key] as JsonValue)}`)
      .join(',')}}`;
  }
  return JSON.stringify(value);
}
