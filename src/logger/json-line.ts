/** A value as a log holds it. Objects are maps: their order stays, and no name means anything to them. */
export type Json = null | boolean | number | bigint | string | Json[] | JsonMap;
export type JsonMap = Map<string, Json>;

/**
 * A number as Python's `repr` has it, so that both loggers write the same bytes: the shortest digits that read back as
 * the same double, with an exponent of a sign and two digits or more below 1e-4 and from 1e16 on. One that is whole and
 * below 1e16 has no point: JavaScript does not know 1.0 from 1. Minus zero is `-0.0`; `NaN` and the infinities are bare.
 */
export function formatNumber(value: number): string {
  if (Number.isFinite(value)) {
    const size = Math.abs(value);
    if (size < 1e16 && (size >= 1e-4 || size === 0)) return Object.is(value, -0) ? '-0.0' : String(value);
    return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

/** Compact JSON. A lone surrogate is written as its escape, so that every text is valid UTF-8. */
export function encodeJson(value: Json): string {
  switch (typeof value) {
    case 'number':
      return formatNumber(value);
    case 'string':
      return JSON.stringify(value);
    case 'bigint':
    case 'boolean':
      return String(value);
  }
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(encodeJson).join(',')}]`;
  const fields: string[] = [];
  for (const [key, item] of value) fields.push(`${JSON.stringify(key)}:${encodeJson(item)}`);
  return `{${fields.join(',')}}`;
}

/** One record as it is written, newline included. */
export function encodeLine(record: JsonMap): Buffer {
  return Buffer.from(`${encodeJson(record)}\n`);
}

/** A record of the fields that are known: those with `undefined` are left out. */
export function makeRecord(fields: Readonly<Record<string, Json | undefined>>): JsonMap {
  const record: JsonMap = new Map();
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) record.set(key, value);
  return record;
}
