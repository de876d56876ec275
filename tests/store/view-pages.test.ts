import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { viewPageSettings } from '../../src/format/view-page.ts';
import { experimentTest } from '../../src/store/match-experiments.ts';
import { openStore } from '../../src/store/open-store.ts';
import { lines, openLogs, tell, writeLogs } from './log-folder.ts';

function run(params: object, acc: number, { status = 'finished', seed = 0 } = {}): string {
  return lines(
    { event: 'start', time: '2026-03-01T00:00:00Z', params, seed },
    { step: 1, 'val/acc': acc },
    { event: 'end', time: '2026-03-01T01:00:00Z', status },
  );
}

const logs = {
  'digits/sgd/runs/a.jsonl': run({ optimizer: { lr: 0.1 } }, 0.9),
  'digits/sgd/runs/b.jsonl': run({ optimizer: { lr: 0.01 } }, 0.8),
  'digits/adam/runs/c.jsonl': run({ optimizer: { lr: 0.1 } }, 0.7, { status: 'failed' }),
  'wine/runs/d.jsonl': run({ c: 1 }, 0.6),
};

describe('_views/NAME.yaml', () => {
  it('is read by name, with the runs of the experiments that pass the filter', async () => {
    const store = await openLogs({
      ...logs,
      '_views/best.yaml': 'title: Best of digits\nexperiments: [digits]\nwhere: status = finished\n',
      '_views/all.yaml': 'x-why: because\nexperiments: ["*/sgd", wine]\n',
      '_views/README.md': 'what these are\n',
    });
    expect(store.diagnostics).toEqual([]);
    expect([...store.views].map(([name, { title, runs }]) => [name, title, runs.map(({ run: { id } }) => id)])).toEqual(
      [
        ['all', 'all', ['digits/sgd/a', 'digits/sgd/b', 'wine/d']],
        ['best', 'Best of digits', ['digits/sgd/a', 'digits/sgd/b']],
      ],
    );
  });

  it('leaves archived runs out unless the filter speaks of them', async () => {
    const archive = `${run({ c: 2 }, 0.5)}${lines({ event: 'archive' })}`;
    const store = await openLogs({
      ...logs,
      'wine/runs/old.jsonl': archive,
      '_views/a.yaml': 'experiments: [wine]\n',
      '_views/b.yaml': 'experiments: [wine]\nwhere: is:archived\n',
    });
    expect([...store.views.values()].map(({ runs }) => runs.map((own) => own.run.run))).toEqual([['d'], ['old']]);
  });

  it('tells running from crashed, and counts times, at the newest record: no clock changes what it shows', async () => {
    const open = (time: string): string => lines({ event: 'start', time }, { step: 1, time, loss: 1 });
    const store = await openLogs({
      'e/runs/new.jsonl': open('2026-03-10T00:00:00Z'),
      'e/runs/old.jsonl': open('2026-03-01T00:00:00Z'),
      '_views/a.yaml': 'where: status = running\n',
      '_views/b.yaml': 'where: started < -3d\n',
    });
    expect([...store.views.values()].map(({ runs }) => runs.map((own) => own.run.run))).toEqual([['new'], ['old']]);
  });

  it('reports what is wrong at its place: unknown keys, wrong values, names that no run has', async () => {
    const store = await openLogs({
      ...logs,
      '_views/v.yaml': [
        'titel: Best',
        'kind: ablaton',
        'experiments: [digit/sgd, wine, digits]',
        'metric: acc',
        'metrics: [val/acc, val/los]',
        'group_by: [lr, val/acc]',
        'lines: mean',
        'limit: 0',
        'links: [{label: a}]',
        '',
      ].join('\n'),
    });
    expect(tell(store.diagnostics)).toEqual([
      '_views/v.yaml:1:1 error unknown-key',
      '_views/v.yaml:2:7 error wrong-type',
      '_views/v.yaml:3:15 warning unknown-view-name',
      '_views/v.yaml:4:9 warning unknown-view-name',
      '_views/v.yaml:5:20 warning unknown-view-name',
      '_views/v.yaml:6:12 warning unknown-view-name',
      '_views/v.yaml:6:16 warning unknown-view-name',
      '_views/v.yaml:7:1 warning view-key-unused',
      '_views/v.yaml:8:8 error wrong-type',
      '_views/v.yaml:9:9 error wrong-type',
    ]);
    expect(store.diagnostics.map(({ message }) => message)).toMatchInlineSnapshot(`
      [
        ""titel" is not a known key. Did you mean "title"? Keys of your own start with "x-".",
        ""kind" should be one of leaderboard, ablation, curves. It is left out.",
        "There is no experiment "digit/sgd". Did you mean "digits/sgd"?",
        "No run of the view has the metric "acc". Did you mean "val/acc"?",
        "No run of the view has the metric "val/los".",
        "No run of the view has a field or param "lr". Did you mean "optimizer.lr"?",
        ""val/acc" is a metric; groups are formed by params and fields.",
        ""lines" says nothing in a view of kind leaderboard; it belongs to curves.",
        ""limit" is not as it should be: Too small: expected number to be >=1. It is left out.",
        ""links.0.url" is missing; it should be text. It is left out.",
      ]
    `);
  });

  it('points at the wrong word within a filter', async () => {
    const store = await openLogs({
      ...logs,
      '_views/name.yaml': 'where: "val/acc > 0.5 and lr > 0.1"\n',
      '_views/syntax.yaml': "where: 'status = finished and'\n",
      '_views/folded.yaml': 'where: >-\n  val/acc > 0.5\n  and nam ~ "(a"\n',
      '_views/pattern.yaml': 'where: id ~ "(a"\n',
    });
    expect(tell(store.diagnostics)).toEqual([
      '_views/folded.yaml:3:7 warning unknown-view-name',
      '_views/name.yaml:1:27 warning unknown-view-name',
      '_views/pattern.yaml:1:13 error filter-invalid',
      '_views/syntax.yaml:1:30 error filter-invalid',
    ]);
    expect(store.views.get('name')).toMatchObject({
      runs: [],
      fault: 'The filter cannot be used. No run has a field, metric or param "lr". Did you mean optimizer.lr?',
    });
  });

  it('warns of a baseline that is no run and no group', async () => {
    const view = (baseline: string, rows = 'rows: [optimizer.lr]'): string =>
      `kind: ablation\nexperiments: [digits]\n${rows}\nbaseline: ${baseline}\n`;
    const store = await openLogs({
      ...logs,
      '_views/run.yaml': view('digits/sgd/a'),
      '_views/short.yaml': view('b'),
      '_views/value.yaml': view('0.10'),
      '_views/both.yaml': view('[0.1, digits/sgd]', 'rows: [optimizer.lr]\ncolumns: [experiment]'),
      '_views/usual.yaml': view('0.1', 'limit: 5'),
      '_views/wrong.yaml': view('0.2'),
      '_views/board.yaml': 'baseline: digits/sgd/a\n',
    });
    expect(tell(store.diagnostics)).toEqual([
      '_views/board.yaml:1:1 warning view-key-unused',
      '_views/wrong.yaml:4:11 warning unknown-view-name',
    ]);
  });

  it('notes that no run passes, and stays a view', async () => {
    const store = await openLogs({ ...logs, '_views/none.yaml': 'where: status = killed\n' });
    expect(tell(store.diagnostics)).toEqual(['_views/none.yaml:1:8 note view-without-runs']);
    expect(store.views.get('none')?.runs).toEqual([]);
  });

  it('keeps a file that cannot be read as a view that says so', async () => {
    const store = await openLogs({ ...logs, '_views/torn.yaml': 'title: [\n', '_views/best.yml': 'title: a\n' });
    expect(tell(store.diagnostics)).toEqual([
      '_views/best.yml:1:1 note near-miss-name',
      '_views/torn.yaml:2:1 error yaml-syntax',
    ]);
    expect([...store.views.values()].map(({ fault }) => fault)).toEqual(['The file cannot be read.']);
  });

  it('is checked alone too: the experiments it asks for are read, and only the view is told of', async () => {
    const root = writeLogs({
      ...logs,
      'digits/sgd/experiment.yaml': 'titel: a\n',
      '_views/v.yaml': 'experiments: [digits]\nmetric: acc\n',
      '_views/w.yaml': 'titel: b\n',
    });
    const store = await openStore(root, { paths: ['experiments/_views/v.yaml'] });
    expect(tell(store.diagnostics)).toEqual(['_views/v.yaml:2:9 warning unknown-view-name']);
    expect([store.experiments.size, store.runs.size, store.fileCount, store.views.size]).toEqual([0, 0, 1, 1]);
    const other = await openStore(root, { paths: ['experiments/wine'] });
    expect([other.experiments.size, other.diagnostics.length, other.views.size]).toEqual([1, 0, 0]);
  });
});

describe('experimentTest', () => {
  it('takes an id with those below it, or a pattern part by part', () => {
    const ids = ['digits/sgd', 'digits/sgd/wide', 'digits/sgd2', 'wine'];
    const found = (pattern: string): string[] => ids.filter(experimentTest(pattern));
    expect(found('digits/sgd')).toEqual(['digits/sgd', 'digits/sgd/wide']);
    expect(found('digits/')).toEqual(['digits/sgd', 'digits/sgd/wide', 'digits/sgd2']);
    expect(found('*/sgd')).toEqual(['digits/sgd']);
    expect(found('digits/*')).toEqual(['digits/sgd', 'digits/sgd2']);
    expect(found('digits/**')).toEqual(['digits/sgd', 'digits/sgd/wide', 'digits/sgd2']);
    expect(found('win?')).toEqual(['wine']);
    expect(found('**')).toEqual(ids);
    expect(found('d.*')).toEqual([]);
  });

  it('takes any text without throwing, and an id as a pattern of itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (pattern, id) => {
        expect(typeof experimentTest(pattern)(id)).toBe('boolean');
        if (!/[*?]/.test(id) && !id.endsWith('/')) expect(experimentTest(id)(id)).toBe(true);
      }),
    );
  });
});

it('every view of this repository stands without a fault', async () => {
  const root = join(import.meta.dirname, '../..');
  const store = await openStore(root, { paths: ['experiments/_views'] });
  expect(tell(store.diagnostics)).toEqual([]);
  expect(store.views.size).toBeGreaterThan(2);
  for (const { path } of store.views.values()) expect(readFileSync(join(root, path), 'utf8')).toContain('title:');
});

it('every view that the guide shows is sound', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../src/content/docs/views.md'), 'utf8');
  const samples = [...guide.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text = '']) => text);
  expect(samples.length).toBeGreaterThan(1);
  for (const text of samples) expect(viewPageSettings.safeParse(parse(text)).error, text).toBeUndefined();
});
