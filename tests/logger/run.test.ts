import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { Artifact } from '../../src/logger/artifact.ts';
import { current } from '../../src/logger/current-run.ts';
import { Histogram } from '../../src/logger/histogram.ts';
import { realHost } from '../../src/logger/host.ts';
import { Image } from '../../src/logger/image.ts';
import * as logger from '../../src/logger/index.ts';
import { Table } from '../../src/logger/table.ts';
import { linesOf, makeHost, recordsOf } from './logger-host.ts';

describe('log', () => {
  test('writes a plain record and any other with the same rules', () => {
    const host = makeHost();
    const [quick, slow] = [host.init(), host.init()];
    for (const value of [1, 0.1, -0, 1e16, Number.NaN, true, 1e-7]) {
      quick.log({ 'train/loss': value, b: 2 }, { step: 3 });
      slow.log(
        new Map<string, unknown>([
          ['train', { loss: value }],
          ['b', 2],
        ]),
        { step: 3 },
      );
    }
    const body = (line: string) => line.replace(/"time":"[^"]*"/, '');
    expect(linesOf(quick).slice(1).map(body)).toEqual(linesOf(slow).slice(1).map(body));
  });

  test.each([
    ['a number', 5],
    ['null', null],
    ['a list', [1]],
    ['a text', 'loss'],
  ])('takes no %s, and says so once', (_what, data) => {
    const host = makeHost();
    const run = host.init();
    run.log(data as unknown as object);
    run.log(data as unknown as object);
    expect(recordsOf(run)).toHaveLength(1);
    expect(host.said).toEqual([expect.stringContaining('takes an object of names and values')]);
  });

  test.each([Number.NaN, 'three', {}, true])('with a step of %s counts by itself, with a warning', (step) => {
    const host = makeHost();
    const run = host.init();
    run.log({ a: 1 }, { step: step as number });
    expect(recordsOf(run).at(-1)).toMatchObject({ step: 0, a: 1 });
    expect(host.said).toEqual([expect.stringContaining('"step" should be a number, found')]);
  });

  test('undefined is written as null, with a warning for each key', () => {
    const host = makeHost();
    const run = host.init();
    run.log({ a: undefined, b: 1 });
    run.log({ a: undefined });
    expect(recordsOf(run).at(1)).toMatchObject({ a: null, b: 1 });
    expect(host.said).toEqual([expect.stringContaining('"a" is undefined; null is written')]);
  });

  test('an object that holds itself ends where it does', () => {
    const host = makeHost();
    const run = host.init();
    const values: Record<string, unknown> = { a: 1 };
    values.left = values;
    values.right = { values, b: 2 };
    run.log(values);
    expect(Object.keys(recordsOf(run).at(-1) ?? {})).toEqual(['step', 'time', 'a', 'right/b']);
  });

  test('a record that no reader would take is left out, and the log says so', () => {
    const host = makeHost();
    const run = host.init();
    run.log({ texts: Array.from({ length: 200 }, () => 'x'.repeat(90_000)) });
    expect(recordsOf(run).at(-1)).toMatchObject({
      event: 'log',
      level: 'warning',
      message: expect.stringMatching(/was left out/),
    });
  });

  test('after the end the run goes on with a resumed start, and ends again', () => {
    const run = makeHost().init();
    run.finish();
    run.log({ a: 1 });
    run.finish();
    run.finish();
    expect(recordsOf(run).map(({ event, resumed }) => [event, resumed])).toEqual([
      ['start', undefined],
      ['end', undefined],
      ['start', true],
      [undefined, undefined],
      ['end', undefined],
    ]);
  });
});

test('a metric over another one does not move the counted steps, also not for a run that goes on', () => {
  const host = makeHost();
  const run = host.init({ id: 'axis' });
  run.defineMetric('val/*', { stepMetric: 'epoch', summary: 'mean' });
  run.log({ loss: 3, epoch: 40, 'val/acc': 0.5 });
  run.log({ 'val/acc': 0.75 });
  run.detach();
  expect(recordsOf(run).slice(1)).toMatchObject([
    { step: 0, loss: 3, epoch: 40 },
    { step: 40, _step: 0, 'val/acc': 0.5 },
    { step: 40, _step: 1, 'val/acc': 0.75 },
  ]);
  expect(host.init({ id: 'axis', resume: 'must' }).step).toBe(2);
});

test.each([
  [{ id: '../x' }, 'x', '"../x" cannot be the id of a run; it is written as "x".'],
  [{ id: 'ok', resume: 'maybe' as 'must' }, 'ok', 'resume is "allow", "auto", "must", "never" or true, not "maybe"'],
])('init with %j says what it makes of it', (options, id, said) => {
  const host = makeHost();
  expect(host.init(options).id).toBe(id);
  expect(host.said).toEqual([expect.stringContaining(said)]);
});

test('values of the wrong kind, and objects that throw, stop nothing', () => {
  const refuse = () => {
    throw new Error('no');
  };
  const hostile = new Proxy({}, { get: refuse, getPrototypeOf: refuse, ownKeys: refuse });
  const host = makeHost();
  const wrong = { id: 7, name: 8, tags: 9, notes: hostile, group: [1], params: hostile, experiment: 10 };
  const run = host.init(wrong as unknown as Parameters<typeof host.init>[0]);
  run.log({ hostile, loss: 1 });
  run.log(hostile);
  run.tag({ add: 5 as unknown as string });
  run.message(hostile);
  run.summary.update(hostile);
  run.finish({ error: hostile, metrics: hostile });
  expect(run.path).toBe(join(host.top, 'experiments/10/runs/7.jsonl'));
  const records = recordsOf(run);
  expect(records[0]).toMatchObject({ name: '8', tags: ['9'], notes: '<Object>', params: { value: '<Object>' } });
  expect(records[1]).toMatchObject({ step: 0, hostile: '<Object>', loss: 1 });
  expect(records.at(-1)).toMatchObject({ event: 'end', status: 'failed', error: '<Object>' });
});

describe('config and summary', () => {
  test('are properties, and names that are methods are reached by get and set', () => {
    const run = makeHost().init({ params: { lr: 0.1, update: 'daily' } });
    run.config.lr = 0.2;
    run.config.set('get', 3);
    expect([run.config.lr, run.config.get('update'), run.config.get('get'), 'lr' in run.config]).toEqual([
      0.2,
      'daily',
      3,
      true,
    ]);
    expect(Object.keys(run.config)).toEqual(['lr', 'update', 'get']);
    expect(JSON.stringify(run.config)).toBe('{"lr":0.2,"update":"daily","get":3}');
    run.config.setDefaults({ lr: 1, wd: 0.5 });
    expect(
      recordsOf(run)
        .slice(1)
        .map(({ params }) => params),
    ).toEqual([{ lr: 0.2 }, { get: 3 }, { wd: 0.5 }]);
  });

  test('a summary reads the last value logged, until one is set', () => {
    const run = makeHost().init();
    run.log({ loss: 0.5 });
    expect(run.summary.loss).toBe(0.5);
    run.summary.loss = 0.25;
    run.log({ loss: 0.75 });
    expect([run.summary.loss, { ...run.summary }]).toEqual([0.25, { loss: 0.25 }]);
  });

  test('a param of the value it has is not logged again, whatever object it is', () => {
    const run = makeHost().init({ params: { model: { width: 4 } } });
    run.config.update({ model: { width: 4 } });
    expect(recordsOf(run)).toHaveLength(1);
  });
});

describe('files', () => {
  test('the first one moves the log into a folder of the run, and nothing is lost', () => {
    const host = makeHost();
    const run = host.init({ id: 'x' });
    run.log({ a: 1 });
    const before = run.path;
    expect(run.dir).toBe(join(host.top, 'experiments/e/runs/x'));
    run.log({ a: 2 });
    expect(existsSync(before ?? '')).toBe(false);
    expect(recordsOf(run).map(({ a }) => a)).toEqual([undefined, 1, 2]);
    expect(host.init({ id: 'x' }).id).toBe('x-2');
  });

  test('a picture of pixels is a PNG that holds them', () => {
    const run = makeHost().init();
    run.log({
      rows: new Image([
        [0, 255, 7],
        [1, 2, 3],
      ]),
      floats: new Image({ shape: [1, 2, 3], data: new Float32Array([0, 0.5, 1, 1, 0, 0]), dims: undefined }),
      canvas: new Image({ width: 1, height: 1, data: new Uint8ClampedArray([9, 8, 7, 255]) }, { caption: 'one' }),
    });
    const pixels = recordsOf(run)
      .filter(({ event }) => event === 'artifact')
      .map(({ path }) => {
        const png = readFileSync(join(dirname(run.path ?? ''), String(path)));
        const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25]];
        const length = png.readUInt32BE(33);
        return [width, height, channels, [...inflateSync(png.subarray(41, 41 + length))]];
      });
    expect(pixels).toEqual([
      [3, 2, 0, [0, 0, 255, 7, 0, 1, 2, 3]],
      [2, 1, 2, [0, 0, 128, 255, 255, 0, 0]],
      [1, 1, 6, [0, 9, 8, 7, 255]],
    ]);
  });

  test('what is no picture, no file or no address is said, and training goes on', () => {
    const host = makeHost();
    const run = host.init();
    run.log({ bad: new Image([]), loss: 1 });
    run.logArtifact(join(host.top, 'missing.bin'));
    run.logArtifact('ftp://example.org/x', { name: 'ftp' });
    expect(recordsOf(run).filter(({ loss }) => loss === 1)).toHaveLength(1);
    expect(host.said).toEqual([
      expect.stringContaining('"bad" could not be written (RangeError: a picture has at least one pixel)'),
      expect.stringContaining('missing.bin" could not be kept (Error: no such file or directory)'),
      expect.stringContaining('"ftp" could not be kept'),
    ]);
  });

  test('an artifact of many files keeps their places; one in the folder of the run stays where it is', () => {
    const host = makeHost();
    const run = host.init({ id: 'x' });
    const data = join(host.top, 'data');
    mkdirSync(join(data, 'deep'), { recursive: true });
    writeFileSync(join(data, 'deep/b.csv'), 'b');
    writeFileSync(join(data, 'a.csv'), 'a');
    run.logArtifact(new Artifact('set', { type: 'dataset' }).addFolder(data).addReference('https://example.org/c'));
    writeFileSync(join(run.dir ?? '', 'own.txt'), 'own');
    run.logArtifact(join(run.dir ?? '', 'own.txt'));
    run.logArtifact(run.path ?? '');
    const artifacts = recordsOf(run).filter(({ event }) => event === 'artifact');
    expect(artifacts.map(({ path, url, name, kind }) => [path ?? url, name, kind])).toEqual([
      ['files/set/a.csv', 'set/a.csv', 'data'],
      ['files/set/deep/b.csv', 'set/deep/b.csv', 'data'],
      ['https://example.org/c', 'set', 'data'],
      ['own.txt', 'own.txt', 'text'],
    ]);
    expect(host.said).toEqual([expect.stringContaining('is the log of this run, which is there already')]);
  });

  test('save keeps what a pattern finds now, and what has come or changed by the end', () => {
    const host = makeHost();
    const run = host.init();
    const file = (name: string) => join(host.top, name);
    writeFileSync(file('a.ckpt'), '1');
    run.save(file('*.ckpt'));
    writeFileSync(file('a.ckpt'), '22');
    writeFileSync(file('b.ckpt'), '3');
    run.finish();
    const kept = recordsOf(run).filter(({ event }) => event === 'artifact');
    expect(kept.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['files/a.ckpt', 1],
      ['files/a-2.ckpt', 2],
      ['files/b.ckpt', 1],
    ]);
    expect(recordsOf(run).at(-1)?.event).toBe('end');
  });

  test('a name may lead nowhere else', () => {
    const host = makeHost();
    const run = host.init({ id: '../../up', experiment: '../out/./runs' });
    run.keepFile('../../../escape.txt', 'x');
    run.log({ '../../image': new Image([[1]]) });
    expect(run.path?.startsWith(join(host.top, 'experiments'))).toBe(true);
    expect(existsSync(join(host.top, 'escape.txt'))).toBe(false);
    for (const { path } of recordsOf(run).filter(({ event }) => event === 'artifact')) expect(path).not.toContain('..');
  });
});

describe('values with a record of their own', () => {
  test('a histogram counts what is finite, and says where its edges do not fit', () => {
    const { counts, edges } = new Histogram([0, 1, 2, 3, Number.NaN, 4], { bins: 2 });
    expect([counts, edges]).toEqual([
      [2, 3],
      [0, 2, 4],
    ]);
    expect(new Histogram([], { bins: 1 })).toMatchObject({ counts: [0], edges: [0, 1] });
    expect(new Histogram([1e300, 1e300], { bins: 1 }).counts).toEqual([2]);
    expect(() => new Histogram({ counts: [1], edges: [1] })).toThrow(RangeError);
  });

  test('a table takes rows of objects, and refuses a row of another width', () => {
    const table = new Table({ rows: [{ a: 1, b: 2 }, { b: 3 }] });
    expect([table.columns, table.rows]).toEqual([
      ['a', 'b'],
      [
        [1, 2],
        [null, 3],
      ],
    ]);
    expect(() => table.addRow(1)).toThrow('The table has 2 columns, and the row 1 cells.');
    table.addColumn('c', ['x', 'y']);
    expect(table.rows).toEqual([
      [1, 2, 'x'],
      [null, 3, 'y'],
    ]);
  });
});

describe('the current run', () => {
  test('is the innermost of those that are running, also for what they await', async () => {
    const host = makeHost();
    const outer = host.init({ id: 'outer' });
    expect(current()).toBe(outer);
    const inner = host.init({ id: 'inner' });
    const found = await Promise.all([
      outer.during(async (run) => {
        await null;
        logger.log({ of: 'outer' });
        return [current() === run];
      }),
      inner.during(async (run) => {
        await null;
        return [current() === run];
      }),
    ]);
    expect(found).toEqual([[true], [true]]);
    expect(recordsOf(outer).some(({ of }) => of === 'outer')).toBe(true);
    expect([outer.ended, inner.ended]).toEqual([true, true]);
  });

  test('during passes on what its function throws, and the run has failed', async () => {
    const host = makeHost();
    const [sync, later] = [host.init(), host.init()];
    expect(() =>
      sync.during(() => {
        throw new RangeError('now');
      }),
    ).toThrow('now');
    await expect(
      later.during(async () => {
        await null;
        throw new RangeError('later');
      }),
    ).rejects.toThrow('later');
    for (const run of [sync, later])
      expect(recordsOf(run).at(-1)).toMatchObject({ status: 'failed', exit_code: 1, error: { type: 'RangeError' } });
  });

  test('track makes each call a run: params in, final values out', async () => {
    const host = makeHost();
    const options = { dir: join(host.top, 'experiments'), capture: false, signals: false, systemInterval: 0 } as const;
    const paths: (string | undefined)[] = [];
    const train = logger.track(
      'tracked',
      async ({ lr }: { lr: number }, run) => {
        paths.push(run.path);
        await null;
        logger.log({ loss: lr });
        return { acc: 1 - lr };
      },
      options,
    );
    expect(await Promise.all([train({ lr: 0.25 }), train({ lr: 0.5 })])).toEqual([{ acc: 0.75 }, { acc: 0.5 }]);
    const logs = paths.map((path) =>
      readFileSync(path ?? '', 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    expect(logs.map((records) => [records[0].params, records[1].loss, records[2].metrics])).toEqual([
      [{ lr: 0.25 }, 0.25, { acc: 0.75 }],
      [{ lr: 0.5 }, 0.5, { acc: 0.5 }],
    ]);
  });
});

describe('where nothing is written', () => {
  test.each<{ env: Record<string, string> }>([
    { env: { RUNFOLIO_MODE: 'disabled' } },
    { env: { RANK: '2' } },
    { env: { LOCAL_RANK: '1' } },
  ])('%j: every call is quiet', ({ env }) => {
    const host = makeHost({ env });
    const run = host.init({ params: { lr: 1 } });
    run.log({ a: 1 });
    run.config.lr = 2;
    run.summary.best = 1;
    run.note('n');
    run.save('*');
    run.finish();
    expect([run.disabled, run.path, run.dir, run.config.lr]).toEqual([true, undefined, undefined, 2]);
    expect(existsSync(join(host.top, 'experiments'))).toBe(false);
    expect(host.said).toEqual([]);
  });
});

test('the real host tells this machine', () => {
  expect(realHost.cwd()).toBe(process.cwd());
  expect(realHost.token(8)).toMatch(/^[a-z0-9]{8}$/);
  expect(Math.abs(realHost.wallMs() - Date.now())).toBeLessThan(60_000);
});
