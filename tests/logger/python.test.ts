import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPython } from '../../scripts/find-python.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Run } from '../../src/store/run.ts';
import type { Store } from '../../src/store/store.ts';

// The Python suite itself, and what the store makes of logs that the Python logger wrote.

const folder = fileURLToPath(new URL('./python/', import.meta.url));

const python = findPython();
if (python === undefined) console.log('No Python from 3.8 on was found: the tests of the Python logger are skipped.');

describe.skipIf(python === undefined)('the Python logger', () => {
  let root = '';
  let store: Store;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'runfolio-python-'));
    const written = spawnSync(python as string, [join(folder, 'write_sample_runs.py'), root], {
      encoding: 'utf8',
      env: { ...process.env, RUNFOLIO_DIR: join(root, 'experiments') },
    });
    expect(written.stderr).toBe('');
    expect(written.status).toBe(0);
    store = await openStore(root);
  });

  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  function run(id: string): Run {
    const found = store.runs.get(id);
    if (found === undefined) throw new Error(`There is no run ${id}; there are: ${[...store.runs.keys()].join(', ')}`);
    return found;
  }

  test('passes its own suite', () => {
    const { status, stderr } = spawnSync(python as string, ['-m', 'unittest', 'discover', '-s', folder], {
      encoding: 'utf8',
    });
    expect(status, stderr).toBe(0);
  }, 300_000);

  test('writes logs that the store reads with no error and no warning', () => {
    const told = store.diagnostics.filter(({ severity }) => severity !== 'note');
    expect(told.map(({ file, line, code, message }) => `${file}:${line} ${code} ${message}`)).toEqual([]);
  });

  test('writes values, params and attachments that read back', () => {
    const everything = run('cifar10/everything');
    expect(everything).toMatchObject({ name: 'Everything', state: 'finished', exitCode: 0, seed: '1', tags: ['b'] });
    expect(Object.fromEntries(everything.params)).toEqual({ lr: 0.1, tokenizer: 'bert', late: 3 });
    expect(everything.metrics.get('loss')).toMatchObject({ count: 50, last: 0.02 });
    expect(everything.metrics.get('val/acc/max')?.last).toBe(0.98);
    expect(everything.metrics.get('time')?.last).toBe(12.5);
    expect(everything.metrics.get('best')?.last).toBe(0.9);
    expect(everything.histograms).toHaveLength(1);
    expect(everything.tables.map(({ kind }) => kind)).toEqual([undefined, 'confusion']);
    expect(everything.artifacts.map(({ name, kind, missing }) => [name, kind, missing])).toEqual([
      ['pic', 'image', false],
      ['write_sample_runs.py', 'text', false],
      ['data', 'file', false],
    ]);
    expect(everything.system.size).toBeGreaterThan(0);
  });

  test('marks runs that were resumed, that failed, and that went on after their end', () => {
    expect(run('cifar10/resumed')).toMatchObject({ state: 'finished', resumes: 1 });
    expect(run('cifar10/again')).toMatchObject({ state: 'finished', resumes: 1 });
    expect(run('cifar10/failed')).toMatchObject({ state: 'failed', exitCode: 1 });
    expect(run('cifar10/failed').error).toMatch(/^RuntimeError: diverged\nTraceback/);
  });

  test('writes each rank into a segment of the run', () => {
    const ranks = run('ranks/ddp');
    expect([...ranks.metrics.keys()]).toEqual(['loss', 'rank1/loss', 'rank2/loss']);
    expect(ranks.state).toBe('finished');
  });

  test('leaves no secret for the store to find', () => {
    expect(store.secretsByFile.size).toBe(0);
    expect(run('secrets/s').params.get('api_key')).toBe('[redacted]');
  });
});
