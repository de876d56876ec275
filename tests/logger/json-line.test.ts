import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeJson, formatNumber, type Json } from '../../src/logger/json-line.ts';
import { parseJson } from '../../src/store/parse-json.ts';

const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0);

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [-0, '-0.0'],
    [1, '1'],
    [-12, '-12'],
    [0.1, '0.1'],
    [0.0001, '0.0001'],
    [0.00009999, '9.999e-05'],
    [1e-7, '1e-07'],
    [1e-10, '1e-10'],
    [5e-324, '5e-324'],
    [123456789.125, '123456789.125'],
    [9007199254740991, '9007199254740991'],
    [9999999999999998, '9999999999999998'],
    [1e16, '1e+16'],
    [-1.5e21, '-1.5e+21'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%d is written as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  test('every number reads back as itself', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(formatNumber(value))).toBe(value);
      }),
    );
  });

  test.skipIf(python === undefined)("is Python's repr, but for the point of a whole number", () => {
    const values = fc.sample(fc.double({ noNaN: true, noDefaultInfinity: true }), { numRuns: 3000, seed: 1 });
    const near = values.flatMap((value) => [value, (value % 1e17) / 3, (value % 1) / 1e4, Math.trunc(value % 1e16)]);
    const script = 'import json, sys\nfor x in json.load(sys.stdin): print(repr(float(x)))';
    const given = JSON.stringify(near.map((value) => (Object.is(value, -0) ? '-0.0' : String(value))));
    const { stdout } = spawnSync(python ?? '', ['-c', script], { input: given, encoding: 'utf8', maxBuffer: 1 << 26 });
    const expected = stdout
      .trimEnd()
      .split('\n')
      .map((text) => (text === '-0.0' ? text : text.replace(/\.0$/, '')));
    expect(expected).toHaveLength(near.length);
    expect(near.map(formatNumber)).toEqual(expected);
  });
});

describe('encodeJson', () => {
  test('keeps the order of keys, and names that mean something to JavaScript', () => {
    const value: Json = new Map<string, Json>([
      ['10', 1],
      ['2', [null, true]],
      ['__proto__', new Map()],
    ]);
    expect(encodeJson(value)).toBe('{"10":1,"2":[null,true],"__proto__":{}}');
  });

  test('gives valid UTF-8 for any text, which reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (key, text) => {
        const line = encodeJson(new Map([[`${key}\ud800`, text]]));
        expect(line.isWellFormed()).toBe(true);
        expect(line).not.toContain('\n');
        expect(parseJson(line)).toMatchObject({ ok: true, value: { [`${key}\ud800`]: text } });
      }),
    );
  });
});
