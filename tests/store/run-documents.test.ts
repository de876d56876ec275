import { describe, expect, it } from 'vitest';
import { openLogs, openRun, pickRun, tell } from './log-folder.ts';

// What a whole-run record or an aside says wrongly is told, at its place, and kept: never dropped in silence.

describe('a whole-run record', () => {
  it.each([
    ['params: 5', 'params', 9],
    ['series: [1]', 'series', 9],
    ['metrics: [1]', 'metrics', 10],
    ['tags: nightly', 'tags', 7],
    ['name: [a]', 'name', 7],
    ['git: abc', 'git', 6],
    ['gpus: many', 'gpus', 7],
    ['archived: maybe', 'archived', 11],
    ['exit_code: bad', 'exit_code', 12],
  ])('%s is told at its place and kept as text', async (line, key, column) => {
    const store = await openLogs({ 'e/runs/x.yaml': `notes: first\n${line}\n` });
    expect(tell(store.diagnostics)).toContain(`e/runs/x.yaml:2:${column} warning record-invalid`);
    expect(store.runs.get('e/x')?.texts.has(key)).toBe(true);
    expect(store.runs.get('e/x')?.notes).toHaveLength(1);
  });

  it('is judged as a line of runs.jsonl and as a document of runs.yaml', async () => {
    const store = await openLogs({
      'e/runs.jsonl': '{"id":"a","params":5,"metrics":{"loss":1}}\n',
      'e/runs.yaml': 'id: b\nmetrics: {loss: 1}\n---\nid: c\nparams: 5\n',
    });
    expect(tell(store.diagnostics)).toEqual([
      'e/runs.jsonl:1:20 warning record-invalid',
      'e/runs.yaml:5:9 warning record-invalid',
    ]);
    expect(store.runs.get('e/a')?.metrics.get('loss')?.last).toBe(1);
  });

  it('that ends at no time says so', async () => {
    const store = await openLogs({ 'e/runs/x.yaml': 'time: 2026-03-04T09:00:00Z\nended: tomorrow\n' });
    expect(tell(store.diagnostics)).toEqual(['e/runs/x.yaml:2:8 warning time-unreadable']);
  });

  it('tells a series that is none, steps that are no numbers and times that are no times', async () => {
    const store = await openLogs({
      'e/runs/x.yaml': [
        'series:',
        '  loss: 5',
        '  acc: {step: [1, two], value: [0.1, 0.2]}',
        '  f1: {step: [1, 2], value: [0.1, 0.2], time: [1772612000, soon]}',
        '  auc: {value: [0.5], time: [1772612000, 1772612001]}',
        '  bleu: {value: [0.5], steps: [7]}',
        '',
      ].join('\n'),
    });
    expect(tell(store.diagnostics)).toEqual([
      'e/runs/x.yaml:2:9 warning record-invalid',
      'e/runs/x.yaml:3:8 warning step-not-a-number',
      'e/runs/x.yaml:4:7 warning time-unreadable',
      'e/runs/x.yaml:5:8 warning record-invalid',
      'e/runs/x.yaml:6:9 warning unknown-field',
    ]);
    const { run } = pickRun(store, 'e/x');
    expect(run.texts.get('loss')).toBe('5');
    expect(run.metrics.get('acc')).toMatchObject({ count: 2, lastStep: 1 });
    expect(run.metrics.get('bleu')?.last).toBe(0.5);
  });

  it('counts only its own document as its size', async () => {
    const store = await openLogs({ 'e/runs.yaml': `id: a\nnotes: ${'x'.repeat(500)}\n---\nid: b\n` });
    const sizes = ['a', 'b'].map((run) => pickRun(store, `e/${run}`).run.files[0]);
    expect(sizes[0]?.sizeBytes).toBeGreaterThan(500);
    expect(sizes[1]?.sizeBytes).toBeLessThan(20);
    expect(sizes[1]?.lines).toBeLessThan(3);
  });

  it('names the place of a secret among its params', async () => {
    const store = await openLogs({ 'e/runs/x.yaml': 'params:\n  api:\n    api_key: hunter22hunter22\n' });
    expect(tell(store.diagnostics)).toEqual(['e/runs/x.yaml:3:14 error secret']);
  });
});

describe('records of a stream', () => {
  it('keep the text of a field that does not fit', async () => {
    const { run, told } = await openRun([{ event: 'start', params: [1, 2] }]);
    expect(told).toEqual(['1:27 warning record-invalid']);
    expect(run.texts.get('params')).toBe('[1,2]');
  });

  it('tell a near miss in a tag, an artifact and the like', async () => {
    const { told } = await openRun([
      { event: 'tag', adds: ['x'] },
      { event: 'artifact', path: 'a.bin', captoin: 'c' },
    ]);
    expect(told).toEqual([
      '1:10 warning record-invalid',
      '1:23 warning unknown-field',
      '2:28 warning artifact-missing',
      '2:46 warning unknown-field',
    ]);
  });

  it('tell text among machine readings', async () => {
    const { run, told } = await openRun([{ event: 'system', 'gpu/0/name': 'A100', 'gpu/0/util': 50 }]);
    expect(told).toEqual(['1:32 note text-in-metric']);
    expect(run.texts.get('gpu/0/name')).toBe('A100');
    expect(run.system.get('gpu/0/util')?.last).toBe(50);
  });

  it('may call themselves by anything', async () => {
    const { run } = await openRun(
      '{"time":1772612000,"event":[{"a":1}],"loss":2}\n{"time":1772612001,"event":{"b":1}}\n',
    );
    expect(run.recordCount).toBe(2);
    expect(run.metrics.get('loss')?.last).toBe(2);
  });
});
