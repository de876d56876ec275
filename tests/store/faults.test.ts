import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { countSeverity } from '../../src/diagnostics/diagnostic-list.ts';
import { exportRuns } from '../../src/exporters/export-runs.ts';
import { isSecretParam, redactText } from '../../src/format/secrets.ts';
import { guessGoal } from '../../src/series/primary-metric.ts';
import { defaultLimits } from '../../src/store/limits.ts';
import { openStore } from '../../src/store/open-store.ts';
import { parseTime } from '../../src/store/parse-time.ts';
import { readLogFile } from '../../src/store/read-file.ts';
import { lastValues, lines, only, openLogs, openRun, pickRun, sharedData, tell, writeLogs } from './log-folder.ts';

// One block a row of the matrix of faults, numbered as there. Every block asserts what is told, where, and that
// everything else was read.

const good = '{"step":1,"loss":2}\n';
const more = '{"step":2,"loss":1}\n';

describe('row 15: CRLF, BOM, blank lines, no final newline', () => {
  test('CRLF line ends are read, with one note', async () => {
    const { run, told } = await openRun('{"step":1,"loss":2}\r\n{"step":2,"loss":1}\r\n');
    expect(lastValues(run)).toEqual({ loss: 1 });
    expect(run.recordCount).toBe(2);
    expect(told).toEqual(['1:1 note crlf']);
  });

  test('a byte order mark is skipped, with one note', async () => {
    const { run, told } = await openRun(`\ufeff${good}${more}`);
    expect(run.metrics.get('loss')).toMatchObject({ first: 2, last: 1, count: 2 });
    expect(told).toEqual(['1:1 note byte-order-mark']);
  });

  test('columns are counted after the byte order mark', async () => {
    const { told } = await openRun('\ufeff{"step":"x"}\n');
    expect(told).toContain('1:9 warning step-not-a-number');
  });

  test('blank lines between and after the records are no more than a note', async () => {
    const { run, diagnostics } = await openRun(`\n${good}\n   \n\t\n${more}\n\n`);
    expect(run.metrics.get('loss')).toMatchObject({ first: 2, last: 1, count: 2, firstStep: 1, lastStep: 2 });
    expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  test('a whole last line without a newline is read, and is no fault', async () => {
    const { run, diagnostics } = await openRun(`${good}${more.trim()}`);
    expect(run.metrics.get('loss')?.count).toBe(2);
    expect(diagnostics).toEqual([]);
  });
});

describe('row 16: UTF-16, UTF-32, gzip or other binary under .jsonl', () => {
  const utf16le = (text: string): Buffer => Buffer.from(text, 'utf16le');
  const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
  const utf32 = (text: string, little: boolean): Buffer =>
    Buffer.concat(
      Array.from(text, (char) => {
        const bytes = Buffer.alloc(4);
        if (little) bytes.writeUInt32LE(char.codePointAt(0) ?? 0);
        else bytes.writeUInt32BE(char.codePointAt(0) ?? 0);
        return bytes;
      }),
    );
  const text = `${good}${more}`.repeat(40);

  test.each([
    ['UTF-16 LE with a mark', utf16le(`\ufeff${text}`), 'utf16', /UTF-16/],
    ['UTF-16 BE with a mark', utf16be(`\ufeff${text}`), 'utf16', /UTF-16/],
    ['UTF-16 LE without a mark', utf16le(text), 'utf16', /UTF-16/],
    ['UTF-16 BE without a mark', utf16be(text), 'utf16', /UTF-16/],
    ['UTF-32 LE with a mark', utf32(`\ufeff${text}`, true), 'utf32', /UTF-32/],
    ['UTF-32 BE with a mark', utf32(`\ufeff${text}`, false), 'utf32', /UTF-32/],
    ['UTF-32 BE without a mark', utf32(text, false), 'utf32', /UTF-32/],
    ['UTF-32 LE without a mark', utf32(text, true), 'utf32', /UTF-32/],
  ])('%s is one error that names the encoding, and the run is listed', async (_name, bytes, code, words) => {
    const { run, diagnostics, told } = await openRun(bytes);
    expect(told).toEqual([`1:1 error ${code}`]);
    expect(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`).toMatch(words);
    expect(run.recordCount).toBe(0);
  });

  test('gzip data is one error that says gzip and how to name the file', async () => {
    const { told, diagnostics } = await openRun(gzipSync(text));
    expect(told).toEqual(['1:1 error binary-file']);
    expect(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`).toMatch(/gzip/i);
    expect(`${diagnostics[0]?.message} ${diagnostics[0]?.hint}`).toContain('.jsonl.gz');
  });

  test.each([
    ['a zip archive', Buffer.from('504b03041400000008000000210000000000', 'hex')],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
    ['an SQLite file', Buffer.from('SQLite format 3\0\x10\0\x01\x01\0@  \0\0\0\x05')],
    ['a pickle', Buffer.from('80049514000000000000007d948c046c6f7373944740', 'hex')],
    ['an HDF5 file', Buffer.from('894844460d0a1a0a0000000000080800', 'hex')],
  ])('%s is one error, not one a line', async (_name, bytes) => {
    const { told } = await openRun(bytes);
    expect(told).toEqual(['1:1 error binary-file']);
  });

  test('bytes of any kind are one error, not one a line', async () => {
    const bytes = Buffer.from(Array.from({ length: 4000 }, (_, index) => (index * 167 + (index >> 3) * 91) % 256));
    const { diagnostics, run } = await openRun(bytes);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.severity).toBe('error');
    expect(run.recordCount).toBe(0);
  });

  test('real event and W&B files under .jsonl are one error each', async (ctx) => {
    const folder = sharedData('real');
    if (folder === undefined) return ctx.skip('../shared/data/real is not on this machine');
    const files = [
      'yolo-stick-tracker/runs/detect/train/events.out.tfevents.1712717143.JoeyLab.56466.0',
      'wandb-offline-korean-re/wandb/run-20221125_133923-17w06v1l/run-17w06v1l.wandb',
    ];
    for (const file of files) {
      const { told } = await openRun(readFileSync(join(folder, file)));
      expect(told, file).toEqual(['1:1 error binary-file']);
    }
  });
});

describe('row 17: invalid UTF-8 in a line', () => {
  const wrong = (before: string, bytes: number[], after: string): Buffer =>
    Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);

  test("the line is set aside with the byte's column, counted in code points, and the next line is read", async () => {
    const { run, told, diagnostics } = await openRun(
      wrong(`${good}{"step":2,"é😀":"`, [0xff], `"}\n{"step":3,"loss":5}\n`),
    );
    expect(told).toEqual(['2:17 error invalid-utf8']);
    expect(diagnostics[0]?.message).toContain('0xFF');
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, last: 5 });
    expect([...run.texts.keys(), ...run.metrics.keys()]).toEqual(['loss']);
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80]],
    ['a code point past U+10FFFF', [0xf5, 0x80, 0x80, 0x80]],
    ['Latin-1', [0xe9]],
  ])('%s is never replaced in silence', async (_name, bytes) => {
    const { run, told } = await openRun(wrong(`{"step":0,"note":"`, bytes, `"}\n${good}`));
    expect(told).toEqual(['1:19 error invalid-utf8']);
    expect(JSON.stringify([...run.texts])).not.toContain('\ufffd');
    expect(lastValues(run)).toEqual({ loss: 2 });
  });

  test('U+FFFD that was really written is text like any other', async () => {
    const { run, diagnostics } = await openRun(`{"event":"note","text":"a\ufffdb"}\n`);
    expect(run.notes).toMatchObject([{ text: 'a\ufffdb' }]);
    expect(diagnostics).toEqual([]);
  });

  test('many such lines are one diagnostic with a count', async () => {
    const line = wrong('{"a":"', [0xff], '"}\n');
    const { told, diagnostics, run } = await openRun(Buffer.concat([line, Buffer.from(good), line, line]));
    expect(told).toEqual(['1:7 error invalid-utf8']);
    expect(diagnostics[0]?.count).toBe(3);
    expect(lastValues(run)).toEqual({ loss: 2 });
  });
});

describe('row 18: NUL bytes mid-file and at the end', () => {
  test('a line with NULs in it is an error that names NUL, and the following lines are read', async () => {
    const { run, told, diagnostics } = await openRun(`${good}{"step":2,"lo\0\0\0\n{"step":3,"loss":7}\n`);
    expect(told).toEqual(['2:14 error nul-bytes']);
    expect(diagnostics[0]?.message).toContain('NUL');
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, last: 7 });
  });

  test('whole records around the NULs of one line are read', async () => {
    const { run, told } = await openRun(`{"step":1,"loss":2}\0\0\0{"step":2,"loss":3}\n${'{"step":3,"loss":4}\n'}`);
    expect(told).toEqual(['1:20 error nul-bytes']);
    expect(run.metrics.get('loss')).toMatchObject({ count: 3, first: 2, last: 4 });
  });

  test('a record after NULs is read with NaN in it, with long digits, and with a repeated key', async () => {
    const { run } = await openRun(
      '\0\0{"step":1,"loss":NaN}\n\0{"event":"params","params":{"big":12345678901234567890}}\n\0{"step":2,"loss":1,"loss":3}\n',
    );
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, nonFinite: 1, last: 3 });
    expect(run.params.get('big')).toBe(12345678901234567890n);
  });

  test('NULs at the end are a note, as a cut tail is', async () => {
    for (const tail of ['\0', '\0\0\0\0\0\0', '\0'.repeat(5000)]) {
      const { run, told } = await openRun(`${good}${tail}`);
      expect(told).toEqual(['2:1 note nul-tail']);
      expect(lastValues(run)).toEqual({ loss: 2 });
    }
  });

  test('a torn last line with NULs behind it is told by notes alone', async () => {
    const { run, diagnostics } = await openRun(`${good}{"step":2,"lo\0\0\0\0`);
    expect(diagnostics.map(({ severity }) => severity)).toEqual(diagnostics.map(() => 'note'));
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(lastValues(run)).toEqual({ loss: 2 });
  });

  test('a whole last record with NULs behind it is read', async () => {
    const { run, told } = await openRun(`${good}${more.trim()}\0\0\0`);
    expect(told).toEqual(['2:1 note nul-tail']);
    expect(lastValues(run)).toEqual({ loss: 1 });
  });

  test('a file of nothing but NULs is listed and told of', async () => {
    const { run, told } = await openRun('\0'.repeat(1000));
    expect(run.recordCount).toBe(0);
    expect(told).toContain('1:1 note nul-tail');
  });
});

describe('row 19: an empty, blank or first-line-torn file', () => {
  test.each([
    ['empty', '', ['1:1 warning empty-log']],
    ['blank', '\n  \n\r\n', undefined],
    ['torn in its first line', '{"event":"start","ti', ['1:1 note incomplete-last-line']],
    ['a byte order mark alone', '\ufeff', undefined],
  ])('a file that is %s is listed as a run with no records', async (_name, text, expected) => {
    const { run, told } = await openRun(text);
    expect(run.recordCount).toBe(0);
    expect(run.metrics.size).toBe(0);
    expect(run.state).toBe('unknown');
    if (expected === undefined) expect(told).toContain('1:1 warning empty-log');
    else expect(told).toEqual(expected);
  });

  test('an empty runs.jsonl, runs.yaml and RUN.yaml are each told of, and the experiment is listed', async () => {
    const store = await openLogs({ 'a/runs.jsonl': '', 'b/runs.yaml': '', 'c/runs/x.yaml': '' });
    expect([...store.experiments.keys()]).toEqual(['a', 'b', 'c']);
    expect(tell(store.diagnostics)).toEqual([
      'a/runs.jsonl:1:1 warning empty-log',
      'b/runs.yaml:1:1 warning empty-log',
      'c/runs/x.yaml:1:1 warning empty-log',
    ]);
    expect([...store.runs.keys()]).toEqual(['c/x']);
  });

  test('a YAML document that holds only a comment is told of', async () => {
    const store = await openLogs({ 'c/runs/x.yaml': '# nothing yet\n' });
    expect([...store.runs.keys()]).toEqual(['c/x']);
    expect(tell(store.diagnostics)).toEqual(['c/runs/x.yaml:1:1 warning empty-log']);
  });
});

describe('row 20: a long log, a long line, many lines', () => {
  test('a line over 16 MB is an error with its size, and the next line is read', async () => {
    const { run, told, diagnostics } = await openRun(`${good}{"text":"${'x'.repeat(17 * 1024 * 1024)}"}\n${more}`);
    expect(told).toEqual(['2:1 error line-too-long']);
    expect(diagnostics[0]?.message).toContain('17.0 MB');
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, last: 1 });
  });

  test('a line of just the limit is read', async () => {
    const line = '{"step":1,"loss":2}';
    const limits = { lineBytes: line.length + 1 };
    expect((await openRun(`${line}\n`, { limits })).told).toEqual([]);
    expect((await openRun(`${line} \n${good}`, { limits })).told).toEqual(['1:1 error line-too-long']);
  });

  test('a long line at the end without a newline is told of too', async () => {
    const { told, run } = await openRun(`${good}{"text":"${'x'.repeat(300)}`, { limits: { lineBytes: 100 } });
    expect(told).toEqual(['2:1 error line-too-long']);
    expect(lastValues(run)).toEqual({ loss: 2 });
  });

  test('a million lines are read whole, their series bounded with both ends and both extremes', async () => {
    const count = 1_000_000;
    const rows: string[] = [];
    for (let step = 0; step < count; step += 1)
      rows.push(`{"step":${step},"y":${step === 654_321 ? 1e6 : step === 123_456 ? -5 : step % 100}}`);
    const { run, diagnostics, series } = await openRun(`${rows.join('\n')}\n`);
    expect(diagnostics).toEqual([]);
    expect(run.metrics.get('y')).toMatchObject({
      count,
      min: -5,
      minStep: 123_456,
      max: 1e6,
      maxStep: 654_321,
      first: 0,
      last: 99,
    });
    const points = (await series()).metrics.get('y');
    expect(points?.total).toBe(count);
    expect(points?.reduced).toBe(true);
    expect(points?.steps.length).toBeLessThanOrEqual(40_000);
    expect(points?.steps[0]).toBe(0);
    expect(points?.steps.at(-1)).toBe(count - 1);
    expect(points?.steps).toContain(123_456);
    expect(points?.steps).toContain(654_321);
  });
});

describe('row 21: gzip that is cut, swells, or is named wrongly', () => {
  const text = lines(...Array.from({ length: 5000 }, (_, step) => ({ step, loss: Math.sin(step) * 1000 })));

  test('a whole .jsonl.gz is read as the log it holds', async () => {
    const store = await openLogs({ 'e/runs/x.jsonl.gz': gzipSync(text), 'f/runs/x.jsonl': text });
    expect(store.diagnostics).toEqual([]);
    expect(store.runs.get('e/x')?.metrics).toEqual(store.runs.get('f/x')?.metrics);
    expect((await store.readSeries('e/x')).metrics).toEqual((await store.readSeries('f/x')).metrics);
  });

  test('lines before a cut are read, and the cut is an error', async () => {
    const whole = gzipSync(text);
    const store = await openLogs({ 'e/runs/x.jsonl.gz': whole.subarray(0, whole.length >> 1) });
    const { run, diagnostics } = pickRun(store, 'e/x');
    const fault = only(diagnostics, 'gzip-truncated');
    expect(fault.severity).toBe('error');
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toHaveLength(1);
    const count = run.metrics.get('loss')?.count ?? 0;
    expect(count).toBeGreaterThan(100);
    expect(count).toBeLessThan(5000);
    expect(run.metrics.get('loss')?.last).toBe(Math.sin(count - 1) * 1000);
  });

  test('data that is damaged is an error, and what came before is read', async () => {
    const damaged = Buffer.from(gzipSync(text));
    damaged.fill(0xff, damaged.length - 8, damaged.length - 4); // the checksum
    const { run, diagnostics } = pickRun(await openLogs({ 'e/runs/x.jsonl.gz': damaged }), 'e/x');
    expect(only(diagnostics, 'gzip-truncated').severity).toBe('error');
    expect(run.metrics.get('loss')?.count).toBeGreaterThan(100);
  });

  test('output past the limit stops the reading while it streams; the lines before are read', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.from(good), Buffer.alloc(8 * 1024 * 1024, 0x20)]));
    const store = await openLogs({ 'e/runs/x.jsonl.gz': bomb }, { limits: { inflatedBytes: 1024 * 1024 } });
    const { run, diagnostics } = pickRun(store, 'e/x');
    expect(only(diagnostics, 'gzip-too-large').severity).toBe('error');
    expect(lastValues(run)).toEqual({ loss: 2 });
  });

  test('a bomb is stopped by its ratio under the real limits', async () => {
    const zeros = Buffer.alloc(24 * 1024 * 1024, 0x20);
    const bomb = gzipSync(Buffer.concat([Buffer.from(good), zeros, zeros, zeros, zeros]));
    const { run, diagnostics } = pickRun(await openLogs({ 'e/runs/x.jsonl.gz': bomb }), 'e/x');
    expect(only(diagnostics, 'gzip-too-large').severity).toBe('error');
    expect(lastValues(run)).toEqual({ loss: 2 });
  });

  test('a plain log named .jsonl.gz is one error that says so', async () => {
    const store = await openLogs({ 'e/runs/x.jsonl.gz': text });
    expect(tell(store.diagnostics)).toEqual(['e/runs/x.jsonl.gz:1:1 error not-gzip']);
    expect(store.runs.has('e/x')).toBe(true);
  });

  test('an empty .jsonl.gz is told of, and the run is listed', async () => {
    const store = await openLogs({ 'e/runs/x.jsonl.gz': '' });
    expect(store.runs.has('e/x')).toBe(true);
    expect(store.diagnostics).toHaveLength(1);
  });

  test('several gzip members in one file are read through, as gunzip does', async () => {
    const store = await openLogs({ 'e/runs/x.jsonl.gz': Buffer.concat([gzipSync(good), gzipSync(more)]) });
    expect(store.diagnostics).toEqual([]);
    expect(store.runs.get('e/x')?.metrics.get('loss')).toMatchObject({ count: 2, last: 1 });
  });
});

describe('row 22: conflict markers', () => {
  const conflict = `${good}<<<<<<< HEAD\n{"step":2,"loss":5}\n=======\n{"step":2,"loss":6}\n>>>>>>> branch\n{"step":3,"loss":7}\n`;

  test('a conflict is one error at its first marker, and the lines of both sides are read', async () => {
    const { run, told } = await openRun(conflict);
    expect(told).toEqual(['2:1 error conflict-marker']);
    expect(run.metrics.get('loss')).toMatchObject({ count: 4, first: 2, last: 7 });
  });

  test('so it is with CRLF and with the common ancestor shown', async () => {
    const { run, diagnostics } = await openRun(
      '<<<<<<< HEAD\r\n{"step":1,"loss":5}\r\n||||||| base\r\n{"step":1,"loss":4}\r\n=======\r\n{"step":1,"loss":6}\r\n>>>>>>> x\r\n',
    );
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toMatchObject([
      { code: 'conflict-marker', line: 1 },
    ]);
    expect(run.metrics.get('loss')?.count).toBe(3);
  });

  test('two conflicts count as two errors', async () => {
    const { diagnostics, run } = await openRun(conflict + conflict);
    expect(countSeverity(diagnostics, 'error')).toBe(2);
    expect(run.metrics.get('loss')?.count).toBe(8);
  });

  test('a conflict in runs.jsonl keeps the runs of both sides', async () => {
    const store = await openLogs({
      'e/runs.jsonl': '<<<<<<< HEAD\n{"id":"a","metrics":{"x":1}}\n=======\n{"id":"b","metrics":{"x":2}}\n>>>>>>> o\n',
    });
    expect([...store.runs.keys()]).toEqual(['e/a', 'e/b']);
    expect(tell(store.diagnostics)).toEqual(['e/runs.jsonl:1:1 error conflict-marker']);
  });

  test.each([
    ['e/experiment.yaml', 'title: x\n<<<<<<< HEAD\nowner: a\n=======\nowner: b\n>>>>>>> o\n', 2],
    ['e/runs/x.yaml', 'params:\n<<<<<<< HEAD\n  lr: 1\n=======\n  lr: 2\n>>>>>>> o\n', 2],
    ['e/runs.yaml', '<<<<<<< HEAD\nid: a\n=======\nid: b\n>>>>>>> o\n', 1],
  ])('a conflict in %s is named as such', async (path, text, line) => {
    const store = await openLogs({ 'e/runs/y.jsonl': good, [path]: text });
    expect(tell(store.diagnostics)).toContain(`${path}:${line}:1 error conflict-marker`);
    expect(store.runs.get('e/y')?.metrics.get('loss')?.last).toBe(2);
  });

  test('a row of equals signs outside a conflict is a line that is not JSON', async () => {
    expect((await openRun(`=======\n${good}`)).told).toEqual(['1:1 error not-json']);
  });
});

describe('row 23: a Git LFS pointer', () => {
  const pointer =
    'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n';

  test.each([
    'e/runs/x.jsonl',
    'e/runs/x.jsonl.gz',
    'e/runs/x.yaml',
    'e/runs.jsonl',
    'e/runs.yaml',
    'e/experiment.yaml',
  ])('in place of %s it is one error that says to run git lfs pull', async (path) => {
    const store = await openLogs({ 'e/runs/y.jsonl': good, [path]: pointer });
    expect(tell(store.diagnostics)).toEqual([`${path}:1:1 error lfs-pointer`]);
    expect(store.diagnostics[0]?.hint).toMatch(/git lfs pull/);
    expect(store.runs.get('e/y')?.metrics.get('loss')?.last).toBe(2);
  });

  test('in place of an artifact it is an error too', async () => {
    const store = await openLogs({
      'e/runs/x/run.jsonl': lines({ step: 1, loss: 2 }, { event: 'artifact', path: 'model.bin' }),
      'e/runs/x/model.bin': pointer,
    });
    expect(only(store.diagnostics, 'lfs-pointer')).toMatchObject({
      severity: 'error',
      hint: expect.stringMatching(/git lfs pull/),
    });
    expect(store.runs.get('e/x')?.metrics.get('loss')?.last).toBe(2);
  });
});

describe('row 24: not an object, Python repr, comments, trailing comma, indented, one big array', () => {
  test.each([
    ['a number', '5', '2:1 error not-an-object'],
    ['text', '"x"', '2:1 error not-an-object'],
    ['null', 'null', '2:1 error not-an-object'],
    ['a list of numbers', '[1,2]', '2:1 error not-an-object'],
    ['a bare NaN', 'NaN', '2:1 error not-an-object'],
    ['a Python dict', "{'step': 2, 'loss': 0.5}", '2:2 error python-repr'],
    ['Python words', '{"ok": True, "x": None}', '2:8 error python-repr'],
    ['a Python nan', '{"loss": nan}', '2:10 error python-repr'],
    ['a // comment', '// the second try', '2:1 error json-comment'],
    ['a # comment', '  # the second try', '2:3 error json-comment'],
    ['a block comment', '/* the second try */', '2:1 error json-comment'],
    ['a comma before the brace', '{"step":2,"loss":1,}', '2:19 error trailing-comma'],
    ['a comma before the bracket', '{"step":2,"l":[1,]}', '2:17 error trailing-comma'],
    ['words', 'Epoch 1: loss=0.5', '2:1 error not-json'],
    ['a missing quote', '{"step:2}', '2:10 error not-json'],
    ['two values', '{"step":2} 7', '2:12 error not-json'],
    ['a tab in a text', '{"a":"x\ty"}', '2:8 error not-json'],
  ])('%s is an error at its place, with a hint, and the lines around it are read', async (_name, line, expected) => {
    const { run, told, diagnostics } = await openRun(`${good}${line}\n{"step":3,"loss":9}\n`);
    expect(told).toEqual([expected]);
    expect(diagnostics[0]?.hint).toMatch(/\w/);
    expect(run.metrics.get('loss')).toMatchObject({ first: 2, last: 9 });
  });

  test('each of these faults has a hint of its own', async () => {
    const hints = new Set<string | undefined>();
    const faults = ['5', "{'a': 1}", '// x', '{"a":1,}', '{\n  "a": 1\n}', '[\n  1\n]', 'words'];
    for (const line of faults) hints.add((await openRun(`${line}\n`)).diagnostics[0]?.hint);
    expect(hints.size).toBe(faults.length);
  });

  test('a record with a comma behind it, as in a list, is read, and the comma is an error', async () => {
    const { run, told } = await openRun('{"step":1,"loss":2},\n{"step":2,"loss":1},\n');
    expect(told).toEqual(['1:20 error trailing-comma']);
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, last: 1 });
  });

  test('an indented object is one error with a count, not one a line', async () => {
    const { told, diagnostics } = await openRun(`${JSON.stringify({ step: 1, loss: 2, list: [1, 2] }, null, 2)}\n`);
    expect(told).toEqual(['1:1 error indented-json']);
    expect(diagnostics[0]?.hint).toMatch(/indent/);
  });

  test('one big array over many lines is one error', async () => {
    const { told, diagnostics } = await openRun(`${JSON.stringify([{ step: 1 }, { step: 2 }], null, 2)}\n`);
    expect(told).toEqual(['1:1 error json-array']);
    expect(diagnostics[0]?.hint).toMatch(/brackets/);
  });

  test('one big array on one line is told as what it is', async () => {
    const { told, diagnostics } = await openRun('[{"step":1,"loss":2},{"step":2,"loss":1}]\n');
    expect(told).toEqual(['1:1 error json-array']);
    expect(diagnostics[0]?.hint).toMatch(/brackets/);
  });

  test('whole records on lines of an array are read', async () => {
    const { run, diagnostics } = await openRun('[\n{"step":1,"loss":2},\n{"step":2,"loss":1}\n]\n');
    expect(run.metrics.get('loss')).toMatchObject({ count: 2, last: 1 });
    expect(diagnostics.every(({ severity }) => severity === 'error')).toBe(true);
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  test('a thousand faults of one kind are one diagnostic with the first place and the count', async () => {
    const { told, diagnostics, run } = await openRun(`${good}${'not json\n'.repeat(1000)}${more}`);
    expect(told).toEqual(['2:1 error not-json']);
    expect(diagnostics[0]?.count).toBe(1000);
    expect(run.metrics.get('loss')?.count).toBe(2);
  });
});

describe('row 25: duplicate keys', () => {
  test('the last wins, with a note that gives both places', async () => {
    const { run, told, diagnostics } = await openRun('{"step":1,"loss":2,"loss":3}\n');
    expect(lastValues(run)).toEqual({ loss: 3 });
    expect(run.metrics.get('loss')?.count).toBe(1);
    expect(told).toEqual(['1:20 note duplicate-key']);
    expect(diagnostics[0]?.message).toMatch(/column 11 and column 20/);
  });

  test('keys that are equal once read are duplicates, also when nested', async () => {
    const { run, told } = await openRun('{"step":1,"v":{"a":1,"\\u0061":2}}\n');
    expect(lastValues(run)).toEqual({ 'v/a': 2 });
    expect(told).toEqual(['1:22 note duplicate-key']);
  });

  test('the same key in two objects is none', async () => {
    expect((await openRun('{"step":1,"a":{"x":1},"b":{"x":2},"t":"\\"x\\":"}\n')).told).toEqual([
      expect.stringContaining('note text-in-metric'),
    ]);
  });

  test('a key repeated in a line of runs.jsonl is noted', async () => {
    const store = await openLogs({ 'e/runs.jsonl': '{"id":"a","params":{"lr":1,"lr":2}}\n' });
    expect(store.runs.get('e/a')?.params.get('lr')).toBe(2);
    expect(tell(store.diagnostics)).toEqual(['e/runs.jsonl:1:28 note duplicate-key']);
  });
});

describe('row 26: __proto__, constructor, toString and their like are plain data', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '__defineGetter__'];

  test.each(names)('%s as param, tag, metric, package, nested key and event', async (name) => {
    const key = JSON.stringify(name);
    const { run, told } = await openRun(
      [
        `{"event":"start","params":{${key}:1,"n":{${key}:{"polluted":2}}},"tags":[${key}],"env":{"packages":{${key}:"1.2"}},"git":{${key}:"x"}}`,
        `{"step":1,${key}:3,"g":{${key}:{"polluted":4}}}`,
        `{"event":${key},"step":2,"loss":5}`,
        `{"event":"system",${key}:6}`,
        `{"event":"end","status":"finished","metrics":{${key}:7}}`,
      ].join('\n'),
    );
    expect([...run.params]).toEqual([
      [name, 1],
      [`n.${name}.polluted`, 2],
    ]);
    expect(run.tags).toEqual([name]);
    expect(run.metrics.get(name)).toMatchObject({ count: 2, last: 7 });
    expect(run.metrics.get(`g/${name}/polluted`)?.last).toBe(4);
    expect(run.metrics.get('loss')?.last).toBe(5);
    expect(run.system.get(name)?.last).toBe(6);
    expect(Object.keys(run.env?.packages ?? {})).toEqual([name]);
    expect(Object.keys(run.git ?? {})).toEqual([name]);
    expect(told).toEqual([`3:10 warning unknown-event`]);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each(['constructor', 'toString', 'valueOf', '__proto__', '__defineGetter__'])(
    '%s as the id of a run and of an experiment',
    async (name) => {
      const store = await openLogs({
        [`e/runs/${name}.jsonl`]: good,
        'm/runs.jsonl': `{"id":${JSON.stringify(name)},"metrics":{"loss":1}}\n`,
        ...(name.startsWith('_') ? {} : { [`${name}/runs/x.jsonl`]: good }),
      });
      expect(tell(store.diagnostics)).toEqual([]);
      expect([...store.runs.keys()].sort()).toEqual(
        [`e/${name}`, `m/${name}`, ...(name.startsWith('_') ? [] : [`${name}/x`])].sort(),
      );
    },
  );

  test('a metric so named can be declared in experiment.yaml', async () => {
    const store = await openLogs({
      'e/experiment.yaml': 'metrics:\n  __proto__: {goal: max}\n  constructor: {goal: min, summary: min}\n',
      'e/runs/x.jsonl': '{"step":1,"__proto__":3,"constructor":2}\n{"step":2,"__proto__":1,"constructor":4}\n',
    });
    expect(store.diagnostics).toEqual([]);
    expect([...(store.experiments.get('e')?.metricSettings ?? [])].map(([name, { goal }]) => [name, goal])).toEqual([
      ['__proto__', 'max'],
      ['constructor', 'min'],
    ]);
    const exported = JSON.parse(exportRuns(store, 'jsonl', { nowMs: 0 })) as {
      metrics: Record<string, { value: number }>;
    };
    expect(Object.keys(exported.metrics)).toEqual(['__proto__', 'constructor']);
    expect(exported.metrics.constructor).toMatchObject({ value: 2 });
  });

  test.each(names)('%s as a key of the settings is an unknown key', async (name) => {
    const store = await openLogs({
      'e/experiment.yaml': `title: x\n${name}: {polluted: 1}\n`,
      '_site.yaml': `${name}: 1\n`,
    });
    expect(tell(store.diagnostics)).toEqual([
      '_site.yaml:1:1 error unknown-key',
      'e/experiment.yaml:2:1 error unknown-key',
    ]);
    expect(store.experiments.get('e')?.title).toBe('x');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('row 27: ids that lead elsewhere', () => {
  const bad: [string, string][] = [
    ['two dots', '..'],
    ['one dot', '.'],
    ['a slash', 'a/b'],
    ['a way up', '../x'],
    ['a backslash', 'a\\b'],
    ['a percent escape', '%2e%2e'],
    ['NUL', 'a\0b'],
    ['a device name', 'CON'],
    ['a device name with an ending', 'nul.txt'],
    ['a device with a number', 'lpt1'],
    ['101 bytes', 'x'.repeat(101)],
    ['a trailing dot', 'run.'],
    ['a right-to-left override', 'a\u202egnp'],
    ['a space', 'a b'],
    ['an umlaut', 'größe'],
    ['a colon', 'C:x'],
    ['nothing', ''],
  ];

  test.each(bad)('%s in runs.jsonl is an error, and the other runs are read', async (_name, id) => {
    const store = await openLogs({
      'e/runs.jsonl': lines(
        { id: 'a1', metrics: { x: 1 } },
        { id, metrics: { x: 2 } },
        { id: 'a2', metrics: { x: 3 } },
      ),
    });
    expect([...store.runs.keys()]).toEqual(['e/a1', 'e/a2']);
    expect(store.diagnostics).toHaveLength(1);
    expect(store.diagnostics[0]).toMatchObject({ severity: 'error', line: 2 });
  });

  test.each(bad.filter(([, id]) => !/[/\0]/.test(id) && id !== ''))(
    '%s as the name of a log is an error with a name to use, and the other runs are read',
    async (_name, id) => {
      const store = await openLogs({ [`e/runs/${id}.jsonl`]: good, 'e/runs/ok.jsonl': good });
      expect([...store.runs.keys()]).toEqual(['e/ok']);
      expect(store.diagnostics).toMatchObject([{ severity: 'error', code: 'id-invalid', line: 1, column: 1 }]);
      const better = /for example to "([^"]+)\.jsonl"/.exec(store.diagnostics[0]?.message ?? '')?.[1] ?? '';
      expect(better).toMatch(/^[A-Za-z0-9._=+,-]{1,100}$/);
      expect((await openLogs({ [`e/runs/${better}.jsonl`]: good })).diagnostics).toEqual([]);
    },
  );

  test('experiments and run folders are held to the same rule', async () => {
    const store = await openLogs({
      'größe/runs/x.jsonl': good,
      'CON/experiment.yaml': 'title: x\n',
      'e/runs/a b/run.jsonl': good,
      'ok/runs/x.jsonl': good,
    });
    expect([...store.runs.keys()]).toEqual(['ok/x']);
    expect(store.diagnostics.filter(({ code }) => code === 'id-invalid').length).toBeGreaterThanOrEqual(3);
  });

  test('a full id in YAML is held to it too', async () => {
    const store = await openLogs({ 'e/runs.yaml': 'id: ../../x\nmetrics: {a: 1}\n---\nid: ok\nmetrics: {a: 1}\n' });
    expect([...store.runs.keys()]).toEqual(['e/ok']);
    expect(tell(store.diagnostics)).toEqual(['e/runs.yaml:1:1 error id-invalid']);
  });
});

describe('row 28: ids that are equal, or equal but for case or Unicode form', () => {
  test('a log and a document with one id are an error naming both places; the first is kept', async () => {
    const store = await openLogs({
      'e/runs/a.jsonl': good,
      'e/runs/a.yaml': 'metrics: {loss: 9}\n',
      'e/runs.jsonl':
        '{"id":"b","metrics":{"loss":3}}\n{"id":"b","metrics":{"loss":4}}\n{"id":"a","metrics":{"loss":5}}\n',
    });
    expect([...store.runs.keys()]).toEqual(['e/a', 'e/b']);
    const errors = store.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors).toHaveLength(3);
    expect(errors.map(({ code }) => code)).toEqual(['id-collision', 'id-collision', 'id-collision']);
    for (const { message } of errors) expect(message).toMatch(/experiments\/e\/[\w/.]+:\d+/);
    expect(store.runs.get('e/b')?.metrics.get('loss')?.last).toBe(3);
  });

  test('two files whose names differ only in case are an error naming both files; both runs are there', async () => {
    const store = await openLogs({ 'e/runs/Run.jsonl': good, 'e/runs/run.jsonl': more });
    const { severity, file, message } = only(store.diagnostics, 'id-case-collision');
    expect(severity).toBe('error');
    expect(`${file} ${message}`).toContain('experiments/e/runs/Run.jsonl');
    expect(`${file} ${message}`).toContain('experiments/e/runs/run.jsonl');
    expect([...store.runs.values()].map((run) => run.metrics.get('loss')?.last).sort()).toEqual([1, 2]);
  });

  test('two lines of runs.jsonl whose ids differ only in case are an error naming both lines', async () => {
    const store = await openLogs({
      'e/runs.jsonl': '{"id":"A","metrics":{"x":1}}\n{"id":"b"}\n{"id":"a","metrics":{"x":2}}\n',
    });
    const { line, message } = only(store.diagnostics, 'id-case-collision');
    expect(line).toBe(3);
    expect(message).toContain('runs.jsonl:1');
  });

  test('two experiments whose ids differ only in case are an error naming both', async () => {
    const store = await openLogs({ 'Vision/runs/x.jsonl': good, 'vision/runs/x.jsonl': more });
    const { severity, message } = only(store.diagnostics, 'id-case-collision');
    expect(severity).toBe('error');
    expect(message).toContain('"Vision"');
    expect(message).toContain('"vision"');
    expect([...store.runs.keys()].sort()).toEqual(['Vision/x', 'vision/x']);
  });

  test('two Unicode forms of one name are both told of', async () => {
    const store = await openLogs({ 'e/runs/caf\u00e9.jsonl': good, 'e/runs/cafe\u0301.jsonl': good });
    expect(countSeverity(store.diagnostics, 'error')).toBe(2);
    expect(store.runs.size).toBe(0);
  });

  test('the same run in two experiments is no collision', async () => {
    const store = await openLogs({ 'a/runs/x.jsonl': good, 'b/runs/x.jsonl': good, 'a/b/runs/x.jsonl': good });
    expect(store.diagnostics).toEqual([]);
    expect([...store.runs.keys()].sort()).toEqual(['a/b/x', 'a/x', 'b/x']);
  });
});

describe("row 29: runs named as the site's own routes", () => {
  test.each(['index', 'data', 'compare', '404', '_astro', 'pagefind'])('a run named %s is read', async (name) => {
    const store = await openLogs({
      [`e/runs/${name}.jsonl`]: good,
      'many/runs.jsonl': `${JSON.stringify({ id: name, metrics: { loss: 1 } })}\n`,
    });
    expect(tell(store.diagnostics)).toEqual([]);
    expect(store.runs.get(`e/${name}`)?.metrics.get('loss')?.last).toBe(2);
    expect(store.runs.get(`many/${name}`)?.metrics.get('loss')?.last).toBe(1);
  });
});

describe('row 30: near-miss names and leftovers', () => {
  test.each([
    ['e/runs/x.ndjson', 'x.jsonl'],
    ['e/runs/x.JSONL', 'x.jsonl'],
    ['e/runs/x.json', 'x.jsonl'],
    ['e/runs/x.jsonlines', 'x.jsonl'],
    ['e/runs/x.yml', 'x.yaml'],
    ['e/runs/x.json.gz', 'x.jsonl.gz'],
    ['e/runs.ndjson', 'runs.jsonl'],
    ['e/runs.yml', 'runs.yaml'],
    ['e/experiment.yml', 'experiment.yaml'],
    ['e/Experiment.yaml', 'experiment.yaml'],
    ['e/metrics.jsonl', 'runs/metrics.jsonl'],
    ['_site.yml', '_site.yaml'],
  ])('%s is one note with the name it should have', async (path, better) => {
    const store = await openLogs({ 'e/runs/ok.jsonl': good, [path]: path.startsWith('_') ? 'title: x\n' : good });
    expect(tell(store.diagnostics)).toEqual([`${path}:1:1 note near-miss-name`]);
    expect(store.diagnostics[0]?.message).toContain(`"${better}"`);
    expect([...store.runs.keys()]).toEqual(['e/ok']);
  });

  test.each([
    'x.jsonl~',
    '.x.jsonl.swp',
    'x.jsonl.tmp',
    '.nfs000000000123',
    '.DS_Store',
    'x.jsonl.bak',
    'x.jsonl.orig',
    '#x.jsonl#',
  ])('the leftover %s is passed over in silence', async (name) => {
    const store = await openLogs({ 'e/runs/ok.jsonl': good, [`e/runs/${name}`]: 'rubbish', [`e/${name}`]: 'rubbish' });
    expect(store.diagnostics).toEqual([]);
    expect([...store.runs.keys()]).toEqual(['e/ok']);
  });
});

describe('row 31: symbolic links, pipes, sockets and folders in the place of logs', () => {
  function rootWithGood(): string {
    return writeLogs({ 'e/runs/ok.jsonl': good });
  }
  const at = (root: string, path: string): string => join(root, 'experiments', path);

  async function expectOneTold(root: string, path: string): Promise<void> {
    const store = await openStore(root);
    expect([...store.runs.keys()]).toEqual(['e/ok']);
    const own = tell(store.diagnostics).filter((line) => line.startsWith(`${path}:`));
    expect(own, tell(store.diagnostics).join('; ')).toHaveLength(1);
    expect(own[0]).toMatch(/ (?:error|note) (?:symlink|not-a-file)$/);
    expect(store.diagnostics).toHaveLength(1);
  }

  test('a link to a file outside the root is not followed', async () => {
    const root = rootWithGood();
    writeFileSync(join(root, 'secret.jsonl'), '{"step":1,"stolen":1}\n');
    symlinkSync('../../../secret.jsonl', at(root, 'e/runs/x.jsonl'));
    await expectOneTold(root, 'e/runs/x.jsonl');
  });

  test('a dangling link is told of', async () => {
    const root = rootWithGood();
    symlinkSync('nowhere.jsonl', at(root, 'e/runs/x.jsonl'));
    await expectOneTold(root, 'e/runs/x.jsonl');
  });

  test('a loop of links is told of', async () => {
    const root = rootWithGood();
    symlinkSync('x.jsonl', at(root, 'e/runs/x.jsonl'));
    await expectOneTold(root, 'e/runs/x.jsonl');
  });

  test('a folder that links to one above it is not walked for ever', async () => {
    const root = rootWithGood();
    symlinkSync('..', at(root, 'e/runs/up'));
    await expectOneTold(root, 'e/runs/up');
  });

  test('an experiment that is a link is told of', async () => {
    const root = rootWithGood();
    mkdirSync(join(root, 'elsewhere/runs'), { recursive: true });
    writeFileSync(join(root, 'elsewhere/runs/stolen.jsonl'), good);
    symlinkSync('../elsewhere', at(root, 'linked'));
    await expectOneTold(root, 'linked');
  });

  test('settings and readmes that are links are told of and not read', async () => {
    const root = rootWithGood();
    writeFileSync(join(root, 'passwd'), 'title: stolen\n');
    symlinkSync('../../passwd', at(root, 'e/experiment.yaml'));
    await expectOneTold(root, 'e/experiment.yaml');
    expect((await openStore(root)).experiments.get('e')?.title).toBe('e');
    rmSync(at(root, 'e/experiment.yaml'));
    symlinkSync('../../passwd', at(root, 'e/README.md'));
    expect((await openStore(root)).experiments.get('e')?.readme).toBeUndefined();
    await expectOneTold(root, 'e/README.md');
  });

  test('a link to site settings is not followed', async () => {
    const root = rootWithGood();
    writeFileSync(join(root, 'passwd'), 'title: stolen\n');
    symlinkSync('../passwd', at(root, '_site.yaml'));
    expect((await openStore(root)).settings.title).toBeUndefined();
    await expectOneTold(root, '_site.yaml');
  });

  test.each(['e/runs/x.jsonl', 'e/runs.jsonl', 'e/experiment.yaml', 'e/runs/x.yaml'])(
    'a pipe at %s neither hangs nor is read',
    async (path) => {
      const root = rootWithGood();
      execFileSync('mkfifo', [at(root, path)]);
      await expectOneTold(root, path);
    },
  );

  test('a socket is told of', async () => {
    const root = rootWithGood();
    const server = createServer();
    await new Promise<void>((done) => server.listen(at(root, 'e/runs/x.jsonl'), done));
    try {
      await expectOneTold(root, 'e/runs/x.jsonl');
    } finally {
      await new Promise((done) => server.close(done));
    }
  });

  test('a folder named x.jsonl is told of and does not hide the rest', async () => {
    const root = rootWithGood();
    mkdirSync(at(root, 'e/runs/x.jsonl'));
    const store = await openStore(root);
    expect([...store.runs.keys()]).toEqual(['e/ok']);
    expect(tell(store.diagnostics)).toContain('e/runs/x.jsonl:1:1 note not-a-file');
  });

  test('an artifact that is a link out of the run is an error', async () => {
    const root = writeLogs({ 'e/runs/x/run.jsonl': lines({ step: 1, loss: 2 }, { event: 'artifact', path: 'p.png' }) });
    symlinkSync('/etc/hostname', at(root, 'e/runs/x/p.png'));
    const store = await openStore(root);
    expect(store.runs.get('e/x')?.artifacts).toEqual([]);
    expect(tell(store.diagnostics)).toContain('e/runs/x/run.jsonl:2:28 error artifact-outside');
  });
});

describe('row 32: permission denied; a file that vanishes or shrinks', () => {
  test('a log without permission is one error, and the others are read', async (ctx) => {
    if (process.getuid?.() === 0 && process.seteuid === undefined) return ctx.skip('root reads everything');
    const root = writeLogs({ 'e/runs/a.jsonl': good, 'e/runs/b.jsonl': good, 'e/runs/c.jsonl': more });
    chmodSync(join(root, 'experiments/e/runs/b.jsonl'), 0);
    chmodSync(join(root, '..'), 0o755);
    const wasRoot = process.getuid?.() === 0;
    if (wasRoot) process.seteuid?.(65_534);
    try {
      const store = await openStore(root);
      expect(tell(store.diagnostics)).toEqual(['e/runs/b.jsonl:1:1 error cannot-read']);
      expect(store.runs.get('e/a')?.metrics.get('loss')?.last).toBe(2);
      expect(store.runs.get('e/c')?.metrics.get('loss')?.last).toBe(1);
    } finally {
      if (wasRoot) process.seteuid?.(0);
    }
  });

  test('a folder without permission is one error', async () => {
    const root = writeLogs({ 'e/runs/a.jsonl': good, 'closed/runs/b.jsonl': good });
    chmodSync(join(root, 'experiments/closed'), 0);
    try {
      const store = await openStore(root);
      expect(tell(store.diagnostics)).toContain('closed:1:1 error cannot-read');
      expect(store.runs.get('e/a')?.metrics.get('loss')?.last).toBe(2);
    } finally {
      chmodSync(join(root, 'experiments/closed'), 0o755);
    }
  });

  test('a log that vanishes between listing and reading is one error, and the others are read', async () => {
    const root = writeLogs({ 'e/runs/a.jsonl': good, 'e/runs/b.jsonl': good, 'e/runs/c.jsonl': more });
    const store = await openStore(root, {
      onProgress: () => rmSync(join(root, 'experiments/e/runs/b.jsonl'), { force: true }),
    });
    expect(tell(store.diagnostics)).toEqual(['e/runs/b.jsonl:1:1 error cannot-read']);
    expect(store.runs.get('e/c')?.metrics.get('loss')?.last).toBe(1);
    expect(store.runs.has('e/b')).toBe(true);
  });

  test('settings that vanish are an error, and the runs are read', async () => {
    const root = writeLogs({ 'a/runs/x.jsonl': good, 'b/experiment.yaml': 'title: x\n', 'b/runs/x.jsonl': more });
    const store = await openStore(root, {
      onProgress: () => rmSync(join(root, 'experiments/b/experiment.yaml'), { force: true }),
    });
    expect(tell(store.diagnostics)).toEqual(['b/experiment.yaml:1:1 error cannot-read']);
    expect(store.runs.get('b/x')?.metrics.get('loss')?.last).toBe(1);
  });

  test('a log that vanishes before its series is read gives no points and throws nothing', async () => {
    const root = writeLogs({ 'e/runs/a.jsonl': good, 'e/runs.jsonl': '{"id":"m","series":{"loss":[1,2]}}\n' });
    const store = await openStore(root);
    rmSync(join(root, 'experiments/e'), { recursive: true });
    expect((await store.readSeries('e/a')).metrics.size).toBe(0);
    expect((await store.readSeries('e/m')).metrics.size).toBe(0);
  });

  test('a log that shrinks while it is read gives the lines that are left', async () => {
    const root = writeLogs({ 'e/runs/a.jsonl': good.repeat(200_000) });
    const path = join(root, 'experiments/e/runs/a.jsonl');
    let bytes = 0;
    const fault = await readLogFile(path, {
      compressed: false,
      limits: defaultLimits,
      onChunk: (chunk) => {
        if (bytes === 0) truncateSync(path, 2_000_000);
        bytes += chunk.length;
      },
    });
    expect(fault).toBeUndefined();
    expect(bytes).toBe(2_000_000);
  });
});

describe('row 33: a file that grows while it is read', () => {
  test('the size is fixed at the opening, so a prefix is read however fast it grows', async () => {
    const root = writeLogs({ 'e/runs/a.jsonl': good.repeat(200_000) });
    const path = join(root, 'experiments/e/runs/a.jsonl');
    let bytes = 0;
    await readLogFile(path, {
      compressed: false,
      limits: defaultLimits,
      onChunk: (chunk) => {
        appendFileSync(path, more.repeat(100_000));
        bytes += chunk.length;
      },
    });
    expect(bytes).toBe(good.length * 200_000);
  });

  test('a half-written last line is left out now and read by the next reading', async () => {
    const root = writeLogs({ 'e/runs/a.jsonl': `${good}{"step":2,"lo` });
    const first = await openStore(root);
    expect(tell(first.diagnostics)).toEqual(['e/runs/a.jsonl:2:1 note incomplete-last-line']);
    expect(first.runs.get('e/a')?.metrics.get('loss')?.count).toBe(1);
    appendFileSync(join(root, 'experiments/e/runs/a.jsonl'), 'ss":1}\n');
    const second = await openStore(root);
    expect(second.diagnostics).toEqual([]);
    expect(second.runs.get('e/a')?.metrics.get('loss')).toMatchObject({ count: 2, last: 1 });
  });
});

describe('row 34: odd values', () => {
  test('booleans count, words and null are not-a-number, text and lists are kept as text', async () => {
    const { run, told, diagnostics } = await openRun(
      '{"step":1,"t":true,"f":false,"nan":NaN,"inf":Infinity,"ninf":-Infinity,"wn":"NaN","wi":"Infinity","wm":"-Infinity","nul":null,"text":"0.5","list":[1,2],"over":1e400,"zero":-0,"big":9007199254740993}\n',
    );
    const last = lastValues(run);
    expect(last).toEqual({
      t: 1,
      f: 0,
      nan: Number.NaN,
      inf: Number.POSITIVE_INFINITY,
      ninf: Number.NEGATIVE_INFINITY,
      wn: Number.NaN,
      wi: Number.POSITIVE_INFINITY,
      wm: Number.NEGATIVE_INFINITY,
      nul: Number.NaN,
      over: Number.POSITIVE_INFINITY,
      zero: -0,
      big: 9007199254740992,
    });
    expect(Object.fromEntries(run.texts)).toEqual({ text: '0.5', list: '[1,2]' });
    expect(told.map((line) => line.replace(/^\S+ /, ''))).toEqual(['note text-in-metric']);
    expect(diagnostics[0]?.count).toBe(2);
  });

  test('digits of big params are kept in JSON and CSV', async () => {
    const big = '123456789012345678901234567890';
    const store = await openLogs({
      'a/runs/x.jsonl': `{"event":"start","params":{"n":${big},"l":[${big}],"m":-9007199254740993,"s":9007199254740991},"seed":${big}}\n`,
      'b/runs/x.yaml': `params: {n: ${big}, l: [${big}], m: -9007199254740993, s: 9007199254740991}\nseed: ${big}\n`,
      'c/runs.jsonl': `{"id":"x","params":{"n":${big},"l":[${big}],"m":-9007199254740993,"s":9007199254740991},"seed":${big}}\n`,
      'd/runs/x.jsonl': `{"step":1,"loss":1,"config":{"n":${big},"l":[${big}],"m":-9007199254740993,"s":9007199254740991},"seed":1}\n`,
    });
    expect(store.diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
    for (const experiment of ['a', 'b', 'c', 'd']) {
      const run = store.runs.get(`${experiment}/x`);
      expect(String(run?.params.get('n')), experiment).toBe(big);
      const json = exportRuns(store, 'jsonl', { nowMs: 0, experiment });
      expect(json).toContain(`"params":{"n":${big},"l":[${big}],"m":-9007199254740993,"s":9007199254740991}`);
      expect(exportRuns(store, 'csv', { nowMs: 0, experiment })).toContain(
        `${big},[${big}],-9007199254740993,9007199254740991`,
      );
    }
    for (const experiment of ['a', 'b', 'c']) expect(store.runs.get(`${experiment}/x`)?.seed, experiment).toBe(big);
  });
});

describe('row 35: odd steps', () => {
  test('negative, fractional and very large steps are steps', async () => {
    const { run, diagnostics, series } = await openRun([
      { step: -5, x: 1 },
      { step: 0.5, x: 2 },
      { step: 1e15, x: 3 },
    ]);
    expect(diagnostics).toEqual([]);
    expect(run.metrics.get('x')).toMatchObject({ count: 3, firstStep: -5, lastStep: 1e15 });
    expect((await series()).metrics.get('x')).toMatchObject({ steps: [-5, 0.5, 1e15], values: [1, 2, 3] });
  });

  test.each(['NaN', 'Infinity', '"12"', '"twelve"', 'null', '[1]'])(
    'a step of %s is a warning; the line stands at its place in the file',
    async (step) => {
      const { run, told, series } = await openRun(`{"step":7,"x":1}\n{"step":${step},"x":2}\n{"step":9,"x":3}\n`);
      expect(told).toEqual(['2:9 warning step-not-a-number']);
      expect(run.metrics.get('x')).toMatchObject({ count: 3, first: 1, last: 3 });
      expect((await series()).metrics.get('x')).toMatchObject({ steps: [1, 7, 9], values: [2, 1, 3] });
    },
  );

  test('at a repeated step the later value stands, the earlier is superseded, and every value counts', async () => {
    const { run, series, diagnostics } = await openRun([
      { step: 1, x: 10 },
      { step: 2, x: 20 },
      { step: 3, x: 30 },
      { step: 2, x: 21 },
      { step: 3, x: 31 },
      { step: 4, x: 41 },
    ]);
    expect(diagnostics).toEqual([]);
    expect(run.metrics.get('x')).toMatchObject({ count: 6, first: 10, last: 41, min: 10, max: 41 });
    expect((await series()).metrics.get('x')).toMatchObject({
      steps: [1, 2, 3, 4],
      values: [10, 21, 31, 41],
      superseded: [{ steps: [2, 3], values: [20, 30] }],
      total: 6,
    });
  });
});

describe('row 36: odd times', () => {
  const seconds = 1_772_612_000;
  test.each([
    ['seconds', String(seconds), seconds * 1000],
    ['milliseconds', `${seconds}000`, seconds * 1000],
    ['microseconds', `${seconds}000000`, seconds * 1000],
    ['nanoseconds', `${seconds}000000000`, seconds * 1000],
    ['ISO with an offset', '"2026-03-04T09:13:20+01:00"', Date.UTC(2026, 2, 4, 8, 13, 20)],
    ['the year 8000', '"8000-01-01T00:00:00Z"', Date.UTC(8000, 0, 1)],
  ])('a time in %s is read', async (_name, time, ms) => {
    const { run, diagnostics } = await openRun(`{"event":"start","time":${time}}\n${good}`);
    expect(run.startedAtMs).toBe(ms);
    expect(diagnostics).toEqual([]);
  });

  test('a time without an offset is UTC, with one note a run', async () => {
    const { run, told, diagnostics } = await openRun([
      { event: 'start', time: '2026-03-04T09:12:00' },
      { step: 1, x: 1, time: '2026-03-04 09:13:00' },
      { event: 'end', status: 'finished', time: '2026-03-04T09:14:00' },
    ]);
    expect(run.startedAtMs).toBe(Date.UTC(2026, 2, 4, 9, 12));
    expect(run.endedAtMs).toBe(Date.UTC(2026, 2, 4, 9, 14));
    expect(told).toEqual(['1:25 note time-without-zone']);
    expect(diagnostics[0]?.count).toBe(3);
  });

  test.each([
    '"2026-02-30T00:00:00Z"',
    '"yesterday"',
    '"2026-13-01"',
    '"2026-03-04T25:00:00Z"',
    '""',
    'true',
    '1e30',
    '-1',
    '5',
  ])('a start at %s is a warning, and the record is kept', async (time) => {
    const { run, told, store } = await openRun(`{"event":"start","time":${time},"params":{"lr":1}}\n${good}`);
    expect(told).toEqual([expect.stringMatching(/^1:\d+ warning (?:time-unreadable|record-invalid)$/)]);
    expect(run.params.get('lr')).toBe(1);
    expect(run.startedAtMs).toBeUndefined();
    expect(lastValues(run)).toEqual({ loss: 2 });
    for (const format of ['json', 'jsonl', 'csv'] as const) {
      expect(exportRuns(store, format, { nowMs: 0 })).not.toContain('Invalid');
    }
  });

  test.each(['"2026-02-30"', '"yesterday"'])('a metric line with the time %s keeps its values', async (time) => {
    const { run, told } = await openRun(`{"step":1,"loss":2,"time":${time}}\n`);
    expect(told).toEqual(['1:27 warning time-unreadable']);
    expect(lastValues(run)).toEqual({ loss: 2 });
  });

  test('the last moment that a Date can hold is no RangeError', async () => {
    const { store, run } = await openRun(
      '{"event":"start","time":8640000000000}\n{"event":"end","status":"finished","time":"275760-09-13T00:00:00Z"}\n',
    );
    expect(() => exportRuns(store, 'json', { nowMs: 0 })).not.toThrow();
    expect(run.recordCount).toBe(2);
  });
});

describe('row 37: segments resume-2 and resume-10', () => {
  test('without times they are read in natural order after run.jsonl', async () => {
    const store = await openLogs({
      'e/runs/x/resume-10.jsonl': lines({ step: 3, x: 10 }),
      'e/runs/x/resume-2.jsonl': lines({ step: 2, x: 2 }),
      'e/runs/x/run.jsonl': lines({ step: 1, x: 1 }),
    });
    const { run } = pickRun(store, 'e/x');
    expect(run.files.map(({ path }) => path.split('/').at(-1))).toEqual([
      'run.jsonl',
      'resume-2.jsonl',
      'resume-10.jsonl',
    ]);
    expect(run.metrics.get('x')).toMatchObject({ first: 1, last: 10, count: 3 });
  });

  test("with times they are read by their first record's time", async () => {
    const store = await openLogs({
      'e/runs/x/a.jsonl': lines({ event: 'start', resumed: true, time: 1_700_000_200 }, { step: 2, x: 2 }),
      'e/runs/x/b.jsonl': lines({ event: 'start', time: 1_700_000_100 }, { step: 1, x: 1 }),
    });
    expect(pickRun(store, 'e/x').run.metrics.get('x')).toMatchObject({ first: 1, last: 2 });
    expect(store.diagnostics).toEqual([]);
  });

  test('the time of a first record counts though it holds NaN, follows a BOM or a torn line', async () => {
    for (const head of [
      '{"time":1700000100,"step":1,"x":1,"loss":NaN}\n',
      '\ufeff{"time":1700000100,"step":1,"x":1}\n',
    ]) {
      const store = await openLogs({
        'e/runs/x/a.jsonl': lines({ time: 1_700_000_200, step: 2, x: 2 }),
        'e/runs/x/b.jsonl': head,
      });
      expect(pickRun(store, 'e/x').run.metrics.get('x')).toMatchObject({ first: 1, last: 2 });
    }
  });
});

describe('row 38: no end, unknown status, unknown event, records after the end', () => {
  test('a run without an end and with times is open; without times it is unknown', async () => {
    expect((await openRun([{ step: 1, x: 1, time: 1_700_000_000 }])).run.state).toBe('open');
    expect((await openRun([{ step: 1, x: 1 }])).run.state).toBe('unknown');
  });

  test.each([
    ['finish', 'finished'],
    ['fail', 'failed'],
    ['kill', 'killed'],
    ['FINISHED', 'finished'],
  ])('the status "%s" is a warning with the nearest word', async (status, nearest) => {
    const { run, told, diagnostics } = await openRun([
      { step: 1, x: 1 },
      { event: 'end', status },
    ]);
    expect(told).toEqual(['2:25 warning unknown-status']);
    expect(diagnostics[0]?.message).toContain(`"${nearest}"`);
    expect(run.state).toBe('unknown');
    expect(lastValues(run)).toEqual({ x: 1 });
  });

  test.each([
    ['metrics', 'metric'],
    ['Start', 'start'],
    ['strat', 'start'],
    ['artefact', 'artifact'],
    ['ended', 'end'],
  ])('the event "%s" is a warning with the nearest word, and the record is kept', async (event, nearest) => {
    const { run, told, diagnostics } = await openRun([
      { event, step: 4, x: 1 },
      { step: 5, x: 2 },
    ]);
    expect(told).toEqual(['1:10 warning unknown-event']);
    expect(diagnostics[0]?.message).toContain(`"${nearest}"`);
    expect(run.metrics.get('x')).toMatchObject({ count: 2, firstStep: 4 });
  });

  test('values after the end are a warning and are read', async () => {
    const { run, told } = await openRun([
      { step: 1, x: 1, time: 1_700_000_000 },
      { event: 'end', status: 'finished', time: 1_700_000_001 },
      { step: 2, x: 2, time: 1_700_000_002 },
    ]);
    expect(told).toEqual(['3:1 warning record-after-end']);
    expect(run.metrics.get('x')).toMatchObject({ count: 2, last: 2 });
    expect(run.state).toBe('finished');
  });

  test('so they are when no record has a time', async () => {
    const { run, told } = await openRun([
      { step: 1, x: 1 },
      { event: 'end', status: 'finished' },
      { step: 2, x: 2 },
    ]);
    expect(told).toEqual(['3:1 warning record-after-end']);
    expect(run.metrics.get('x')?.last).toBe(2);
  });

  test('values after a resumed start, and notes after the end, are no fault', async () => {
    const { diagnostics, run } = await openRun([
      { event: 'start' },
      { event: 'end', status: 'failed' },
      { event: 'start', resumed: true },
      { step: 2, x: 2 },
      { event: 'end', status: 'finished' },
      { event: 'note', text: 'good' },
      { event: 'tag', add: ['kept'] },
    ]);
    expect(diagnostics).toEqual([]);
    expect(run.state).toBe('finished');
  });
});

describe('row 39: odd text', () => {
  const odd = [
    '\ud800',
    '\udc00x',
    'a\u2028b',
    'a\u0000b',
    '\u202egnp.exe',
    '\u2066x',
    '\u200b',
    'x'.repeat(10_240),
    '😀'.repeat(2560),
  ];

  test.each(odd.map((text) => [JSON.stringify(text).slice(0, 20), text]))(
    '%s is kept in names, params, tags, metrics and notes',
    async (_name, text) => {
      const { run, diagnostics } = await openRun([
        { event: 'start', name: text, params: { [text]: text }, tags: [text], notes: text },
        { step: 1, [text]: 5 },
      ]);
      expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
      expect(run.name).toBe(text);
      expect([...run.params]).toEqual([[text, text]]);
      expect(run.tags).toEqual([text]);
      expect(run.notes.map((note) => note.text)).toEqual([text]);
      expect([...run.metrics.keys()]).toEqual([text]);
    },
  );

  test('a name that is shortened is never cut inside a character', async () => {
    const { run } = await openRun([{ event: 'start', name: `${'x'.repeat(9999)}😀` }]);
    expect(run.name.isWellFormed()).toBe(true);
  });

  test('exports of lone surrogates are valid UTF-8', async () => {
    const { store } = await openRun([
      { event: 'start', name: '\ud800', params: { '\udfff': 'a\ud800b' }, tags: ['\ud800'] },
    ]);
    for (const format of ['json', 'jsonl'] as const) {
      const text = exportRuns(store, format, { nowMs: 0 });
      expect(text.isWellFormed(), format).toBe(true);
      expect(JSON.parse(text.trim().replace(/^\[|\]$/g, ''))).toMatchObject({
        name: '\ud800',
        params: { '\udfff': 'a\ud800b' },
      });
    }
    expect(exportRuns(store, 'csv', { nowMs: 0 })).toContain('params.');
  });

  test('five thousand metrics are read', async () => {
    const record = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`m${index}`, index]));
    const { run, diagnostics } = await openRun([
      { step: 1, ...record },
      { step: 2, ...record },
    ]);
    expect(run.metrics.size).toBe(5000);
    expect(run.metrics.get('m4999')?.count).toBe(2);
    expect(diagnostics).toEqual([]);
  });
});

describe('row 40: pathological strings', () => {
  // Linear work on these is over in a blink, also on a busy machine. The guard ends, and fails, what would never be over.
  const guardMs = 60_000;
  const size = 50_000;
  const bodies: [string, string][] = [
    ['letters', 'a'.repeat(size)],
    ['digits', '1'.repeat(size)],
    ['underscores', '_'.repeat(size)],
    ['spaces', ' '.repeat(size)],
    ['dashes', '-'.repeat(size)],
    ['slashes', '/'.repeat(size)],
    ['colons', ':'.repeat(size)],
    ['brackets', '['.repeat(size)],
    ['quotes', '"'.repeat(size)],
    ['backslashes', '\\'.repeat(size)],
    ['half a token, again and again', 'eyJhbGciOiJIUzI1.'.repeat(size / 17)],
    ['half an address, again and again', 'a://b:c'.repeat(size / 7)],
    ['half a flag, again and again', '--token '.repeat(size / 8)],
    ['half a key, again and again', '-----BEGIN '.repeat(size / 11)],
    ['sk-, again and again', 'sk-'.repeat(size / 3)],
    ['loss, again and again', '1_loss'.repeat(size / 6)],
    ['camel case', 'aB'.repeat(size / 2)],
  ];

  test.each(bodies)(
    '%s, 50 kB of them: secrets, times and goals are judged',
    (_name, body) => {
      expect(redactText(body).text.length).toBeGreaterThan(0);
      expect(isSecretParam(body, body)).toBe(false);
      expect(parseTime(body)).toEqual({ kind: 'unreadable' });
      expect(['min', 'max', undefined]).toContain(guessGoal(body));
    },
    guardMs,
  );

  test.each(bodies)(
    '%s, 50 kB of them: as text, key, name, path and address of a log',
    async (_name, body) => {
      const { run } = await openRun([
        { event: 'start', name: body, params: { [body]: body }, tags: [body], notes: body, command: body },
        { event: 'artifact', path: body, url: body },
        { event: body, step: body, time: body },
        { step: 1, [body]: 1, text: body },
        { event: 'end', status: body, error: body },
      ]);
      expect(run.recordCount).toBe(5);
    },
    guardMs,
  );

  test.each(bodies)(
    '%s, 50 kB of them: as a line that is no JSON, cut and whole',
    async (_name, body) => {
      for (const line of [
        body,
        `{${body}`,
        `{"a":"${body}`,
        `{"a":${body}}`,
        `{"a":1}${body}`,
        `{'${body}`,
        `${body}{"a":1}`,
      ]) {
        const { run } = await openRun(`${good}${line}\n${more}${line}`);
        expect(run.metrics.get('loss')).toMatchObject({ first: 2 });
      }
    },
    guardMs,
  );

  test.each(bodies)(
    '%s, 50 kB of them: as experiment.yaml and as a YAML run',
    async (_name, body) => {
      const store = await openLogs({
        'e/experiment.yaml': `title: x\ndescription: ${body}\n`,
        'f/experiment.yaml': `${body}\n`,
        'g/runs/x.yaml': `params: ${body}\n`,
      });
      expect(store.experiments.size).toBe(3);
    },
    guardMs,
  );

  test(
    'a run of NULs with something behind them is read in linear time',
    async () => {
      const { run } = await openRun(`${good}${'\0'.repeat(4 * size)}x\0`);
      expect(lastValues(run)).toEqual({ loss: 2 });
    },
    guardMs,
  );

  test(
    'a line with ten thousand repeated keys, and one with five thousand texts, are read',
    async () => {
      const { run } = await openRun(
        `{"a":1${',"a":2'.repeat(10_000)}}\n{${Array.from({ length: 5000 }, (_, index) => `"t${index}":"x"`).join(',')}}\n`,
      );
      expect(run.metrics.get('a')?.last).toBe(2);
    },
    guardMs,
  );

  test(
    'many braces on a torn line cost no more than a few readings of it',
    async () => {
      const { run } = await openRun(`${'{"a'.repeat(size / 3)}\n${'{"a":'.repeat(size / 5)}\n${good}`);
      expect(lastValues(run)).toEqual({ loss: 2 });
    },
    guardMs,
  );

  test(
    'ten thousand plain aliases in YAML are followed',
    async () => {
      const store = await openLogs({
        'e/runs/x.yaml': `params:\n  a: &a 1\n  l: [${Array(10_000).fill('*a').join(', ')}]\n`,
      });
      expect(store.runs.get('e/x')?.params.get('l')).toHaveLength(10_000);
    },
    guardMs,
  );
});

describe('row 41: alias bomb, self-reference, deep nesting in YAML', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
    .join('\n')}\n`;

  test.each([
    ['an alias bomb', bomb],
    ['a self-reference', 'params: &p\n  again: *p\n'],
    ['a list inside itself', 'params: &p [*p]\n'],
    ['65 brackets', `params: ${'['.repeat(65)}${']'.repeat(65)}\n`],
    ['65 braces', `params: ${'{a: '.repeat(65)}1${'}'.repeat(65)}\n`],
    ['200 levels of blocks', `${Array.from({ length: 200 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')} 1\n`],
    ['500 dashes', `params:\n  ${'- '.repeat(500)}1\n`],
    ['100,000 brackets', `params: ${'['.repeat(100_000)}\n`],
    [
      '3,000 levels of blocks',
      `${Array.from({ length: 3000 }, (_, level) => `${' '.repeat(level)}a:`).join('\n')} 1\n`,
    ],
  ])('%s is one error by a counted limit, and the rest is read', async (_name, text) => {
    const limits = { yamlNodes: 50_000 };
    const store = await openLogs({ 'e/runs/x.yaml': text, 'e/runs/ok.jsonl': good }, { limits });
    expect(tell(store.diagnostics)).toEqual([expect.stringMatching(/^e\/runs\/x\.yaml:\d+:\d+ error yaml-limit$/)]);
    expect(store.runs.get('e/ok')?.metrics.get('loss')?.last).toBe(2);
  });

  test('too many keys are an error', async () => {
    const text = `params: {${Array.from({ length: 200 }, (_, index) => `k${index}: 1`).join(', ')}}\n`;
    const store = await openLogs({ 'e/runs/x.yaml': text }, { limits: { yamlNodes: 100 } });
    expect(tell(store.diagnostics)).toEqual(['e/runs/x.yaml:1:1 error yaml-limit']);
  });

  test('a plain alias is followed', async () => {
    const store = await openLogs({ 'e/runs/x.yaml': 'params:\n  a: &o {lr: 1}\n  b: *o\n' });
    expect(Object.fromEntries(store.runs.get('e/x')?.params ?? [])).toEqual({ 'a.lr': 1, 'b.lr': 1 });
    expect(store.diagnostics).toEqual([]);
  });

  test('brackets inside text are no nesting', async () => {
    const store = await openLogs({
      'e/experiment.yaml': `title: "${'['.repeat(100)}"\ndescription: |\n  ${'{'.repeat(100)}\n# ${'['.repeat(100)}\n`,
      'e/runs/x.yaml': `notes: '${'[{'.repeat(50)}'\n`,
    });
    expect(tell(store.diagnostics)).toEqual([]);
    expect(store.experiments.get('e')?.title).toBe('['.repeat(100));
  });
});

describe('row 42: Norway, octal, sexagesimal, dates, 1.10, big integers', () => {
  const yaml = [
    'params:',
    '  norway: no',
    '  on: on',
    '  octal: 017',
    '  octal2: 0o17',
    '  hex: 0x1F',
    '  sexagesimal: 1:30:00',
    '  date: 2026-03-04',
    '  version: 1.10',
    '  version3: 1.10.0',
    '  exp: 1e-4',
    '  big: 12345678901234567890',
    '  grouped: 1_000',
    '  tilde: ~',
    '  inf: -.inf',
    '  text: "1.10"',
  ].join('\n');

  test('values are those of the YAML 1.2 core schema', async () => {
    const store = await openLogs({ 'e/runs/x.yaml': yaml });
    expect(Object.fromEntries(store.runs.get('e/x')?.params ?? [])).toEqual({
      norway: 'no',
      on: 'on',
      octal: 17,
      octal2: 15,
      hex: 31,
      sexagesimal: '1:30:00',
      date: '2026-03-04',
      version: 1.1,
      version3: '1.10.0',
      exp: 1e-4,
      big: 12345678901234567890n,
      grouped: '1_000',
      tilde: null,
      inf: Number.NEGATIVE_INFINITY,
      text: '1.10',
    });
    expect(store.diagnostics).toEqual([]);
  });

  test('params keep the source text for display: 1.10 is shown as 1.10, 1e-4 as 1e-4', async () => {
    const store = await openLogs({ 'e/runs/x.yaml': 'params: {version: 1.10, octal: 0o17, rate: 1.0}\n' });
    const everything = JSON.stringify(store.runs.get('e/x'), (_key, value: unknown) =>
      value instanceof Map ? [...value] : typeof value === 'bigint' ? String(value) : value,
    );
    expect(everything).toContain('1.10');
    expect(everything).toContain('0o17');
  });
});

describe('row 43: unknown, duplicate, mistyped keys', () => {
  test('all are told in one pass, in order, at the key, with the nearest name; the sound ones hold', async () => {
    const store = await openLogs({
      'e/experiment.yaml': [
        'titel: Mein Versuch', // 1
        'title: first',
        'tags: cifar', // 3: not a list
        'metrics:',
        '  loss:',
        '    gaol: min', // 6
        '    label: Loss',
        '  acc: {goal: up}', // 8
        'archived: maybe', // 9
        'owner: a',
        'owner: b', // 11
        'x-mine: anything',
      ].join('\n'),
    });
    expect(store.diagnostics.map(({ line, severity, code }) => `${line} ${severity} ${code}`)).toEqual([
      '1 error unknown-key',
      '3 error wrong-type',
      '6 error unknown-key',
      '8 error wrong-type',
      '9 error wrong-type',
      '11 error repeated-key',
    ]);
    const at = (line: number) => store.diagnostics.find((diagnostic) => diagnostic.line === line);
    expect(at(1)).toMatchObject({ column: 1, message: expect.stringContaining('"title"') });
    expect(at(6)).toMatchObject({ column: 5, message: expect.stringContaining('"goal"') });
    expect(at(11)).toMatchObject({ column: 1 });
    const experiment = store.experiments.get('e');
    expect(experiment?.title).toBe('first');
    expect(experiment?.metricSettings.get('loss')).toEqual({ label: 'Loss' });
  });

  test.each([
    ['required: {prams: [lr]}', 'params'],
    ['checks: [{metric: a, atleast: 1}]', 'at_least'],
    ['links: [{lable: a, url: "https://a.example"}]', 'label'],
  ])('a nested unknown key in "%s" is given the nearest name too', async (line, nearest) => {
    const store = await openLogs({ 'e/experiment.yaml': `title: x\n${line}\n` });
    const { message, line: at } = only(store.diagnostics, 'unknown-key');
    expect(at).toBe(2);
    expect(message).toContain(`"${nearest}"`);
    expect(store.experiments.get('e')?.title).toBe('x');
  });
});

describe('row 44: tabs, a second document, an unclosed quote, tags', () => {
  test.each([
    ['a tab for indentation', 'title: x\nmetrics:\n\tloss: {}\n', 3],
    ['an unclosed quote', 'title: "x\nowner: y\n', undefined],
    ['an unclosed bracket', 'title: x\ntags: [a, b\n', undefined],
    ['a Python tag', 'title: !!python/object/apply:os.system ["touch /tmp/pwned"]\n', 1],
    ['a JavaScript tag', 'title: !!js/function "function () { throw 1 }"\n', 1],
    ['a private tag', 'title: !mine x\n', 1],
  ])('%s is an error with its place, and the runs are read', async (_name, text, line) => {
    const store = await openLogs({ 'e/experiment.yaml': text, 'e/runs/x.jsonl': good });
    const errors = store.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    expect(errors[0]).toMatchObject({ file: 'experiments/e/experiment.yaml', ...(line === undefined ? {} : { line }) });
    expect(errors[0]?.code).toMatch(/^yaml-(?:syntax|tag)$/);
    expect(store.runs.get('e/x')?.metrics.get('loss')?.last).toBe(2);
    expect(store.experiments.get('e')?.title).toBe('e');
  });

  test('a second document is an error where it begins, and the first is read', async () => {
    const store = await openLogs({
      'e/experiment.yaml': 'title: x\n---\ntitle: y\n',
      'f/runs/x.yaml': 'name: x\n---\nname: y\n',
    });
    expect(tell(store.diagnostics)).toEqual([
      expect.stringMatching(/^e\/experiment\.yaml:[23]:1 error second-document$/),
      expect.stringMatching(/^f\/runs\/x\.yaml:[23]:1 error second-document$/),
    ]);
    expect(store.experiments.get('e')?.title).toBe('x');
    expect(store.runs.get('f/x')?.name).toBe('x');
  });

  test('in runs.yaml many documents are many runs, and a broken one costs itself', async () => {
    const store = await openLogs({ 'e/runs.yaml': 'id: a\n---\nid: "b\n---\nid: c\n' });
    expect([...store.runs.keys()]).toContain('e/a');
    expect(countSeverity(store.diagnostics, 'error')).toBeGreaterThan(0);
    const tagged = await openLogs({ 'e/runs.yaml': 'id: a\n---\nid: b\nparams: !!python/tuple [1]\n---\nid: c\n' });
    expect([...tagged.runs.keys()]).toEqual(['e/a', 'e/c']);
    expect(tell(tagged.diagnostics)).toEqual(['e/runs.yaml:4:9 error yaml-tag']);
  });
});

describe('row 45: derived metrics', () => {
  const runs = { 'e/runs/x.jsonl': lines({ step: 1, 'train/acc': 0.9, 'val/acc': 0.7, zero: 0 }) };
  const withDerived = (text: string) => openLogs({ 'e/experiment.yaml': `derived:\n  d: ${text}\n`, ...runs });

  test('a formula is worked out', async () => {
    const store = await withDerived('train/acc - val/acc');
    expect(store.diagnostics).toEqual([]);
    expect(store.runs.get('e/x')?.metrics.get('d')?.last).toBeCloseTo(0.2);
  });

  test.each([
    ['process.exit(3)', 'process.exit(3)'],
    ['a require', 'require("fs")'],
    ['a function', '(() => 1)()'],
    ['a constructor', 'constructor.constructor("throw 1")()'],
    ['an unfinished formula', 'val/acc +'],
    ['text', '"a" + '],
    ['3,000 parentheses', `${'('.repeat(3000)}1${')'.repeat(3000)}`],
  ])('%s is an error with its column and is never run', async (_name, text) => {
    const store = await withDerived(JSON.stringify(text));
    const errors = store.diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatchObject({ line: 2 });
    expect(errors[0]?.column).toBeGreaterThanOrEqual(6);
  });

  test('a cycle is an error', async () => {
    const store = await openLogs({ 'e/experiment.yaml': 'derived:\n  a: b + 1\n  b: a + 1\n', ...runs });
    expect(countSeverity(store.diagnostics, 'error')).toBeGreaterThan(0);
  });

  test('a division by zero is non-finite', async () => {
    const store = await withDerived('val/acc / zero');
    expect(store.runs.get('e/x')?.metrics.get('d')?.last).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('row 46: a broken _site.yaml', () => {
  test.each([
    ['an unknown key', 'titel: x\n', '1:1 error unknown-key'],
    ['a wrong value', 'noindex: perhaps\n', '1:10 error wrong-type'],
    ['no YAML', 'title: "x\n', undefined],
    ['a list', '- title\n', '1:1 error yaml-not-a-mapping'],
  ])('%s breaks the settings, and the runs are still read', async (_name, text, expected) => {
    const store = await openLogs({ '_site.yaml': text, 'e/runs/x.jsonl': good });
    expect(store.settingsBroken).toBe(true);
    if (expected !== undefined) expect(tell(store.diagnostics)).toEqual([`_site.yaml:${expected}`]);
    expect(countSeverity(store.diagnostics, 'error')).toBeGreaterThan(0);
    expect(store.runs.get('e/x')?.metrics.get('loss')?.last).toBe(2);
  });

  test('sound settings, and none, are not broken, and errors elsewhere break nothing', async () => {
    expect((await openLogs({ '_site.yaml': 'title: x\n', 'e/runs/x.jsonl': 'rubbish\n' })).settingsBroken).toBe(false);
    expect((await openLogs({ 'e/experiment.yaml': 'titel: x\n' })).settingsBroken).toBe(false);
    expect((await openLogs({ '_site.yaml': '' })).settingsBroken).toBe(false);
  });

  test('the build stops with 1 and leaves the old site as it is', async () => {
    const root = writeLogs({ '_site.yaml': 'titel: x\n', 'e/runs/x.jsonl': good });
    mkdirSync(join(root, 'dist'));
    writeFileSync(join(root, 'dist/index.html'), 'the last good site');
    let stderr = '';
    const code = await main(['build', '--root', root], {
      cwd: root,
      env: {},
      stdout: { write: () => true },
      stderr: { write: (text) => (stderr += text) },
      now: () => 0,
    });
    expect(code).toBe(1);
    expect(stderr).toContain('experiments/_site.yaml:1:1');
    expect(readFileSync(join(root, 'dist/index.html'), 'utf8')).toBe('the last good site');
  });
});
