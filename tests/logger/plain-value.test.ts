import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeJson } from '../../src/logger/json-line.ts';
import { plainValue } from '../../src/logger/plain-value.ts';

/** The JSON of a value, and what was warned of. */
function written(value: unknown): { json: string; warned: string[] } {
  const warned: string[] = [];
  return { json: encodeJson(plainValue(value, 'key', (key, text) => warned.push(`${key} ${text}`))), warned };
}

class Point {
  x = 1;
  y = [2];
  #hidden = 3;
  get sum(): number {
    return this.x + this.#hidden;
  }
}

class Tensor {
  shape = [2, 2];
  dataSync(): Float32Array {
    return new Float32Array([1, 2.5, 3, 4]);
  }
}

const cyclic: Record<string, unknown> = { a: 1 };
cyclic.self = cyclic;

describe('row 9: values of every kind have a rule', () => {
  test.each<[string, unknown, string]>([
    ['a bigint', 2n ** 70n, '1180591620717411303424'],
    ['a date', new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 6)), '"2026-01-02T03:04:05.006Z"'],
    ['a date that is none', new Date(Number.NaN), '"Invalid Date"'],
    ['a URL', new URL('https://example.org/a b'), '"https://example.org/a%20b"'],
    ['a regular expression', /a+/g, '"/a+/g"'],
    ['a symbol', Symbol('name'), '"name"'],
    ['a function', Math.max, '"max"'],
    ['a class', Point, '"Point"'],
    ['an error', new RangeError('too large'), '"RangeError: too large"'],
    [
      'a map',
      new Map<unknown, unknown>([
        ['b', 1],
        [2, 'two'],
        [null, []],
        [0.00001, 0],
      ]),
      '{"b":1,"2":"two","null":[],"1e-05":0}',
    ],
    ['a set of numbers', new Set([3, 1, 20]), '[1,3,20]'],
    [
      'a set of texts, in the order of code points',
      new Set(['\u{1f600}', '\uffff', 'b', 'a']),
      '["a","b","\uffff","😀"]',
    ],
    ['a set of both', new Set<unknown>(['a', 1, null]), '["a",1,null]'],
    ['a typed array', new Uint8Array([1, 2]), '[1,2]'],
    ['one with one element', new Float64Array([0.5]), '0.5'],
    ['one of bigints', new BigInt64Array([1n, -2n]), '[1,-2]'],
    ['a tensor', new Tensor(), '[[1,2.5],[3,4]]'],
    ['an ONNX tensor', { dims: [1, 3], data: new Float32Array([1, 2, 3]), type: 'float32' }, '[[1,2,3]]'],
    ['a text as bytes', Buffer.from('plain'), '"plain"'],
    ['bytes', Buffer.from([0xff, 0]), '"base64:/wA="'],
    ['an instance of a class', new Point(), '{"x":1,"y":[2]}'],
    ['what has toJSON', { toJSON: () => ({ own: 1 }) }, '{"own":1}'],
    ['boxed values', [Object(1), Object('a'), Object(true)], '[1,"a",true]'],
    ['undefined in an object and in a list', { a: undefined, b: [undefined] }, '{"b":[null]}'],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), '{"a":1}'],
  ])('%s', (_what, value, json) => {
    expect(written(value)).toEqual({ json, warned: [] });
  });

  test.each<[string, unknown, string, RegExp]>([
    ['what holds itself', cyclic, '{"a":1,"self":"<Object>"}', /^key\.self holds itself or is nested too deeply/],
    [
      'a long text',
      `${'a'.repeat(99_999)}😀b`,
      JSON.stringify(`${'a'.repeat(99_999)}😀…`),
      /^key is a text of 100001 characters/,
    ],
    [
      'a long list',
      new Array(10_001).fill(0),
      JSON.stringify(new Array(10_000).fill(0)),
      /^key has more than 10000 items/,
    ],
    [
      'a large array',
      new Float32Array(20_000),
      '"<Float32Array of shape [20000]>"',
      /^key is an array of shape \[20000\]/,
    ],
    ['a promise', Promise.resolve(1), '"<Promise>"', /await it/],
    [
      'what throws when it is read',
      {
        toJSON() {
          throw new TypeError('no');
        },
      },
      '"<Object>"',
      /^key could not be read \(TypeError\)/,
    ],
  ])('%s is cut or named, with a warning', (_what, value, json, warning) => {
    const found = written(value);
    expect(found.json).toBe(json);
    expect(found.warned[0]).toMatch(warning);
  });

  test('a property that throws is named by its error, the others are there', () => {
    const value = {
      a: 1,
      get bad() {
        throw new RangeError('no');
      },
      c: 3,
    };
    expect(written(value).json).toBe('{"a":1,"bad":"<RangeError>","c":3}');
  });

  test('what is nested over 32 levels deep is left out', () => {
    let deep: unknown = 'bottom';
    for (let i = 0; i < 50; i += 1) deep = [deep];
    const { json, warned } = written(deep);
    expect(json).toBe(`${'['.repeat(32)}"<Array>"${']'.repeat(32)}`);
    expect(warned).toHaveLength(1);
  });

  test('whatever it is given, it gives JSON and does not throw', () => {
    fc.assert(
      fc.property(
        fc.anything({
          withBigInt: true,
          withDate: true,
          withMap: true,
          withSet: true,
          withTypedArray: true,
          withNullPrototype: true,
          withSparseArray: true,
          withBoxedValues: true,
          withObjectString: true,
        }),
        (value) => {
          expect(encodeJson(plainValue(value)).isWellFormed()).toBe(true);
        },
      ),
    );
  });

  test('hostile objects do no harm', () => {
    const hostile = new Proxy(
      {},
      {
        get() {
          throw new Error('get');
        },
        getPrototypeOf() {
          throw new Error('proto');
        },
        ownKeys() {
          throw new Error('keys');
        },
      },
    );
    expect(written(hostile).json).toBe('"<Object>"');
  });
});
