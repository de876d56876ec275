import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/format/scalars.ts';
import { parseJson } from '../../src/store/parse-json.ts';

/** Parses a whole text: undefined where it is refused or something follows the value. */
function parseWhole(text: string): { value: JsonValue } | undefined {
  const parsed = parseJson(text);
  return parsed.ok && text.slice(parsed.end).trim() === '' ? { value: parsed.value } : undefined;
}

/** Values as `JSON.parse` gives them: plain objects, bigints as numbers. */
function plain(value: JsonValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const object: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    Object.defineProperty(object, key, {
      value: plain(value[key] as JsonValue),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

function nativeParse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

/** V8 13.6 itself misreads keys with escapes after one that ends in a backslash: no reference for such texts. */
const isTrap = (text: string): boolean => /\\\\"\s*:/.test(text);
const json = fc.json({ stringUnit: 'binary' }).filter((text) => !isTrap(text));

/** JSON text, and JSON text with a few characters put in, taken out or changed. */
const mutated = fc
  .tuple(
    json,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ':', '0', '-', '.', 'e', ' ', '\u0001'),
      ),
      { maxLength: 3 },
    ),
  )
  .map(([text, edits]) =>
    edits.reduce((result, [at, piece]) => {
      const index = at % (result.length + 1);
      return piece === ''
        ? result.slice(0, index) + result.slice(index + 1)
        : result.slice(0, index) + piece + result.slice(index);
    }, text),
  )
  .filter((text) => !isTrap(text));

describe('parseJson', () => {
  test('agrees with JSON.parse on every text that JSON.parse accepts', () => {
    fc.assert(
      fc.property(json, (text) => {
        expect(plain(parseWhole(text)?.value as JsonValue)).toStrictEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test('refuses what JSON.parse refuses, and agrees with it on the rest, when texts are damaged', () => {
    fc.assert(
      fc.property(mutated, (text) => {
        const native = nativeParse(text);
        const own = parseWhole(text);
        if (native === undefined) expect(own).toBeUndefined();
        else expect(plain(own?.value as JsonValue)).toStrictEqual(native.value);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads numbers as JSON.parse does, and whole ones past 2^53 with every digit', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.maxSafeInteger()), (number) => {
        expect(Number(parseWhole(JSON.stringify(number))?.value)).toBe(JSON.parse(JSON.stringify(number)));
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(), (big) => {
        const value = parseWhole(String(big))?.value;
        expect(String(value)).toBe(String(big));
        if (Number.isSafeInteger(Number(big))) expect(typeof value).toBe('number');
      }),
    );
  });

  test.each([
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['-0', -0],
    ['1e400', Number.POSITIVE_INFINITY],
    ['1E-400', 0],
    ['9007199254740993', 9007199254740993n],
    ['-9007199254740993', -9007199254740993n],
    ['9007199254740991', 9007199254740991],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\ud800"', '\ud800'],
    ['"a\u2028b"', 'a\u2028b'],
  ])('reads %s', (text, value) => {
    expect(parseWhole(text)).toStrictEqual({ value });
  });

  test.each([
    'nan',
    'inf',
    '+1',
    '01',
    '1.',
    '.5',
    '0x1',
    '1_000',
    '- 1',
    '-NaN',
    '+Infinity',
    'Infinit',
    'NaNs',
    'truely',
    'nulls',
  ])('refuses %s', (text) => {
    expect(parseWhole(text)).toBeUndefined();
  });

  test('gives objects without a prototype, in which __proto__ and its like are keys', () => {
    const { value } = parseWhole('{"__proto__":{"polluted":1},"constructor":2,"toString":3}') as { value: JsonValue };
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value as object)).toEqual(['__proto__', 'constructor', 'toString']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('lets the last of equal keys win and gives both places, at every depth', () => {
    const text = '{"a":1,"b":{"c":1,"c":2},"\\u0061":3}';
    const parsed = parseJson(text);
    expect(parsed).toMatchObject({ ok: true, value: { a: 3, b: { c: 2 } } });
    expect(parsed.ok && parsed.duplicates).toEqual([
      { key: 'c', firstOffset: text.indexOf('"c"'), offset: text.lastIndexOf('"c"') },
      { key: 'a', firstOffset: 1, offset: text.indexOf('"\\u0061"') },
    ]);
  });

  test('says where a value ended and leaves what follows to the caller', () => {
    expect(parseJson('{"a":1} {"b":2}')).toMatchObject({ ok: true, end: 7 });
    expect(parseJson('{"a":1} {"b":2}', { start: 8 })).toMatchObject({ ok: true, value: { b: 2 }, end: 15 });
  });

  test.each([
    ['{"a":1,}', 7, false],
    ['{"a" 1}', 5, false],
    ['{a:1}', 1, false],
    ['{"a":tru}', 5, false],
    ['{"a":"x\ty"}', 7, false],
    ['{"a":"\\x"}', 6, false],
    ['[1 2]', 3, false],
    ['{"a":[1,2', 9, true],
    ['{"a":"x', 7, true],
    ['{"a":tr', 7, true],
    ['{"a":-', 6, true],
    ['{"a":1e', 7, true],
    ['{"a":-Infin', 11, true],
    ['{"a":"\\u00', 10, true],
    ['{"a":"\\', 7, true],
    ['', 0, true],
  ])('places the fault of %j at offset %i (at the end: %s)', (text, offset, atEnd) => {
    expect(parseJson(text)).toMatchObject({ ok: false, fault: { offset, atEnd, limit: undefined } });
  });

  test('tells a text cut anywhere inside an object from a wrong one', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (object, at) => {
        const text = JSON.stringify(object);
        const cut = text.slice(0, 1 + (at % (text.length - 1)));
        expect(parseJson(cut)).toMatchObject({ ok: false, fault: { atEnd: true, offset: cut.length } });
      }),
      { numRuns: 500 },
    );
  });

  test('stops at the depth limit without overflowing the stack', () => {
    expect(parseJson('['.repeat(64) + ']'.repeat(64), { maxDepth: 64 })).toMatchObject({ ok: true });
    expect(parseJson('['.repeat(65) + ']'.repeat(65), { maxDepth: 64 })).toMatchObject({
      ok: false,
      fault: { limit: 'depth', offset: 64 },
    });
    expect(parseJson('{"a":'.repeat(200_000))).toMatchObject({ ok: false, fault: { limit: 'depth' } });
  });
});
