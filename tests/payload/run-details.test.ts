import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRunFacts, encodeRunFacts, type RunFacts } from '../../src/payload/run-facts.ts';
import { decodeRunParts, encodeRunParts, type RunParts } from '../../src/payload/run-parts.ts';

const text = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', '</script>'));
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const pairs = fc.array(fc.tuple(text, text), { maxLength: 4 });

const facts: fc.Arbitrary<RunFacts> = fc.record({
  runId: text,
  environment: pairs,
  packages: pairs,
  command: maybe(text),
  error: maybe(text),
  isDirty: maybe(fc.boolean()),
  commitUrl: maybe(text),
  patchUrl: maybe(text),
  gpuHours: maybe(number),
  energyKwh: maybe(number),
  peakMemoryBytes: maybe(number),
  partsUrl: maybe(text),
});

const step = maybe(fc.integer());
const parts: fc.Arbitrary<RunParts> = fc.record({
  runId: text,
  lines: fc.array(fc.record({ level: maybe(text), message: text }), { maxLength: 3 }),
  lineCount: fc.nat(),
  cutAfter: maybe(fc.nat()),
  artifacts: fc.array(
    fc.record({
      name: text,
      isImage: fc.boolean(),
      url: maybe(text),
      step,
      caption: maybe(text),
      sizeBytes: maybe(fc.nat()),
      sha256: maybe(text),
    }),
    { maxLength: 3 },
  ),
  panels: fc.array(
    fc.record({
      name: text,
      steps: fc.array(fc.record({ step, spec: fc.constant({ type: 'confusion', title: 'x' }), caption: text })),
    }),
    { maxLength: 2 },
  ),
  tables: fc.array(
    fc.record({
      name: text,
      steps: fc.array(
        fc.record({
          step,
          columns: fc.array(text),
          rows: fc.array(fc.array(fc.option(text, { nil: undefined }))),
          hidden: fc.nat(),
        }),
        { maxLength: 2 },
      ),
    }),
    { maxLength: 2 },
  ),
});

const zero = (value: unknown): unknown => (Object.is(value, -0) ? 0 : value);

describe('run-facts', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(facts, { selector: ({ runId }) => runId, maxLength: 5 }), (runs) => {
        const back = decodeRunFacts(encodeRunFacts('e', runs));
        const plain = runs.map((run) =>
          Object.fromEntries(Object.entries(run).map(([key, value]) => [key, zero(value)])),
        );
        expect([...back.values()]).toEqual(plain);
        expect([...back.keys()]).toEqual(runs.map(({ runId }) => runId));
      }),
    );
  });

  test('name once what many runs have in common', () => {
    const packages = Array.from({ length: 200 }, (_, i) => [`package-${i}`, '1.0.0'] as const);
    const run = (i: number): RunFacts => ({
      runId: `e/${i}`,
      environment: [['Python', '3.12.1']],
      packages,
      command: 'python train.py',
      error: undefined,
      isDirty: false,
      commitUrl: undefined,
      patchUrl: undefined,
      gpuHours: undefined,
      energyKwh: undefined,
      peakMemoryBytes: undefined,
      partsUrl: undefined,
    });
    const size = (count: number) =>
      encodeRunFacts(
        'e',
        Array.from({ length: count }, (_, i) => run(i)),
      ).length;
    expect(size(1000) - size(1)).toBeLessThan(80_000);
  });

  test('refuse another file', () => {
    expect(() => decodeRunFacts('{"kind":"more-runs"}')).toThrow('facts of runs');
  });
});

describe('run-parts', () => {
  test('come back as they were', () => {
    fc.assert(
      fc.property(parts, (one) => {
        expect(decodeRunParts(encodeRunParts(one))).toEqual(one);
      }),
    );
    expect(() => decodeRunParts('{"kind":"more-runs"}')).toThrow('parts of a run');
  });
});
