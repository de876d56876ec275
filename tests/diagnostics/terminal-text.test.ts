import fc from 'fast-check';
import { expect, test } from 'vitest';
import { terminalText } from '../../src/diagnostics/terminal-text.ts';

test.each([
  ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
  [
    '\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
    '\\u001b]8;;https://evil.example\\u0007link\\u001b]8;;\\u0007',
  ],
  ['a\tb', 'a b'],
  ['a\r\nb', 'a\\u000d\\u000ab'],
  ['\u009b2J', '\\u009b2J'],
  ['\u202egnp.exe', '\\u202egnp.exe'],
  ['a\u2066b\u2069', 'a\\u2066b\\u2069'],
  ['\ud800', '\\ud800'],
  ['a\u2028b', 'a\\u2028b'],
  ['plain, größe 漢字 😀', 'plain, größe 漢字 😀'],
])('terminalText(%j) is %j', (text, shown) => {
  expect(terminalText(text)).toBe(shown);
});

test('terminalText leaves no control, no direction mark and no lone surrogate, and shortens nothing', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom('\u001b', '\u0000', '\u202e', '\u061c', '\ud800', '\u0085')),
      (text, extra) => {
        const shown = terminalText(text + extra.join('x'));
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect(shown.length).toBeGreaterThanOrEqual(text.length);
      },
    ),
    { numRuns: 1000 },
  );
});
