import { describe, expect, test } from 'vitest';
import { columnAt, readLineCarefully, salvage } from '../../src/store/explain-line.ts';
import { defaultLimits } from '../../src/store/limits.ts';

const bounds = { maxDepth: defaultLimits.depth, maxKeys: defaultLimits.keysPerRecord };
const read = (text: string) => readLineCarefully(text, bounds);
const records = (text: string): unknown[] => JSON.parse(JSON.stringify(read(text).records)) as unknown[];

describe('readLineCarefully', () => {
  test('gives the record of a whole line', () => {
    expect(read('{"a":1}')).toMatchObject({ records: [{ a: 1 }], duplicates: [], fault: undefined });
    expect(read('  {"a":1}\t ').fault).toBeUndefined();
    expect(read('{"a":NaN,"b":-Infinity}').records).toMatchObject([{ a: Number.NaN, b: Number.NEGATIVE_INFINITY }]);
  });

  test.each([
    ['5', 'A record is an object, found a number. The line is set aside.'],
    ['"a"', 'A record is an object, found text. The line is set aside.'],
    ['null', 'A record is an object, found null. The line is set aside.'],
    ['true', 'A record is an object, found true or false. The line is set aside.'],
    ['[1]', 'A record is an object, found a list. The line is set aside.'],
    ["{'a': 1}", 'This is how Python prints a dict; JSON was expected. The line is set aside.'],
    ['{"a": True}', 'This is how Python prints a dict; JSON was expected. The line is set aside.'],
    ['# a', 'JSON has no comments. The line is set aside.'],
    ['{"a":1,}', 'A comma stands before the closing "}". The line is set aside.'],
    ['{"a":1 "b":2}', 'The line is not JSON: expected "," or "}", found \'"\'. The line is set aside.'],
    ['{"a":\u0007}', 'The line is not JSON: expected a value, found the character U+0007. The line is set aside.'],
    ['{"a":', 'The line is not JSON: expected a value, found the end of the line. The line is set aside.'],
    ['{', 'An object begins here and goes on over further lines; a log has one whole object on each line.'],
    ['[', 'A list begins here; a log has one object on each line and no brackets around them.'],
  ])('says of %j what is wrong with it', (text, message) => {
    expect(read(text)).toMatchObject({ records: [], fault: { message } });
  });

  test('reads whole records that were glued together', () => {
    expect(records('{"a":1}{"b":2}')).toEqual([{ a: 1 }, { b: 2 }]);
    expect(read('{"a":1}{"b":2}').fault).toMatchObject({
      code: 'glued-line',
      offset: 7,
      message: '2 records stand on one line. All of them were read.',
    });
    expect(records('{"a":1} {"b":2} {"c":')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test.each([
    ['{"step":1,"lo{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{"step":1,"loss":{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{"step":1,"loss":0.{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{"step":1,"name":"a b{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{"step":1,"name":"a\\{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{"step":1,{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{{"step":2,"loss":3}', [{ step: 2, loss: 3 }]],
    ['{"lo{"step":2,"val":{"acc":1}}', [{ step: 2, val: { acc: 1 } }]],
    ['{"step":1,"lo{"step":2,"lo{"step":3}', [{ step: 3 }]],
    ['{"step":1,"lo{"step":2}{"step":3}', [{ step: 2 }, { step: 3 }]],
    ['{"step":1,"lo{ "step": 2, "text": "{\\"step\\": 9}" }', [{ step: 2, text: '{"step": 9}' }]],
  ])('salvages the whole record behind the tear of %s', (text, expected) => {
    expect(records(text)).toEqual(expected);
    expect(read(text).fault?.code).toBe('glued-line');
  });

  test.each([
    '{"step":1,"val":{"acc":1}',
    '{"event":"start","params":{"lr":1},"ta',
    '{"a":[{"b":1},{"b":2}',
    '{"text":"say {\\"a\\":1}',
  ])('takes no nested part of the cut line %s for a record', (text) => {
    expect(read(text)).toMatchObject({ records: [], fault: { isCut: true } });
  });

  test('gives the place of both keys of a duplicate', () => {
    expect(read('{"a":1,"a":2}').duplicates).toEqual([{ key: 'a', firstOffset: 1, offset: 7 }]);
  });

  test('sets aside what is nested too deeply or has too many keys', () => {
    expect(read(`${'['.repeat(65)}${']'.repeat(65)}`).fault?.code).toBe('nested-too-deep');
    expect(readLineCarefully('{"a":1,"b":2,"c":3}', { ...bounds, maxKeys: 2 }).fault?.code).toBe('too-many-keys');
  });
});

describe('salvage', () => {
  test('gives nothing where no record begins behind a tear', () => {
    for (const text of ['', '{', '{"a":1}', 'words', '{"a":"b']) expect(salvage(text, bounds), text).toBeUndefined();
  });
});

describe('columnAt', () => {
  test.each([
    ['abc', 0, 1],
    ['abc', 2, 3],
    ['é漢x', 2, 3],
    ['😀😀x', 4, 3],
    ['e\u0301x', 2, 3],
    ['abc', 99, 4],
  ])('of %j at %i is %i', (text, offset, column) => {
    expect(columnAt(text, offset)).toBe(column);
  });
});
