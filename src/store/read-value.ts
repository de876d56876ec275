import type { JsonValue } from '../format/scalars.ts';

export { elapsedKeys, paramsKeys, stepKeys, timeKeys } from '../format/metric-keys.ts';

/**
 * Reads a metric's value: a number, true and false as 1 and 0, the words `NaN`, `Infinity` and `-Infinity`, and null
 * as not-a-number. Gives undefined for what is none of these.
 */
export function readMetricValue(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null) return Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return undefined;
}
