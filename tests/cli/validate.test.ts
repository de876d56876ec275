import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

const good = '{"step":1,"loss":2}\n';
const clean = { 'e/runs/x.jsonl': good };
const noted = { 'e/runs/x.jsonl': '\ufeff{"step":1,"loss":2}\n' };
const warned = { 'e/runs/x.jsonl': '{"step":"one","loss":2}\n' };
const broken = { 'e/runs/x.jsonl': 'rubbish\n{"step":1,"loss":2}\n' };

describe('exit codes of validate', () => {
  test.each([
    ['clean logs', clean, 0, 0],
    ['notes', noted, 0, 0],
    ['warnings', warned, 0, 1],
    ['errors', broken, 1, 1],
    ['errors and warnings', { ...broken, 'e/runs/y.jsonl': '' }, 1, 1],
    ['no experiments at all', {}, 0, 0],
    ['a broken _site.yaml', { ...clean, '_site.yaml': 'titel: x\n' }, 1, 1],
  ])('%s', async (_name, files, plain, strict) => {
    const cwd = writeLogs(files);
    expect((await record(['validate'], { cwd })).code).toBe(plain);
    expect((await record(['validate', '--strict'], { cwd })).code).toBe(strict);
    expect((await record(['validate', '--format', 'json'], { cwd })).code).toBe(plain);
    expect((await record(['validate', '--format', 'github', '--strict'], { cwd })).code).toBe(strict);
  });

  test('a path that is not there cannot be checked: 2, and it says which', async () => {
    const { code, stderr } = await record(['validate', 'experiments/nope'], { cwd: writeLogs(clean) });
    expect(code).toBe(2);
    expect(stderr).toContain('experiments/nope');
  });

  test('a path outside the root is wrong use', async () => {
    const { code, stderr } = await record(['validate', '/etc'], { cwd: writeLogs(clean) });
    expect(code).toBe(2);
    expect(stderr).toContain('/etc');
  });
});

describe('validate --format json', () => {
  test('prints one object, as it was promised', async () => {
    const { stdout, stderr } = await record(['validate', '--format', 'json'], {
      cwd: writeLogs({
        'e/runs/x.jsonl': `${good}rubbish\nrubbish\n{"step":"x","loss":1}\n`,
        'e/runs/y.jsonl': '',
        'e/experiment.yaml': 'titel: x\n',
      }),
    });
    expect(stderr).toBe('');
    expect(stdout.endsWith('}\n')).toBe(true);
    const report = JSON.parse(stdout) as Record<string, unknown>;
    expect(Object.keys(report)).toEqual([
      'version',
      'files',
      'experiments',
      'runs',
      'errors',
      'warnings',
      'diagnostics',
    ]);
    expect(report).toMatchObject({ version: 1, files: 3, experiments: 1, runs: 2, errors: 3, warnings: 2 });
    expect(report.diagnostics).toEqual([
      {
        code: 'unknown-key',
        severity: 'error',
        file: 'experiments/e/experiment.yaml',
        line: 1,
        column: 1,
        message: expect.stringContaining('"title"') as unknown,
        hint: expect.any(String) as unknown,
      },
      {
        code: 'not-json',
        severity: 'error',
        file: 'experiments/e/runs/x.jsonl',
        line: 2,
        column: 1,
        message: expect.any(String) as unknown,
        hint: expect.any(String) as unknown,
        count: 2,
      },
      {
        code: 'step-not-a-number',
        severity: 'warning',
        file: 'experiments/e/runs/x.jsonl',
        line: 4,
        column: 9,
        message: expect.any(String) as unknown,
        hint: expect.any(String) as unknown,
      },
      {
        code: 'empty-log',
        severity: 'warning',
        file: 'experiments/e/runs/y.jsonl',
        line: 1,
        column: 1,
        message: expect.any(String) as unknown,
        hint: expect.any(String) as unknown,
      },
    ]);
    for (const diagnostic of report.diagnostics as object[]) {
      expect(Object.keys(diagnostic)).toEqual(
        expect.arrayContaining(['code', 'severity', 'file', 'line', 'column', 'message', 'hint']),
      );
    }
  });

  test('is one JSON object also without any problem', async () => {
    const { stdout } = await record(['validate', '--format', 'json'], { cwd: writeLogs(clean) });
    expect(JSON.parse(stdout)).toEqual({
      version: 1,
      files: 1,
      experiments: 1,
      runs: 1,
      errors: 0,
      warnings: 0,
      diagnostics: [],
    });
  });

  test('never shows the value of a secret', async () => {
    for (const format of ['json', 'github', 'pretty', 'sarif']) {
      const { stdout, stderr } = await record(['validate', '--format', format], {
        cwd: writeLogs({
          'e/runs/x.jsonl':
            '{"event":"start","params":{"password":"hunter2hunter2"},"tags":7}\n{"event":"start","params":{"password":"hunter2hun\n',
        }),
      });
      expect(stdout + stderr, format).toContain('secret');
      expect(stdout + stderr, format).not.toContain('hunter2');
    }
  });
});

describe('validate --format pretty and github', () => {
  test('pretty names the place, draws the line and ends with the totals', async () => {
    const { stdout } = await record(['validate'], { cwd: writeLogs(warned) });
    expect(stdout).toMatchInlineSnapshot(`
      "experiments/e/runs/x.jsonl:1:9  warning  step-not-a-number
        "step" should be a number, found "one". The line's values are kept at its place in the file.
          {"step":"one","loss":2}
                  ^
        Write the step as a JSON number.
      0 errors, 1 warning, 0 notes in 1 of 1 file (0.0 s)
      "
    `);
  });

  test('--quiet leaves the totals out', async () => {
    const { stdout } = await record(['validate', '--quiet'], { cwd: writeLogs(clean) });
    expect(stdout).toBe('');
  });

  test('github prints one annotation a diagnostic', async () => {
    const { stdout } = await record(['validate', '--format', 'github'], { cwd: writeLogs(warned) });
    expect(stdout).toMatch(
      /^::warning file=experiments\/e\/runs\/x\.jsonl,line=1,col=9,title=step-not-a-number::"step" should be a number/,
    );
  });

  test('is plain text unless stdout is a terminal without NO_COLOR', async () => {
    const cwd = writeLogs(broken);
    const isPainted = async (
      args: string[],
      options: { isTTY: boolean; env?: Record<string, string> },
    ): Promise<boolean> => (await record(['validate', ...args], { cwd, ...options })).stdout.includes('\u001b');
    expect(await isPainted([], { isTTY: true })).toBe(true);
    expect(await isPainted([], { isTTY: false })).toBe(false);
    expect(await isPainted([], { isTTY: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await isPainted([], { isTTY: true, env: { NO_COLOR: '' } })).toBe(true);
    expect(await isPainted(['--no-color'], { isTTY: true })).toBe(false);
    expect(await isPainted([], { isTTY: true, env: { TERM: 'dumb' } })).toBe(false);
    expect(await isPainted(['--format', 'json'], { isTTY: true })).toBe(false);
  });

  test('shows no progress where stderr is no terminal', async () => {
    expect((await record(['validate'], { cwd: writeLogs(clean) })).stderr).toBe('');
  });
});

describe('where validate looks', () => {
  test('--root names the folder that holds experiments/', async () => {
    const root = writeLogs(broken);
    const { code, stdout } = await record(['validate', '--root', root], { cwd: '/' });
    expect(code).toBe(1);
    expect(stdout).toContain('experiments/e/runs/x.jsonl:1:1');
    const relative = await record(['validate', '--root', '.'], { cwd: root });
    expect(relative.code).toBe(1);
  });

  test('it is found from a sub-folder, and the files are still named from the root', async () => {
    const root = writeLogs(broken);
    const below = join(root, 'experiments/e/runs');
    const { code, stdout } = await record(['validate'], { cwd: below });
    expect(code).toBe(1);
    expect(stdout).toContain('experiments/e/runs/x.jsonl:1:1');
    expect((await record(['validate', 'x.jsonl'], { cwd: below })).stdout).toContain('experiments/e/runs/x.jsonl:1:1');
  });

  test('only the paths given are read', async () => {
    const root = writeLogs({ 'a/runs/x.jsonl': 'rubbish\n', 'b/runs/x.jsonl': 'rubbish\n', 'b/runs/y.jsonl': good });
    const files = async (...paths: string[]): Promise<unknown> =>
      (
        JSON.parse((await record(['validate', '--format', 'json', ...paths], { cwd: root })).stdout) as {
          diagnostics: { file: string }[];
        }
      ).diagnostics.map(({ file }) => file);
    expect(await files()).toEqual(['experiments/a/runs/x.jsonl', 'experiments/b/runs/x.jsonl']);
    expect(await files('experiments/a')).toEqual(['experiments/a/runs/x.jsonl']);
    expect(await files('experiments/b/runs/y.jsonl')).toEqual([]);
    expect(await files('experiments/a/runs/x.jsonl', 'experiments/b')).toEqual([
      'experiments/a/runs/x.jsonl',
      'experiments/b/runs/x.jsonl',
    ]);
  });

  test('without an experiments folder it cannot run', async () => {
    const root = writeLogs({});
    mkdirSync(join(root, 'empty'));
    for (const args of [
      ['validate', '--root', join(root, 'empty')],
      ['validate', '--root', 'no-such-folder'],
    ]) {
      const { code, stdout, stderr } = await record(args, { cwd: root });
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain('experiments');
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});
