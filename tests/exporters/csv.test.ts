import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRunsCsv } from '../../src/exporters/csv.ts';
import { exportRuns } from '../../src/exporters/export-runs.ts';
import type { RunObject } from '../../src/exporters/run-object.ts';
import type { JsonValue } from '../../src/format/scalars.ts';
import { lines, openLogs, sharedData } from '../store/log-folder.ts';
import { fixture } from './export-fixture.ts';

const nowMs = 1_772_612_000_000 + 3_600_000;

function run(own: Partial<RunObject>): RunObject {
  return {
    id: 'e/x',
    experiment: 'e',
    run: 'x',
    name: 'x',
    status: 'finished',
    diverged: false,
    divergedAt: null,
    archived: false,
    startedAt: null,
    endedAt: null,
    durationMs: null,
    seed: null,
    group: null,
    params: new Map<string, JsonValue>(),
    tags: [],
    metrics: new Map(),
    ...own,
  };
}

/** Reads CSV as RFC 4180 says. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] as string;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ',' || char === '\n') {
      row.push(cell);
      cell = '';
      if (char === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += char;
  }
  expect(cell).toBe('');
  expect(quoted).toBe(false);
  return rows;
}

/** A cell that a spreadsheet would take for a formula. */
const isArmed = (cell: string): boolean =>
  /^[=+\-@\t\r＝＋－＠]/.test(cell) && Number.isNaN(Number(cell)) && cell !== '-Infinity';

describe('encodeRunsCsv', () => {
  test('gives a row a run and a column for every param and metric, byte for byte', async () => {
    expect(exportRuns(await openLogs(fixture), 'csv', { nowMs })).toMatchInlineSnapshot(`
      "id,experiment,run,name,status,diverged,archived,startedAt,endedAt,durationMs,seed,group,tags,params.lr,params.big,params.layers,params.none,params.on,params.neg,params.__proto__,params.constructor,metrics.loss.last,metrics.loss.lastStep,metrics.loss.lastFinite,metrics.loss.min,metrics.loss.minStep,metrics.loss.max,metrics.loss.maxStep,metrics.loss.mean,metrics.loss.count,metrics.loss.nonFinite,metrics.loss.value,metrics.val/acc.last,metrics.val/acc.lastStep,metrics.val/acc.lastFinite,metrics.val/acc.min,metrics.val/acc.minStep,metrics.val/acc.max,metrics.val/acc.maxStep,metrics.val/acc.mean,metrics.val/acc.count,metrics.val/acc.nonFinite,metrics.val/acc.value,metrics.__proto__.last,metrics.__proto__.lastStep,metrics.__proto__.lastFinite,metrics.__proto__.min,metrics.__proto__.minStep,metrics.__proto__.max,metrics.__proto__.maxStep,metrics.__proto__.mean,metrics.__proto__.count,metrics.__proto__.nonFinite,metrics.__proto__.value
      digits/nan,digits,nan,nan,unknown,true,false,,,,,,,,,,,,,,,-Infinity,2,1,1,1,1,1,1,3,2,1,,,,,,,,,,,,,,,,,,,,,,
      digits/open,digits,open,open,running,false,false,2026-03-04T08:13:20.000Z,,0,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,
      digits/sgd,digits,sgd,SGD,finished,false,false,2026-03-04T08:00:00.000Z,2026-03-04T08:01:30.000Z,90000,3,g1,a;b c,0.1,12345678901234567890,"[64,32]",,true,-0.5,,,3,3,3,1,2,3,3,2,3,0,2,0.625,3,0.625,0.5,1,0.75,2,0.625,3,0,0.75,,,,,,,,,,,
      odd/proto,odd,proto,proto,unknown,false,true,,,,,,,,,,,,,x,1,,,,,,,,,,,,,,,,,,,,,,,1,0,1,1,0,1,0,1,1,0,1
      "
    `);
  });

  test('reads back cell for cell, with as many cells in each row as in the head', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })), {
          minLength: 1,
          maxLength: 5,
        }),
        (pairs) => {
          const rows = parseCsv(
            encodeRunsCsv(pairs.map(([name, value]) => run({ name, params: new Map([['p', value]]) }))),
          );
          const [head, ...body] = rows;
          for (const cells of body) expect(cells).toHaveLength(head?.length ?? -1);
          const disarmed = (text: string): string =>
            /^[=+\-@\t\r＝＋－＠]/.test(text) && text !== '-Infinity' ? `'${text}` : text;
          expect(body.map((cells) => cells[head?.indexOf('name') ?? -1])).toEqual(
            pairs.map(([name]) => disarmed(name)),
          );
          expect(body.map((cells) => cells[head?.indexOf('params.p') ?? -1])).toEqual(
            pairs.map(([, value]) => disarmed(value)),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '＝1', '＋1', '－1', '＠x', "=cmd|' /C calc'!A0"])(
    'disarms the text %j everywhere',
    (text) => {
      const csv = encodeRunsCsv([
        run({ name: text, group: text, seed: text, tags: [text], params: new Map<string, JsonValue>([[text, text]]) }),
      ]);
      for (const cells of parseCsv(csv)) for (const cell of cells) expect(isArmed(cell), cell).toBe(false);
      expect(csv).toContain(`'${text.replaceAll('"', '""')}`);
    },
  );

  test('leaves numbers alone, negative ones too, and every digit of long ones', () => {
    const params = new Map<string, JsonValue>([
      ['a', -0.5],
      ['b', -12345678901234567890n],
      ['c', 1e-7],
      ['d', false],
      ['e', [-1]],
      ['f', null],
    ]);
    const [head, row] = parseCsv(encodeRunsCsv([run({ params })]));
    expect(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => row?.[head?.indexOf(`params.${key}`) ?? -1])).toEqual([
      '-0.5',
      '-12345678901234567890',
      '1e-7',
      'false',
      '[-1]',
      '',
    ]);
  });

  test('disarms every payload of the list as name, tag, param and metric name', async (ctx) => {
    const folder = sharedData('hostile/csv-injection');
    if (folder === undefined) return ctx.skip('the shared data are not on this machine');
    const payloads = readFileSync(join(folder, 'csv-payload.txt'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    expect(payloads.length).toBeGreaterThan(4);
    const store = await openLogs({
      'e/runs.jsonl': lines(
        ...payloads.map((text, index) => ({
          id: `r${index}`,
          name: text,
          tags: [text],
          group: text,
          params: { [text]: text, p: text },
          metrics: { [text]: -1 },
        })),
      ),
    });
    const rows = parseCsv(exportRuns(store, 'csv', { nowMs: 0 }));
    expect(rows).toHaveLength(payloads.length + 1);
    for (const cells of rows) for (const cell of cells) expect(isArmed(cell), cell).toBe(false);
    // The JSON export keeps them as they are.
    const names = (JSON.parse(exportRuns(store, 'json', { nowMs: 0 })) as { name: string }[]).map(({ name }) => name);
    expect(names).toEqual(payloads);
  });

  test('has __proto__ as a column like any other', async () => {
    const [head, row] = parseCsv(exportRuns(await openLogs(fixture), 'csv', { nowMs, experiment: 'odd' }));
    expect(row?.[head?.indexOf('params.__proto__') ?? -1]).toBe('x');
    expect(row?.[head?.indexOf('metrics.__proto__.last') ?? -1]).toBe('1');
  });

  test('of no runs is the head alone', () => {
    expect(parseCsv(encodeRunsCsv([]))).toHaveLength(1);
  });
});
