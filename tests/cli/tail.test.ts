import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tail } from '../../src/cli/tail.ts';
import { describeLine } from '../../src/cli/terminal/describe-line.ts';
import { FollowedLog } from '../../src/cli/terminal/followed-log.ts';
import { glyphsFor } from '../../src/cli/terminal/glyphs.ts';
import { writeLogs } from '../store/log-folder.ts';
import { record } from './recorder.ts';

const start = '{"event":"start","time":1772612000}\n';
const end = '{"event":"end","status":"finished"}\n';
const step = (n: number) => `{"step":${n},"loss":${10 - n}}\n`;

/** Follows a run; `until` waits for words on stdout or stderr, and so no test waits for a time. */
function follow(cwd: string, run: string, options: { lines?: number; json?: boolean } = {}) {
  let written = '';
  const waiting: { words: string; done: () => void }[] = [];
  const write = (text: string) => {
    written += text;
    for (const { words, done } of waiting) if (written.includes(words)) done();
  };
  const stdout = { write, destroyed: false };
  const environment = { cwd, env: {}, stdout, stderr: { write }, now: () => 1_772_612_000_000 };
  const ended = tail(environment, run, { lines: 10, intervalMs: 5, ...options });
  const until = (words: string) =>
    new Promise<void>((done) => (written.includes(words) ? done() : waiting.push({ words, done })));
  return { ended, until, stdout, text: () => written };
}

describe('tail', () => {
  test('prints the last lines, then what is added, and ends when the run does', async () => {
    const cwd = writeLogs({ 'a/runs/x.jsonl': start + step(1) + step(2) });
    const log = join(cwd, 'experiments/a/runs/x.jsonl');
    const { ended, until, text } = follow(cwd, 'a/x', { lines: 1 });
    await until('step 2');
    appendFileSync(log, '{"step":3,');
    appendFileSync(log, '"loss":7}\n');
    await until('step 3  loss 7');
    appendFileSync(log, end);
    expect(await ended).toBe(0);
    expect(text()).toBe('step 2  loss 8\nstep 3  loss 7\nfinished\n');
  });

  test('tells when the log is removed and when it comes back, and reads that from its start', async () => {
    const cwd = writeLogs({ 'a/runs/x.jsonl': start + step(1) });
    const log = join(cwd, 'experiments/a/runs/x.jsonl');
    const { ended, until } = follow(cwd, 'a/x');
    await until('step 1');
    rmSync(log);
    await until('The log was removed.');
    writeFileSync(`${log}.new`, start + step(5) + end);
    renameSync(`${log}.new`, log);
    await until('The log was replaced');
    await until('step 5');
    expect(await ended).toBe(0);
  });

  test('reads a log from its start when another takes its place, or it is cut', async () => {
    const cwd = writeLogs({ 'a/runs/x.jsonl': start + step(1) + step(2) });
    const log = join(cwd, 'experiments/a/runs/x.jsonl');
    const { ended, until, text } = follow(cwd, 'a/x');
    await until('step 2');
    writeFileSync(`${log}.new`, start + step(8) + step(9) + step(10));
    renameSync(`${log}.new`, log);
    await until('step 10');
    writeFileSync(log, step(4) + end);
    expect(await ended).toBe(0);
    expect(text()).toMatch(
      /step 2 .*\nThe log was replaced.*\n.*start\nstep 8 .*\nstep 9 .*\nstep 10 .*\nThe log was replaced.*\nstep 4 .*\nfinished\n$/,
    );
  });

  test('goes on in the log that a resumed run begins beside the first', async () => {
    const cwd = writeLogs({ 'a/runs/x/run.jsonl': start + step(1) });
    const { ended, until, text } = follow(cwd, 'a/x');
    await until('step 1');
    const folder = join(cwd, 'experiments/a/runs/x');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'resume-2.jsonl'), `{"event":"start","resumed":true}\n${step(2)}${end}`);
    expect(await ended).toBe(0);
    expect(text()).toContain('step 2');
  });

  test('ends when its reader has gone', async () => {
    const cwd = writeLogs({ 'a/runs/x.jsonl': start + step(1) });
    const { ended, until, stdout } = follow(cwd, 'a/x');
    await until('step 1');
    stdout.destroyed = true;
    expect(await ended).toBe(0);
  });

  test('ends at once for a run that is over, with as many lines as asked for, as they are with --json', async () => {
    const cwd = writeLogs({ 'a/runs/x.jsonl': start + step(1) + end });
    expect((await record(['tail', 'a/x', '--lines', '0'], { cwd })).stdout).toBe('');
    expect((await record(['tail', 'a/x', '--lines', '2'], { cwd })).stdout).toBe('step 1  loss 9\nfinished\n');
    expect((await record(['tail', 'a/x', '--lines', '2', '--json'], { cwd })).stdout).toBe(step(1) + end);
  });

  test('refuses runs that have no log of their own', async () => {
    const cwd = writeLogs({
      'a/runs.jsonl': '{"id":"one","metrics":{"acc":1}}\n',
      'a/runs/y.yaml': 'metrics: { acc: 1 }\n',
    });
    expect(await record(['tail', 'one'], { cwd })).toMatchObject({ code: 2, stdout: '' });
    expect((await record(['tail', 'one'], { cwd })).stderr).toContain('experiments/a/runs.jsonl');
    expect((await record(['tail', 'y'], { cwd })).stderr).toContain('no .jsonl log');
  });
});

test('FollowedLog gives whole lines whatever pieces they are written in', async () => {
  const cwd = writeLogs({ 'a/x': '' });
  const path = join(cwd, 'experiments/a/x');
  const log = await FollowedLog.open(path);
  const found: string[] = [];
  const accent = Buffer.from('é'); // two bytes, written apart
  for (const piece of ['one', '\ntw', 'o\nthree\n', accent.subarray(0, 1), accent.subarray(1), '\n']) {
    appendFileSync(path, piece);
    found.push(...(await log.readNew()).lines);
  }
  expect(found).toEqual(['one', 'two', 'three', 'é']);
  const again = await FollowedLog.open(path);
  expect(await again.readLast(2)).toEqual(['three', 'é']);
  expect(await again.readNew()).toEqual({ lines: [], event: undefined });
});

test('describeLine says what a line says, and shows what is no record as it is', () => {
  const say = (line: string) => describeLine(line, { paint: (_style, text) => text, glyphs: glyphsFor({ env: {} }) });
  expect(say('{"_step":3,"time":1772612000.5,"a/b":NaN,"c":1e-9}')).toEqual({
    text: '08:13:20  step 3  a/b NaN  c 1e-9',
    event: undefined,
  });
  expect(say('{"event":"start","params":{"lr":0.1,"name":"x\\u001b[2J"}}')).toEqual({
    text: 'start  lr 0.1  name x\\u001b[2J',
    event: 'start',
  });
  expect(say('{"event":"end","status":"failed","error":"Traceback\\nValueError: no"}').text).toBe(
    'failed  ValueError: no',
  );
  expect(say('{"event":"note","text":"look"}').text).toBe('note  text look');
  expect(say('plain \x1b[31m text').text).toBe('plain \\u001b[31m text');
  expect(say('[1,2]').text).toBe('[1,2]');
  expect(say('  ')).toEqual({ text: undefined, event: undefined });
});
