import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DiagnosticList } from '../../src/diagnostics/diagnostic-list.ts';
import { type Discovery, discover } from '../../src/store/discover.ts';
import { type LogFiles, tell, writeLogs } from './log-folder.ts';

async function find(files: LogFiles): Promise<Discovery & { told: string[]; root: string }> {
  const root = writeLogs(files);
  const diagnostics = new DiagnosticList();
  const found = await discover(root, diagnostics);
  return { ...found, told: tell(diagnostics.sorted()), root };
}

describe('discover', () => {
  test('lists experiments in natural order, each with its files', async () => {
    const { experiments, siteSettingsPath, told } = await find({
      '_site.yaml': '',
      'e10/runs/b.jsonl': '',
      'e2/experiment.yaml': '',
      'e2/README.md': '',
      'e2/runs.jsonl': '',
      'e2/runs.yaml': '',
      'e2/runs/r10.jsonl': '',
      'e2/runs/r2.jsonl.gz': '',
      'e2/runs/doc.yaml': '',
      'e2/runs/folder/run.jsonl': '',
      'e2/runs/folder/rank1.jsonl': '',
      'e2/runs/folder/plots/a.png': '',
      'e2/notebook.ipynb': '',
    });
    expect(told).toEqual([]);
    expect(siteSettingsPath).toBe('experiments/_site.yaml');
    expect(experiments.map(({ id }) => id)).toEqual(['e2', 'e10']);
    const [e2] = experiments;
    expect(e2).toMatchObject({
      settingsPath: 'experiments/e2/experiment.yaml',
      readmePath: 'experiments/e2/README.md',
    });
    expect(e2?.sources.map((source) => `${source.kind} ${source.path}`).sort()).toEqual([
      'document experiments/e2/runs/doc.yaml',
      'folder experiments/e2/runs/folder',
      'many-documents experiments/e2/runs.yaml',
      'many-lines experiments/e2/runs.jsonl',
      'stream experiments/e2/runs/r10.jsonl',
      'stream experiments/e2/runs/r2.jsonl.gz',
    ]);
  });

  test('opens nothing: what the files hold does not matter', async () => {
    expect((await find({ 'e/runs/x.jsonl': 'rubbish', 'e/experiment.yaml': '\0' })).told).toEqual([]);
  });

  test('an empty runs folder makes an experiment', async () => {
    const root = writeLogs({});
    mkdirSync(join(root, 'experiments/e/runs'), { recursive: true });
    expect((await discover(root, new DiagnosticList())).experiments).toMatchObject([{ id: 'e', sources: [] }]);
  });

  test('a README or other files alone make none', async () => {
    expect((await find({ 'a/README.md': '# a', 'b/data.csv': '' })).experiments).toEqual([]);
  });

  test.each([
    ['runs/x.jsonl', 'runs/x.jsonl:1:1 error runs-outside-experiment'],
    ['x.jsonl', 'x.jsonl:1:1 error runs-outside-experiment'],
    ['e/runs/folder/a.txt', 'e/runs/folder:1:1 warning no-log-in-folder'],
    ['e/runs/a b.jsonl', 'e/runs/a b.jsonl:1:1 error id-invalid'],
    ['e/runs/x.ndjson', 'e/runs/x.ndjson:1:1 note near-miss-name'],
    ['a b/runs/x.jsonl', 'a b/runs/x.jsonl:1:1 error id-invalid'],
  ])('%s is told of', async (path, expected) => {
    expect((await find({ [path]: '' })).told).toContain(expected);
  });

  test('names with odd characters are told of as they are, and lose no other', async () => {
    const names = [
      '[a].jsonl',
      '{a,b}.jsonl',
      '*.jsonl',
      '!x.jsonl',
      '(x).jsonl',
      'a?.jsonl',
      'a\nb.jsonl',
      '\\x.jsonl',
      '@(x).jsonl',
      "a'b.jsonl",
      '\u202ex.jsonl',
      '-.jsonl',
    ];
    const { told, experiments } = await find(
      Object.fromEntries([...names, 'ok.jsonl'].map((name) => [`e/runs/${name}`, ''])),
    );
    const read = experiments[0]?.sources.map(({ path }) => path) ?? [];
    expect(read).toContain('experiments/e/runs/ok.jsonl');
    for (const name of names) {
      const isTold = told.some((line) => line.startsWith(`e/runs/${name}:`));
      expect(isTold || read.includes(`experiments/e/runs/${name}`), JSON.stringify(name)).toBe(true);
    }
  });

  test('a folder of a thousand runs is listed whole', async () => {
    const { experiments } = await find(
      Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`e/runs/r${index}.jsonl`, ''])),
    );
    expect(experiments[0]?.sources).toHaveLength(1000);
  });

  test('an experiment inside the folder of another is one of its own', async () => {
    const { experiments } = await find({ 'a/runs/x.jsonl': '', 'a/b/runs/y.jsonl': '', 'a/b/c/experiment.yaml': '' });
    expect(experiments.map(({ id }) => id)).toEqual(['a', 'a/b', 'a/b/c']);
  });
});
