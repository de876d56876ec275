import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCommitStat } from '../../src/git/commit-stat.ts';
import { addLogs, writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

function commit(cwd: string, file: string, text: string): string {
  writeFileSync(join(cwd, file), text);
  const git = (...args: string[]) =>
    execFileSync(
      'git',
      ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args],
      {
        cwd,
        encoding: 'utf8',
      },
    ).trim();
  git('init', '-q');
  git('add', file);
  git('commit', '-q', '-m', file);
  return git('rev-parse', 'HEAD');
}

const log = (hash: string) => `{"event":"start","git":{"commit":${JSON.stringify(hash)}}}\n{"step":1,"loss":2}\n`;

describe('diff', () => {
  test('tells what changed in the code between the commits of two runs', async () => {
    const cwd = writeLogs({});
    const [first, second] = [commit(cwd, 'train.py', 'a\n'), commit(cwd, 'train.py', 'b\nc\n')];
    addLogs(cwd, { 'e/runs/a.jsonl': log(first), 'e/runs/b.jsonl': log(second) });
    const { code, stdout } = await record(['diff', 'a', 'b'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain(`git diff --stat ${first.slice(0, 8)} ${second.slice(0, 8)}\n train.py | 3 ++-\n`);
    const { gitStat } = JSON.parse((await record(['diff', 'a', 'b', '--json'], { cwd })).stdout) as { gitStat: string };
    expect(gitStat).toContain('train.py');
  });

  test('says nothing of code where a commit is not there, is no commit, or there is no repository', async () => {
    const cwd = writeLogs({});
    const known = commit(cwd, 'train.py', 'a\n');
    expect(await readCommitStat(cwd, known, 'b'.repeat(40))).toBeUndefined();
    expect(await readCommitStat(cwd, known, '--output=stolen')).toBeUndefined();
    expect(await readCommitStat(cwd, known, known)).toBeUndefined();
    expect(await readCommitStat(cwd, known, undefined)).toBeUndefined();
    expect(await readCommitStat(writeLogs({}), known, 'b'.repeat(40))).toBeUndefined();
  });

  test('tells values that are missing from those that are null, and the sign and worth of a difference', async () => {
    const cwd = writeLogs({
      'e/runs/a.jsonl': '{"event":"start","params":{"wd":null,"lr":0.10}}\n{"step":1,"loss":2,"acc":0.5,"x":1}\n',
      'e/runs/b.jsonl': '{"event":"start","params":{"lr":0.2}}\n{"step":1,"loss":NaN,"acc":0.4}\n',
    });
    const { stdout } = await record(['diff', 'a', 'b'], { cwd });
    expect(stdout).toMatch(/^wd +null +-$/m);
    expect(stdout).toMatch(/^acc \^ +0\.5 +0\.4 +-0\.1 worse +-20 %$/m);
    expect(stdout).toMatch(/^loss v +2 +NaN$/m);
    expect(stdout).toMatch(/^x +1 +-$/m);
    const { params, metrics } = JSON.parse((await record(['diff', 'a', 'b', '--json'], { cwd })).stdout) as {
      params: unknown[];
      metrics: unknown[];
    };
    expect(params).toEqual([
      { name: 'wd', a: null, b: null, in: 'a' },
      { name: 'lr', a: 0.1, b: 0.2, in: 'both' },
    ]);
    expect(metrics[0]).toEqual({ name: 'loss', goal: 'min', a: 2, b: 'NaN', delta: 'NaN' });
  });
});
