import { describe, expect, it } from 'vitest';
import { lines, only, openLogs, tell } from './log-folder.ts';

const settings = 'required:\n  params: [lr, optimizer, seed]\n  tags: [reviewed]\n';

describe('required: in experiment.yaml', () => {
  it('warns at the file of a run of what the run lacks, in one sentence', async () => {
    const store = await openLogs({
      'e/experiment.yaml': settings,
      'e/runs/a.jsonl': lines({ event: 'start', params: { lr: 0.1 } }, { step: 1, loss: 1 }),
      'f/runs/a.jsonl': lines({ step: 1, loss: 1 }),
    });
    expect(tell(store.diagnostics)).toEqual(['e/runs/a.jsonl:1:1 warning missing-required']);
    expect(only(store.diagnostics, 'missing-required').message).toBe(
      'Run "a" lacks what its experiment requires: params "optimizer", "seed" and tag "reviewed".',
    );
  });

  it('takes what a later record adds, nested params, and the seed as a field of its own', async () => {
    const store = await openLogs({
      'e/experiment.yaml': settings,
      'e/runs/a.jsonl': lines(
        { event: 'start', params: { lr: null }, seed: 3 },
        { step: 1, loss: 1 },
        { event: 'params', params: { optimizer: { name: 'adam' } } },
        { event: 'end', status: 'finished' },
        { event: 'tag', add: 'reviewed' },
      ),
    });
    expect(store.diagnostics).toEqual([]);
  });

  it('looks at each run of a file of many', async () => {
    const run = (id: string, params: object): object => ({ id, params, tags: ['reviewed'], metrics: { acc: 1 } });
    const store = await openLogs({
      'e/experiment.yaml': settings,
      'e/runs.jsonl': lines(
        run('a', { lr: 1, optimizer: 'sgd', seed: 1 }),
        run('b', { lr: 1, optimizer: 'sgd' }),
        run('c', { optimizers: 'sgd', seed: 1, lr: 1 }),
      ),
    });
    expect(store.diagnostics.map(({ message }) => message)).toEqual([
      'Run "b" lacks what its experiment requires: param "seed".',
      'Run "c" lacks what its experiment requires: param "optimizer".',
    ]);
  });
});
