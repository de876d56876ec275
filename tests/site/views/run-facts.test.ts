import { describe, expect, test } from 'vitest';
import { environmentDifferences } from '../../../src/site/views/environment-rows.ts';
import { relatedRuns } from '../../../src/site/views/related-runs.ts';
import { citation, rerunLines } from '../../../src/site/views/rerun.ts';
import { runCost } from '../../../src/site/views/run-cost.ts';
import type { Artifact } from '../../../src/store/run.ts';
import { makeRun, makeStore, summaryOf } from '../sample-store.ts';

const commit = '18cf60fd0ed5fdfe86852c7749a8c573f8445fd8';
const patch: Artifact = {
  name: 'uncommitted.patch',
  kind: 'text',
  file: 'experiments/e/runs/my run/uncommitted.patch',
  url: undefined,
  step: undefined,
  caption: undefined,
  sizeBytes: 12,
  sha256: undefined,
  missing: false,
};

describe('runCost', () => {
  test('multiplies hours by GPUs, counted or listed', () => {
    expect(runCost(makeRun('e/a', { durationMs: 7_200_000, gpus: 4 }))).toMatchObject({ gpus: 4, gpuHours: 8 });
    expect(runCost(makeRun('e/a', { durationMs: 3_600_000, gpus: ['A100', 'A100'] }))).toMatchObject({ gpuHours: 2 });
  });

  test('counts the GPUs whose readings were logged, where the start does not tell', () => {
    const system = new Map(
      ['gpu/0/util', 'gpu/1/util', 'gpu/1/power_w', 'mem/util'].map((name) => [name, summaryOf(1)]),
    );
    expect(runCost(makeRun('e/a', { durationMs: 3_600_000, system })).gpuHours).toBe(2);
  });

  test('takes energy and memory from the end record, else from the readings, in bytes and kWh', () => {
    const system = new Map([
      ['energy/kwh', summaryOf(0.1, 0.3)],
      ['mem/rss_mib', summaryOf(100, 300, 200)],
    ]);
    expect(runCost(makeRun('e/a', { system }))).toMatchObject({ energyKwh: 0.3, peakMemoryBytes: 300 * 1024 ** 2 });
    const texts = new Map([
      ['energy_kwh', '0.5'],
      ['peak_mib', '512'],
      ['elapsed', '90'],
    ]);
    const cost = runCost(makeRun('e/a', { system, texts }));
    expect(cost).toMatchObject({ energyKwh: 0.5, peakMemoryBytes: 512 * 1024 ** 2, durationMs: 90_000 });
  });

  test('says nothing where the log says nothing, and takes no word for a number', () => {
    const none = {
      durationMs: undefined,
      gpus: undefined,
      gpuHours: undefined,
      energyKwh: undefined,
      peakMemoryBytes: undefined,
    };
    expect(runCost(makeRun('e/a'))).toEqual(none);
    expect(
      runCost(
        makeRun('e/a', {
          texts: new Map([
            ['energy_kwh', 'much'],
            ['elapsed', ''],
          ]),
        }),
      ),
    ).toEqual(none);
  });
});

describe('rerunLines', () => {
  test('checks the commit out, applies the patch that was copied before, and runs the command where it ran', () => {
    const run = makeRun('e/my run', {
      git: { commit, dirty: true },
      command: 'python train.py --lr 0.1',
      env: { cwd: 'jobs/vision' },
      artifacts: [patch],
    });
    expect(rerunLines(run)).toEqual([
      "cp 'experiments/e/runs/my run/uncommitted.patch' /tmp/uncommitted.patch",
      `git checkout ${commit}`,
      'git apply /tmp/uncommitted.patch',
      '(cd jobs/vision && python train.py --lr 0.1)',
    ]);
  });

  test('gives the command alone where no commit is known, and nothing where no command is', () => {
    expect(rerunLines(makeRun('e/a', { command: 'make train', env: { cwd: '.' } }))).toEqual(['make train']);
    expect(rerunLines(makeRun('e/a', { git: { commit } }))).toBeUndefined();
    expect(rerunLines(makeRun('e/a'))).toBeUndefined();
  });

  test('never makes a shell line of what is no commit', () => {
    expect(rerunLines(makeRun('e/a', { command: 'x', git: { commit: '; rm -rf /' } }))).toEqual(['x']);
  });
});

describe('citation', () => {
  test('is a BibTeX entry with address, commit and date', () => {
    const run = makeRun('digits/optimizers/adam_0', {
      endedAtMs: Date.UTC(2026, 2, 4, 9),
      git: { commit },
      user: 'Ada {L}',
    });
    const text = citation(run, {
      experimentTitle: 'Which optimizer? 100% of them',
      address: 'https://example.org/ml/r/digits/optimizers/adam_0/',
      siteTitle: 'Lab & co',
    });
    expect(text).toMatchInlineSnapshot(`
      "@misc{digits:optimizers:adam-0,
        title        = {adam\\_0: a run of Which optimizer? 100\\% of them},
        author       = {Ada \\{L\\}},
        year         = {2026},
        date         = {2026-03-04},
        howpublished = {Lab \\& co, run \\texttt{digits/optimizers/adam\\_0}},
        url          = {https://example.org/ml/r/digits/optimizers/adam_0/},
        note         = {Commit \\texttt{18cf60fd0ed5fdfe86852c7749a8c573f8445fd8}},
      }"
    `);
  });

  test('leaves out what nobody knows', () => {
    const text = citation(makeRun('e/a'), { experimentTitle: 'E', address: undefined, siteTitle: 'S' });
    expect(text).not.toMatch(/url|year|note|author/);
  });
});

describe('relatedRuns', () => {
  const parent = makeRun('e/parent');
  const first = makeRun('e/first', { parent: 'e/parent', group: 'g' });
  const second = makeRun('e/second', { parent: 'parent', group: 'g' });
  const foreign = makeRun('f/third', { parent: 'e/parent', group: 'g' });
  const lost = makeRun('e/lost', { parent: 'gone' });
  const store = makeStore([parent, first, second, foreign, lost]);

  test('finds the parent by id or by its name in the experiment, and the children of any experiment', () => {
    expect(relatedRuns(store, second).parent?.run).toBe(parent);
    expect(relatedRuns(store, foreign).parent?.run).toBe(parent);
    expect(relatedRuns(store, parent).children).toEqual([first, second, foreign]);
    expect(relatedRuns(store, lost).parent).toEqual({ name: 'gone', run: undefined });
  });

  test('finds the group within the experiment, the run itself left out', () => {
    expect(relatedRuns(store, first).group).toEqual([second]);
    expect(relatedRuns(store, parent).group).toEqual([]);
  });

  test('takes no run for its own parent', () => {
    const own = makeRun('e/own', { parent: 'own' });
    const alone = makeStore([own]);
    expect(relatedRuns(alone, own).parent?.run).toBeUndefined();
    expect(relatedRuns(alone, own).children).toEqual([]);
  });
});

test('environmentDifferences names what is otherwise, and what only one has', () => {
  const run = makeRun('e/a', { host: 'n1', env: { python: '3.12', packages: { torch: '2.6', numpy: '2.1' } } });
  const base = makeRun('e/b', { host: 'n1', env: { python: '3.11', packages: { numpy: '2.1', scipy: '1' } } });
  expect(environmentDifferences(run, base)).toEqual([
    { name: 'Python', text: '3.12', other: '3.11' },
    { name: 'torch', text: '2.6', other: undefined },
    { name: 'scipy', text: undefined, other: '1' },
  ]);
});
