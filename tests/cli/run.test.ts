import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { writeLogs } from '../store/log-folder.ts';
import { ofEvent, readRecords } from './read-records.ts';
import { record } from './recorder.ts';

const node = process.execPath;
const env = { PATH: process.env.PATH };

/** Records a program of JavaScript, given as text, as the run `e/a`. */
async function run(cwd: string, program: string, args: readonly string[] = [], more: Record<string, string> = {}) {
  return await record(['run', 'e', '--id', 'a', '--quiet', ...args, '--', node, '-e', program], {
    cwd,
    env: { ...env, ...more },
  });
}

describe('runfolio run', () => {
  it('records the metrics, the output, the exit code and the resources of a command', async () => {
    const cwd = writeLogs({});
    const program =
      'console.log("starting"); for (let step = 1; step <= 3; step += 1) { console.log("step " + step + " loss " + 1 / step); process.stderr.write("\\r" + step + "/3 [bar]"); } process.stderr.write("\\n")';
    const { code, stdout, stderr } = await run(cwd, program, [
      '--param',
      'lr=0.1',
      '--tag',
      'x',
      '--note',
      'why',
      '--group',
      'g',
    ]);
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: `starting\nstep 1 loss 1\nstep 2 loss 0.5\nstep 3 loss ${1 / 3}\n`,
      stderr: '\r1/3 [bar]\r2/3 [bar]\r3/3 [bar]\n',
    });
    const records = readRecords(cwd, 'e/a');
    expect(records[0]).toMatchObject({ event: 'start', params: { lr: 0.1 }, tags: ['x'], notes: 'why', group: 'g' });
    expect(records[0]?.command).toMatch(/^node -e /);
    expect(ofEvent(records)).toEqual([
      { step: 1, loss: 1 },
      { step: 2, loss: 0.5 },
      { step: 3, loss: 1 / 3 },
    ]);
    expect(records.at(-1)).toEqual({ event: 'end', status: 'finished', exit_code: 0 });
    expect(ofEvent(records, 'artifact')).toMatchObject([{ path: 'output.txt', kind: 'text' }]);
    const output = readFileSync(join(cwd, 'experiments/e/runs/a/output.txt'), 'utf8');
    expect(output.split('\n').sort()).toEqual(
      ['', '3/3 [bar]', 'starting', 'step 1 loss 1', 'step 2 loss 0.5', `step 3 loss ${1 / 3}`].sort(),
    );
    expect(readdirSync(join(cwd, 'experiments/e/runs/a')).sort()).toEqual(['output.txt', 'run.jsonl']);
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
    expect((await openStore(cwd)).runs.get('e/a')?.state).toBe('finished');
  });

  it.skipIf(process.platform !== 'linux')('tells memory and processor time where Linux does', async () => {
    const cwd = writeLogs({});
    await run(cwd, 'let n = 0; for (let i = 0; i < 1e8; i += 1) n += i; console.log(n)');
    const values = Object.assign({}, ...ofEvent(readRecords(cwd, 'e/a'), 'system')) as Record<string, number>;
    expect(values['command/cpu_seconds']).toBeGreaterThan(0.05);
    expect(values['command/peak_rss_mib']).toBeGreaterThan(1);
    expect(values['mem/rss_mib'], "Runfolio's own memory is nobody's affair").toBeUndefined();
  });

  it('gives the exit code of the command, and the end of its stderr as the reason', async () => {
    const cwd = writeLogs({});
    const { code } = await run(
      cwd,
      'console.error("\\u001b[31mno data\\u001b[0m, password=\'hunter22hunter22\'"); process.exit(7)',
    );
    expect(code).toBe(7);
    expect(readRecords(cwd, 'e/a').at(-1)).toEqual({
      event: 'end',
      status: 'failed',
      exit_code: 7,
      error: "no data, password='[redacted]'",
    });
    expect(readFileSync(join(cwd, 'experiments/e/runs/a/output.txt'), 'utf8')).toBe("no data, password='[redacted]'\n");
  });

  it('gives 128 and the number of the signal that ended the command', async () => {
    const cwd = writeLogs({});
    const { code } = await run(cwd, 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)');
    expect(code).toBe(137);
    expect(readRecords(cwd, 'e/a').at(-1)).toEqual({
      event: 'end',
      status: 'killed',
      exit_code: 137,
      error: 'The command was ended by SIGKILL.',
    });
  });

  it.each([
    [['nosuchprogram'], 127, 'runfolio: nosuchprogram: no such command.\n'],
    [['./notes.txt'], 126, 'runfolio: ./notes.txt cannot be run: it is not an executable file.\n'],
    [['./missing'], 127, 'runfolio: ./missing: no such command.\n'],
  ])('%j begins no run', async (words, expected, message) => {
    const cwd = writeLogs({});
    writeFileSync(join(cwd, 'notes.txt'), '');
    const { code, stderr } = await record(['run', 'e', '--', ...words], { cwd, env });
    expect({ code, stderr }).toEqual({ code: expected, stderr: message });
    expect(readdirSync(join(cwd, 'experiments'))).toEqual([]);
  });

  it.each([
    [['run', 'e']],
    [['run', 'e', '--resume', '--', node, '-v']],
    [['run', 'e/runs', '--', node, '-v']],
    [['run', 'e', '--id', 'a b', '--', node, '-v']],
    [['run', 'e', '--param', 'lr', '--', node, '-v']],
  ])('%j is wrong use', async (args) => {
    const cwd = writeLogs({});
    expect(await record(args, { cwd, env })).toMatchObject({ code: 2, stdout: '' });
    expect(readdirSync(join(cwd, 'experiments'))).toEqual([]);
  });

  it('runs a program of this folder, in this folder', async () => {
    const cwd = writeLogs({});
    writeFileSync(join(cwd, 'train.sh'), '#!/bin/sh\npwd\necho "step 1 loss $1"\n');
    chmodSync(join(cwd, 'train.sh'), 0o755);
    const { code, stdout } = await record(['run', 'e', '--name', 'My first!', '--quiet', '--', './train.sh', '0.5'], {
      cwd,
      env,
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${cwd}\nstep 1 loss 0.5\n` });
    expect(readRecords(cwd, 'e/My-first')[0]).toMatchObject({ name: 'My first!', command: 'train.sh 0.5' });
  });

  it("tells of the command's repository, never of Runfolio's own", async () => {
    const cwd = writeLogs({});
    await run(cwd, '0');
    expect(readFileSync(join(cwd, 'experiments/e/runs/a.jsonl'), 'utf8')).not.toContain('"git"');
    for (const args of [
      ['init', '-q'],
      ['-c', 'user.name=n', '-c', 'user.email=e@example.org', 'commit', '-q', '--allow-empty', '-m', 'x'],
    ])
      spawnSync('git', args, { cwd });
    writeFileSync(join(cwd, 'train.js'), '// one that git does not know\n');
    writeFileSync(join(cwd, '.env'), 'harmless\n');
    await record(['run', 'e', '--id', 'b', '--quiet', '--', node, '--no-warnings', 'train.js', '.env'], { cwd, env });
    const patch = readFileSync(join(cwd, 'experiments/e/runs/b/uncommitted.patch'), 'utf8');
    expect(patch).toContain('+// one that git does not know');
    expect(patch).not.toContain('harmless');
    expect(readFileSync(join(cwd, 'experiments/e/runs/b/run.jsonl'), 'utf8')).toContain('"git":{"commit":"');
  });

  it('reads the patterns of the experiment; --no-metrics and --no-output leave both out', async () => {
    const settings = "tee: ['it (?P<step>\\d+) err (?P<error>\\S+)']\n";
    const cwd = writeLogs({ 'e/experiment.yaml': settings });
    await run(cwd, 'console.log("it 3 err 0.5")');
    expect(ofEvent(readRecords(cwd, 'e/a'))).toEqual([{ step: 3, error: 0.5 }]);
    const other = writeLogs({ 'e/experiment.yaml': settings });
    await run(other, 'console.log("it 3 err 0.5")', ['--no-metrics', '--no-output']);
    expect(
      readRecords(other, 'e/a')
        .map(({ event }) => event)
        .filter((event) => event !== 'system'),
    ).toEqual(['start', 'end']);
    expect(readdirSync(join(other, 'experiments/e/runs'))).toEqual(['a.jsonl']);
  });

  it('gives each further run of an id another one, unless it is to go on', async () => {
    const cwd = writeLogs({});
    for (const args of [[], [], ['--resume']])
      await run(cwd, 'console.log("step 1 loss 0.5")', ['--no-output', ...args]);
    expect(readdirSync(join(cwd, 'experiments/e/runs')).sort()).toEqual(['a-2.jsonl', 'a.jsonl']);
    expect(ofEvent(readRecords(cwd, 'e/a'), 'start').map(({ resumed }) => resumed)).toEqual([undefined, true]);
  });

  it('keeps the beginning and the end of a long output', async () => {
    const cwd = writeLogs({});
    await run(cwd, 'for (let i = 0; i < 40_000; i += 1) console.log("line " + i + " " + "x".repeat(40))');
    const output = readFileSync(join(cwd, 'experiments/e/runs/a/output.txt'), 'utf8');
    expect(output.length).toBeLessThan(1_100_000);
    expect(output).toMatch(/^line 0 x+\n/);
    expect(output).toMatch(/\nline 39999 x+\n$/);
    const gap = /\n… (\d+) lines of \d+ bytes are left out here …\n/.exec(output)?.[1];
    expect(output.trimEnd().split('\n').length - 1 + Number(gap)).toBe(40_000);
  });

  it('tells the command where it is recorded, and keeps from it what was meant for the record', async () => {
    const cwd = writeLogs({});
    const { stdout } = await run(
      cwd,
      'const { RUNFOLIO_RUN, RUNFOLIO_DIR, RUNFOLIO_EXPERIMENT, RUNFOLIO_RUN_ID, RUNFOLIO_RESUME, PYTHONUNBUFFERED } = process.env; console.log(JSON.stringify([RUNFOLIO_RUN, RUNFOLIO_DIR, RUNFOLIO_EXPERIMENT, RUNFOLIO_RUN_ID, RUNFOLIO_RESUME, PYTHONUNBUFFERED]))',
      [],
      { RUNFOLIO_RUN_ID: 'mine', RUNFOLIO_RESUME: 'allow' },
    );
    expect(JSON.parse(stdout)).toEqual(['e/a', join(cwd, 'experiments'), 'e', null, null, '1']);
  });

  it('names itself as the parent of a run that the command logs, in either language', async () => {
    const cwd = writeLogs({});
    const logger = join(import.meta.dirname, '../../src/logger/index.ts');
    await run(
      cwd,
      `import(${JSON.stringify(logger)}).then(({ init }) => { const run = init({ id: 'inner', capture: false }); run.log({ loss: 1 }); run.finish(); })`,
    );
    expect(readRecords(cwd, 'e/inner')[0]).toMatchObject({ event: 'start', parent: 'e/a' });
    expect(readRecords(cwd, 'e/a').at(-1)).toMatchObject({ status: 'finished' });
    if (spawnSync('python3', ['--version']).status === 0) {
      const python = `import sys; sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, '../../src/logger/python'))}); import runfolio; run = runfolio.init(id="snake", capture=False); run.log({"loss": 1}); run.finish()`;
      const { code } = await record(['run', 'e', '--id', 'b', '--quiet', '--', 'python3', '-c', python], { cwd, env });
      expect(code).toBe(0);
      expect(readRecords(cwd, 'e/snake')[0]).toMatchObject({ event: 'start', parent: 'e/b' });
    }
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });

  it('does not wait for what the command leaves behind', async () => {
    const cwd = writeLogs({});
    const { code, stdout, stderr } = await record(
      ['run', 'e', '--id', 'a', '--quiet', '--', 'sh', '-c', 'sleep 60 & echo "step 1 loss 0.5"; echo $!'],
      { cwd, env },
    );
    process.kill(Number(stdout.trim().split('\n')[1]));
    expect(code).toBe(0);
    expect(stderr).toMatch(/still holds its output open/);
    expect(ofEvent(readRecords(cwd, 'e/a'))).toEqual([{ step: 1, loss: 0.5 }]);
  });
});

const bin = join(import.meta.dirname, '../../src/cli/bin.js');

describe('runfolio run and signals', () => {
  /** Starts the command line with a program that says when it is ready, and waits for that. */
  async function start(cwd: string, program: string): Promise<ChildProcess & { said: string }> {
    mkdirSync(cwd, { recursive: true });
    const child = spawn(
      node,
      [
        bin,
        'run',
        'e',
        '--id',
        'a',
        '--quiet',
        '--',
        node,
        '-e',
        `${program}; console.log("step 1 loss 0.5"); setInterval(() => {}, 1000)`,
      ],
      {
        cwd,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    onTestFinished(() => void child.kill('SIGKILL'));
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return Object.assign(child, { said: said.toString() });
  }

  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
    ['SIGHUP', 129],
  ] as const)('passes %s on to the command and records it as killed', async (signal, expected) => {
    const cwd = writeLogs({});
    const child = await start(cwd, '');
    child.kill(signal);
    expect(await once(child, 'exit')).toEqual([expected, null]);
    const records = readRecords(cwd, 'e/a');
    expect(ofEvent(records)).toEqual([{ step: 1, loss: 0.5 }]);
    expect(records.at(-1)).toEqual({
      event: 'end',
      status: 'killed',
      exit_code: expected,
      error: `The command was ended by ${signal}.`,
    });
    expect(existsSync(join(cwd, 'experiments/e/runs/a/output.txt'))).toBe(true);
  });

  it('waits for a command that saves before it ends, and takes its exit code', async () => {
    const cwd = writeLogs({});
    const child = await start(
      cwd,
      'process.on("SIGTERM", () => { console.log("step 2 loss 0.4"); process.exitCode = 5; process.exit(); })',
    );
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([5, null]);
    const records = readRecords(cwd, 'e/a');
    expect(ofEvent(records)).toHaveLength(2);
    expect(records.at(-1)).toEqual({ event: 'end', status: 'killed', exit_code: 5 });
  });

  it('is finished where the command ends well in spite of a signal', async () => {
    const cwd = writeLogs({});
    const child = await start(cwd, 'process.on("SIGUSR1", () => {}); process.on("SIGTERM", () => process.exit(0))');
    child.kill('SIGUSR2');
    await once(child, 'exit');
    expect(readRecords(cwd, 'e/a').at(-1), 'SIGUSR2 ends a program that does not know it').toMatchObject({
      status: 'killed',
      exit_code: 140,
    });
    const other = writeLogs({});
    const second = await start(other, 'process.on("SIGTERM", () => process.exit(0))');
    second.kill('SIGTERM');
    expect(await once(second, 'exit')).toEqual([0, null]);
    expect(readRecords(other, 'e/a').at(-1)).toEqual({ event: 'end', status: 'finished', exit_code: 0 });
  });

  it('leaves the beginning of the output on disk when it is killed itself', async () => {
    const cwd = writeLogs({});
    const child = await start(cwd, 'console.log(process.pid)');
    const pid = Number.parseInt(child.said, 10);
    onTestFinished(() => void process.kill(pid, 'SIGKILL'));
    const part = join(cwd, 'experiments/e/runs/a/output.txt.part');
    await vi.waitFor(() => expect(readFileSync(part, 'utf8')).toMatch(`${pid}\n`), { timeout: 20_000 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(readFileSync(part, 'utf8')).toMatch(`${pid}\n`);
    expect(await record(['validate', '--strict'], { cwd })).toMatchObject({ code: 0 });
  });
});
