import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import type { JsonValue } from '../../src/format/scalars.ts';
import { defaultLimits, type ReadLimits } from '../../src/store/limits.ts';
import { type LineRecord, parseFast, readLines } from '../../src/store/read-lines.ts';
import { lines, openRun, writeLogs } from './log-folder.ts';

const root = writeLogs({});
const path = join(root, 'log.jsonl');

/** Reads bytes as a log: its records as plain JSON, and what was told. */
async function read(
  bytes: string | Uint8Array,
  limits: Partial<ReadLimits> = {},
): Promise<{ records: unknown[]; raw: LineRecord[]; diagnostics: Diagnostic[]; told: string[] }> {
  writeFileSync(path, bytes);
  const diagnostics = new DiagnosticList();
  const raw: LineRecord[] = [];
  await readLines(
    { path: 'log.jsonl', absolutePath: path, compressed: false },
    { limits: { ...defaultLimits, ...limits }, diagnostics, onRecord: (record) => raw.push(record) },
  );
  const all = diagnostics.sorted();
  return {
    records: raw.map(({ record }) => plain(record)),
    raw,
    diagnostics: all,
    told: all.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`),
  };
}

/** Words for what JSON cannot spell, so that records can be compared. Long integers are compared as numbers. */
function plain(value: JsonValue): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, given: unknown) => {
      const own = typeof given === 'bigint' ? Number(given) : given;
      if (typeof own === 'number' && !Number.isFinite(own)) return `number ${own}`;
      return Object.is(own, -0) ? 'number -0' : own;
    }),
  ) as unknown;
}

/** Writes a value as Python's json.dumps does: spaces after colons and commas, bare NaN, ASCII or not. */
function dumps(value: unknown, { ascii }: { ascii: boolean }): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  }
  if (Object.is(value, -0)) return '-0.0';
  if (typeof value === 'string') {
    const text = JSON.stringify(value);
    return ascii
      ? text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
      : text;
  }
  if (Array.isArray(value)) return `[${value.map((item) => dumps(item, { ascii })).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${dumps(key, { ascii })}: ${dumps(item, { ascii })}`)
      .join(', ')}}`;
  }
  return JSON.stringify(value);
}

// Text that looks like the inside of a log, to mislead whoever searches for where a record begins.
const text = fc.oneof(
  fc
    .string({ unit: 'grapheme', maxLength: 8 })
    .filter((value) => value.isWellFormed() && !/[\0\ufffd]/.test(value) && !value.endsWith('\\')),
  fc.constantFrom(
    '{',
    '}',
    '{"step":9',
    '"',
    '\\ ',
    '{"',
    '"}',
    '},{',
    '{"event":"end"}',
    'é',
    '漢字',
    '😀',
    ':{"a":1}',
    '<<<<<<<',
    "{'a': 1}",
    '\u2028',
  ),
);
const number = fc.oneof(
  fc.double({ noDefaultInfinity: false }),
  fc.integer(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 5e-324),
);
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    number,
    text,
    fc.constantFrom(true, false, null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value;
/** Records as loggers write them: metric lines, and starts with everything in them. */
const record = fc.oneof(
  fc
    .tuple(fc.nat(1000), fc.dictionary(text, value, { maxKeys: 4, noNullPrototype: true }))
    .map(([step, rest]) => ({ step, ...rest })),
  fc
    .tuple(fc.dictionary(text, value, { maxKeys: 3, noNullPrototype: true }), text, fc.array(text, { maxLength: 3 }))
    .map(([params, notes, tags]) => ({ event: 'start', params, notes, tags })),
  fc.tuple(text, value).map(([message, extra]) => ({ event: 'log', message, extra })),
  fc.dictionary(fc.constantFrom('loss', 'acc', 'lr'), number, { minKeys: 1, noNullPrototype: true }),
);
const spelling = fc.constantFrom<(own: unknown) => string>(
  (own) => dumps(own, { ascii: true }),
  (own) => dumps(own, { ascii: false }),
  (own) => dumps(own, { ascii: false }).replace(/-0\.0(?!\d)/g, '-0'),
);
/** What a reading of a spelled record should give. */
const expected = (own: unknown): unknown => plain(own as JsonValue);

describe('readLines', () => {
  test('reads back every record written, in any spelling of Python or JavaScript', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 8 }), spelling, async (records, spell) => {
        const reading = await read(records.map((own) => `${spell(own)}\n`).join(''));
        expect(reading.records).toEqual(records.map(expected));
        expect(reading.diagnostics.filter(({ code }) => code !== 'empty-log')).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('reads a log cut at any byte: all whole lines, and the cut tail is at most one note', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 3 }),
        spelling,
        fc.nat(),
        async (records, spell, at) => {
          const rows = records.map((own) => Buffer.from(`${spell(own)}\n`));
          const bytes = Buffer.concat(rows);
          const cut = bytes.subarray(0, at % (bytes.length + 1));
          let whole = 0;
          let size = 0;
          for (const row of rows) {
            // A last line that lacks only its newline is whole.
            if (size + row.length - 1 > cut.length) break;
            whole += 1;
            size += row.length;
          }
          const reading = await read(cut);
          expect(reading.records).toEqual(records.slice(0, whole).map(expected));
          const others = reading.diagnostics.filter(({ code }) => code !== 'empty-log');
          expect(others.map(({ code, severity, count }) => [code, severity, count ?? 1])).toEqual(
            size < cut.length ? [['incomplete-last-line', 'note', 1]] : [],
          );
        },
      ),
      { numRuns: 1500 },
    );
  });

  test('reads a flat record glued on at any byte of a torn one: one line is in error, nothing else is lost', async () => {
    const flat = fc
      .tuple(
        fc.nat(1000),
        fc.dictionary(fc.constantFrom('loss', 'acc', 'lr', 'név', 'text'), fc.oneof(number, text), {
          minKeys: 1,
          noNullPrototype: true,
        }),
      )
      .map(([step, rest]) => ({ step, ...rest }));
    await fc.assert(
      fc.asyncProperty(flat, flat, fc.nat(), async (torn, next, at) => {
        await expectSalvaged(torn, next, (own) => dumps(own, { ascii: true }), at);
      }),
      { numRuns: 1500 },
    );
  });

  // A next record that says neither what nor when it is (no event, step or time) may as well be the torn one's last value.
  test('reads any record with an event or a step glued on at any byte of a torn one, however nested the two are', async () => {
    const next = record.filter((own) => 'step' in own || 'event' in own);
    await fc.assert(
      fc.asyncProperty(record, next, spelling, fc.nat(), async (torn, own, spell, at) => {
        await expectSalvaged(torn, own, spell, at);
      }),
      { numRuns: 3000 },
    );
  });

  test('reads the next record when a start is torn inside or before its params', async () => {
    const start = { event: 'start', name: 'é{', params: { lr: 0.1, net: { depth: 3 } }, tags: ['a'] };
    const next = { step: 1, loss: 0.5 };
    const spelled = Buffer.from(JSON.stringify(start));
    const lost: string[] = [];
    for (let at = 1; at < spelled.length; at += 1) {
      const { records } = await read(
        Buffer.concat([spelled.subarray(0, at), Buffer.from(`${JSON.stringify(next)}\n{"step":2}\n`)]),
      );
      if (!records.some((own) => JSON.stringify(own) === JSON.stringify(next)))
        lost.push(spelled.subarray(0, at).toString());
    }
    expect(lost).toEqual([]);
  });

  /** Writes a whole line, a torn one with the next glued to it, and a last one, and expects all but the torn one back. */
  async function expectSalvaged(
    torn: object,
    next: object,
    spell: (own: unknown) => string,
    at: number,
  ): Promise<void> {
    const spelled = Buffer.from(spell(torn));
    const cut = spelled.subarray(0, at % spelled.length);
    const first = { step: 0, ok: 1 };
    const last = { step: 2000, ok: 1 };
    const reading = await read(
      Buffer.concat([Buffer.from(lines(first)), cut, Buffer.from(`${spell(next)}\n${lines(last)}`)]),
    );
    expect(reading.records).toEqual([first, expected(next), last]);
    if (cut.length === 0) expect(reading.diagnostics).toEqual([]);
    for (const { line, severity, code } of reading.diagnostics) {
      expect(line).toBe(2);
      if (severity === 'error') expect(['glued-line', 'invalid-utf8']).toContain(code);
    }
    if (cut.length > 0) expect(reading.diagnostics.some(({ severity }) => severity === 'error')).toBe(true);
  }

  test('reads all of several whole records on one line, as one error', async () => {
    const { records, told } = await read('{"step":1}{"step":2} {"step":3}\n{"step":4}\n');
    expect(records).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }, { step: 4 }]);
    expect(told).toEqual(['1:11 error glued-line']);
  });

  test('tells a cut tail whose last nested object is whole from a record glued on', async () => {
    for (const tail of [
      '{"step":1,"val":{"step":5}',
      '{"event":"start","params":{"event":"x"}',
      '{"a":[{"a":1}',
      '{"a":{"a":{"a":1}}',
    ]) {
      const { records, told } = await read(`{"step":0}\n${tail}`);
      expect(records, tail).toEqual([{ step: 0 }]);
      expect(told, tail).toEqual(['2:1 note incomplete-last-line']);
    }
  });

  test('reads a record with characters past ASCII behind a tear inside a character', async () => {
    const torn = Buffer.from('{"name":"é').subarray(0, -1);
    const { records } = await read(Buffer.concat([torn, Buffer.from('{"step":2,"név":"ü😀"}\n{"step":3}\n')]));
    expect(records).toEqual([{ step: 2, név: 'ü😀' }, { step: 3 }]);
  });

  test('reads keys with escapes right after a key that ends in a backslash, which V8 13.6 confuses', async () => {
    const keys = ['a\\', 'aé', 'a"', 'a\b'];
    for (const key of keys) {
      const { records } = await read(`{"step":0,"a\\\\":1}\n{"step":0,${dumps(key, { ascii: true })}:2}\n`);
      expect(records).toHaveLength(2);
      const [, second] = records;
      expect(Object.keys(second as object)).toEqual(['step', key]);
    }
  });

  test('gives the line, offset and size of each record, so that it can be read again', async () => {
    const source = Buffer.from('\ufeff{"a":1}\r\n\n{"é":2}\n{"b":3}');
    const { raw } = await read(source);
    expect(raw.map(({ line }) => line)).toEqual([1, 3, 4]);
    for (const { offset, sizeBytes, record: own } of raw) {
      expect(JSON.parse(source.subarray(offset, offset + sizeBytes).toString('utf8'))).toEqual({ ...own });
    }
  });

  test('counts lines, bytes and records', async () => {
    writeFileSync(path, '{"a":1}\n\nrubbish\n{"b":2}');
    const summary = await readLines(
      { path: 'x', absolutePath: path, compressed: false },
      { limits: defaultLimits, diagnostics: new DiagnosticList(), onRecord: () => undefined },
    );
    expect(summary).toEqual({ lines: 4, sizeBytes: 24, storedBytes: 24, records: 2 });
  });

  test('sets aside a record that is nested too deeply, at its column', async () => {
    const { told, records } = await read(`${'{"a":'.repeat(65)}1${'}'.repeat(65)}\n{"b":1}\n`);
    expect(told).toEqual([expect.stringMatching(/^1:\d+ error nested-too-deep$/)]);
    expect(records).toEqual([{ b: 1 }]);
    expect((await read(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}\n`)).told).toEqual([]);
  });
});

describe('parseFast', () => {
  test('gives what JSON.parse gives, or nothing', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), (json) => {
        const fast = parseFast(json);
        if (fast !== undefined) expect(fast).toEqual(JSON.parse(json));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '{"a":1,"a":2}',
    '{"a":{"b":1,"b":2}}',
    '{"a":1,"\\u0061":2}',
    '{"event":"params","params":{"n":12345678901234567890}}',
    '[1]',
    '1',
    'null',
    '{"a":NaN}',
  ])('leaves %s to the careful reader', (line) => {
    expect(parseFast(line)).toBeUndefined();
  });
});

describe('write, then read', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((own) => `m${own.replaceAll('\0', '')}`);
  const runs = fc.record({
    params: fc.dictionary(
      name,
      fc.oneof(
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        text,
        fc.boolean(),
        fc.array(fc.integer(), { maxLength: 3 }),
      ),
      {
        maxKeys: 4,
        noNullPrototype: true,
      },
    ),
    tags: fc.uniqueArray(name, { maxLength: 4 }),
    points: fc.array(
      fc.tuple(
        fc.integer({ min: -20, max: 50 }),
        fc.dictionary(name, number, { minKeys: 1, maxKeys: 3, noNullPrototype: true }),
      ),
      { maxLength: 20 },
    ),
    status: fc.constantFrom('finished', 'failed', 'killed'),
  });

  test('gives the same params, tags, status, steps and values of every metric', async () => {
    await fc.assert(
      fc.asyncProperty(runs, spelling, async ({ params, tags, points, status }, spell) => {
        const records = [
          { event: 'start', name: 'R', params, tags },
          ...points.map(([step, values]) => ({ step, ...values })),
          { event: 'end', status },
        ];
        const { run, series, diagnostics } = await openRun(records.map((own) => `${spell(own)}\n`).join(''));
        expect(diagnostics.filter(({ code }) => code !== 'secret')).toEqual([]);
        expect(run.state).toBe(status);
        expect(run.tags).toEqual(tags);
        if (diagnostics.length === 0) {
          const asNumber = (own: JsonValue): JsonValue => (typeof own === 'bigint' ? Number(own) : own);
          expect([...run.params].map(([key, own]) => [key, asNumber(own)])).toEqual(Object.entries(params));
        }
        const byName = new Map<string, { step: number; value: number }[]>();
        for (const [step, values] of points) {
          for (const [own, number] of Object.entries(values))
            byName.set(own, [...(byName.get(own) ?? []), { step, value: number }]);
        }
        expect([...run.metrics.keys()].sort()).toEqual([...byName.keys()].sort());
        const { metrics } = await series();
        for (const [own, written] of byName) {
          const summary = run.metrics.get(own);
          expect(summary?.count).toBe(written.length);
          expect(summary?.first).toBe(written[0]?.value);
          expect(summary?.last).toBe(written.at(-1)?.value);
          const standing = new Map(written.map(({ step, value: point }) => [step, point]));
          const steps = [...standing.keys()].sort((a, b) => a - b);
          expect(metrics.get(own)?.steps).toEqual(steps);
          expect(metrics.get(own)?.values).toEqual(steps.map((step) => standing.get(step)));
        }
      }),
      { numRuns: 150 },
    );
  });
});
