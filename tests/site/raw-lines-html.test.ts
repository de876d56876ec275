import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { rawLinesHtml } from '../../src/site/raw-lines-html.ts';

const line = (number: number, text = `line ${number}`, cut = 0) => ({ number, text, cut });

function read(html: string) {
  const { document } = parseHTML(`<html><body><ol>${html}</ol></body></html>`);
  return document;
}

describe('rawLinesHtml', () => {
  test('writes lines with their anchors, and says which are left out', () => {
    const excerpt = { lines: [line(1), line(2), line(5, 'far', 1234), line(9)], firstLine: 1, lineCount: 12 };
    const document = read(rawLinesHtml(excerpt, { file: 1, address: '/raw/a b.jsonl' }));
    expect([...document.querySelectorAll('li')].map((item) => item.textContent)).toEqual([
      '1line 1',
      '2line 2',
      'Lines 3 to 4 are in the file.',
      '5far … 1,234 more',
      'Lines 6 to 8 are in the file.',
      '9line 9',
      'Lines 10 to 12 are in the file.',
    ]);
    expect(document.querySelector('#F2L5 a')?.getAttribute('href')).toBe('#F2L5');
    expect(document.querySelector('.raw-gap a')?.getAttribute('href')).toBe('/raw/a b.jsonl');
  });

  test('keeps any text as text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('<script>alert(1)</script>', '"><img src=x onerror=y>', '&lt;', '</code></li>'),
        ),
        (text) => {
          const document = read(
            rawLinesHtml({ lines: [line(1, text)], firstLine: 1, lineCount: 1 }, { file: 0, address: text }),
          );
          expect(document.querySelectorAll('li > code')).toHaveLength(1);
          expect(document.querySelectorAll('ol *')).toHaveLength(3);
          expect(document.querySelector('code')?.textContent).toBe(text.toWellFormed());
        },
      ),
    );
  });
});
