import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GitLogbook } from '../store/git-logbook.ts';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const good = '{"step":1,"loss":1}\n';
const bad = 'nonsense\n';

interface Report {
  files: number;
  experiments: number;
  runs: number;
  diagnostics: { file: string; code: string }[];
}

async function report(cwd: string, ...args: string[]): Promise<Report & { code: number; found: string[] }> {
  const { code, stdout } = await record(['validate', '--format', 'json', '--changed', ...args], { cwd });
  const own = JSON.parse(stdout) as Report;
  return { ...own, code, found: own.diagnostics.map(({ file, code: kind }) => `${file} ${kind}`) };
}

/** A repository with one good and one bad log, committed. */
function logbook(options?: { below?: string }): GitLogbook {
  const book = new GitLogbook(options);
  book.write({ 'e/runs/good.jsonl': good, 'e/runs/bad.jsonl': bad, 'f/runs/bad.jsonl': bad });
  book.commit('log');
  return book;
}

describe('validate --changed', () => {
  it('reads no file, and exits with 0, where nothing changed', async () => {
    const book = logbook();
    expect(await report(book.root)).toMatchObject({ code: 0, files: 0, experiments: 0, runs: 0, found: [] });
    expect(await record(['validate', '--changed'], { cwd: book.root })).toMatchObject({
      code: 0,
      stdout: '0 errors, 0 warnings, 0 notes in 0 files (0.0 s)\n',
    });
  });

  it('counts no file that did not change, also where its name alone is wrong', async () => {
    const book = logbook();
    book.write({ 'e/runs/a b.jsonl': good, 'e/runs/c.ndjson': good });
    book.commit('names that are none');
    expect(await report(book.root)).toMatchObject({ code: 0, files: 0, found: [] });
  });

  it('tells of a changed file whose name is wrong', async () => {
    const book = logbook();
    book.write({ 'e/runs/a b.jsonl': good });
    expect(await report(book.root)).toMatchObject({
      code: 1,
      files: 1,
      found: ['experiments/e/runs/a b.jsonl id-invalid'],
    });
  });

  it('reads the one log that changed, by the settings of its experiment', async () => {
    const book = logbook();
    book.write({ 'e/experiment.yaml': 'step: tick\nbaseline: good\n' });
    book.commit('settings');
    book.write({ 'e/runs/good.jsonl': '{"tick":"x","loss":1}\n' });
    expect(await report(book.root)).toMatchObject({
      code: 0,
      runs: 1,
      found: ['experiments/e/runs/good.jsonl step-not-a-number'],
    });
  });

  it('knows the runs that did not change: a changed experiment.yaml may name one', async () => {
    const book = logbook();
    book.write({ 'e/experiment.yaml': 'title: E\nbaseline: good\n' });
    expect(await report(book.root)).toMatchObject({ code: 0, found: [] });
    book.write({ 'e/experiment.yaml': 'title: E\nbaseline: nowhere\n' });
    expect((await report(book.root)).found).toEqual(['experiments/e/experiment.yaml unknown-run']);
  });

  it('knows the runs that did not change: a new log may collide with one', async () => {
    const book = logbook();
    book.write({ 'e/runs/good.yaml': 'metrics: {loss: 1}\n' });
    expect(await report(book.root)).toMatchObject({ code: 1, found: ['experiments/e/runs/good.yaml id-collision'] });
  });

  it('reads a changed _site.yaml and a changed file of many runs', async () => {
    const book = logbook();
    book.write({ '_site.yaml': 'titel: x\n', 'e/runs.jsonl': '{"metrics":{"a":1}}\n', 'e/runs.yaml': 'a: [\n' });
    const { code, found } = await report(book.root);
    expect(code).toBe(1);
    expect(found).toEqual(
      expect.arrayContaining([
        'experiments/_site.yaml unknown-key',
        'experiments/e/runs.jsonl id-missing',
        'experiments/e/runs.yaml yaml-syntax',
      ]),
    );
    expect(found.join()).not.toContain('bad.jsonl');
  });

  it('reads every segment of a run of which one changed', async () => {
    const book = logbook();
    book.write({
      'e/runs/r/run.jsonl': `${good}{"event":"end","status":"finished"}\n`,
      'e/runs/r/resume-2.jsonl': good,
    });
    book.commit('segments');
    book.write({ 'e/runs/r/resume-2.jsonl': bad });
    expect(await report(book.root)).toMatchObject({
      code: 1,
      runs: 1,
      found: expect.arrayContaining(['experiments/e/runs/r/resume-2.jsonl not-json']) as unknown,
    });
  });

  it('looks at all that changed since the branch left --base, and exits by --strict', async () => {
    const book = logbook();
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ 'e/runs/new.jsonl': '{"step":"x","loss":1}\n' });
    book.commit('new');
    book.git('checkout', '-q', 'main');
    book.write({ 'e/runs/late.jsonl': bad });
    book.commit('late');
    book.git('checkout', '-q', 'branch');
    const found = ['experiments/e/runs/new.jsonl step-not-a-number'];
    expect(await report(book.root, '--base', 'main')).toMatchObject({ code: 0, files: 1, found });
    expect(await report(book.root, '--base', 'main', '--strict')).toMatchObject({ code: 1, found });
    expect(await report(book.root, '--base', 'HEAD')).toMatchObject({ code: 0, files: 0, found: [] });
  });

  it('works from a root below the top of the repository, and from a folder within', async () => {
    const book = logbook({ below: 'projects/vision' });
    book.write({ 'e/runs/new.jsonl': bad });
    mkdirSync(join(book.root, '../audio/experiments/e/runs'), { recursive: true });
    writeFileSync(join(book.root, '../audio/experiments/e/runs/x.jsonl'), bad);
    const expected = { code: 1, files: 1, found: ['experiments/e/runs/new.jsonl not-json'] };
    expect(await report(book.root)).toMatchObject(expected);
    expect(await report(join(book.root, 'experiments/e'))).toMatchObject(expected);
    const elsewhere = await record(['validate', '--changed', '--root', book.root], { cwd: '/' });
    expect(elsewhere.stdout).toContain('experiments/e/runs/new.jsonl:1:1');
  });

  it('warns of an edited finished run among what changed since the base', async () => {
    const book = logbook();
    book.write({ 'e/runs/done.jsonl': `${good}{"event":"end","status":"finished"}\n` });
    book.commit('done');
    book.git('checkout', '-q', '-b', 'branch');
    book.write({ 'e/runs/done.jsonl': '{"event":"end","status":"finished"}\n' });
    const commit = book.commit('edit');
    const { diagnostics } = await report(book.root, '--base', 'main');
    expect(diagnostics).toMatchObject([{ code: 'edited-after-finish', file: 'experiments/e/runs/done.jsonl' }]);
    expect(JSON.stringify(diagnostics)).toContain(commit.slice(0, 12));
    expect((await report(book.root)).found).toEqual([]);
  });
});

describe('validate, used wrongly', () => {
  it.each([
    [['--base', 'main'], '--base goes with --changed.'],
    [['--changed', '--base', 'nowhere'], 'git does not know "nowhere"'],
    [['--changed', '--base', ''], 'git does not know ""'],
    [['--changed', 'experiments/e'], 'Give paths or --changed, not both.'],
    [['--changed', 'experiments/nope'], 'There is no file or folder "experiments/nope".'],
    [['--changed', '--base'], "option '--base <ref>' argument missing"],
  ])('%j: 2, and it says why', async (args, message) => {
    const { code, stdout, stderr } = await record(['validate', ...args], { cwd: logbook().root });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('--changed outside of a repository: 2, and it says so', async () => {
    const cwd = writeLogs({ 'e/runs/x.jsonl': good });
    const { code, stderr } = await record(['validate', '--changed'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toBe(`runfolio: ${cwd} is in no git repository.\n`);
  });
});
