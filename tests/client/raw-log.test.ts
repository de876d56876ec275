import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { readLogRecords } from '../../src/client/log-lines.ts';
import { jsonPieces } from '../../src/client/raw-colour.ts';
import { maxWholeBytes, type RawPlace, RawSource, splitLines } from '../../src/client/raw-source.ts';
import { viewYaml } from '../../src/client/view-yaml.ts';

afterEach(() => vi.unstubAllGlobals());

const text = Array.from({ length: 1000 }, (_, index) => `{"step":${index + 1},"é":"${'x'.repeat(index % 7)}"}\n`).join(
  '',
);

/** A server of one file; `takesRanges` says whether it gives parts of it. */
function serve(bytes: Uint8Array, { takesRanges = true, status = 200 } = {}) {
  const asked: (string | undefined)[] = [];
  vi.stubGlobal('fetch', async (_url: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(headers.range);
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? [];
    if (status !== 200) return new Response('', { status });
    if (from === undefined || !takesRanges) return new Response(bytes.slice());
    return new Response(bytes.slice(Number(from), Number(to) + 1), { status: 206 });
  });
  return asked;
}

/** Offsets of lines 1, 1 + every … of a text. */
function placeOf(content: string, every: number): RawPlace {
  const marks: number[] = [];
  let offset = 0;
  for (const [index, line] of splitLines(content).entries()) {
    if (index % every === 0) marks.push(offset);
    offset += Buffer.byteLength(line) + 1;
  }
  return { url: '/raw/a.jsonl', sizeBytes: Buffer.byteLength(content), isCompressed: false, marks, every };
}

describe('RawSource', () => {
  const lines = splitLines(text);

  test('fetches only the parts that hold the lines asked for, each once', async () => {
    const asked = serve(Buffer.from(text));
    const source = new RawSource(placeOf(text, 100));
    expect(await source.lines(250, 260)).toEqual(lines.slice(249, 260));
    expect(asked).toHaveLength(1);
    expect(await source.lines(299, 302)).toEqual(lines.slice(298, 302));
    expect(asked).toHaveLength(2);
    expect(await source.lines(990, 2000)).toEqual(lines.slice(989));
  });

  test('gives any range of lines, whatever the marks', async () => {
    serve(Buffer.from(text));
    const ranges = fc.tuple(
      fc.integer({ min: 1, max: 1000 }),
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 300 }),
    );
    await fc.assert(
      fc.asyncProperty(ranges, async ([from, count, every]) => {
        const source = new RawSource(placeOf(text, every));
        expect(await source.lines(from, from + count)).toEqual(lines.slice(from - 1, from + count));
      }),
      { numRuns: 30 },
    );
  });

  test('takes the whole file where the server gives no parts', async () => {
    serve(Buffer.from(text), { takesRanges: false });
    const source = new RawSource(placeOf(text, 100));
    expect(await source.lines(250, 260)).toEqual(lines.slice(249, 260));
    const seen: string[] = [];
    await source.read((piece) => seen.push(...piece) > 0);
    expect(seen).toEqual(lines);
  });

  test('reads through parts in order and ends when told to', async () => {
    serve(Buffer.from(text));
    const starts: number[] = [];
    await new RawSource(placeOf(text, 100)).read((_lines, from) => starts.push(from) < 3);
    expect(starts).toEqual([1, 101, 201]);
  });

  test('unpacks a compressed file, also where the server has unpacked it on the way', async () => {
    const place = { url: '/raw/a.jsonl.gz', sizeBytes: text.length, isCompressed: true, marks: [], every: 1 };
    serve(gzipSync(text));
    expect(await new RawSource(place).lines(3, 4)).toEqual(lines.slice(2, 4));
    serve(Buffer.from(text));
    expect(await new RawSource(place).lines(3, 4)).toEqual(lines.slice(2, 4));
  });

  test('says that a file is too large to be taken whole, and what the server answered', async () => {
    serve(Buffer.from(text));
    const huge = { url: '/raw/a.jsonl.gz', sizeBytes: maxWholeBytes + 1, isCompressed: true, marks: [], every: 1 };
    await expect(new RawSource(huge).lines(1, 2)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[Error: Could not load (the text is 64 MB; up to 64 MB are shown here. Download the file)]`,
    );
    serve(Buffer.from(''), { status: 404 });
    await expect(new RawSource(placeOf(text, 100)).lines(1, 2)).rejects.toThrow('Could not load (404)');
  });
});

describe('jsonPieces', () => {
  test('tells keys from texts, numbers and words', () => {
    const kinds = jsonPieces('{"a":"b: \\"c\\"","n":-1.5e-3,"v":[NaN,true,-Infinity,null]}')
      .filter(({ kind }) => kind !== undefined)
      .map(({ text: piece, kind }) => `${kind} ${piece}`);
    expect(kinds).toEqual([
      ...['key "a"', 'string "b: \\"c\\""', 'key "n"', 'number -1.5e-3', 'key "v"'],
      ...['number NaN', 'number true', 'number -Infinity', 'number null'],
    ]);
  });

  test('loses no character of any line', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
        expect(
          jsonPieces(line)
            .map(({ text: piece }) => piece)
            .join(''),
        ).toBe(line);
      }),
    );
  });
});

test('readLogRecords takes the log records alone, with their times in UTC', () => {
  const records = readLogRecords([
    '{"event":"log","time":"2026-03-02T10:05:06+01:00","level":"info","message":"a"}',
    '{"event":"log","time":1772442306.5,"message":"b"}',
    '{"event":"log","message":{"odd":1}}',
    '{"step":1,"text":"\\"log\\""}',
    '{"event":"log","message":"torn',
  ]);
  expect(records).toEqual([
    { timeText: '09:05:06', level: 'info', message: 'a' },
    { timeText: '09:05:06', level: undefined, message: 'b' },
    { timeText: undefined, level: undefined, message: '{"odd":1}' },
  ]);
});

describe('viewYaml', () => {
  test('writes the lines that keep a view', () => {
    expect(viewYaml('Best first', '?sort=-val%2Facc&sel=a&sel=b', { hasViews: false })).toMatchInlineSnapshot(`
      "views:
        - name: Best first
          query:
            sort: "-val/acc"
            sel: [a, b]"
    `);
    expect(viewYaml('x', '', { hasViews: true })).toBe("  - name: x\n    query: ''");
  });

  test('reads back as the name and the query that it was given', () => {
    const queries = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,6}$/),
      fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
      { minKeys: 1 },
    );
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), queries, (name, keys) => {
        const params = new URLSearchParams(
          Object.entries(keys).flatMap(([key, values]) =>
            values.map((value): [string, string] => [key, value.toWellFormed()]),
          ),
        );
        const read = parse(viewYaml(name.toWellFormed(), params.toString(), { hasViews: false })) as {
          views: { name: string; query: Record<string, unknown> }[];
        };
        const [view] = read.views;
        expect(view?.name).toBe(name.toWellFormed());
        const again = Object.entries(view?.query ?? {}).flatMap(([key, value]) =>
          [value].flat().map((one): [string, string] => [key, String(one)]),
        );
        expect(new URLSearchParams(again).toString()).toBe(params.toString());
      }),
    );
  });
});
