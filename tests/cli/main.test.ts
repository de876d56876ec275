import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createProgram, main } from '../../src/cli/main.ts';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

const cwd = '/';

describe('main', () => {
  test.each(
    [['--help'], ['-h'], ['validate', '--help'], ['export', '-h'], ['build', '--help'], ['help']].map(
      (args) => [args.join(' '), args] as const,
    ),
  )('%s prints help to stdout and ends with 0', async (_name, args) => {
    const { code, stdout, stderr } = await record(args, { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('Usage: runfolio');
    expect(stderr).toBe('');
  });

  test('every command has a help of its own with an example', async () => {
    const environment = { cwd, env: {}, stdout: { write: () => true }, stderr: { write: () => true }, now: () => 0 };
    const names = createProgram(environment, () => undefined).commands.map((command) => command.name());
    expect(names).toEqual(expect.arrayContaining(['validate', 'build', 'export', 'preview', 'start']));
    for (const name of ['validate', 'build', 'export', 'preview', 'start', 'log', 'tee', 'run']) {
      const { code, stdout } = await record([name, '--help'], { cwd });
      expect(code, name).toBe(0);
      expect(stdout, name).toContain(`Example: runfolio ${name}`);
      expect(stdout, name).toContain('--root');
    }
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await record(['--version'], { cwd })).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    ['an unknown command', ['validat'], /validate/],
    ['an unknown flag', ['validate', '--formt', 'json'], /--format/],
    ['an unknown format', ['validate', '--format', 'xml'], /pretty, json, github/],
    ['an unknown export format', ['export', '--format', 'parquet'], /json, jsonl, csv/],
    ['a flag without its value', ['validate', '--root'], /--root/],
    ['an argument too many', ['export', 'experiments'], /argument/],
    ['a port that is none', ['preview', '--port', 'http'], /port/],
    ['a port out of range', ['start', '--port', '70000'], /port/],
  ])('%s is wrong use: 2, said on stderr', async (_name, args, words) => {
    const { code, stdout, stderr } = await record(args, { cwd: writeLogs({}) });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('without a command it shows its help and ends with 2', async () => {
    const { code, stdout, stderr } = await record([], { cwd });
    expect(code).toBe(2);
    expect(stdout + stderr).toContain('Usage: runfolio');
  });

  test.each([['validate'], ['export'], ['build']])(
    '%s without an experiments folder cannot run: 2',
    async (command) => {
      const { code, stderr } = await record([command, '--root', '/nowhere'], { cwd });
      expect(code).toBe(2);
      expect(stderr).toMatch(/^runfolio: .*experiments.*\n$/);
    },
  );

  test('an internal fault is told in a sentence, and its stack only with --verbose', async () => {
    const root = writeLogs({});
    const environment = (write: (text: string) => void) => ({
      cwd: root,
      env: {},
      stdout: {
        write: () => {
          throw new Error('the disk is full');
        },
      },
      stderr: { write },
      now: () => 0,
    });
    let plain = '';
    expect(
      await main(
        ['validate'],
        environment((text) => (plain += text)),
      ),
    ).toBe(2);
    expect(plain).toContain('the disk is full');
    expect(plain).not.toMatch(/\n\s+at /);
    let verbose = '';
    expect(
      await main(
        ['validate', '--verbose'],
        environment((text) => (verbose += text)),
      ),
    ).toBe(2);
    expect(verbose).toMatch(/\n\s+at /);
  });

  test('what the system refuses is told as it says it, without a wish for a report', async () => {
    const root = writeLogs({ e: 'a file' });
    const { code, stderr } = await record(['new', 'e'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^runfolio: E[A-Z]+: [^\n]*experiments\/e[^\n]*\n$/);
  });
});
