import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import type { JsonValue } from '../../src/format/scalars.ts';
import { defaultLimits, type ReadLimits } from '../../src/store/limits.ts';
import { readYaml, type YamlDocument } from '../../src/store/read-yaml.ts';

function read(
  text: string,
  { many = false, limits = {} }: { many?: boolean; limits?: Partial<ReadLimits> } = {},
): { documents: YamlDocument[]; told: string[]; messages: string[] } {
  const diagnostics = new DiagnosticList();
  const documents = readYaml(text, { file: 'x.yaml', limits: { ...defaultLimits, ...limits }, diagnostics, many });
  const all = diagnostics.sorted();
  return {
    documents,
    told: all.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`),
    messages: all.map(({ message }) => message),
  };
}

/** A long integer as this test writes it, any other value as it is. */
const asBig = (_key: string, own: unknown): unknown =>
  typeof own === 'number' && Number.isInteger(own) && !Number.isSafeInteger(own) && !/e/.test(String(own))
    ? `big ${own}`
    : own;

const plain = (value: JsonValue | undefined): unknown =>
  value === undefined
    ? undefined
    : (JSON.parse(
        JSON.stringify(value, (_key, own: unknown) => (typeof own === 'bigint' ? `big ${own}` : own)),
      ) as unknown);

describe('readYaml', () => {
  test('reads back what was written', () => {
    const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\ud800-\udfff]/.test(text) && text.isWellFormed()),
        fc.constantFrom(
          'no',
          'on',
          '1.10',
          '0o17',
          '2026-03-04',
          '~',
          'null',
          '',
          ' a ',
          '[',
          '{',
          '- a',
          'a: b',
          '# c',
          '!x',
          '&a',
          '*a',
          '"',
          "'",
          'a\nb\n',
          '1:30',
        ),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
        fc.constantFrom(true, false, null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(
          fc.string({ unit: 'grapheme-ascii' }).filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: 'grapheme-ascii', minLength: 1 }).filter((key) => key !== '__proto__'),
          value,
          { minKeys: 1, maxKeys: 4, noNullPrototype: true },
        ),
        (object) => {
          const text = stringify(object, { version: '1.2', schema: 'core' });
          const { documents, told } = read(text);
          expect(told).toEqual([]);
          const found = plain(documents[0]?.value);
          expect(found).toEqual(JSON.parse(JSON.stringify(object, asBig)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('reads any JSON object that is not too deep, since JSON is YAML', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string({ unit: 'grapheme-ascii' }),
          fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme-ascii' }),
          { minKeys: 1, noNullPrototype: true },
        ),
        (object) => {
          fc.pre(!Object.hasOwn(object, '__proto__') && !/[[{]{60}/.test(JSON.stringify(object)));
          const { documents, told } = read(JSON.stringify(object));
          expect(told).toEqual([]);
          expect(plain(documents[0]?.value)).toEqual(JSON.parse(JSON.stringify(object, asBig)));
        },
      ),
      { numRuns: 200 },
    );
  });

  test('never throws, whatever the text', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      ',',
      '"',
      "'",
      '&a',
      '*a',
      '!t',
      '|',
      '>',
      '#',
      '%YAML 1.2\n',
      '---\n',
      '...\n',
      '\t',
      '\u0000',
      '\ufeff',
      '😀',
      '<<',
      '0',
      '-',
      '.',
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        fc.boolean(),
        (text, many) => {
          const { told, messages, documents } = read(text, { many });
          for (const line of told) expect(line).toMatch(/^[1-9]\d*:[1-9]\d* (?:error|warning|note) [a-z-]+$/);
          for (const message of messages) expect(message).not.toMatch(/\n|undefined|\[object/);
          if (!many) expect(documents.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('gives objects without a prototype', () => {
    const { documents } = read('__proto__:\n  polluted: 1\nconstructor: 2\n');
    const value = documents[0]?.value;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('gives the place of a value and of a key, in code points', () => {
    const { documents } = read('a:\n  "😀é": {b: [10, 20]}\n  c: 3\n');
    const at = documents[0]?.positionOf;
    expect(at?.(['a', '😀é', 'b'])).toEqual({ line: 2, column: 13 });
    expect(at?.(['a', '😀é', 'b'], { key: true })).toEqual({ line: 2, column: 10 });
    expect(at?.(['a', '😀é', 'b', 1])).toEqual({ line: 2, column: 18 });
    expect(at?.(['a', 'c'], { key: true })).toEqual({ line: 3, column: 3 });
    // What is not there stands where the nearest thing above it does.
    expect(at?.(['a', 'c', 'x'])).toEqual({ line: 3, column: 6 });
  });

  test('gives a place within a text, past quotes, escapes and the indents of folded lines', () => {
    const text = [
      'plain: lr > 0.1',
      'double: "a \\"b\\" and lr > 0.1"',
      "single: 'it''s lr > 0.1'",
      'folded: >-',
      '  status = finished',
      '  and lr > 0.1',
      'list: [x, "y lr"]',
      '',
    ].join('\n');
    const { documents } = read(text);
    const document = documents[0];
    const find = (key: string) => {
      const at = String(document?.value?.[key]).indexOf('lr');
      const { line, column } = document?.positionOf([key], { at }) ?? { line: 0, column: 0 };
      return [line, column, text.split('\n')[line - 1]?.slice(column - 1, column + 1)];
    };
    expect(find('plain')).toEqual([1, 8, 'lr']);
    expect(find('double')).toEqual([2, 22, 'lr']);
    expect(find('single')).toEqual([3, 16, 'lr']);
    expect(find('folded')).toEqual([6, 7, 'lr']);
    expect(document?.positionOf(['list', 1], { at: 2 })).toEqual({ line: 7, column: 14 });
    // Past its end a text ends behind its last sign; what is no text stands where it begins.
    expect(document?.positionOf(['plain'], { at: 99 })).toEqual({ line: 1, column: 16 });
    expect(document?.positionOf(['list'], { at: 1 })).toEqual({ line: 7, column: 7 });
  });

  test('says where each of many documents begins', () => {
    const { documents, told } = read('id: a\n---\n# b\nid: b\n...\n---\nid: c\n', { many: true });
    expect(documents.map(({ start, value }) => [start.line, plain(value)])).toEqual([
      [1, { id: 'a' }],
      [4, { id: 'b' }],
      [7, { id: 'c' }],
    ]);
    expect(told).toEqual([]);
  });

  test.each([
    ['a: "x\n', 'yaml-syntax'],
    ['a: [1, 2\n', 'yaml-syntax'],
    ['a: b: c\n', 'yaml-syntax'],
    ['a:\n\tb: 1\n', 'yaml-syntax'],
    ['a: *nowhere\n', 'yaml-syntax'],
    ['a: !!python/name:os.system x\n', 'yaml-tag'],
    ['a: !custom x\n', 'yaml-tag'],
    ['- a\n', 'yaml-not-a-mapping'],
    ['just text\n', 'yaml-not-a-mapping'],
    ['a: 1\na: 2\n', 'repeated-key'],
    ['a: {b: 1, b: 2}\n', 'repeated-key'],
    ['a: 1\n---\nb: 2\n', 'second-document'],
  ])('tells of %j as %s, an error with a place', (text, code) => {
    const { told } = read(text);
    expect(told).toContainEqual(expect.stringMatching(new RegExp(`^[1-9]\\d*:[1-9]\\d* error ${code}$`)));
  });

  test('tells a repeated key at the second one, and uses the last', () => {
    const { told, documents } = read('a: 1\nb: 2\na: 3\n');
    expect(told).toEqual(['3:1 error repeated-key']);
    expect(plain(documents[0]?.value)).toEqual({ a: 3, b: 2 });
  });

  test('reads an alias in the place of a key', () => {
    expect(plain(read('a: &x name\nb:\n  *x : 1\n').documents[0]?.value)).toEqual({ a: 'name', b: { name: 1 } });
  });

  test('keeps long integers whole', () => {
    expect(
      plain(read('a: 12345678901234567890\nb: 0x1FFFFFFFFFFFFFFF\nc: 9007199254740991\n').documents[0]?.value),
    ).toEqual({
      a: 'big 12345678901234567890',
      b: 'big 2305843009213693951',
      c: 9007199254740991,
    });
  });

  test('an empty text is no document, or an empty one', () => {
    for (const text of ['', '\n', '# a\n', '---\n', '~\n']) {
      const { documents, told } = read(text);
      expect(told).toEqual([]);
      expect(documents.every(({ value }) => value === undefined)).toBe(true);
    }
  });

  test('a file over the limit is set aside unread', () => {
    expect(read('a: 1\n'.repeat(10), { limits: { yamlBytes: 20 } }).told).toEqual(['1:1 error yaml-limit']);
  });
});
