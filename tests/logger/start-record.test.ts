import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { captureNames } from '../../src/logger/capture-names.ts';
import { makeScriptFolder, type ScriptFolder } from './child-script.ts';
import { makeHost, recordsOf } from './logger-host.ts';

type StartRecord = Record<string, unknown> & { env: Record<string, unknown>; git: Record<string, unknown> };

const startOf = (folder: ScriptFolder) =>
  folder.records().find(({ event }) => event === 'start') as StartRecord | undefined;

describe('captured in a git repository', () => {
  let folder: ScriptFolder;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder.top, encoding: 'utf8' }).trim();

  beforeEach(() => {
    folder = makeScriptFolder();
    git('init', '--quiet', '--initial-branch', 'main');
    git('config', 'user.email', 'someone@example.org');
    git('config', 'user.name', 'Someone');
    git('remote', 'add', 'origin', 'https://me:hunter22@example.org/lab/code.git');
    writeFileSync(join(folder.top, 'model.js'), 'export const width = 4;\n');
    mkdirSync(join(folder.top, 'node_modules/left-pad'), { recursive: true });
    writeFileSync(join(folder.top, 'node_modules/left-pad/package.json'), '{"version":"1.3.0"}');
    writeFileSync(join(folder.top, 'package.json'), '{"dependencies":{"left-pad":"^1.0.0","not-there":"*"}}');
    writeFileSync(join(folder.top, '.gitignore'), 'node_modules\ntrain-*.mjs\n');
    git('add', '.');
    git('commit', '--quiet', '--message', 'First');
  });

  const body = 'logger.init({ ...options, capture: undefined, systemInterval: 0, params: { lr: 0.1 } }).log({ a: 1 });';

  test('commit, branch, remote without credentials, command, packages and folder are told', async () => {
    const { code, stderr } = await folder.start(`${body}\nlogger.message('with ' + process.env.HF_TOKEN);`, {
      SLURM_JOB_ID: '4711',
      SLURM_JOB_NAME: 'train',
      HF_TOKEN: 'hf-secret-value',
    }).ended;
    expect([code, stderr]).toEqual([0, '']);
    const start = startOf(folder);
    expect(Object.keys(start ?? {})).toEqual([
      'event',
      'time',
      'name',
      'params',
      'job',
      'git',
      'command',
      'host',
      'user',
      'env',
      'schema',
      'writer',
    ]);
    expect(start).toMatchObject({
      git: { commit: git('rev-parse', 'HEAD'), branch: 'main', remote: 'https://example.org/lab/code.git' },
      command: 'node train-1.mjs',
      job: '4711',
      env: {
        node: process.versions.node,
        platform: process.platform,
        packages: { 'left-pad': '1.3.0' },
        cwd: '.',
        slurm: { job_id: '4711', job_name: 'train' },
      },
    });
    expect(JSON.stringify(folder.records())).not.toContain(folder.top);
    expect(folder.records().find(({ event }) => event === 'log')?.message).toBe('with [redacted]');
  });

  test('what is not committed is kept as a patch beside the run, its secrets redacted, logs left out', async () => {
    writeFileSync(join(folder.top, 'model.js'), "export const width = 8;\nconst api_key = 'abcdef123456';\n");
    git('add', '.');
    mkdirSync(join(folder.top, 'experiments/e/runs'), { recursive: true });
    writeFileSync(join(folder.top, 'experiments/e/runs/old.jsonl'), '{"step":1}\n');
    git('add', 'experiments');
    await folder.start(body).ended;
    const start = startOf(folder);
    expect(start?.git).toMatchObject({ dirty: true });
    const patch = readFileSync(join(folder.top, 'experiments/e/runs/x/uncommitted.patch'), 'utf8');
    expect(patch).toContain("-export const width = 4;\n+export const width = 8;\n+const api_key = '[redacted]';\n");
    expect(patch).not.toContain('old.jsonl');
    expect(patch).toContain('new file mode 100644\n--- /dev/null\n+++ b/train-1.mjs\n'); // Git does not know the script.
    expect(folder.records().find(({ event }) => event === 'artifact')).toMatchObject({
      path: 'uncommitted.patch',
      kind: 'text',
      caption: 'What was not committed when the run started',
      bytes: Buffer.byteLength(patch),
    });
  });

  test('a large patch is cut at a line, and says so', async () => {
    writeFileSync(join(folder.top, 'model.js'), `${'a line of some length\n'.repeat(40_000)}`);
    await folder.start(body).ended;
    const patch = readFileSync(join(folder.top, 'experiments/e/runs/x/uncommitted.patch'), 'utf8');
    expect(patch.length).toBeLessThanOrEqual(512 * 1024);
    expect(patch.endsWith('length\n')).toBe(true);
    const { caption } = folder.records().find(({ event }) => event === 'artifact') ?? {};
    expect(caption).toMatch(/^What was not committed when the run started; the first 512 of \d+ KiB$/);
  });

  test('each capture can be left out by itself, by the program and by RUNFOLIO_CAPTURE', async () => {
    await folder.start(body.replace('undefined', '{ host: false, user: false, patch: false }')).ended;
    await folder.start(body, { RUNFOLIO_CAPTURE: '-git,-command,-node,-packages,-cwd' }).ended;
    await folder.start(body, { RUNFOLIO_CAPTURE: 'none' }).ended;
    const keys = folder
      .records()
      .filter(({ event }) => event === 'start')
      .map((start) => Object.keys(start).slice(4));
    expect(keys).toEqual([
      ['host', 'user', 'schema', 'writer'], // x-2.jsonl
      ['schema', 'writer'], // x-3.jsonl
      ['git', 'command', 'env', 'schema', 'writer'], // x.jsonl
    ]);
  });
});

describe('what a run is begun with', () => {
  test('secrets on the command line do not reach the log', () => {
    const command = ['/usr/bin/python3', 'train.py', '--api-key', 'abcdef123', '--token=abcdef123', 'a b', '--lr=0.1'];
    const run = makeHost().init({ command, capture: ['command'] });
    expect(recordsOf(run)[0]?.command).toBe("python3 train.py --api-key [redacted] --token=[redacted] 'a b' --lr=0.1");
  });

  test('an unknown capture is said, with those that there are', () => {
    const host = makeHost({ env: { RUNFOLIO_CAPTURE: 'git,disc' } });
    host.init({ capture: undefined });
    expect(host.said).toEqual([
      `runfolio: there is nothing to capture by the name "disc"; there are: ${captureNames.join(', ')}\n`,
    ]);
  });

  test('a requeued SLURM job goes on with its run', () => {
    const env = { SLURM_JOB_ID: '12', SLURM_ARRAY_JOB_ID: '11', SLURM_ARRAY_TASK_ID: '3' };
    const host = makeHost({ env });
    const first = host.init({ experiment: 'vision/cifar10' });
    expect(first.id).toBe('cifar10-j11_3');
    first.log({ a: 1 }, { step: 7 });
    first.detach();
    const again = makeHost({ env: { ...env, SLURM_RESTART_COUNT: '1' } });
    const second = again.init({ experiment: 'vision/cifar10', dir: join(host.top, 'experiments'), name: 'other' });
    expect(second.id).toBe('other-j11_3');
    expect(second.resumed).toBe(false);
  });

  test('wrong arguments of a closed set throw, and say what there is', () => {
    const host = makeHost();
    expect(() => host.init({ ranks: 'some' as 'all' })).toThrow(
      new TypeError('The value of ranks is one of "zero", "own", "all", not "some".'),
    );
    expect(() => host.init({ id: 'none', resume: 'must' })).toThrow(/^There is no run e\/none to resume in /);
  });
});

describe.skipIf(process.platform === 'win32')('GPUs, by what nvidia-smi prints', () => {
  /** A folder with a program that answers as nvidia-smi does on a machine with one card. */
  function fakeSmi(folder: ScriptFolder): string {
    const bin = join(folder.top, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh
case "$1" in
  *driver_version*) echo "0, NVIDIA A100-SXM4-40GB, 40960, 550.54.15" ;;
  *utilization*) echo "0, 87, 20480, 40960, 300.5, 61" ;;
  *) echo "| NVIDIA-SMI 550.54.15   Driver Version: 550.54.15   CUDA Version: 12.4 |" ;;
esac
`;
    writeFileSync(join(bin, 'nvidia-smi'), script);
    chmodSync(join(bin, 'nvidia-smi'), 0o755);
    return `${bin}${delimiter}${process.env.PATH}`;
  }

  test('are told at the start, read at the interval, and make the energy of the end', async () => {
    const folder = makeScriptFolder();
    const script = folder.start(
      `
const run = logger.init({ ...options, capture: ['gpu', 'system', 'energy'], systemInterval: 0.05 });
const { appendFileSync, readFileSync } = await import('node:fs');
const wait = setInterval(() => {
  if (readFileSync(run.path, 'utf8').split('"gpu/0/util"').length < 4) return;
  clearInterval(wait);
  run.finish();
}, 20);
`,
      { PATH: fakeSmi(folder) },
    );
    const { code, stderr } = await script.ended;
    expect([code, stderr]).toEqual([0, '']);
    const records = folder.records();
    expect(records[0]).toMatchObject({
      gpus: [{ index: 0, name: 'NVIDIA A100-SXM4-40GB', memory_mib: 40960 }],
      env: { driver: '550.54.15', cuda: '12.4' },
    });
    const readings = records.filter(({ event }) => event === 'system');
    expect(readings.length).toBeGreaterThanOrEqual(3);
    expect(readings[0]).toMatchObject({
      'gpu/0/util': 87,
      'gpu/0/memory_mib': 20480,
      'gpu/0/memory_util': 50,
      'gpu/0/power_w': 300.5,
      'gpu/0/temperature_c': 61,
    });
    expect(records.at(-1)?.energy_kwh).toBeGreaterThan(0);
  });
});

describe.runIf(process.platform === 'linux')('machine readings', () => {
  test('tell CPU, memory, disk and network, and keep no process alive', async () => {
    const folder = makeScriptFolder();
    const { code } = await folder.start(`
const run = logger.init({ ...options, capture: ['system'], systemInterval: 0.01 });
const { readFileSync } = await import('node:fs');
const wait = setInterval(() => {
  if (readFileSync(run.path, 'utf8').split('"system"').length > 3) clearInterval(wait);
}, 5);
`).ended;
    expect(code).toBe(0);
    const readings = folder.records().filter(({ event }) => event === 'system');
    for (const name of ['cpu/process_util', 'mem/rss_mib', 'mem/used_mib', 'mem/util', 'disk/free_gib', 'disk/util']) {
      expect(readings.at(-1)?.[name], name).toBeGreaterThan(0);
    }
    for (const name of ['cpu/util', 'net/received_mib_s', 'net/sent_mib_s', 'disk/written_mib_s']) {
      expect(readings.at(-1)?.[name], name).toBeGreaterThanOrEqual(0);
    }
    expect(folder.records().at(-1)).toMatchObject({ event: 'end', status: 'finished' });
  });
});
