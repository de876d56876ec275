import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { NoExperimentsError, openStore } from '../../src/store/open-store.ts';
import { openLogs, tell, writeLogs } from './log-folder.ts';

const good = '{"step":1,"loss":2}\n';

describe('openStore', () => {
  test('throws where there is no experiments folder, and only there', async () => {
    const root = writeLogs({});
    expect((await openStore(root)).experiments.size).toBe(0);
    rmSync(join(root, 'experiments'), { recursive: true });
    await expect(openStore(root)).rejects.toThrow(NoExperimentsError);
  });

  test('gives experiments and runs by id, in natural order', async () => {
    const store = await openLogs({
      'b/runs/r10.jsonl': good,
      'b/runs/r2.jsonl': good,
      'a10/runs/x.jsonl': good,
      'a9/runs/x.jsonl': good,
      'b/runs.jsonl': '{"id":"r3"}\n',
    });
    expect([...store.experiments.keys()]).toEqual(['a9', 'a10', 'b']);
    expect([...store.runs.keys()]).toEqual(['a9/x', 'a10/x', 'b/r2', 'b/r3', 'b/r10']);
    expect(store.experiments.get('b')?.runIds).toEqual(['b/r2', 'b/r3', 'b/r10']);
  });

  test('keeps that order where an experiment lies in another', async () => {
    const store = await openLogs({ 'a/runs/x.jsonl': good, 'a/b/runs/x.jsonl': good });
    expect([...store.runs.keys()]).toEqual(['a/b/x', 'a/x']);
  });

  test('counts the files it read and tells of each', async () => {
    const seen: string[] = [];
    const store = await openLogs(
      {
        '_site.yaml': '',
        'e/experiment.yaml': '',
        'e/README.md': '',
        'e/runs/a.jsonl': good,
        'e/runs/b.jsonl': good,
        'e/runs.jsonl': '{"id":"c"}\n',
      },
      { onProgress: ({ files, totalFiles }) => seen.push(`${files}/${totalFiles}`) },
    );
    expect(store.fileCount).toBe(6);
    expect(seen).toHaveLength(3);
    for (const step of seen) {
      const [files, total] = step.split('/').map(Number);
      expect(files, seen.join(' ')).toBeLessThanOrEqual(total ?? 0);
    }
  });

  test('sorts diagnostics by file, line and column', async () => {
    const store = await openLogs({
      'b/runs/x.jsonl': 'x\n',
      'a/runs/y.jsonl': 'x\n',
      'a/runs/x.jsonl': '{"step":"x"}\nrubbish\n',
      'a/experiment.yaml': 'z: 1\ny: 1\n',
    });
    expect(tell(store.diagnostics)).toEqual([
      'a/experiment.yaml:1:1 error unknown-key',
      'a/experiment.yaml:2:1 error unknown-key',
      'a/runs/x.jsonl:1:9 warning step-not-a-number',
      'a/runs/x.jsonl:2:1 error not-json',
      'a/runs/y.jsonl:1:1 error not-json',
      'b/runs/x.jsonl:1:1 error not-json',
    ]);
  });

  test('reads only what it is asked for', async () => {
    const root = writeLogs({
      'a/runs/x.jsonl': 'x\n',
      'a/runs/y.jsonl': good,
      'ab/runs/x.jsonl': 'x\n',
      'b/experiment.yaml': 'z: 1\n',
    });
    const ids = async (...paths: string[]) => [...(await openStore(root, { paths })).runs.keys()];
    expect(await ids('experiments/a')).toEqual(['a/x', 'a/y']);
    expect(await ids('experiments/a/runs/y.jsonl')).toEqual(['a/y']);
    expect(await ids('experiments/b')).toEqual([]);
    expect(await ids('experiments')).toEqual(['a/x', 'a/y', 'ab/x']);
    expect(await ids('.')).toEqual(['a/x', 'a/y', 'ab/x']);
    const settings = await openStore(root, { paths: ['experiments/b/experiment.yaml'] });
    expect(tell(settings.diagnostics)).toEqual(['b/experiment.yaml:1:1 error unknown-key']);
  });

  test('names the experiment by its title, else by its id', async () => {
    const store = await openLogs({ 'a/experiment.yaml': 'title: Über\narchived: true\n', 'b/runs/x.jsonl': good });
    expect(store.experiments.get('a')).toMatchObject({ title: 'Über', archived: true });
    expect(store.experiments.get('b')).toMatchObject({ title: 'b', archived: false });
  });

  test('knows the last activity of an experiment', async () => {
    const store = await openLogs({
      'a/runs/x.jsonl': '{"time":1772612000,"x":1}\n',
      'a/runs/y.jsonl': '{"time":1772612500,"x":1}\n',
      'b/runs/x.jsonl': good,
    });
    expect(store.experiments.get('a')?.lastActivityMs).toBe(1_772_612_500_000);
    expect(store.experiments.get('b')?.lastActivityMs).toBeUndefined();
  });

  test('calls no run best that is archived, failed, killed or diverged', async () => {
    const end = (status: string) => `{"event":"end","status":"${status}"}\n`;
    const store = await openLogs({
      'e/experiment.yaml': 'metrics: {acc: {goal: max, primary: true}}\n',
      'e/runs/a.jsonl': `{"acc":9}\n${end('failed')}`,
      'e/runs/b.jsonl': `{"acc":8}\n${end('killed')}`,
      'e/runs/c.jsonl': '{"acc":7}\n{"event":"archive","archived":true}\n',
      'e/runs/d.jsonl': '{"acc":6}\n{"acc":NaN}\n',
      'e/runs/f.jsonl': `{"acc":5}\n${end('finished')}`,
      'e/runs/g.jsonl': '{"acc":5}\n',
      'e/runs/h.jsonl': '{"loss":5}\n',
    });
    expect(store.experiments.get('e')?.bestRunId).toBe('e/f');
  });

  test('readSeries throws for a run that it does not know', async () => {
    const store = await openLogs({ 'e/runs/a.jsonl': good });
    await expect(store.readSeries('e/b')).rejects.toThrow('e/b');
    await expect(store.readSeries('__proto__')).rejects.toThrow();
  });

  test('readSeries reports no fault a second time', async () => {
    const store = await openLogs({ 'e/runs/a.jsonl': `rubbish\n${good}` });
    const before = tell(store.diagnostics);
    await store.readSeries('e/a');
    expect(tell(store.diagnostics)).toEqual(before);
  });
});
