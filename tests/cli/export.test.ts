import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

const files = {
  'a/runs/x.jsonl': '{"event":"start","time":1772612000}\n{"step":1,"loss":2}\n',
  'b/c/runs.jsonl': '{"id":"one","metrics":{"acc":1}}\n{"id":"two","metrics":{"acc":2}}\n',
};

describe('export', () => {
  test('writes JSON to stdout, and nothing else', async () => {
    const { code, stdout, stderr } = await record(['export'], { cwd: writeLogs(files) });
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect((JSON.parse(stdout) as { id: string }[]).map(({ id }) => id)).toEqual(['a/x', 'b/c/one', 'b/c/two']);
  });

  test.each([
    ['json', /^\[\n\{"id":"a\/x"/],
    ['jsonl', /^\{"id":"a\/x".*\n\{"id":"b\/c\/one"/],
    ['csv', /^id,experiment,run,.*\na\/x,a,x,/],
  ])('--format %s', async (format, start) => {
    expect((await record(['export', '--format', format], { cwd: writeLogs(files) })).stdout).toMatch(start);
  });

  test('--experiment keeps to one, and says which is near when there is no such one', async () => {
    const cwd = writeLogs(files);
    expect(
      (await record(['export', '--format', 'jsonl', '--experiment', 'b/c'], { cwd })).stdout.trim().split('\n'),
    ).toHaveLength(2);
    const { code, stderr, stdout } = await record(['export', '--experiment', 'b/d'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('"b/c"');
  });

  test('--where, --sort and --limit choose runs by the filter language', async () => {
    const ids = async (...args: string[]): Promise<string[]> =>
      (JSON.parse((await record(['export', ...args], { cwd: writeLogs(files) })).stdout) as { id: string }[]).map(
        ({ id }) => id,
      );
    expect(await ids('--where', 'acc > 1 or loss > 1')).toEqual(['a/x', 'b/c/two']);
    expect(await ids('--where', 'acc != none', '--sort=-acc', '--limit', '1')).toEqual(['b/c/two']);
  });

  test('a filter that cannot be read is shown with what is wrong under it, and exits with 2', async () => {
    const { code, stdout, stderr } = await record(['export', '--where', 'acc > 1 and lose > 2'], {
      cwd: writeLogs(files),
    });
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatchInlineSnapshot(`
      "runfolio: --where: No run has a field, metric or param "lose". Did you mean loss?
        acc > 1 and lose > 2
                    ^^^^
      "
    `);
  });

  test('--columns writes these alone, in each format', async () => {
    const cwd = writeLogs(files);
    const columns = async (format: string): Promise<string> =>
      (await record(['export', '--format', format, '--columns', 'id,started,acc,loss.count'], { cwd })).stdout;
    expect(await columns('csv')).toMatchInlineSnapshot(`
      "id,started,acc,loss.count
      a/x,2026-03-04T08:13:20.000Z,,1
      b/c/one,,1,
      b/c/two,,2,
      "
    `);
    expect(await columns('json')).toMatchInlineSnapshot(`
      "[
      {"id":"a/x","started":"2026-03-04T08:13:20.000Z","loss.count":1},
      {"id":"b/c/one","acc":1},
      {"id":"b/c/two","acc":2}
      ]
      "
    `);
    expect((await columns('jsonl')).split('\n')).toHaveLength(4);
    const { code, stderr } = await record(['export', '--columns', 'id,acd'], { cwd });
    expect([code, stderr]).toEqual([2, expect.stringContaining('Did you mean "acc"?')]);
  });

  test('--out writes a file, from the working directory', async () => {
    const cwd = writeLogs(files);
    const { code, stdout } = await record(['export', '--format', 'csv', '--out', 'runs.csv'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe('');
    expect(readFileSync(join(cwd, 'runs.csv'), 'utf8')).toMatch(/^id,experiment/);
  });

  test('--out into a folder that is not there cannot run: 2, with a sentence', async () => {
    const { code, stderr } = await record(['export', '--out', 'no/such/runs.csv'], { cwd: writeLogs(files) });
    expect(code).toBe(2);
    expect(stderr).toContain('no/such/runs.csv');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  test('--now tells running from crashed', async () => {
    const cwd = writeLogs(files);
    const status = async (...args: string[]): Promise<unknown> =>
      (JSON.parse((await record(['export', ...args], { cwd })).stdout) as { status: string }[])[0]?.status;
    expect(await status()).toBe('running');
    expect(await status('--now', '2026-03-05T08:13:20Z')).toBe('running');
    expect(await status('--now', '2026-03-05T08:13:21Z')).toBe('crashed');
    expect(await status('--now', '1772698400001')).toBe('crashed');
    expect((await record(['export', '--now', 'soon'], { cwd })).code).toBe(2);
  });

  test('problems in the data are told on stderr alone, and the exit code stays 0', async () => {
    const { code, stdout, stderr } = await record(['export'], {
      cwd: writeLogs({ ...files, 'a/runs/y.jsonl': 'rubbish\n' }),
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toHaveLength(4);
    expect(stderr).toContain('1 error');
    expect((await record(['export', '--quiet'], { cwd: writeLogs({ 'a/runs/y.jsonl': 'rubbish\n' }) })).stderr).toBe(
      '',
    );
  });

  test('runs from a sub-folder and with --root', async () => {
    const root = writeLogs(files);
    const plain = (await record(['export'], { cwd: root })).stdout;
    expect((await record(['export'], { cwd: join(root, 'experiments/a') })).stdout).toBe(plain);
    expect((await record(['export', '--root', root], { cwd: '/' })).stdout).toBe(plain);
  });

  test('is the same bytes each time', async () => {
    const root = writeLogs(files);
    for (const format of ['json', 'jsonl', 'csv']) {
      const [first, second] = [
        await record(['export', '--format', format], { cwd: root }),
        await record(['export', '--format', format], { cwd: root }),
      ];
      expect(first).toEqual(second);
    }
  });
});
