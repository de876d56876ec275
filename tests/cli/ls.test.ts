import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addLogs, writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

const folder = join(import.meta.dirname, 'terminal/__golden__');
const run = (...args: string[]) =>
  record([...args, '--root', folder, '--now', '2026-03-05T08:30:00Z'], { cwd: folder });
const ids = async (...args: string[]): Promise<string[]> =>
  (JSON.parse((await run('ls', ...args, '--json')).stdout) as { id: string }[]).map(({ id }) => id.replace(/.*\//, ''));

describe('ls', () => {
  test('keeps the runs that pass the filter language', async () => {
    expect(await ids('--where', 'val/acc > 0.94 and optimizer = adam')).toEqual(['adam-0', 'adam-1', 'adam-2']);
    expect(await ids('--where', 'status in [failed, running]')).toEqual(['diverged', 'going']);
    expect(await ids('--where', 'tag:good and seed != 1')).toEqual(['adam-0', 'adam-2']);
    expect(await ids('--where', 'name ~ "学習"')).toEqual(['wide']);
    expect(await ids('--where', 'started < -23h', 'digits', '--limit', '1')).toEqual(['adam-0']);
  });

  test('sorts by one name or several, runs without the value last either way', async () => {
    expect((await ids('digits', '--sort=-val/acc')).slice(0, 3)).toEqual(['adam-1', 'adam-2', 'adam-0']);
    expect((await ids('--sort=score/acc')).slice(0, 3)).toEqual(['wide', 'turned', 'plain']);
    expect((await ids('--sort=-score/acc')).slice(0, 3)).toEqual(['plain', 'turned', 'wide']);
    expect(await ids('digits', '--sort', 'seed', '--sort=-param:optimizer', '--limit', '3')).toEqual([
      'diverged',
      'sgd-0',
      'rmsprop-0',
    ]);
  });

  test('leaves archived runs out unless they are asked for, by an option or by the filter', async () => {
    expect(await ids('digits')).not.toContain('old');
    expect(await ids('digits', '--archived')).toContain('old');
    expect(await ids('--where', 'is:archived')).toEqual(['old']);
    expect((await run('ls', 'digits')).stderr).toBe('1 archived run left out; --archived shows them.\n');
    expect((await run('ls', 'digits', '--quiet')).stderr).toBe('');
  });

  test('shows where a filter goes wrong, with a caret and the nearest name: exit code 2', async () => {
    const { code, stdout, stderr } = await run('ls', '--where', 'epochs = 12 and val/ac > 0.9');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatchInlineSnapshot(`
      "runfolio: --where: No run has a field, metric or param "val/ac". Did you mean val/acc?
        epochs = 12 and val/ac > 0.9
                        ^^^^^^
      "
    `);
    expect((await run('ls', '--where', 'モデル = 大 and (')).stderr).toMatchInlineSnapshot(`
      "runfolio: --where: A condition such as val/acc > 0.9 is missing here.
        モデル = 大 and (
                         ^
      "
    `);
    expect((await run('ls', '--where', 'name ~ "(?=x)"')).stderr).toMatchInlineSnapshot(`
      "runfolio: --where: This pattern cannot be read as a regular expression: invalid or unsupported Perl syntax: \`(?=\` (look-around is not supported).
        name ~ "(?=x)"
               ^^^^^^^
      "
    `);
    expect((await run('ls', '--where', '\x1b[31m > 1')).stderr).not.toContain('\x1b');
  });

  test('refuses names that nothing has, with the nearest', async () => {
    const told = async (...args: string[]) => {
      const { code, stderr } = await run('ls', ...args);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await told('digits/optimizer')).toBe(
      'runfolio: There is no experiment or run "digits/optimizer". Did you mean "digits/optimizers"?\n',
    );
    expect(await told('--sort', 'val/los')).toBe(
      'runfolio: --sort: no run has a field, metric or param "val/los". Did you mean "val/loss"?\n',
    );
    expect(await told('--columns', 'id,param:val/acc')).toContain('no run has a param "val/acc"');
    expect(await told('--limit', 'many')).toContain('a whole number');
  });

  test('says so where there is nothing to list, and still exits with 0', async () => {
    const none = await run('ls', '--where', 'val/acc > 2');
    expect(none).toEqual({ code: 0, stdout: '', stderr: 'No run passes the filter.\n' });
    expect((await run('ls', '--where', 'val/acc > 2', '--json')).stdout).toBe('[]\n');
    const empty = await record(['ls'], { cwd: writeLogs({}) });
    expect(empty).toMatchObject({ code: 0, stdout: '' });
    expect(empty.stderr).toContain('no runs yet');
  });

  test('tells problems of the logs on stderr alone', async () => {
    const { code, stdout, stderr } = await record(['ls', '--columns', 'id'], {
      cwd: writeLogs({ 'a/runs/x.jsonl': '{"step":1,"loss":2}\nrubbish\n' }),
    });
    expect(code).toBe(0);
    expect(stdout).toBe('id\na/x\n');
    expect(stderr).toContain('1 error');
  });

  test('looks through the history when edits of finished runs are asked for', async () => {
    const log = '{"event":"start"}\n{"step":1,"loss":2}\n{"event":"end","status":"finished"}\n';
    const cwd = writeLogs({ 'a/runs/x.jsonl': log, 'a/runs/y.jsonl': log });
    const git = (...args: string[]) =>
      execFileSync(
        'git',
        ['-c', 'user.name=t', '-c', 'user.email=t@example.org', '-c', 'commit.gpgsign=false', ...args],
        { cwd },
      );
    git('init', '-q');
    git('add', '.');
    git('commit', '-q', '-m', 'log');
    addLogs(cwd, { 'a/runs/x.jsonl': log.replace('"loss":2', '"loss":1') });
    git('commit', '-q', '-a', '-m', 'better');
    expect((await record(['ls', '--where', 'is:edited', '--columns', 'id,edits'], { cwd })).stdout).toMatch(
      /^a\/x +1$/m,
    );
  });

  test('takes names with commas and odd characters in backquotes', async () => {
    const cwd = writeLogs({
      'a/runs/x.jsonl': '{"event":"start","params":{"a,b":1,"status":"mine"}}\n{"step":1,"loss":2}\n',
    });
    const { stdout } = await record(['ls', '--columns', '`a,b`,param:status,loss'], { cwd });
    expect(stdout.split('\n')[1]).toMatch(/^ *1 +mine +2$/);
  });
});

describe('show, best, compare and diff', () => {
  test('find a run by the end of its id, and name those that it could be', async () => {
    expect((await run('show', 'optimizers/sgd-0')).stdout).toContain('digits/optimizers/sgd-0');
    const missing = await run('show', 'sgd-00');
    expect(missing).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'runfolio: There is no run "sgd-00". Did you mean "sgd-0"?\n',
    });
    const cwd = writeLogs({ 'a/runs/x.jsonl': '{"loss":1}\n', 'b/runs/x.jsonl': '{"loss":1}\n' });
    expect((await record(['show', 'x'], { cwd })).stderr).toBe('runfolio: "x" is the name of 2 runs: a/x, b/x.\n');
  });

  test('best leaves out what may not be ranked, and says by what it ranks', async () => {
    const { stdout } = await run('best', 'digits', '--limit', '99');
    expect(stdout).not.toMatch(/optimizers\/(?:diverged|old)/);
    expect(stdout).toContain('failed, killed, diverged and archived runs left out');
    expect((await run('best', 'digits', '--metric', 'epochs')).code).toBe(2);
  });

  test('compare needs runs or a filter, and holds them against the baseline asked for', async () => {
    expect((await run('compare')).stderr).toContain('--where');
    expect((await run('compare', 'sgd-0', 'adam-0', '--baseline', 'adam-0')).stdout).toContain('against adam-0');
    expect((await run('compare', 'sgd-0')).code).toBe(0);
    const unknown = await run('compare', 'digits', '--group', 'optimizer', '--baseline', 'adagrad');
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('"optimizer=adam"');
  });

  test('diff of a run with itself says that nothing differs', async () => {
    const { code, stdout } = await run('diff', 'sgd-0', 'sgd-0');
    expect(code).toBe(0);
    expect(stdout).toContain('No param differs.');
    expect(stdout).not.toContain('Environment');
  });
});
