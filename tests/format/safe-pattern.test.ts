import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, maxPatternLength, type SafePattern } from '../../src/format/safe-pattern.ts';

function compile(source: string, options?: { ignoreCase?: boolean }): SafePattern {
  const compiled = compilePattern(source, options);
  if (!compiled.ok) throw new Error(compiled.message);
  return compiled.pattern;
}

function faultOf(source: string): string {
  const compiled = compilePattern(source);
  return compiled.ok ? '' : compiled.message;
}

describe('compilePattern', () => {
  it('gives groups by number and by name', () => {
    const pattern = compile('(?P<step>\\d+) (?<loss>\\S+)(x)?');
    expect(pattern.groupCount).toBe(3);
    expect([...pattern.groupNames]).toEqual([
      ['step', 1],
      ['loss', 2],
    ]);
    expect(pattern.match('at 12 0.5!')).toEqual(['12 0.5!', '12', '0.5!', undefined]);
    expect(pattern.match('nothing')).toBeUndefined();
    expect(pattern.test('7 x')).toBe(true);
  });

  it('ignores case where asked', () => {
    expect(compile('LOSS').test('loss')).toBe(false);
    expect(compile('LOSS', { ignoreCase: true }).test('loss')).toBe(true);
  });

  it('keeps a group named __proto__ or constructor as plain data', () => {
    expect([...compile('(?P<__proto__>a)(?P<constructor>b)').groupNames]).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });

  it('says what is wrong', () => {
    expect(
      ['(a', '(?=a)b', '(a)\\1', '[z-a]', 'a{2000}', '(?:(a)|(b)|(ab)){200}c'].map(faultOf),
    ).toMatchInlineSnapshot(`
      [
        "cannot be read as a regular expression: missing closing ): \`(a\`",
        "cannot be read as a regular expression: invalid or unsupported Perl syntax: \`(?=\` (look-around is not supported)",
        "cannot be read as a regular expression: invalid escape sequence: \`\\1\`",
        "cannot be read as a regular expression: invalid character class range: \`z-a\`",
        "cannot be read as a regular expression: invalid repeat count: \`{2000}\`",
        "is too large; use fewer or smaller repeats such as {100}",
      ]
    `);
    expect(faultOf('a'.repeat(maxPatternLength + 1))).toBe('is longer than 2000 characters (2001)');
  });

  it.each(['(a+)+$', '(a|a)*b', '(.*)*x', '(x+x+)+y', '(?:a?){300}a{300}'])(
    'answers %s on 50,000 letters, on which a backtracking engine would not end',
    (source) => {
      expect(compile(source).match(`${'a'.repeat(50_000)}!`)?.length ?? 0).toBeLessThanOrEqual(2);
    },
  );

  it('finds what the regular expressions of JavaScript find', () => {
    const source = fc.stringMatching(/^(?:[abc.]|\(b\)|[ab][*+?]|\(a\|bc\)|\[ab\]){1,8}$/);
    fc.assert(
      fc.property(source, fc.stringMatching(/^[abcd]{0,20}$/), (pattern, text) => {
        const expected = new RegExp(pattern).exec(text);
        expect(compile(pattern).match(text)).toEqual(expected === null ? undefined : [...expected]);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.string(), (source, text) => {
        const compiled = compilePattern(source);
        if (compiled.ok) compiled.pattern.match(text);
        else expect(compiled.message).not.toBe('');
      }),
      { numRuns: 500 },
    );
  });
});
