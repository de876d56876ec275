import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import { defaultLimits } from '../../src/store/limits.ts';
import { type LineShape, readNumbers, shapeOf } from '../../src/store/line-shape.ts';
import { readLines } from '../../src/store/read-lines.ts';
import { RunBuilder } from '../../src/store/run-builder.ts';
import { writeLogs } from './log-folder.ts';

/** Reads the numbers of a line by a shape, or gives undefined where the line does not fit. */
function read(shape: LineShape | undefined, line: string): number[] | undefined {
  const bytes = Buffer.from(`x${line}y`);
  const numbers = new Float64Array(256);
  if (shape === undefined || !readNumbers(shape, bytes, { from: 1, to: bytes.length - 1, numbers })) return undefined;
  return [...numbers.subarray(0, shape.keys.length)];
}

describe('shapeOf', () => {
  it('gives the keys of a line of numbers, as compact or spaced as it is written', () => {
    expect(shapeOf('{"step":1,"val/loss":-0.5e3}')?.keys).toEqual(['step', 'val/loss']);
    expect(shapeOf('{"step": 1, "größe": 2.5}')?.keys).toEqual(['step', 'größe']);
    expect(shapeOf(' { "a" : 1 } ')?.keys).toEqual(['a']);
  });

  it.each([
    '',
    '{}',
    '[1]',
    '{"a":"b"}',
    '{"a":{"b":1}}',
    '{"a":NaN}',
    '{"a":01}',
    '{"a\\u0062":1}',
    '{"a":1',
    '{"a":1}}',
    '{"a":1,"a":2}',
  ])('gives none for %j', (line) => {
    expect(shapeOf(line)).toBeUndefined();
  });
});

describe('readNumbers', () => {
  const shape = shapeOf('{"a":1,"b":2}');

  it.each([
    '{"a":01,"b":2}',
    '{"a":.5,"b":2}',
    '{"a":5.,"b":2}',
    '{"a":+5,"b":2}',
    '{"a":-,"b":2}',
    '{"a":1e,"b":2}',
    '{"a":1e+,"b":2}',
    '{"a":0x1,"b":2}',
    '{"a":NaN,"b":2}',
    '{"a":1 ,"b":2}',
    '{"a":1,"c":2}',
    '{"a":1,"b":2} ',
    '{"a":1,"b":2',
    '{"a":1}',
    '{"b":1,"a":2}',
  ])('refuses %j', (line) => {
    expect(read(shape, line)).toBeUndefined();
  });

  it('gives what JSON.parse gives for any double, however it is written', () => {
    const text = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? '-0' : String(value))),
      fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value.toFixed(18)),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 24n }), fc.bigInt({ min: 0n, max: 10n ** 24n }))
        .map(([a, b]) => `${a}.${b}`),
      fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.integer({ min: -330, max: 330 }))
        .map(([a, b]) => `${a}e${b}`),
      fc.tuple(fc.nat(), fc.nat({ max: 30 })).map(([a, b]) => `${a}E+${b}`),
    );
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(read(shape, `{"a":${a},"b":${b}}`)).toEqual([JSON.parse(a), JSON.parse(b)]);
      }),
      { numRuns: 3000 },
    );
  });

  it('rounds numbers right that lie between two doubles, or next to the middle', () => {
    const halves = fc
      .tuple(fc.double({ min: 2 ** -20, max: 2 ** 30, noNaN: true }), fc.constantFrom(-1n, 0n, 1n))
      .map(([value, off]) => {
        // The exact middle between a double and the next, as a decimal fraction; `off` moves its last digit.
        const exponent = Math.floor(Math.log2(value)) - 53;
        const middle = BigInt(Math.round(value / 2 ** exponent)) | 1n;
        const digits = exponent >= 0 ? middle << BigInt(exponent) : middle * 5n ** BigInt(-exponent);
        const padded = (digits + off).toString().padStart(Math.max(0, -exponent) + 1, '0');
        return exponent >= 0 ? padded : `${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
      });
    const short = fc.double({ min: 1, max: 2 ** 12, noNaN: true }).map((value) => {
      const next = value + 2 ** (Math.floor(Math.log2(value)) - 52);
      return (((BigInt(Math.round(value * 2 ** 40)) + BigInt(Math.round(next * 2 ** 40))) * 10n ** 15n) / 2n ** 41n)
        .toString()
        .replace(/(.{15})$/, '.$1');
    });
    fc.assert(
      fc.property(fc.oneof(halves, short), (text) => {
        const written = text.startsWith('.') ? `0${text}` : text;
        expect(read(shapeOf('{"a":1}'), `{"a":${written}}`)).toEqual([JSON.parse(written)]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a run read by shapes', () => {
  /** Reads a log, with or without lines taken by their shape, and gives all that can be told of it. */
  async function readRun(text: string, { byShape, stepKey }: { byShape: boolean; stepKey?: string | undefined }) {
    const root = writeLogs({ 'e/runs/x.jsonl': text });
    const diagnostics = new DiagnosticList();
    const builder = new RunBuilder({
      experiment: 'e',
      run: 'x',
      stepKey,
      allowedSecrets: new Set(),
      limits: defaultLimits,
      diagnostics,
      onSecret: () => undefined,
      keepSeries: true,
      derived: [],
      findArtifact: () => undefined,
      firstFiles: new Map(),
    });
    const path = 'experiments/e/runs/x.jsonl';
    let taken = 0;
    builder.beginFile({ path, sizeBytes: 0, storedBytes: 0, lines: 0 });
    const summary = await readLines(
      { path, absolutePath: `${root}/${path}`, compressed: false },
      {
        limits: defaultLimits,
        diagnostics,
        onRecord: ({ record, text: own, line }) => builder.addRecord(record, { file: path, line, text: own }),
        ...(byShape && {
          maybeTake(bytes, from, to, line) {
            const isTaken = builder.maybeTakeLine(bytes, from, to, line);
            if (isTaken) taken += 1;
            return isTaken;
          },
        }),
      },
    );
    const { run, series } = builder.build();
    return { taken, told: { run, series, summary, diagnostics: diagnostics.sorted() } };
  }

  const number = fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: -5, max: 50 }).map(String) },
    {
      weight: 20,
      arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => JSON.stringify(value)),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'NaN',
        'null',
        '"x"',
        'true',
        '1e400',
        '1772612000',
        '1772612000.5',
        '1772500000',
        '0.25',
        '1e9',
        '-0',
      ),
    },
  );
  const keys = fc.constantFrom(
    ['step', 'loss'],
    ['step', 'time', 'loss', 'acc'],
    ['loss'],
    ['epoch', 'val/loss', 'time'],
    ['iter', 'step', 'loss'],
    ['_timestamp', 'time', 'loss'],
    ['step', '_runtime', 'loss'],
    ['loss', 'loss'],
    ['event', 'loss'],
    ['step', 'größe', '__proto__'],
  );
  const other = fc.constantFrom('{"event":"end","status":"finished"}', '{"event":"start","resumed":true}', '{', '');
  const written = fc.tuple(fc.nat({ max: 2 }), fc.array(number, { minLength: 4, maxLength: 4 }));
  const log = fc
    .tuple(
      fc.array(keys, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.array(fc.oneof({ weight: 25, arbitrary: written }, { weight: 1, arbitrary: other }), {
        minLength: 10,
        maxLength: 60,
      }),
    )
    .map(([shapes, isSpaced, lines]) =>
      lines
        .map((own) => {
          if (typeof own === 'string') return own;
          const names = shapes[own[0] % shapes.length] ?? [];
          const pairs = names.map((key, index) => `"${key}":${isSpaced ? ' ' : ''}${own[1][index]}`);
          return `{${pairs.join(isSpaced ? ', ' : ',')}}`;
        })
        .join('\n'),
    );

  it('is the same run, with the same findings, as one whose every line is read with care', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(log, fc.constantFrom(undefined, 'iter'), async (text, stepKey) => {
        const careful = await readRun(text, { byShape: false, stepKey });
        const quick = await readRun(text, { byShape: true, stepKey });
        taken += quick.taken;
        expect(quick.told).toEqual(careful.told);
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(500);
  });

  it('takes nearly every line of a plain log', async () => {
    const text = Array.from({ length: 500 }, (_, step) => `{"step":${step},"loss":${1 / (step + 1)}}\n`).join('');
    expect((await readRun(text, { byShape: true })).taken).toBe(499);
  });

  it('looks for no shapes where lines have none in common', async () => {
    const text = Array.from({ length: 3000 }, (_, step) => `{"step":${step},"loss/${step % 50}":1}\n`).join('');
    const quick = await readRun(text, { byShape: true });
    expect(quick.told).toEqual((await readRun(text, { byShape: false })).told);
  });
});
