import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/diagnostics/catalogue.ts';
import { countSeverity, DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';

const at = (line: number, column = 1) =>
  ({ code: 'not-json', file: 'a', line, column, message: `line ${line}` }) as const;

describe('DiagnosticList', () => {
  test('folds findings of one code in one file into the first, with a count', () => {
    const list = new DiagnosticList();
    for (const line of [4, 5, 9]) list.add(at(line));
    list.add({ ...at(7), file: 'b' });
    list.add({ ...at(7), code: 'crlf' });
    expect(list.sorted().map(({ file, code, line, count }) => [file, code, line, count])).toEqual([
      ['a', 'not-json', 4, 3],
      ['a', 'crlf', 7, undefined],
      ['b', 'not-json', 7, undefined],
    ]);
  });

  test('keeps apart what is told to be kept apart', () => {
    const list = new DiagnosticList();
    for (const fold of ['x', 'y', 'x', null, null]) list.add({ ...at(1), fold });
    expect(list.sorted().map(({ count }) => count)).toEqual([2, undefined, undefined, undefined]);
  });

  test('takes the severity and, where none is given, the hint from the catalogue', () => {
    const list = new DiagnosticList();
    list.add(at(1));
    list.add({ ...at(2), code: 'crlf', hint: 'own words' });
    expect(list.sorted()).toMatchObject([
      { severity: 'error', hint: catalogue['not-json'].mend },
      { severity: 'note', hint: 'own words' },
    ]);
  });

  test('sorts by file, line, column and code', () => {
    const list = new DiagnosticList();
    list.add({ ...at(10), fold: null });
    list.add({ ...at(9, 2), fold: null });
    list.add({ ...at(9, 1), code: 'crlf', fold: null });
    list.add({ ...at(9, 1), fold: null, code: 'byte-order-mark' });
    list.add({ ...at(1), file: 'B', fold: null });
    expect(list.sorted().map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`)).toEqual([
      'B:1:1 not-json',
      'a:9:1 byte-order-mark',
      'a:9:1 crlf',
      'a:9:2 not-json',
      'a:10:1 not-json',
    ]);
  });

  test('stands at line 1, column 1 unless told otherwise', () => {
    const list = new DiagnosticList();
    list.add({ code: 'utf16', file: 'a', message: 'm' });
    expect(list.sorted()).toMatchObject([{ line: 1, column: 1 }]);
  });

  test('cuts an excerpt, never inside a character', () => {
    const list = new DiagnosticList();
    list.add({ ...at(1), excerpt: `${'x'.repeat(199)}😀${'y'.repeat(500)}` });
    const excerpt = list.sorted()[0]?.excerpt ?? '';
    expect(excerpt.length).toBeLessThan(300);
    expect(excerpt.startsWith('x'.repeat(199))).toBe(true);
    expect(excerpt.isWellFormed()).toBe(true);
  });
});

test('countSeverity counts occurrences', () => {
  const list = new DiagnosticList();
  for (let line = 1; line <= 1000; line += 1) list.add(at(line));
  list.add({ ...at(1), code: 'crlf' });
  expect(list.sorted()).toHaveLength(2);
  expect(countSeverity(list.sorted(), 'error')).toBe(1000);
  expect(countSeverity(list.sorted(), 'warning')).toBe(0);
  expect(countSeverity(list.sorted(), 'note')).toBe(1);
});
