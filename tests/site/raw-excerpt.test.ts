import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { pageExcerpt, readRawExcerpt, wholeFileBytes } from '../../src/site/raw-excerpt.ts';

const root = mkdtempSync(join(tmpdir(), 'runfolio-raw-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string | Buffer): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  return path;
}

const store = { root, secretsByFile: new Map<string, ReadonlySet<string>>() };
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `{"step":${index + 1}}`);

describe('readRawExcerpt', () => {
  test('gives a short log whole, each line with its number', async () => {
    const path = write('a.jsonl', '{"step":1}\r\n\n{"step":2}');
    const excerpt = await readRawExcerpt(store, { path, lines: 3 });
    expect(excerpt).toEqual({
      lines: [
        { number: 1, text: '{"step":1}', cut: 0 },
        { number: 2, text: '', cut: 0 },
        { number: 3, text: '{"step":2}', cut: 0 },
      ],
      lineCount: 3,
      firstLine: 1,
      sizeBytes: 23,
      isCompressed: false,
      isRedacted: false,
      marks: [],
      every: 1,
      fault: undefined,
    });
  });

  test('gives the first 200 lines and the last 50 of a longer one, compressed or not', async () => {
    const text = `${numbered(1000).join('\n')}\n`;
    for (const path of [write('b.jsonl', text), write('b.jsonl.gz', gzipSync(text))]) {
      const excerpt = await readRawExcerpt(store, { path, lines: 1000 });
      expect(excerpt.lines.map(({ number }) => number)).toEqual([...range(1, 200), ...range(951, 1000)]);
      expect(excerpt.lines.at(-1)?.text).toBe('{"step":1000}');
      expect(excerpt.lineCount).toBe(1000);
    }
  });

  test('keeps the lines that are asked for among those between', async () => {
    const path = write('w.jsonl', numbered(1000).join('\n'));
    const wanted = new Set([3, 500, 970, 600]);
    const { lines } = await readRawExcerpt(store, { path, lines: 1000 }, { ...pageExcerpt, wanted });
    expect(lines.map(({ number }) => number)).toEqual([...range(1, 200), 500, 600, ...range(951, 1000)]);
  });

  test('gives the lines of one run in a file of many', async () => {
    const path = write('c.jsonl', numbered(30).join('\n'));
    const { lines, firstLine, lineCount } = await readRawExcerpt(store, { path, lines: 2, firstLine: 7 });
    expect(lines.map(({ number }) => number)).toEqual([7, 8]);
    expect([firstLine, lineCount]).toEqual([7, 2]);
  });

  test('cuts long lines and says by how much', async () => {
    const path = write('d.jsonl', `${'x'.repeat(100_000)}\nshort\n`);
    const { lines } = await readRawExcerpt(store, { path, lines: 2 });
    expect(lines[0]?.text).toBe('x'.repeat(pageExcerpt.lineLength));
    expect(lines[0]?.cut).toBe(100_000 - pageExcerpt.lineLength);
    expect(lines[1]).toEqual({ number: 2, text: 'short', cut: 0 });
  });

  test('stops at the length that a page has room for', async () => {
    const line = 'y'.repeat(600);
    const path = write('e.jsonl', `${Array.from({ length: 1000 }, () => line).join('\n')}\n`);
    const { lines } = await readRawExcerpt(store, { path, lines: 1000 });
    const length = lines.reduce((sum, { text }) => sum + text.length, 0);
    expect(length).toBeLessThanOrEqual(pageExcerpt.totalLength + 600);
    expect(lines.at(-1)?.number).toBe(1000);
  });

  test('shows no secret, also where a file is compressed', async () => {
    const text = '{"params":{"api_key":"sk-hunter2"}}\n{"step":1}\n';
    const path = write('f.jsonl', text);
    const packed = write('g.jsonl.gz', gzipSync(text));
    const secrets = new Set(['sk-hunter2']);
    for (const own of [path, packed]) {
      const excerpt = await readRawExcerpt({ root, secretsByFile: new Map([[own, secrets]]) }, { path: own, lines: 2 });
      expect(excerpt.isRedacted).toBe(true);
      expect(excerpt.lines[0]?.text).toBe('{"params":{"api_key":"[redacted]"}}');
    }
  });

  test('gives the places of lines in a large file: each mark begins the line that it says', async () => {
    const lines = numbered(70_000).map((line, index) => (index % 3 === 0 ? `${line} ${'é'.repeat(index % 50)}` : line));
    const text = `${lines.join('\n')}\n`;
    const path = write('h.jsonl', text);
    const { marks, every, sizeBytes } = await readRawExcerpt(store, { path, lines: 70_000 });
    const bytes = Buffer.from(text);
    expect(sizeBytes).toBe(bytes.length);
    expect(bytes.length).toBeGreaterThan(wholeFileBytes);
    expect(marks.length).toBeGreaterThan(100);
    expect(marks.length).toBeLessThanOrEqual(256);
    for (const [index, offset] of marks.entries()) {
      const end = bytes.indexOf(10, offset);
      expect(bytes.subarray(offset, end).toString()).toBe(lines[index * every]);
    }
  });

  test('says why a file cannot be read', async () => {
    const gone = await readRawExcerpt(store, { path: 'gone.jsonl', lines: 1 });
    expect(gone.fault).toMatch(/ENOENT/);
    const torn = write('torn.jsonl.gz', gzipSync(`${numbered(50).join('\n')}\n`).subarray(0, 60));
    expect((await readRawExcerpt(store, { path: torn, lines: 50 })).fault).toMatch(/unexpected end/);
  });

  test('counts and numbers lines as splitting the text does, wherever chunks end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.stringMatching(/^[a-zé]{0,12}$/), { maxLength: 60 }), async (lines) => {
        const text = lines.map((line) => `${line}\n`).join('');
        const path = write('p.jsonl', text);
        const limits = { headLines: 5, tailLines: 3, lineLength: 600, totalLength: 1_000_000 };
        const excerpt = await readRawExcerpt(store, { path, lines: lines.length }, limits);
        expect(excerpt.lineCount).toBe(lines.length);
        const shown = lines
          .map((own, index) => [index + 1, own])
          .filter((_, index) => index < 5 || index >= lines.length - 3);
        expect(excerpt.lines.map(({ number, text: own }) => [number, own])).toEqual(shown);
      }),
      { numRuns: 50 },
    );
  });
});
