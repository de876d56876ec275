import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { openStore } from '../../src/store/open-store.ts';
import { writeLogs } from '../store/log-folder.ts';
import { ofEvent, readRecords } from './read-records.ts';
import { record } from './recorder.ts';

async function tee(cwd: string, stdin: string, args: readonly string[] = []) {
  return await record(['tee', 'e/a', '--quiet', ...args], { cwd, stdin });
}

/** Runs `tee` in this process on streams of bytes. */
async function teeBytes(cwd: string, stdin: AsyncIterable<Uint8Array>, env: Record<string, string> = {}) {
  const stdout = new PassThrough();
  const copied = buffer(stdout);
  let stderr = '';
  const code = await main(['tee', 'e/a', '--quiet'], {
    cwd,
    env,
    stdin,
    stdout,
    stderr: { write: (text) => (stderr += text) },
    now: () => 0,
  });
  stdout.end();
  return { code, stderr, bytes: await copied };
}

describe('runfolio tee', () => {
  it('passes the text on and logs its metrics', async () => {
    const cwd = writeLogs({});
    const text = 'starting\nstep 1 loss 0.5\nstep 2 loss nan\n\u001b[32mTest accuracy: 91.5%\u001b[0m\n';
    const { code, stdout, stderr } = await record(['tee', 'e/a', '--param', 'lr=0.1', '--tag', 'x'], {
      cwd,
      stdin: text,
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: text, stderr: 'runfolio: logging to e/a\n' });
    expect(readRecords(cwd, 'e/a')).toEqual([
      { event: 'start', name: 'a', params: { lr: 0.1 }, tags: ['x'] },
      { step: 1, loss: 0.5 },
      { step: 2, loss: Number.NaN },
      { step: 2, 'test/accuracy': 91.5 },
      { event: 'end', status: 'finished' },
    ]);
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });

  it('has logged what it shows: a kill after that loses none of it', async () => {
    const cwd = writeLogs({});
    const log = join(cwd, 'experiments/e/runs/a.jsonl');
    const logged: string[] = [];
    await main(['tee', 'e/a', '--quiet'], {
      cwd,
      env: {},
      stdin: Readable.from([Buffer.from('step 1 loss 0.5\nstep 2 loss 0.4\nstep 3 loss 0.3\n')]),
      stdout: { write: () => logged.push(readFileSync(log, 'utf8')) },
      stderr: { write: () => true },
      now: () => 0,
    });
    expect(logged[0]).toContain('"loss":0.4}\n');
  });

  it('passes bytes on as they are: what is not UTF-8, what has no line end, and nothing', async () => {
    const cases = [
      Buffer.alloc(0),
      Buffer.from([0xff, 0xfe, 0, 13, 10, 0xc3]),
      Buffer.from('step 1 loss 0.5'),
      Buffer.alloc(300_000, 'é\r'),
    ];
    for (const bytes of cases) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / 7_001) }, (_, i) =>
        bytes.subarray(i * 7_001, (i + 1) * 7_001),
      );
      const copied = await teeBytes(writeLogs({}), Readable.from(chunks));
      expect(copied.code).toBe(0);
      expect(copied.bytes.equals(bytes)).toBe(true);
    }
  });

  it('passes bytes on where nothing can be logged', async () => {
    const cwd = writeLogs({ e: 'a file in the place of the folder' });
    const env = { RUNFOLIO_MODE: 'no such mode' };
    const { code, stderr, bytes } = await teeBytes(cwd, Readable.from([Buffer.from('step 1 loss 0.5\n')]), env);
    expect({ code, text: bytes.toString() }).toEqual({ code: 0, text: 'step 1 loss 0.5\n' });
    expect(stderr).toMatch(/^runfolio: could not log from the output: .*RUNFOLIO_MODE|mode/);
  });

  it('reads the patterns of the experiment', async () => {
    const settings =
      "tee:\n  - '^it (?P<step>\\d+) err (?P<error>\\S+)'\n  - {match: '(\\d+) => (\\S+)', step: 1, metrics: {train/loss: 2}}\n";
    const text = 'it 7 err 0.5\n8 => 0.25\nstep 9 loss 0.1\n';
    const cwd = writeLogs({ 'e/experiment.yaml': settings });
    await tee(cwd, text);
    expect(ofEvent(readRecords(cwd, 'e/a'))).toEqual([
      { step: 7, error: 0.5 },
      { step: 8, 'train/loss': 0.25 },
      { step: 9, loss: 0.1 },
    ]);
    const other = writeLogs({ 'e/experiment.yaml': settings });
    await tee(other, text, ['--only-patterns']);
    expect(ofEvent(readRecords(other, 'e/a'))).toHaveLength(2);
  });

  it('tells a pattern that is wrong, and goes on without it', async () => {
    const cwd = writeLogs({ 'e/experiment.yaml': "title: x\ntee: ['(']\n" });
    const { code, stderr } = await tee(cwd, 'step 1 loss 0.5\n');
    expect(code).toBe(0);
    expect(stderr).toBe(
      'runfolio: experiments/e/experiment.yaml:2:7 "tee.0" is not as it should be: the pattern cannot be read as a regular expression: missing closing ): `(`. It is left out.\n',
    );
    expect(ofEvent(readRecords(cwd, 'e/a'))).toEqual([{ step: 1, loss: 0.5 }]);
  });

  it('keeps the other lines where asked, secrets redacted, up to a bound', async () => {
    const cwd = writeLogs({});
    const lines = Array.from({ length: 5_010 }, (_, i) => `line ${i}\n`).join('');
    await tee(cwd, `key ghp_${'a'.repeat(36)}\n\nstep 1 loss 0.5\n\rbar 1\rbar 2\n${lines}`, ['--keep-output']);
    const messages = ofEvent(readRecords(cwd, 'e/a'), 'log').map(({ message }) => message);
    expect(messages.slice(0, 3)).toEqual(['key [redacted]', 'bar 2', 'line 0']);
    expect(messages).toHaveLength(5_001);
    expect(messages.at(-1)).toBe('12 more lines of output were not kept.');
  });

  it('--no-finish leaves the run open for more', async () => {
    const cwd = writeLogs({});
    await tee(cwd, 'step 1 loss 0.5\n', ['--no-finish']);
    await tee(cwd, 'step 2 loss 0.4\n');
    expect(readRecords(cwd, 'e/a').map(({ event, resumed, step }) => event ?? step ?? resumed)).toEqual([
      'start',
      1,
      'start',
      2,
      'end',
    ]);
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });

  it('is wrong use without a run', async () => {
    expect((await record(['tee', 'a'], { cwd: writeLogs({}), stdin: '' })).code).toBe(2);
  });

  const realLog = join(
    import.meta.dirname,
    '../../../shared/data/real/textlogs-llmc-gpt2/track_1_short/2024-10-13_llmc/main.log',
  );

  it.skipIf(!existsSync(realLog))('logs what a real training printed', async () => {
    const cwd = writeLogs({});
    const { bytes } = await teeBytes(cwd, createReadStream(realLog));
    expect(bytes.equals(readFileSync(realLog))).toBe(true);
    const run = (await openStore(cwd)).runs.get('e/a');
    expect(run?.metrics.get('trl')).toMatchObject({ count: 19_560, last: 3.2217, min: 3.1022 });
    expect(run?.metrics.get('tel')).toMatchObject({ count: 80, last: 3.2722 });
  });
});

const bin = join(import.meta.dirname, '../../src/cli/bin.js');

describe('runfolio tee in a pipeline', () => {
  function start(cwd: string) {
    const child = spawn(process.execPath, [bin, 'tee', 'e/a', '--quiet'], { cwd, stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  }

  it('goes on logging when its reader goes away, and ends quietly', async () => {
    const cwd = writeLogs({});
    const child = start(cwd);
    child.stdin.write('step 1 loss 0.5\n');
    await once(child.stdout, 'data');
    child.stdout.destroy();
    for (let step = 2; step < 50; step += 1) child.stdin.write(`step ${step} loss 0.5 ${'x'.repeat(10_000)}\n`);
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([0, null]);
    const records = readRecords(cwd, 'e/a');
    expect(ofEvent(records)).toHaveLength(49);
    expect(records.at(-1)).toEqual({ event: 'end', status: 'finished' });
  });

  it('passes what comes after the first Ctrl-C, and ends killed', async () => {
    const cwd = writeLogs({});
    const child = start(cwd);
    child.stdin.write('step 1 loss 0.5\n');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    child.stdin.write('step 2 loss 0.4\n');
    expect(String((await once(child.stdout, 'data'))[0])).toBe('step 2 loss 0.4\n');
    child.stdin.end();
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(readRecords(cwd, 'e/a').slice(1)).toEqual([
      { step: 1, loss: 0.5 },
      { step: 2, loss: 0.4 },
      { event: 'end', status: 'killed' },
    ]);
  });

  it('stops on SIGTERM and keeps the last state of a bar', async () => {
    const cwd = writeLogs({});
    const child = start(cwd);
    child.stdin.write('\r 50%|█ | 1/2 [00:01<00:01, loss=0.5]\r');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([143, null]);
    expect(readRecords(cwd, 'e/a').slice(1)).toEqual([
      { step: 1, loss: 0.5 },
      { event: 'end', status: 'killed' },
    ]);
  });
});
