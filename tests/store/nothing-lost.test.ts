import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordSchemas, runDocument } from '../../src/format/run-records.ts';
import type { Store } from '../../src/store/store.ts';
import { openLogs, tell } from './log-folder.ts';

// Whatever a record says, under whatever key: it is found in the run, or a finding names its line.

/** Text that stands nowhere else, and no secret, id, time or number. */
const marker = 'quince';

function visibleText(store: Store): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (value instanceof Map) return [...value];
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
  };
  return JSON.stringify([...store.runs.values()], plain);
}

const keysOf = (schema: { shape: object }): string[] => Object.keys(schema.shape);
const events = Object.keys(recordSchemas) as (keyof typeof recordSchemas)[];
/** Every field of every record; what a tag record removes was never there. */
const allKeys = new Set([
  ...events.flatMap((event) => keysOf(recordSchemas[event])),
  ...keysOf(runDocument),
  'mood',
  'paramz',
  'a.b',
]);
const anyKey = fc.constantFrom(...[...allKeys].filter((key) => key !== 'event' && key !== 'id' && key !== 'remove'));
/** The marker in every kind of place that a value may be in. */
const anyValue = fc.constantFrom<unknown>(
  marker,
  [marker],
  [[marker]],
  { [marker]: 1 },
  { [marker]: marker },
  { deep: { deeper: marker } },
  [{ name: marker }],
  { value: [1, marker], step: [1, 2] },
  { value: [1, 2], step: [1, marker] },
  { value: [1], time: [marker] },
);

/** What a record needs besides, so that nothing else is told of it. */
const sound: Partial<Record<(typeof events)[number], object>> = {
  params: { params: { lr: 1 } },
  log: { message: 'm' },
  note: { text: 't' },
  tag: { add: 'a' },
  artifact: { url: 'https://a.example/b' },
  histogram: { name: 'h', edges: [0, 1], counts: [1] },
  table: { name: 't', columns: ['a'], rows: [[1]] },
  end: { status: 'finished' },
};

describe('nothing is lost in silence', () => {
  it.each(events)('of a %s record', async (event) => {
    const record = fc.dictionary(anyKey, anyValue, { minKeys: 1, maxKeys: 1 });
    await fc.assert(
      fc.asyncProperty(record, async (fields) => {
        const line = JSON.stringify({ ...sound[event], ...fields, event });
        const store = await openLogs({ 'e/runs/x.jsonl': `{"step":1,"loss":1}\n${line}\n` });
        const isSeen = visibleText(store).includes(marker);
        const isTold = store.diagnostics.some((diagnostic) => diagnostic.line === 2);
        if (!isSeen && !isTold) expect(`${line}\n${tell(store.diagnostics).join('\n')}`).toBe('seen or told');
      }),
      { numRuns: 200 },
    );
  });

  it('of a whole run, as a line and as a document', async () => {
    const record = fc.dictionary(anyKey, anyValue, { minKeys: 1, maxKeys: 1 });
    await fc.assert(
      fc.asyncProperty(record, async (fields) => {
        const line = JSON.stringify({ ...fields, id: 'x' });
        for (const [path, text] of [
          ['e/runs.jsonl', `${line}\n`],
          ['e/runs/x.yaml', line],
        ] as const) {
          const store = await openLogs({ [path]: text });
          const isSeen = visibleText(store).includes(marker);
          if (!isSeen && store.diagnostics.length === 0) expect(`${path}: ${line}`).toBe('seen or told');
        }
      }),
      { numRuns: 300 },
    );
  });
});
