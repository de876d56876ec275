import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findInvalidUtf8, type LineFacts, LineReader } from '../../src/store/line-reader.ts';

/** What a reader told, in order. */
type Call =
  | { told: 'line'; text: string; line: number; offset: number; sizeBytes: number; unended: boolean }
  | { told: 'invalidUtf8'; line: number; valid: string; rest: string; unended: boolean }
  | { told: 'tooLong'; line: number; sizeBytes: number };

function read(bytes: Buffer, sizes: readonly number[], maxLineBytes = 1000): { calls: Call[]; facts: LineFacts } {
  const calls: Call[] = [];
  const reader = new LineReader(
    {
      line: (text, at) => calls.push({ told: 'line', text, ...at }),
      invalidUtf8: ({ rest, ...at }) =>
        calls.push({ told: 'invalidUtf8', ...at, rest: Buffer.from(rest).toString('hex') }),
      tooLong: (at) => calls.push({ told: 'tooLong', ...at }),
    },
    { maxLineBytes },
  );
  let at = 0;
  for (const size of sizes) {
    // The reader must not hold on to the caller's buffer.
    const chunk = Buffer.from(bytes.subarray(at, at + size));
    reader.push(chunk);
    chunk.fill(0x21);
    at += size;
  }
  reader.push(Buffer.from(bytes.subarray(at)));
  return { calls, facts: reader.end() };
}

const texts = (bytes: Buffer | string): string[] =>
  read(Buffer.from(bytes as string), []).calls.map((call) => (call.told === 'line' ? call.text : call.told));

/** Bytes made of the pieces that matter to a line reader. */
const roughBytes = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('\n', '\r\n', '\r', 'a', '{"a":1}\n') },
      { weight: 2, arbitrary: fc.constantFrom('é', '漢', '😀', '\u2028', '\ufeff') },
      { weight: 1, arbitrary: fc.constantFrom('\0', '\0\0\0') },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3 }) },
    ),
    { maxLength: 40 },
  )
  .map((pieces) => Buffer.concat(pieces.map((piece) => Buffer.from(piece as string))));
const chunkSizes = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 30 });

describe('LineReader', () => {
  test('tells the same of any chunking of the bytes as of one chunk', () => {
    fc.assert(
      fc.property(roughBytes, chunkSizes, (bytes, sizes) => {
        expect(read(bytes, sizes)).toEqual(read(bytes, []));
      }),
      { numRuns: 3000 },
    );
  });

  test('tells the same lines of any chunking when lines pass the limit', () => {
    fc.assert(
      fc.property(roughBytes, chunkSizes, fc.integer({ min: 1, max: 12 }), (bytes, sizes, limit) => {
        expect(read(bytes, sizes, limit).calls).toEqual(read(bytes, [], limit).calls);
      }),
      { numRuns: 3000 },
    );
  });

  test('sees the same byte order mark, CRLF and NUL tail in any chunking when lines pass the limit', () => {
    fc.assert(
      fc.property(roughBytes, chunkSizes, fc.integer({ min: 1, max: 12 }), (bytes, sizes, limit) => {
        expect(read(bytes, sizes, limit).facts).toEqual(read(bytes, [], limit).facts);
      }),
      { numRuns: 3000 },
    );
  });

  test('gives back every byte: lines, sizes and offsets add up to the file', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n\0\ufeff]/g, ''))),
        (rows) => {
          const bytes = Buffer.from(rows.map((row) => `${row}\n`).join(''));
          const { calls, facts } = read(bytes, []);
          expect(calls.map((call) => call.told === 'line' && call.text)).toEqual(rows);
          expect(calls.map((call) => call.line)).toEqual(rows.map((_, index) => index + 1));
          let offset = 0;
          for (const [index, call] of calls.entries()) {
            const sizeBytes = Buffer.byteLength(`${rows[index]}\n`);
            expect(call).toMatchObject({ offset, sizeBytes, unended: false });
            offset += sizeBytes;
          }
          expect(facts).toMatchObject({ lines: rows.length, sizeBytes: bytes.length });
        },
      ),
    );
  });

  test('ends lines at \\n and \\r\\n, and at nothing else', () => {
    expect(texts('a\nb\r\nc\rd\u2028e\u0085f\n')).toEqual(['a', 'b', 'c\rd\u2028e\u0085f']);
  });

  test('tells a last line that no newline ends', () => {
    expect(read(Buffer.from('a\nb'), []).calls.at(-1)).toMatchObject({ text: 'b', line: 2, unended: true });
    expect(read(Buffer.from('a\n'), []).calls).toHaveLength(1);
    expect(read(Buffer.from(''), []).calls).toHaveLength(0);
  });

  test('skips a byte order mark at the start alone', () => {
    const { calls, facts } = read(Buffer.from('\ufeffa\n\ufeffb\n'), []);
    expect(calls).toMatchObject([
      { text: 'a', offset: 3, sizeBytes: 2 },
      { text: '\ufeffb', offset: 5, sizeBytes: 5 },
    ]);
    expect(facts.hasByteOrderMark).toBe(true);
  });

  test('notes the first line that ends in CRLF', () => {
    expect(read(Buffer.from('a\nb\r\nc\r\n'), []).facts.firstCrlfLine).toBe(2);
    expect(read(Buffer.from('a\nb\n'), []).facts.firstCrlfLine).toBe(0);
  });

  test('gives the text before the first wrong byte and reads the next line', () => {
    const bytes = Buffer.concat([Buffer.from('é😀'), Buffer.from([0xff, 0x61]), Buffer.from('\nb\n')]);
    expect(read(bytes, []).calls).toEqual([
      { told: 'invalidUtf8', line: 1, valid: 'é😀', rest: 'ff61', unended: false },
      { told: 'line', text: 'b', line: 2, offset: 9, sizeBytes: 2, unended: false },
    ]);
  });

  test('drops a line over the limit, with its size, and reads the next one', () => {
    expect(read(Buffer.from(`${'x'.repeat(20)}\nb\n`), [5, 5], 10).calls).toMatchObject([
      { told: 'tooLong', line: 1 },
      { told: 'line', text: 'b', line: 2, offset: 21 },
    ]);
  });

  test('leaves NUL bytes at the very end off the last line and counts them', () => {
    const { calls, facts } = read(Buffer.from('a\nb\0\0\0'), []);
    expect(calls.map((call) => call.told === 'line' && call.text)).toEqual(['a', 'b']);
    expect(facts.nulTailBytes).toBe(3);
  });
});

describe('findInvalidUtf8', () => {
  test('agrees with a decoder that tries every prefix', () => {
    const isValid = (bytes: Uint8Array): boolean => {
      try {
        new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        return true;
      } catch {
        return false;
      }
    };
    const slow = (bytes: Uint8Array): number => {
      let best = 0;
      for (let end = 0; end <= bytes.length; end += 1) if (isValid(bytes.subarray(0, end))) best = end;
      return best;
    };
    fc.assert(
      fc.property(roughBytes, (bytes) => {
        expect(findInvalidUtf8(bytes)).toBe(slow(bytes));
      }),
      { numRuns: 500 },
    );
  });
});
