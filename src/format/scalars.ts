import { z } from 'zod';

/** What a reader makes of JSON: plain values, with integers past 2^53 kept whole as bigint. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue };

/** A JSON object as the reader gives it: no prototype, so a key such as `__proto__` is plain data. */
export type JsonObject = { [key: string]: JsonValue };

/**
 * Accepts a plain object with any keys and hands it on untouched. `z.record` would copy it and lose `__proto__`;
 * here the reader's own null-prototype object stays what it is.
 */
export const jsonObject = z
  .custom<JsonObject>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'expected an object',
  )
  .meta({ type: 'object' });

/** Any JSON value. */
export const jsonValue = z.custom<JsonValue>((value) => value !== undefined, 'expected a value');

/** The three spellings of a number that JSON does not have; Python's `json` writes them bare. */
export const nonFiniteWords = ['NaN', 'Infinity', '-Infinity'] as const;

/** A number as a log may write it: a JSON number, a boolean (0 or 1), a non-finite word, or null for not-a-number. */
export const logNumber = z
  .union([
    z.custom<number>((value) => typeof value === 'number', 'expected a number').meta({ type: 'number' }),
    z.boolean(),
    z.null(),
    z.enum(nonFiniteWords),
  ])
  .meta({
    description: 'A number; true and false count as 1 and 0; "NaN", "Infinity", "-Infinity" and null are not-a-number.',
  });

/** ISO 8601 text, or a number since 1970 in seconds, milliseconds, microseconds or nanoseconds (told by its size). */
export const logTime = z
  .custom<string | number | bigint>(
    (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint',
    'expected a time',
  )
  .meta({
    type: ['string', 'number'],
    description: 'ISO 8601 with an offset, or a number since 1970.',
    examples: ['2026-03-04T09:12:00+01:00', 1772612000.25],
  });

/** A seed: a number of any size, or text. */
export const seedValue = z
  .custom<string | number | bigint | null>(
    (value) => value === null || ['string', 'number', 'bigint'].includes(typeof value),
    'expected a number or text',
  )
  .meta({ type: ['number', 'string', 'null'], description: 'The seed of the random numbers.' });
