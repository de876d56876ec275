import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Histogram } from '../../src/logger/histogram.ts';
import { Image } from '../../src/logger/image.ts';
import { Table } from '../../src/logger/table.ts';
import { openStore } from '../../src/store/open-store.ts';
import { makeHost } from './logger-host.ts';

const name = fc
  .stringMatching(/^[a-z][a-z0-9_]{0,8}(?:\/[a-z][a-z0-9_]{0,8}){0,2}$/)
  .filter(
    (text) =>
      !/^(?:step|_step|global_step|event|time|timestamp|wall_time|date|epoch|iter|iteration|elapsed|config|params|hparams|args|log|kind|\w*token|secret|\w*key)$/.test(
        text,
      ),
  );
const number = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 1e16, 1e-5),
);
const points = fc.array(fc.dictionary(name, number, { minKeys: 1, maxKeys: 4 }), { minLength: 1, maxLength: 12 });
const param = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.string({ maxLength: 5 }),
  fc.integer(),
);

test('what is logged reads back through the store with the same values', async () => {
  await fc.assert(
    fc.asyncProperty(points, fc.dictionary(name, param, { maxKeys: 5 }), async (given, params) => {
      const host = makeHost();
      const run = host.init({ id: 'x', params });
      given.forEach((values, step) => void run.log(values, { step }));
      run.finish();
      const store = await openStore(host.top);
      expect(store.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      const read = store.runs.get('e/x');
      expect(read?.state).toBe('finished');
      const written = new Map<string, [number, number][]>();
      given.forEach((values, step) => {
        for (const [key, value] of Object.entries(values))
          written.set(key, [...(written.get(key) ?? []), [step, value]]);
      });
      expect([...(read?.metrics.keys() ?? [])].sort()).toEqual([...written.keys()].sort());
      for (const [key, values] of written) {
        const last = values.at(-1)?.[1] ?? 0;
        const found = read?.metrics.get(key);
        expect(found?.count).toBe(values.length);
        expect(found?.last === last || (Number.isNaN(found?.last) && Number.isNaN(last))).toBe(true);
      }
      expect(Object.fromEntries(read?.params ?? [])).toEqual({ ...params });
    }),
    { numRuns: 25 },
  );
}, 60_000);

test('params, tags, notes, attachments and the end read back', async () => {
  const host = makeHost();
  const run = host.init({
    id: 'x',
    name: 'Everything',
    params: { optimizer: { lr: 0.1 }, seed: 7 },
    tags: ['a', 'b'],
    notes: 'A **note**.',
    group: 'g',
    job: 'j',
  });
  run.config.batch = 32;
  run.log({
    loss: 0.5,
    weights: new Histogram([1, 2, 3, 4]),
    cm: new Table({ columns: ['actual', '0'], rows: [['0', 3]], kind: 'confusion' }),
  });
  run.log({ samples: [new Image([[0, 255]], { caption: 'two pixels' }), new Image([[255, 0]])] });
  run.tag({ add: 'c', remove: 'a' });
  run.summary.best = 0.25;
  run.alert('Loss', 'is low', 'warn');
  run.message('half way');
  run.finish({ metrics: { acc: 0.9 } });
  run.note('afterwards');
  const store = await openStore(host.top);
  expect(store.diagnostics.map(({ code }) => code)).toEqual([]);
  const read = store.runs.get('e/x');
  expect(read).toMatchObject({
    name: 'Everything',
    state: 'finished',
    exitCode: 0,
    seed: '7',
    group: 'g',
    job: 'j',
    tags: ['b', 'c'],
  });
  expect(Object.fromEntries(read?.params ?? [])).toEqual({ 'optimizer.lr': 0.1, seed: 7, batch: 32 });
  expect(read?.metrics.get('best')?.last).toBe(0.25);
  expect(read?.metrics.get('acc')?.last).toBe(0.9);
  expect(read?.histograms).toHaveLength(1);
  expect(read?.tables.map(({ kind }) => kind)).toEqual(['confusion']);
  expect(read?.artifacts.map(({ name: own, kind, missing }) => [own, kind, missing])).toEqual([
    ['samples/0', 'image', false],
    ['samples/1', 'image', false],
  ]);
});
