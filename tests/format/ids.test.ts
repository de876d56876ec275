import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findIdFault, maxIdPartBytes, suggestIdPart } from '../../src/format/ids.ts';

describe('findIdFault', () => {
  test.each([
    'a',
    '0',
    'lr0.1-s0',
    'A.b_c-d=e+f,g',
    'constructor',
    'index',
    '404',
    'data',
    'con1',
    'nullable',
    'a..b',
    '-x',
    '=x',
    '+x',
    'x'.repeat(100),
  ])('%s may be an id', (part) => {
    expect(findIdFault(part)).toBeUndefined();
  });

  test.each([
    ['', /empty/],
    ['.', /folders/],
    ['..', /folders/],
    ['a/b', /character/],
    ['a\\b', /character/],
    ['%2e%2e', /character/],
    ['a b', /character/],
    ['a\0', /character/],
    ['größe', /character/],
    ['a\u202eb', /character/],
    ['a\n', /character/],
    ['a:b', /character/],
    ['a*', /character/],
    ['x'.repeat(101), /100 bytes/],
    ['a.', /dot/],
    ['con', /device/],
    ['CON', /device/],
    ['NUL.txt', /device/],
    ['com1', /device/],
    ['LPT9.log', /device/],
    ['aux', /device/],
    ['prn.jsonl', /device/],
  ])('%j may not', (part, words) => {
    expect(findIdFault(part)).toMatch(words);
  });

  test('allows nothing but the characters of FORMAT.md', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), (part) => {
        if (findIdFault(part) === undefined) expect(part).toMatch(/^[A-Za-z0-9._=+,-]+$/);
        if (!/^[A-Za-z0-9._=+,-]+$/.test(part)) expect(findIdFault(part)).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });
});

describe('suggestIdPart', () => {
  test.each([
    ['lr=0.1 seed=3', 'lr=0.1-seed=3'],
    ['größe', 'gro-e'],
    ['café', 'cafe'],
    ['../../etc/passwd', 'etc-passwd'],
    ['run.', 'run'],
    ['日本', 'run'],
    ['', 'run'],
  ])('gives for %j the name %j', (part, better) => {
    expect(suggestIdPart(part)).toBe(better);
  });

  test('always gives an id, and leaves an id as it is', () => {
    const near = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 150 }),
      fc.constantFrom(
        'con',
        'NUL.a.b',
        'com1.',
        '...',
        '---',
        '_._',
        `${'x'.repeat(99)}..`,
        `${'x'.repeat(99)}-é`,
        'aux.'.repeat(40),
        `con.${'x'.repeat(120)}`,
        `${'-'.repeat(99)}con`,
      ),
      fc
        .array(fc.constantFrom('a', '.', '-', '_', 'é', ' ', 'con', '%'), { maxLength: 130 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(near, (part) => {
        const better = suggestIdPart(part);
        expect(findIdFault(better), better).toBeUndefined();
        expect(better.length).toBeLessThanOrEqual(maxIdPartBytes);
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._=+,-]{0,30}[A-Za-z0-9]$/), (part) => {
        fc.pre(findIdFault(part) === undefined);
        expect(suggestIdPart(part)).toBe(part);
      }),
    );
  });
});
