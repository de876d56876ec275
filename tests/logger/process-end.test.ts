import { describe, expect, test } from 'vitest';
import { makeScriptFolder, type ScriptFolder } from './child-script.ts';

const endOf = (folder: ScriptFolder) => folder.records().filter(({ event }) => event === 'end');

/** Runs a script to its end; gives its code or signal, and its end records. */
async function runScript(body: string, env: Record<string, string> = {}) {
  const folder = makeScriptFolder();
  const { code, signal, stdout, stderr } = await folder.start(body, env).ended;
  return { folder, code, signal, stdout, stderr, ends: endOf(folder) };
}

describe('row 6: how a process ends is how its run ends', () => {
  test('at the end of the program it is finished', async () => {
    const { code, ends, stderr } = await runScript('logger.init(options).log({ a: 1 });');
    expect([code, stderr]).toEqual([0, '']);
    expect(ends).toMatchObject([{ status: 'finished', exit_code: 0 }]);
  });

  test.each([
    ['process.exit(3);', 3, 'failed'],
    ['process.exit(0);', 0, 'finished'],
    ['process.exitCode = 4;', 4, 'failed'],
  ])('%s', async (body, expected, status) => {
    const { code, ends } = await runScript(`logger.init(options).log({ a: 1 });\n${body}`);
    expect(code).toBe(expected);
    expect(ends).toMatchObject([{ status, exit_code: expected }]);
  });

  test.each([
    ['thrown', "throw new RangeError('diverged');"],
    ['rejected', "setTimeout(async () => { await null; throw new RangeError('diverged'); });"],
    [
      'thrown out of a using block',
      "{ using run = logger.init({ ...options, resume: true }); throw new RangeError('diverged'); }",
    ],
    [
      'rejected out of a using block',
      "await (async () => { await using_(); })();\nasync function using_() { using run = logger.init({ ...options, resume: true }); await null; throw new RangeError('diverged'); }",
    ],
  ])('an error that is %s ends it as failed, with the error, and Node says what it always says', async (_how, body) => {
    const { code, folder, stderr } = await runScript(
      `const first = logger.init(options); first.log({ a: 1 });\n${body}`,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/RangeError: diverged\n {4}at [\s\S]*Node\.js v/);
    const last = folder.records().at(-1);
    expect(last).toMatchObject({ event: 'end', status: 'failed', exit_code: 1 });
    expect(last?.error).toMatchObject({
      type: 'RangeError',
      message: 'diverged',
      traceback: expect.stringMatching(/^RangeError: diverged\n {4}at .*train-1\.mjs:\d+:\d+/),
    });
    expect(JSON.stringify(last)).not.toContain(folder.top);
  });

  test('an error that a handler takes is the error of the end only if the process then fails', async () => {
    const body =
      "process.on('uncaughtException', () => { logger.log({ still: 1 }); process.exit(5); });\nlogger.init(options); throw new Error('x');";
    const failed = await runScript(body);
    expect(failed.ends).toMatchObject([{ status: 'failed', exit_code: 5, error: { message: 'x' } }]);
    expect(failed.folder.records().some(({ still }) => still === 1)).toBe(true);
    const goesOn = await runScript(body.replace('process.exit(5);', ''));
    expect([goesOn.code, goesOn.ends]).toMatchObject([0, [{ status: 'finished', exit_code: 0 }]]);
    expect(goesOn.ends[0]).not.toHaveProperty('error');
  });

  const waits = "logger.init(options).log({ a: 1 });\nsetInterval(() => {}, 1000);\nconsole.log('ready');";

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends it as killed, and the process dies of the signal', async (name, exitCode) => {
    const folder = makeScriptFolder();
    const script = folder.start(waits);
    await script.printed('ready');
    script.process.kill(name);
    const { code, signal, stderr } = await script.ended;
    expect([code, signal, stderr]).toEqual([null, name, '']);
    expect(endOf(folder)).toMatchObject([{ status: 'killed', exit_code: exitCode }]);
  });

  test('a handler that was there is called and decides; the run is killed all the same', async () => {
    const folder = makeScriptFolder();
    const script = folder.start(
      `process.on('SIGTERM', () => { logger.log({ checkpoint: 1 }); console.log('saved'); process.exit(0); });\n${waits}`,
    );
    await script.printed('ready');
    script.process.kill('SIGTERM');
    const { code, stdout } = await script.ended;
    expect([code, stdout]).toEqual([0, 'ready\nsaved\n']);
    expect(folder.records().some(({ checkpoint }) => checkpoint === 1)).toBe(true);
    expect(endOf(folder)).toMatchObject([{ status: 'killed', exit_code: 0 }]);
  });

  test('a second signal ends the process at once, while the end cannot be written', async () => {
    const folder = makeScriptFolder();
    const script = folder.start(`
import fs from 'node:fs';
const run = logger.init(options, { ...(await import(${JSON.stringify(new URL('../../src/logger/host.ts', import.meta.url).href)})).realHost, sleep: (ms) => {
  fs.writeSync(1, 'trying\\n');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
} });
fs.rmSync(run.path); fs.rmSync(options.dir, { recursive: true }); fs.writeFileSync(options.dir, 'no folder');
setInterval(() => {}, 1000);
console.log('ready');
`);
    await script.printed('ready');
    script.process.kill('SIGTERM');
    await script.printed('trying');
    script.process.kill('SIGTERM');
    const { signal, stdout } = await script.ended;
    expect(signal).toBe('SIGTERM');
    expect(stdout.split('trying').length).toBeLessThan(8);
  });

  test('a program that never gives the event loop a turn can still be stopped', async () => {
    const folder = makeScriptFolder();
    const script = folder.start(`
import { writeSync } from 'node:fs';
const run = logger.init(options);
setTimeout(() => {
  const begun = performance.now();
  let isSaid = false;
  for (let step = 0; ; step += 1) {
    run.log({ loss: 1 / (step + 1) }, { step });
    if (!isSaid && performance.now() - begun > 1600) { isSaid = true; writeSync(1, 'busy\\n'); }
  }
});
`);
    await script.printed('busy');
    script.process.kill('SIGINT');
    expect(await script.ended).toMatchObject({ signal: 'SIGINT' });
  });

  test('with signals: false, signals are left alone', async () => {
    const folder = makeScriptFolder();
    const script = folder.start(waits.replace('init(options)', 'init({ ...options, signals: false })'));
    await script.printed('ready');
    script.process.kill('SIGTERM');
    expect(await script.ended).toMatchObject({ signal: 'SIGTERM' });
    expect(endOf(folder)).toEqual([]);
  });

  test('once the last run has ended, the handlers are as they were', async () => {
    const { stdout } = await runScript(`
const count = () => ['SIGTERM', 'SIGINT', 'exit', 'uncaughtExceptionMonitor'].map((name) => process.listenerCount(name)).join();
const before = count();
const first = logger.init(options);
const second = logger.init(options);
const between = count();
first.finish();
const still = count();
second.finish();
console.log(before, between, still, count());
`);
    expect(stdout).toBe('0,0,0,0 1,1,1,1 1,1,1,1 0,0,0,0\n');
  });
});

describe('row 5: other processes and threads', () => {
  test('a forked process writes neither the end of the run nor anything of it', async () => {
    const { folder, ends } = await runScript(`
import { fork } from 'node:child_process';
if (process.send !== undefined) {
  process.on('message', () => process.exit(7));
} else {
  const run = logger.init(options);
  run.log({ a: 1 });
  const child = fork(process.argv[1]);
  child.send('go');
  child.on('exit', (code) => run.log({ code }));
}
`);
    expect(folder.records().map(({ event, a, code }) => event ?? a ?? code)).toEqual(['start', 1, 7, 'end']);
    expect(ends).toMatchObject([{ status: 'finished' }]);
  });

  test('a cluster worker that goes on with the run of its primary leaves the end to it', async () => {
    const { folder, ends } = await runScript(`
import cluster from 'node:cluster';
if (cluster.isPrimary) {
  const run = logger.init(options);
  cluster.fork().on('exit', () => run.log({ last: 1 }));
} else {
  const run = logger.init({ ...options, resume: true });
  run.log({ worker: 1 });
  process.disconnect();
}
`);
    const events = folder.records().map(({ event, worker, last }) => event ?? (worker && 'worker') ?? (last && 'last'));
    expect(events).toEqual(['start', 'start', 'log', 'worker', 'last', 'end']);
    expect(ends).toHaveLength(1);
  });

  test('a thread has runs of its own, which end with it', async () => {
    const { folder } = await runScript(`
import { isMainThread, Worker } from 'node:worker_threads';
if (isMainThread) {
  const run = logger.init(options);
  new Worker(new URL(import.meta.url)).on('exit', () => run.log({ main: 1 }));
} else {
  logger.init({ ...options, id: 'y' }).log({ thread: 1 });
}
`);
    const records = folder.records();
    expect(records.map(({ event, thread, main }) => event ?? (thread ? 'thread' : main ? 'main' : ''))).toEqual([
      'start',
      'main',
      'end',
      'start',
      'thread',
      'end',
    ]);
  });

  test('of several ranks only the first writes; each its own segment with ranks: "own"', async () => {
    const folder = makeScriptFolder();
    const one = (rank: number, ranks: string) =>
      folder.start(`logger.init({ ...options, id: '${ranks}', ranks: '${ranks}' }).log({ rank: ${rank} });`, {
        RANK: String(rank),
      }).ended;
    for (const ranks of ['zero', 'own']) for (const rank of [0, 1, 2]) await one(rank, ranks);
    const metrics = folder.records().filter(({ event }) => event === undefined);
    expect(metrics.map(({ rank }) => rank)).toEqual([1, 2, 0, 0]); // own/rank1, own/rank2, own/run, zero
    expect(folder.records().filter(({ rank, event }) => event === 'start' && rank !== undefined)).toHaveLength(3);
  });
});

describe('row 4: two processes on one run', () => {
  test('lines stay whole, and the second says so in the log and on stderr', async () => {
    const folder = makeScriptFolder();
    const body = (name: string) => `
const run = logger.init({ ...options, resume: true });
console.log('ready');
for (let step = 0; step < 300; step += 1) {
  run.log({ ${name}: step, text: 'x'.repeat(step) }, { step });
  if (step % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
}
setInterval(() => {}, 1000);
console.log('done');
`;
    const first = folder.start(body('first'));
    await first.printed('ready');
    const second = folder.start(body('second'));
    await Promise.all([first.printed('done'), second.printed('done')]);
    first.process.kill('SIGTERM');
    second.process.kill('SIGTERM');
    const { stderr } = await second.ended;
    await first.ended;
    expect(stderr).toContain('is open in another process too. Give each process a run of its own');
    const records = folder.records();
    for (const name of ['first', 'second']) {
      const values = records.map((record) => record[name]).filter((value) => value !== undefined);
      expect(values).toEqual(Array.from({ length: 300 }, (_, i) => i));
    }
    expect(records.filter(({ event, level }) => event === 'log' && level === 'warning')).toHaveLength(1);
  });
});
