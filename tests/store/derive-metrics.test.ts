import { describe, expect, it } from 'vitest';
import { openLogs, tell } from './log-folder.ts';

const log = [
  { event: 'start', params: { lr: 0.5 } },
  { step: 1, 'train/acc': 0.5, 'val/acc': 0.25 },
  { step: 2, 'train/acc': 0.75 },
  { step: 3, 'train/acc': 1, 'val/acc': 0.5 },
  { event: 'end', status: 'finished', metrics: { 'test/acc': 0.5 } },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join('');

describe('derived metrics', () => {
  it('are worked out at each step that their metrics share, and can be charted', async () => {
    const store = await openLogs({
      'e/experiment.yaml': 'derived: {gap: train/acc - val/acc}\n',
      'e/runs/a.jsonl': log,
    });
    expect(tell(store.diagnostics)).toEqual([]);
    expect(store.runs.get('e/a')?.metrics.get('gap')).toMatchObject({
      first: 0.25,
      last: 0.5,
      lastStep: 3,
      count: 2,
      max: 0.5,
    });
    expect((await store.readSeries('e/a')).metrics.get('gap')).toMatchObject({ steps: [1, 3], values: [0.25, 0.5] });
  });

  it('build on params, on each other in any order, and on single values where no step is shared', async () => {
    const settings = 'derived:\n  twice: scaled * 2\n  scaled: val/acc / lr\n  over: test/acc - val/acc\n';
    const store = await openLogs({ 'e/experiment.yaml': settings, 'e/runs/a.jsonl': log });
    const { metrics } = store.runs.get('e/a') ?? { metrics: new Map() };
    expect(metrics.get('scaled')).toMatchObject({ last: 1, count: 2 });
    expect(metrics.get('twice')).toMatchObject({ last: 2, count: 2 });
    expect(metrics.get('over')).toMatchObject({ last: 0, lastStep: 3, count: 1 });
  });

  it('are worked out in every kind of run, from the settings of the site too', async () => {
    const store = await openLogs({
      '_site.yaml': 'derived: {double: acc * 2}\n',
      'e/runs.jsonl': '{"id":"x","series":{"acc":[0.1,0.2]}}\n',
      'e/runs.yaml': 'id: y\nmetrics: {acc: 0.3}\n',
      'e/runs/z.yaml': 'metrics: {acc: 0.4}\n',
    });
    const values = ['x', 'y', 'z'].map((run) => store.runs.get(`e/${run}`)?.metrics.get('double')?.last);
    expect(values).toEqual([0.4, 0.6, 0.8]);
    expect((await store.readSeries('e/x')).metrics.get('double')?.values).toEqual([0.2, 0.4]);
  });

  it('leave a metric alone that was logged under their name, and a run without their metrics', async () => {
    const store = await openLogs({
      'e/experiment.yaml': 'derived: {gap: train/acc - val/acc}\n',
      'e/runs/a.jsonl': '{"step":1,"gap":7,"train/acc":1,"val/acc":0.5}\n',
      'e/runs/b.jsonl': '{"step":1,"loss":1}\n',
    });
    expect(store.runs.get('e/a')?.metrics.get('gap')?.last).toBe(7);
    expect((await store.readSeries('e/a')).metrics.get('gap')?.values).toEqual([7]);
    expect(store.runs.get('e/b')?.metrics.has('gap')).toBe(false);
  });

  describe('of a run too long to keep', () => {
    const count = 30_000;
    const value = (step: number): number => Math.sin(step / 50);

    it('are worked out at every step', async () => {
      const lines = Array.from({ length: count }, (_, step) => `{"step":${step},"a":${value(step)},"b":${step}}\n`);
      const store = await openLogs({
        'e/experiment.yaml': 'derived: {sum: a + b * scale, twice: sum * 2}\n',
        'e/runs/x.jsonl': `{"event":"start","params":{"scale":2}}\n${lines.join('')}`,
      });
      expect(tell(store.diagnostics)).toEqual([]);
      const last = value(count - 1) + (count - 1) * 2;
      expect(store.runs.get('e/x')?.metrics.get('sum')).toMatchObject({ count, first: 0, last, lastStep: count - 1 });
      expect(store.runs.get('e/x')?.metrics.get('twice')).toMatchObject({ count, last: 2 * last });
      expect((await store.readSeries('e/x')).metrics.get('sum')).toMatchObject({ total: count, reduced: true });
    });

    it('join what stands on other lines and at every tenth step, and what a resumed run writes again', async () => {
      const lines: string[] = [];
      for (let step = 0; step < count; step += 1) {
        lines.push(`{"step":${step},"a":${step}}\n`);
        if (step % 10 === 9) lines.push(`{"step":${step},"b":1}\n`);
      }
      lines.push(`{"step":9,"a":5}\n`, `{"step":9,"b":2}\n`);
      const store = await openLogs({
        'e/experiment.yaml': 'derived: {gap: a - b}\n',
        'e/runs/x.jsonl': lines.join(''),
      });
      expect(store.runs.get('e/x')?.metrics.get('gap')).toMatchObject({
        count: count / 10 + 2,
        first: 8,
        last: 3,
        lastStep: 9,
        max: count - 2,
      });
    });

    it('say how many steps could not be joined because their metrics stand too far apart', async () => {
      const far = 60_000;
      const lines = ['a', 'b'].flatMap((name) =>
        Array.from({ length: far }, (_, step) => `{"step":${step},"${name}":${step}}\n`),
      );
      const store = await openLogs({
        'e/experiment.yaml': 'derived: {sum: a + b}\n',
        'e/runs/x.jsonl': lines.join(''),
      });
      expect(tell(store.diagnostics)).toEqual(['e/runs/x.jsonl:1:1 note derived-incomplete']);
      expect(store.diagnostics[0]?.message).toContain('missing at 10,000 steps');
      expect(store.runs.get('e/x')?.metrics.get('sum')).toMatchObject({ count: 50_000, last: 2 * (far - 1) });
    });
  });

  it('are refused with the place in the formula, and rings are told and left out', async () => {
    const settings = 'derived:\n  bad: train/acc +\n  a: b + 1\n  b: a + 1\n  good: train/acc * 2\n';
    const store = await openLogs({ 'e/experiment.yaml': settings, 'e/runs/a.jsonl': log });
    const told = tell(store.diagnostics);
    expect(told).toContain('e/experiment.yaml:2:19 error formula-invalid');
    expect(told.filter((line) => line.includes('formula-cycle')).length).toBeGreaterThan(0);
    expect(store.runs.get('e/a')?.metrics.get('good')?.last).toBe(2);
  });
});
