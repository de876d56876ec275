import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Run } from '../../src/logger/run.ts';
import { failingFiles } from './failing-files.ts';
import { linesOf, makeHost, recordsOf, type TestHost } from './logger-host.ts';

// The rows of the matrix of faults that are about writing, as far as one process can show them.

/** Steps of the metric records in these lines; a line that is no JSON throws. */
function stepsIn(lines: readonly string[]): unknown[] {
  const records = lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
  return records.filter((record) => !('event' in record)).map((record) => record.step);
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

describe('row 2: a log that a killed process left with a torn line', () => {
  test('is gone on with on a line of its own, at the step after the last whole one', () => {
    const host = makeHost();
    const first = host.init({ id: 'x' });
    first.log({ a: 1 }, { step: 1 });
    first.log({ a: 2 }, { step: 2 });
    first.detach();
    truncateSync(first.path ?? '', statSync(first.path ?? '').size - 9);
    const second = host.init({ id: 'x', resume: true });
    second.log({ a: 3 });
    second.finish();
    const lines = linesOf(second);
    expect(lines[2]).toMatch(/^\{"step":2,"time".*[^}]$/);
    expect(stepsIn(lines.slice(3))).toEqual([2]);
    expect(JSON.parse(lines[3] ?? '')).toMatchObject({ event: 'start', resumed: true });
    expect(lines.at(-1)).toBe('');
  });

  test('is mended as well by a run that goes on without a start', () => {
    const host = makeHost();
    host.init({ id: 'x' }).detach();
    const path = join(host.top, 'experiments/e/runs/x.jsonl');
    appendFileSync(path, '{"step":4,"lo');
    const quiet = host.init({ id: 'x', resume: true, announce: false });
    quiet.log({ a: 1 }, { step: 5 });
    quiet.detach();
    expect(linesOf(quiet).slice(1)).toEqual(['{"step":4,"lo', expect.stringMatching(/^\{"step":5,.*"a":1\}$/), '']);
  });
});

describe('row 3: a disk that refuses', () => {
  test.each(['ENOSPC', 'EDQUOT', 'EIO', 'ESTALE'])(
    '%s: one warning, records wait, and all are there afterwards',
    (code) => {
      let refuses = false;
      const host = makeHost({
        files: failingFiles((operation) => (refuses && operation === 'write' ? code : undefined)),
      });
      const run = host.init();
      run.log({ a: 1 });
      refuses = true;
      for (const step of upTo(20)) run.log({ a: step }, { step: step + 1 });
      expect(host.said).toEqual([
        expect.stringMatching(/^runfolio: cannot write .*: no luck\. Training goes on; up to 64 MiB/),
      ]);
      refuses = false;
      run.finish();
      expect(stepsIn(linesOf(run))).toEqual(upTo(21));
      expect(host.said.slice(1)).toEqual([expect.stringMatching(/can be written again; nothing was lost\.\n$/)]);
    },
  );

  test('writes are tried again by a timer, with longer and longer pauses', () => {
    vi.useFakeTimers();
    try {
      let refusals = 0;
      const host = makeHost({
        files: failingFiles((operation) => {
          if (operation !== 'write' || refusals <= 0) return undefined;
          refusals -= 1;
          return 'ENOSPC';
        }),
      });
      const run = host.init();
      refusals = 3;
      run.log({ a: 1 });
      vi.advanceTimersByTime(249);
      expect(refusals).toBe(2);
      vi.advanceTimersByTime(1);
      expect(refusals).toBe(1);
      vi.advanceTimersByTime(499);
      expect(refusals).toBe(1);
      vi.advanceTimersByTime(1);
      expect(refusals).toBe(0);
      expect(stepsIn(linesOf(run))).toEqual([]);
      vi.advanceTimersByTime(1000);
      expect(stepsIn(linesOf(run))).toEqual([0]);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test('what does not fit into memory is counted, in a log record and in the end', () => {
    let refuses = false;
    const host = makeHost({
      files: failingFiles((operation) => (refuses && operation === 'write' ? 'ENOSPC' : undefined)),
    });
    const run = host.init({ bufferBytes: 300 });
    refuses = true;
    host.clock.tickMs = 0; // No retry comes due while the disk refuses.
    for (const step of upTo(50)) run.log({ a: step }, { step });
    refuses = false;
    run.finish();
    const records = recordsOf(run);
    const steps = stepsIn(linesOf(run));
    const lost = 50 - steps.length;
    expect(lost).toBeGreaterThan(30);
    expect(steps).toEqual(upTo(steps.length));
    expect(records.find(({ event }) => event === 'log')).toMatchObject({ level: 'warning', dropped: lost });
    expect(records.at(-1)).toMatchObject({ event: 'end', status: 'finished', dropped: lost });
  });

  test('a short write is completed', () => {
    const host = makeHost({ files: failingFiles((operation) => (operation === 'write' ? 7 : undefined)) });
    const run = host.init();
    for (const step of upTo(5)) run.log({ a: step }, { step });
    run.finish();
    expect(stepsIn(linesOf(run))).toEqual(upTo(5));
    expect(host.said).toEqual([]);
  });

  test('a short write that is refused further is completed by its rest alone, once that is possible', () => {
    let plan: (string | number)[] = [];
    const host = makeHost({ files: failingFiles((operation) => (operation === 'write' ? plan.shift() : undefined)) });
    const run = host.init();
    plan = [10, 'ENOSPC'];
    run.log({ a: 0 });
    run.log({ a: 1 });
    run.finish();
    expect(stepsIn(linesOf(run))).toEqual([0, 1]);
  });

  test('a record stays whole where another writer came after the first half of it', () => {
    let plan: (string | number)[] = [];
    const host = makeHost({ files: failingFiles((operation) => (operation === 'write' ? plan.shift() : undefined)) });
    const run = host.init();
    plan = [10, 'ENOSPC'];
    run.log({ a: 0 });
    appendFileSync(run.path ?? '', '{"step":99,"by":"another"}\n');
    run.finish();
    const lines = linesOf(run);
    expect(lines[1]).toBe('{"step":0,{"step":99,"by":"another"}');
    expect(stepsIn(lines.slice(2))).toEqual([0]);
  });

  test('at the end the rest goes elsewhere, and the way back is said', () => {
    let broken = '';
    const host = makeHost({
      files: failingFiles((operation) => (broken !== '' && operation === 'write' && !isElsewhere ? broken : undefined)),
    });
    let isElsewhere = false;
    const { openAppend } = host.files;
    host.files.openAppend = (path, exclusive) => {
      isElsewhere = path.includes('fallback');
      return openAppend(path, exclusive);
    };
    const run = host.init({ id: 'x' });
    broken = 'ENOSPC';
    run.log({ a: 1 });
    run.log({ a: 2 });
    run.finish();
    const rest = join(host.top, 'fallback/e/rest/x.jsonl.rest');
    expect(stepsIn(readFileSync(rest, 'utf8').split('\n'))).toEqual([0, 1]);
    expect(readFileSync(rest, 'utf8')).toContain('"event":"end"');
    expect(host.said.at(-1)).toBe(
      `runfolio: ${run.path} still cannot be written (no luck). The last 3 records are in ${rest}. ` +
        `Put them back with: (echo; cat '${rest}') >> '${run.path}'\n`,
    );
  });
});

describe('row 8: a folder that is missing or cannot be written', () => {
  test('is made when it is missing', () => {
    const host = makeHost();
    const run = host.init({ dir: join(host.top, 'new/logs'), experiment: 'a/b' });
    expect(run.path).toMatch(/new\/logs\/a\/b\/runs\/[^/]+\.jsonl$/);
    expect(host.said).toEqual([]);
  });

  test('is replaced by a fallback folder, with the command that copies the run back', () => {
    const host = makeHost({
      files: failingFiles(() => undefined),
    });
    writeFileSync(join(host.top, 'file'), '');
    const run = host.init({ dir: join(host.top, 'file'), id: 'x' });
    run.log({ a: 1 });
    run.finish();
    expect(run.path).toBe(join(host.top, 'fallback/e/runs/x.jsonl'));
    expect(stepsIn(linesOf(run))).toEqual([0]);
    const target = join(host.top, 'file/e');
    expect(host.said).toEqual([
      expect.stringContaining(
        `Copy it back with: mkdir -p '${target}' && cp -rn '${join(host.top, 'fallback/e')}/.' '${target}/'`,
      ),
    ]);
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('holds for a read-only folder', () => {
    const host = makeHost();
    const dir = join(host.top, 'experiments');
    mkdirSync(dir);
    chmodSync(dir, 0o555);
    const run = host.init({ id: 'x' });
    expect(run.path).toBe(join(host.top, 'fallback/e/runs/x.jsonl'));
  });

  test('where no folder takes it, records wait in memory until one does', () => {
    let refuses = true;
    const files = failingFiles((operation) =>
      refuses && (operation === 'openAppend' || operation === 'makeFolders') ? 'EROFS' : undefined,
    );
    const host = makeHost({ files });
    const run = host.init({ id: 'x' });
    run.log({ a: 1 });
    refuses = false;
    run.finish();
    expect(run.path).toBe(join(host.top, 'experiments/e/runs/x-wwww.jsonl'));
    expect(recordsOf(run).map(({ event, step }) => event ?? step)).toEqual(['start', 0, 'end']);
  });
});

describe('row 11: a clock that is set back', () => {
  test('leaves times in their order, and the elapsed time by the clock that never jumps', () => {
    const host = makeHost();
    const run = host.init();
    run.log({ a: 1 });
    host.clock.wallMs -= 3_600_000;
    for (const step of upTo(5)) run.log({ a: step });
    run.finish();
    const records = recordsOf(run);
    const times = records.map(({ time }) => Date.parse(String(time)));
    for (const [i, time] of times.entries()) expect(time).toBeGreaterThanOrEqual((times[i - 1] ?? 0) - 1000);
    expect(records.at(-1)?.elapsed).toBeGreaterThan(0);
    expect(records.at(-1)?.elapsed).toBeLessThan(10);
  });
});

describe('row 13: a log that is deleted while it is written', () => {
  function deletedAfter(host: TestHost, before: (run: Run) => void): Run {
    const run = host.init({ id: 'x' });
    before(run);
    rmSync(join(host.top, 'experiments'), { recursive: true });
    for (const step of upTo(4)) run.log({ a: step }, { step: 100 + step });
    return run;
  }

  test('is begun again with a resumed start, and loses only what was there before', () => {
    const host = makeHost();
    const run = deletedAfter(host, (own) => upTo(8).forEach((step) => void own.log({ a: step }, { step })));
    run.finish();
    const records = recordsOf(run);
    expect(records[0]).toMatchObject({ event: 'start', resumed: true, writer: 'wwwwwwww' });
    expect(stepsIn(linesOf(run)).slice(-4)).toEqual([100, 101, 102, 103]);
    expect(host.said).toEqual([expect.stringContaining('was deleted while the run goes on')]);
  });

  test('carries over what was written since the last look', () => {
    const host = makeHost();
    host.clock.tickMs = 1; // No look comes due before the end.
    const run = deletedAfter(host, (own) => own.log({ a: 0 }, { step: 99 }));
    run.finish();
    expect(stepsIn(linesOf(run))).toEqual([99, 100, 101, 102, 103]);
  });
});

describe('row 14: names that are taken', () => {
  test('two runs of one name get ids of their own, whatever the case', () => {
    const host = makeHost();
    const ids = ['Run', 'run', 'RUN'].map((name) => host.init({ name }).id);
    expect(ids).toEqual(['Run', 'run-2', 'RUN-3']);
  });

  test('a name that was taken since we looked is not taken twice', () => {
    const host = makeHost();
    const { openAppend } = host.files;
    let isFirst = true;
    host.files = {
      ...host.files,
      openAppend(path, exclusive) {
        if (isFirst && exclusive) writeFileSync(path, 'of another\n');
        isFirst = false;
        return openAppend(path, exclusive);
      },
    };
    const run = host.init({ id: 'x' });
    expect(run.id).toBe('x-2');
    expect(readFileSync(join(dirname(run.path ?? ''), 'x.jsonl'), 'utf8')).toBe('of another\n');
  });

  test('a long id leaves room for its number', () => {
    const host = makeHost();
    const id = 'x'.repeat(120);
    expect([host.init({ id }).id, host.init({ id }).id]).toEqual(['x'.repeat(100), `${'x'.repeat(98)}-2`]);
  });
});

describe('whichever operation of the disk fails', () => {
  /** A run with a file of its own; gives the steps that are found afterwards, wherever they went. */
  function train(host: TestHost): { run: Run; found: unknown[] } {
    const run = host.init({ id: 'x' });
    for (const step of upTo(5)) run.log({ a: step }, { step });
    run.keepFile('media/note.txt', 'text');
    for (const step of upTo(3)) run.log({ a: step }, { step: 5 + step });
    run.finish();
    const files = readdirSync(host.top, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.jsonl(?:\.rest)?$/.test(entry.name))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
    return { run, found: files.flatMap((text) => stepsIn(text.split('\n'))) };
  }

  const whole = failingFiles(() => undefined);
  train(makeHost({ files: whole }));
  const operations = whole.count;

  test('there are many', () => {
    expect(operations).toBeGreaterThan(30);
  });

  test.each(['ENOSPC', 'EIO', 'EACCES', 'ENOENT'])('once, with %s: no record is lost and no line is torn', (code) => {
    for (const failing of upTo(operations + 5)) {
      const host = makeHost({ files: failingFiles((_operation, count) => (count === failing + 1 ? code : undefined)) });
      const { found } = train(host);
      expect([...new Set(found)].sort(), `operation ${failing + 1}`).toEqual(upTo(8));
    }
  });

  test('from then on: nothing throws, what is written is whole, and the loss is said', () => {
    for (const failing of upTo(operations + 5)) {
      const host = makeHost({ files: failingFiles((_operation, count) => (count > failing ? 'EIO' : undefined)) });
      const { run, found } = train(host);
      expect(run.ended).toBe(true);
      if (found.length < 8) expect(host.said.join(''), `operation ${failing + 1}`).toMatch(/are lost|cannot write/);
    }
  });

  test('leaves no half of a kept file behind', () => {
    for (const failing of upTo(operations)) {
      const host = makeHost({
        files: failingFiles((_operation, count) => (count === failing + 1 ? 'ENOSPC' : undefined)),
      });
      const { run } = train(host);
      const folder = dirname(run.path ?? '');
      const kept = existsSync(join(folder, 'media')) ? readdirSync(join(folder, 'media')) : [];
      expect(
        kept.filter((name) => name !== 'note.txt'),
        `operation ${failing + 1}`,
      ).toEqual([]);
    }
  });
});
