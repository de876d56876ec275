import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { GitLogbook, gitEnvironment } from '../store/git-logbook.ts';
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
const command = join(import.meta.dirname, '../../src/cli/bin.js');

/** A repository with one good log, committed. */
function logbook(options?: { below?: string }): GitLogbook {
  const book = new GitLogbook(options);
  book.write({ 'e/runs/a.jsonl': good });
  book.commit('log');
  return book;
}

/** An environment in which `npx --no-install runfolio` is a shell script. */
function withNpx(script: string): NodeJS.ProcessEnv {
  const bin = mkdtempSync(join(tmpdir(), 'runfolio-npx-'));
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }));
  writeFileSync(join(bin, 'npx'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...gitEnvironment(), PATH: `${bin}:${process.env.PATH ?? ''}` };
}

const realCommand = `shift 2\nexec "${process.execPath}" "${command}" "$@"`;

function commit(
  book: GitLogbook,
  env: NodeJS.ProcessEnv,
  ...args: string[]
): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('git', ['commit', '-q', '-m', 'x', ...args], {
    cwd: book.root,
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

describe('hooks install', () => {
  it('writes an executable shell script, says where, and may be run again', async () => {
    const book = logbook();
    const file = join(book.root, '.git/hooks/pre-commit');
    rmSync(join(book.root, '.git/hooks'), { recursive: true, force: true });
    const first = await record(['hooks', 'install'], { cwd: join(book.root, 'experiments/e') });
    expect(first).toEqual({
      code: 0,
      stderr: '',
      stdout: `Wrote ${file}: each commit now validates the logs that it changes.\n`,
    });
    expect(statSync(file).mode & 0o111).toBe(0o111);
    const text = readFileSync(file, 'utf8');
    expect(text).toMatch(/^#!\/bin\/sh\n/);
    expect(text).toContain('npx --no-install runfolio validate --changed');
    expect((await record(['hooks', 'install'], { cwd: book.root })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it("refuses to touch another tool's hook, and says what to add to it", async () => {
    const book = logbook();
    const file = join(book.root, '.git/hooks/pre-commit');
    mkdirSync(join(book.root, '.git/hooks'), { recursive: true });
    for (const own of ['#!/bin/sh\nexit 0\n', '']) {
      writeFileSync(file, own);
      const { code, stdout, stderr } = await record(['hooks', 'install'], { cwd: book.root });
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(file);
      expect(stderr).toContain('npx --no-install runfolio validate --changed || exit 1');
      expect(readFileSync(file, 'utf8')).toBe(own);
    }
  });

  it('writes into the folder that core.hooksPath names', async () => {
    const book = logbook();
    book.git('config', 'core.hooksPath', '.githooks');
    expect((await record(['hooks', 'install'], { cwd: book.root })).code).toBe(0);
    expect(existsSync(join(book.root, '.githooks/pre-commit'))).toBe(true);
    expect(existsSync(join(book.root, '.git/hooks/pre-commit'))).toBe(false);
  });

  it('works in a second work tree of the repository', async () => {
    const book = logbook();
    const tree = `${book.root}-tree`;
    onTestFinished(() => rmSync(tree, { recursive: true, force: true }));
    book.git('worktree', 'add', '-q', tree, '-b', 'beside');
    expect((await record(['hooks', 'install'], { cwd: tree })).code).toBe(0);
    expect(existsSync(join(book.root, '.git/hooks/pre-commit'))).toBe(true);
  });

  it('cannot run outside of a repository: 2', async () => {
    const cwd = writeLogs({ 'e/runs/a.jsonl': good });
    expect(await record(['hooks', 'install'], { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: `runfolio: ${cwd} is in no git repository.\n`,
    });
  });
});

describe('the hook', () => {
  it('is run by git commit with the words it promises, and its exit code decides', async () => {
    const book = logbook();
    await record(['hooks', 'install'], { cwd: book.root });
    const told = join(book.root, '.git/told');
    book.write({ 'e/runs/b.jsonl': good });
    book.git('add', 'experiments');
    expect(commit(book, withNpx(`echo "$@" > "${told}"\nexit 1`)).status).toBe(1);
    expect(readFileSync(told, 'utf8').trim()).toMatch(/^--no-install runfolio validate --changed\b/);
    expect(commit(book, withNpx('exit 0')).status).toBe(0);
    book.write({ 'e/runs/c.jsonl': bad });
    book.git('add', 'experiments');
    expect(commit(book, withNpx('exit 1'), '--no-verify').status).toBe(0);
  });

  it('stops a commit that adds a damaged log, and lets a sound one pass, also with --all', async () => {
    const book = logbook();
    await record(['hooks', 'install'], { cwd: book.root });
    const env = withNpx(realCommand);
    book.write({ 'e/runs/a.jsonl': bad });
    const refused = commit(book, env, '--all');
    expect(refused.status).toBe(1);
    expect(refused.output).toContain('experiments/e/runs/a.jsonl:1:1  error  not-json');
    book.write({ 'e/runs/a.jsonl': good + good });
    expect(commit(book, env, '--all')).toEqual({ status: 0, output: expect.any(String) as unknown });
    expect(book.git('status', '--porcelain')).toBe('');
  });

  it('works where experiments/ lies below the top of the repository', async () => {
    const book = logbook({ below: 'projects/vision team' });
    expect((await record(['hooks', 'install'], { cwd: book.root })).code).toBe(0);
    const env = withNpx(realCommand);
    book.write({ 'e/runs/b.jsonl': bad });
    book.git('add', 'experiments');
    const refused = commit(book, env);
    expect(refused.output).toContain('experiments/e/runs/b.jsonl:1:1  error  not-json');
    expect(refused.status).toBe(1);
    book.write({ 'e/runs/b.jsonl': good });
    book.git('add', 'experiments');
    expect(commit(book, env)).toMatchObject({ status: 0 });
  });

  it('works in a second work tree of the repository', async () => {
    const book = logbook();
    const tree = `${book.root}-tree`;
    onTestFinished(() => rmSync(tree, { recursive: true, force: true }));
    book.git('worktree', 'add', '-q', tree, '-b', 'beside');
    await record(['hooks', 'install'], { cwd: tree });
    writeFileSync(join(tree, 'experiments/e/runs/a.jsonl'), bad);
    const env = withNpx(realCommand);
    const { status, stderr } = spawnSync('git', ['commit', '-q', '-am', 'x'], { cwd: tree, env, encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain('experiments/e/runs/a.jsonl:1:1  error  not-json');
  });
});
