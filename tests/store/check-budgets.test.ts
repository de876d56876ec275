import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { GitLogbook } from './git-logbook.ts';
import { openLogs } from './log-folder.ts';

const lines = (count: number): string =>
  Array.from(
    { length: count },
    (_, step) => `{"step":${step},"loss":${step / 7},"grad/layer.0/weight/norm":${step / 3}}\n`,
  ).join('');

describe('budgets', () => {
  it('are silent while nothing is past them', async () => {
    const site = 'budgets: {log_bytes: 1 MB, artifact_bytes: 1 kB, keys: 10}\n';
    const store = await openLogs({ '_site.yaml': site, 'e/runs/a.jsonl': lines(10) });
    expect(store.diagnostics).toEqual([]);
  });

  it('name the metric that takes the space of a log', async () => {
    const store = await openLogs({
      '_site.yaml': 'budgets: {log_bytes: 2 kB}\n',
      'e/runs/a.jsonl': lines(100),
      'e/runs/b.jsonl': lines(3),
    });
    expect(store.diagnostics.map(({ file, code, severity }) => `${file} ${severity} ${code}`)).toEqual([
      'experiments/e/runs/a.jsonl warning log-over-budget',
    ]);
    expect(store.diagnostics[0]?.message).toMatch(
      /past the budget of 2 kB\..*"grad\/layer\.0\/weight\/norm": 100 values, about \d+ % of it\./,
    );
  });

  it('name the kind of record that takes the space where no metric does', async () => {
    const table = { event: 'table', name: 't', columns: ['x'], rows: Array.from({ length: 500 }, (_, row) => [row]) };
    const store = await openLogs({
      '_site.yaml': 'budgets: {log_bytes: 2 kB}\n',
      'e/runs/a.jsonl': `${lines(3)}${JSON.stringify(table)}\n`,
    });
    expect(store.diagnostics[0]?.message).toMatch(/The most is taken by its tables, about 9\d % of it\./);
  });

  it('count what lies on disk: a compressed log is as small as its file', async () => {
    const store = await openLogs({
      '_site.yaml': 'budgets: {log_bytes: 2 kB}\n',
      'e/runs/a.jsonl.gz': gzipSync('{"step":1,"loss":0.25}\n'.repeat(1000)),
      'e/runs.yaml': `id: b\nnotes: ${'x'.repeat(1500)}\n---\nid: c\nnotes: ${'x'.repeat(1500)}\n`,
    });
    expect(store.diagnostics.filter(({ code }) => code === 'log-over-budget')).toEqual([]);
  });

  it('hold artifacts and the number of metric names', async () => {
    const store = await openLogs({
      '_site.yaml': 'budgets: {artifact_bytes: 100, keys: 1}\n',
      'e/runs/a/run.jsonl': `${lines(1)}{"event":"artifact","path":"big.bin"}\n{"event":"artifact","path":"small.bin"}\n`,
      'e/runs/a/big.bin': 'x'.repeat(101),
      'e/runs/a/small.bin': 'x'.repeat(100),
    });
    expect(store.diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'experiments/e/runs/a/big.bin artifact-over-budget',
      'experiments/e/runs/a/run.jsonl keys-over-budget',
    ]);
  });

  it('hold what the last commit added, and name the largest file of it', async () => {
    const book = new GitLogbook();
    book.write({ '_site.yaml': 'budgets: {commit_bytes: 3 kB}\n', 'e/runs/old.jsonl': lines(500) });
    book.commit('a large first commit');
    book.write({ 'e/runs/a.jsonl': lines(20) });
    book.commit('a small one');
    expect((await openStore(book.root, { history: true })).diagnostics).toEqual([]);
    book.write({ 'e/runs/b.jsonl': lines(60), 'e/runs/old.jsonl': lines(501) });
    const commit = book.commit('a large one');
    const { diagnostics } = await openStore(book.root, { history: true });
    expect(diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'experiments/e/runs/b.jsonl commit-over-budget',
    ]);
    expect(diagnostics[0]?.message).toContain(commit.slice(0, 12));
  });

  it('hold what is staged, so that a hook can tell before the commit', async () => {
    const book = new GitLogbook();
    book.write({ '_site.yaml': 'budgets: {commit_bytes: 3 kB}\n' });
    expect((await openStore(book.root, { history: true })).diagnostics).toEqual([]);
    book.write({ 'e/runs/a.jsonl': lines(100) });
    expect((await openStore(book.root, { history: true })).diagnostics).toEqual([]);
    book.git('add', '.');
    const { diagnostics } = await openStore(book.root, { history: true });
    expect(diagnostics.map(({ file, code }) => `${file} ${code}`)).toEqual([
      'experiments/e/runs/a.jsonl commit-over-budget',
    ]);
    expect(diagnostics[0]?.message).toMatch(/^The commit being prepared would add \d kB/);
  });

  it('that are no size break _site.yaml, with the place', async () => {
    const store = await openLogs({ '_site.yaml': 'budgets:\n  log_bytes: plenty\n' });
    expect(store.settingsBroken).toBe(true);
    expect(store.diagnostics).toMatchObject([{ code: 'wrong-type', line: 2, column: 14 }]);
  });
});
