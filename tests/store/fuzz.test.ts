import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLineCarefully } from '../../src/store/explain-line.ts';
import { parseFast } from '../../src/store/read-lines.ts';
import { openLogs } from './log-folder.ts';

const prototypeKeys = Object.getOwnPropertyNames(Object.prototype).sort();
const word = fc.constantFrom(
  'event',
  'start',
  'end',
  'step',
  'time',
  'params',
  'metrics',
  'series',
  'tags',
  '__proto__',
  'constructor',
  'loss',
  'status',
  'id',
);
const scalar = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.boolean(),
  fc.constant(null),
  word,
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.oneof(word, fc.string()), tie('value')), { maxLength: 5 })
      .map((pairs) => Object.fromEntries(pairs)),
  ),
}));
const document = fc
  .array(fc.tuple(fc.oneof(word, fc.string()), value), { maxLength: 8 })
  .map((pairs) => Object.fromEntries(pairs) as Record<string, unknown>);

/** Reads the same content as every kind of file. It may be anything: nothing may be thrown, and nothing may leak. */
async function readEverywhere(content: Buffer): Promise<void> {
  const store = await openLogs({
    '_site.yaml': content,
    'a/experiment.yaml': content,
    'a/README.md': content,
    'a/runs.jsonl': content,
    'a/runs.yaml': content,
    'a/runs/stream.jsonl': content,
    'a/runs/packed.jsonl.gz': gzipSync(content),
    'a/runs/document.yaml': content,
    'a/runs/folder/run.jsonl': content,
    'a/runs/folder/rank1.jsonl': content,
    'b/runs/sound.jsonl': '{"step":1,"loss":0.5}\n',
  });
  for (const id of store.runs.keys()) await store.readSeries(id);
  for (const { line, column, message } of store.diagnostics) {
    expect(line).toBeGreaterThanOrEqual(1);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(message).not.toBe('');
  }
  expect(store.runs.get('a/stream')).toBeDefined();
  expect(store.runs.get('b/sound')?.metrics.get('loss')?.last).toBe(0.5);
  expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(prototypeKeys);
}

describe('reading stands', () => {
  it('any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), (bytes) => readEverywhere(Buffer.from(bytes))),
      { numRuns: 60 },
    );
  });

  it('any lines, whole and torn, in any order', async () => {
    const line = fc.oneof(
      document.map((own) => JSON.stringify(own)),
      fc.string(),
      fc.constantFrom('<<<<<<< HEAD', '=======', '>>>>>>> x', '{', '[', ']', '}', '---', '...'),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.nat({ max: 30 }), (lines, cut) => {
        const text = lines.join('\n');
        return readEverywhere(Buffer.from(text.slice(0, Math.max(0, text.length - cut))));
      }),
      { numRuns: 60 },
    );
  });

  it('any document, and loses no record of a log', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(document, { minLength: 1, maxLength: 8 }), async (documents) => {
        const text = documents.map((own) => `${JSON.stringify(own)}\n`).join('');
        const store = await openLogs({ 'a/runs/x.jsonl': text });
        expect(store.runs.get('a/x')?.recordCount).toBe(documents.length);
        await readEverywhere(Buffer.from(text));
      }),
      { numRuns: 60 },
    );
  });
});

it('the fast path gives what the careful reader gives, or steps aside', () => {
  let fast = 0;
  fc.assert(
    fc.property(document, (own) => {
      const text = JSON.stringify(own);
      const record = parseFast(text);
      if (record === undefined) return;
      fast += 1;
      const careful = readLineCarefully(text, { maxDepth: 64, maxKeys: 1000 });
      expect(careful.fault).toBeUndefined();
      expect(careful.duplicates).toEqual([]);
      expect(JSON.stringify(record)).toBe(
        JSON.stringify(careful.records[0], (_key, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)),
      );
    }),
    { numRuns: 2000 },
  );
  expect(fast).toBeGreaterThan(200);
});
