import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { glyphsFor } from '../../../src/cli/terminal/glyphs.ts';
import { sparklineText } from '../../../src/cli/terminal/sparkline-text.ts';
import { printTable } from '../../../src/cli/terminal/text-table.ts';
import { cutText, holdDirection, plainLine, textWidth } from '../../../src/cli/terminal/text-width.ts';

const glyphs = glyphsFor({ env: { LANG: 'en_US.UTF-8' } });
const ascii = glyphsFor({ env: { LANG: 'C' } });

describe('printTable', () => {
  test('aligns columns by what a terminal draws, wide and joined characters too', () => {
    const { text } = printTable(
      [
        { head: 'a', cells: ['学習', 'e\u0301', '👩‍💻', 'plain'] },
        { head: 'b', cells: ['|', '|', '|', '|'] },
      ],
      { glyphs },
    );
    const places = text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => textWidth(line.slice(0, line.indexOf('|'))));
    expect(new Set(places)).toEqual(new Set([7]));
  });

  test('puts decimal points below each other, whatever stands behind the number', () => {
    const { text } = printTable(
      [{ head: 'n', align: 'number', cells: ['0.25', '12', '-3.5e-4', 'NaN', '–', '1,200'] }],
      {
        glyphs,
      },
    );
    const lines = text.split('\n').slice(1, -1);
    const point = (line: string) => /\d(?=\D*$|\.)/.exec(line)?.index;
    expect(lines.slice(0, 3).map(point)).toEqual([point(lines[0] ?? ''), point(lines[0] ?? ''), point(lines[0] ?? '')]);
    expect(lines.slice(3)).toMatchInlineSnapshot(`
      [
        "       NaN",
        "         –",
        "1,200",
      ]
    `);
  });

  test('drops the last columns first, keeps those to be kept, and says which went', () => {
    const columns = [
      { head: 'id', cells: ['a-rather-long-name-of-a-run'] },
      { head: 'kept', cells: ['0.5'], isKept: true },
      { head: 'one', cells: ['11111'] },
      { head: 'two', cells: ['22222'] },
    ];
    expect(printTable(columns, { glyphs }).dropped).toEqual([]);
    expect(printTable(columns, { glyphs, width: 40 })).toMatchObject({ dropped: ['two'] });
    const narrow = printTable(columns, { glyphs, width: 24 });
    expect(narrow.dropped).toEqual(['one', 'two']);
    expect(narrow.text).toContain('…');
    for (const line of narrow.text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(24);
  });

  test('never lets a cell begin a line, move the cursor or turn the direction, for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (cells) => {
        const { text } = printTable([{ head: 'x', cells }], { glyphs });
        expect(text.split('\n')).toHaveLength(cells.length + 2);
        const unsafe = Array.from(text).filter(
          (sign) => sign !== '\n' && /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(sign),
        );
        expect(unsafe).toEqual([]);
      }),
    );
  });

  test('holds cells that are written from right to left, on a terminal only', () => {
    const column = [{ head: 'x', cells: ['ניסוי', 'plain'] }];
    expect(printTable(column, { glyphs, isTerminal: true }).text).toContain('\u200eניסוי\u200e');
    expect(printTable(column, { glyphs }).text).not.toContain('\u200e');
    expect(holdDirection('plain')).toBe('plain');
  });
});

describe('cutText', () => {
  test('cuts between characters as people see them', () => {
    expect(cutText('abcdef', 4, '…')).toBe('abc…');
    expect(cutText('学習率', 5, '…')).toBe('学習…');
    expect(cutText('👩‍💻👩‍💻', 3, '…')).toBe('👩‍💻…');
    expect(cutText('abcdef', 2, '...')).toBe('..');
    expect(cutText('abc', 3, '…')).toBe('abc');
  });

  test('never gives more than was allowed, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, width) => {
        expect(textWidth(cutText(plainLine(text), width, '…'))).toBeLessThanOrEqual(width);
      }),
    );
  });
});

describe('sparklineText', () => {
  test('draws lowest to highest, means where there is no room, holes where nothing is finite', () => {
    expect(sparklineText([0, 1, 2, 3, 4, 5, 6, 7], glyphs)).toBe('▁▂▃▄▅▆▇█');
    expect(sparklineText([0, 1, 2, 3, 4, 5, 6, 7], ascii)).toBe('.:-=+*#@');
    expect(sparklineText([0, 2, 10, 12], glyphs, { width: 2 })).toBe('▁█');
    expect(sparklineText([0, Number.NaN, Number.POSITIVE_INFINITY, 1], glyphs)).toBe('▁××█');
    expect(sparklineText([3, 3], glyphs)).toBe('▅▅');
    expect(sparklineText([Number.NaN], glyphs)).toBe('');
    expect(sparklineText([], glyphs)).toBe('');
  });

  test('does not fail on the largest numbers', () => {
    expect(sparklineText([-1.7e308, 1.7e308], glyphs)).toBe('▁█');
  });

  test('is as wide as it may be and holds only its own signs, for any values', () => {
    fc.assert(
      fc.property(fc.array(fc.double()), fc.integer({ min: 1, max: 40 }), (values, width) => {
        const signs = Array.from(sparklineText(values, glyphs, { width }));
        expect([0, Math.min(width, values.length)]).toContain(signs.length);
        for (const sign of signs) expect(glyphs.levels + glyphs.hole).toContain(sign);
      }),
    );
  });
});

test('glyphsFor goes by the first of LC_ALL, LC_CTYPE and LANG that is set', () => {
  const isUnicode = (env: Record<string, string>) => glyphsFor({ env }).isUnicode;
  expect(isUnicode({ LANG: 'de_DE.utf8' })).toBe(true);
  expect(isUnicode({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(isUnicode({ LANG: 'C', LC_CTYPE: 'C.UTF-8' })).toBe(true);
  expect(isUnicode({ LC_ALL: '', LANG: 'en_GB.ISO-8859-1' })).toBe(false);
  expect(isUnicode({})).toBe(false);
  expect(isUnicode({ WT_SESSION: '1' })).toBe(true);
});
