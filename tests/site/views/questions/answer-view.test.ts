import { describe, expect, it } from 'vitest';
import { compareGroups } from '../../../../src/series/compare-groups.ts';
import { answerView, paperTables, type ViewAnswer } from '../../../../src/site/views/questions/answer-view.ts';
import { type LogFiles, lines, openLogs } from '../../../store/log-folder.ts';

const run = (params: object, values: Record<string, number>, status: string | null = 'finished'): string =>
  lines(
    { event: 'start', time: '2026-03-01T00:00:00Z', params },
    { step: 1, ...values },
    ...(status === null ? [] : [{ event: 'end', time: '2026-03-01T01:00:00Z', status }]),
  );

/** Runs of `values` by group, seeds counted up: `{'lr-0.1': [0.5, 0.6]}` at lr 0.1. */
function seeds(values: Record<string, number[]>, experiment = 'e'): LogFiles {
  return Object.fromEntries(
    Object.entries(values).flatMap(([lr, own]) =>
      own.map((acc, seed) => [`${experiment}/runs/lr${lr}-s${seed}.jsonl`, run({ lr: Number(lr), seed }, { acc })]),
    ),
  );
}

async function answerOf(view: string, logs: LogFiles): Promise<ViewAnswer> {
  const store = await openLogs({ ...logs, '_views/v.yaml': view });
  const found = store.views.get('v');
  if (found === undefined) throw new Error('no view');
  return answerView(found);
}

async function answered<Kind extends ViewAnswer['kind']>(kind: Kind, view: string, logs: LogFiles) {
  const given = await answerOf(view, logs);
  if (given.kind !== kind) throw new Error(`${given.kind}: ${given.kind === 'nothing' ? given.reason : ''}`);
  return given as Extract<ViewAnswer, { kind: Kind }>;
}

describe('a leaderboard', () => {
  it('ranks runs of any experiment by the goal; equal values share a rank, and gaps count from the first', async () => {
    const { answer } = await answered('leaderboard', 'metric: acc\nlimit: 3\n', {
      ...seeds({ 0.1: [0.8, 0.9] }, 'a'),
      ...seeds({ 0.1: [0.9, 0.7] }, 'b/c'),
    });
    expect(answer.rows.map(({ rank, runs, gap }) => [rank, runs[0]?.run.id, Number(gap.toFixed(3))])).toEqual([
      [1, 'a/lr0.1-s1', 0],
      [1, 'b/c/lr0.1-s0', 0],
      [3, 'a/lr0.1-s0', 0.1],
    ]);
    expect(answer.cut).toBe(1);
    expect(answer.paper.rows.map(({ cells: [cell] }) => cell?.isBest)).toEqual([true, true, false]);
  });

  it('leaves out runs that failed or diverged and values that are not finite, and counts them', async () => {
    const { answer } = await answered('leaderboard', 'experiments: [e]\nmetric: loss\n', {
      'e/experiment.yaml': 'metrics: {loss: {goal: min, primary: true, summary: last}, other: {goal: min}}\n',
      'e/runs/a.jsonl': run({ x: 1 }, { loss: 2 }),
      'e/runs/b.jsonl': run({ x: 2 }, { loss: 1 }, 'failed'),
      'e/runs/c.jsonl': run({ x: 3 }, { other: 1 }),
      'e/runs/d.jsonl': run({ x: 4 }, { loss: 3 }, null),
    });
    expect(answer.rows.map(({ runs }) => runs[0]?.run.run)).toEqual(['a', 'd']);
    expect([answer.leftOut, answer.unranked]).toEqual([1, 1]);
  });

  it('ranks groups by their mean where group_by is given, and a run that goes on is no seed of them', async () => {
    const { answer } = await answered('leaderboard', 'metric: acc\ngroup_by: [lr]\n', {
      ...seeds({ 0.1: [0.7, 0.8, 0.9], 0.2: [0.95, 0.5, 0.5] }),
      'e/runs/going.jsonl': run({ lr: 0.2, seed: 9 }, { acc: 1 }, null),
    });
    expect(answer.rows.map(({ rank, runs }) => [rank, runs.length])).toEqual([
      [1, 3],
      [2, 3],
    ]);
    expect(answer.rows[1]?.gap).toBeCloseTo(0.15, 12);
    expect(answer.leftOut).toBe(1);
  });

  it('takes the goal that the view says before that of the experiments', async () => {
    const logs = seeds({ 0.1: [0.7, 0.9] });
    const first = async (view: string): Promise<string | undefined> =>
      (await answered('leaderboard', view, logs)).answer.rows[0]?.runs[0]?.run.run;
    expect(await first('metric: acc\n')).toBe('lr0.1-s1');
    expect(await first('metric: acc\ngoal: min\n')).toBe('lr0.1-s0');
  });

  it('ranks nothing without a goal, and says what to write', async () => {
    const given = await answerOf('metric: speed\n', { 'e/runs/a.jsonl': run({ x: 1 }, { speed: 5 }) });
    expect(given).toMatchObject({ kind: 'nothing', reason: expect.stringContaining('Set goal: min or goal: max') });
  });
});

describe('an ablation', () => {
  const values = { 0: [0.5, 0.52, 0.51], 0.1: [0.6, 0.62, 0.61], 10: [0.4, 0.41], 2: [0.51, 0.53, 0.5] };

  it('holds each group against the baseline with the tests of the statistics, corrected over the table', async () => {
    const { answer } = await answered(
      'ablation',
      'kind: ablation\nrows: [lr]\nmetric: acc\nbaseline: 0\n',
      seeds(values),
    );
    const [table] = answer.tables;
    expect(table?.paper.rows.map(({ labels }) => labels[0])).toEqual(['0', '0.1', '2', '10']);
    const samples = [values[0], values[0.1], values[2], values[10]].map((own) => ({ name: '', values: own }));
    const { pairs } = compareGroups(samples, { baseline: 0 });
    const cells = table?.paper.rows.map(({ cells: [cell] }) => cell) ?? [];
    expect(cells.map((cell) => cell?.p)).toEqual([undefined, ...pairs.map(({ pHolm }) => pHolm)]);
    expect(cells.map((cell) => cell?.difference)).toEqual([undefined, ...pairs.map(({ difference }) => difference)]);
    expect(cells.map((cell) => cell?.mark)).toEqual([undefined, 'better', undefined, undefined]);
    expect(cells.map((cell) => [cell?.isBaseline, cell?.isBest])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
    ]);
    expect(cells[3]?.half).toBeUndefined();
    expect(table?.cellRuns.map(([runs]) => runs?.length)).toEqual([3, 3, 3, 2]);
  });

  it('finds the baseline by a run of it, and says when there is none', async () => {
    const view = (baseline: string): string => `kind: ablation\nrows: [lr]\nmetric: acc\nbaseline: ${baseline}\n`;
    const byRun = await answered('ablation', view('e/lr0.1-s2'), seeds(values));
    expect(byRun.answer.tables[0]?.paper.rows.map(({ isBaseline }) => isBaseline)).toEqual([false, true, false, false]);
    const none = await answered('ablation', view('7'), seeds(values));
    expect(none.answer.remarks).toEqual(['The baseline "7" is no group of this table: nothing is tested.']);
  });

  const grid = {
    'e/runs/a0.jsonl': run({ w: 1, lr: 0.1, seed: 0 }, { acc: 0.5 }),
    'e/runs/a1.jsonl': run({ w: 1, lr: 0.1, seed: 1 }, { acc: 0.52 }),
    'e/runs/a2.jsonl': run({ w: 1, lr: 0.1, seed: 2 }, { acc: 0.51 }),
    'e/runs/b0.jsonl': run({ w: 2, lr: 0.1, seed: 0 }, { acc: 0.7 }),
    'e/runs/b1.jsonl': run({ w: 2, lr: 0.1, seed: 1 }, { acc: 0.72 }),
    'e/runs/b2.jsonl': run({ w: 2, lr: 0.1, seed: 2 }, { acc: 0.71 }),
    'e/runs/c0.jsonl': run({ w: 1, lr: 0.5, seed: 0 }, { acc: 0.9 }),
    'e/runs/c1.jsonl': run({ w: 1, lr: 0.5, seed: 1 }, { acc: 0.93 }),
    'e/runs/c2.jsonl': run({ w: 1, lr: 0.5, seed: 2 }, { acc: 0.92 }),
    'e/runs/d0.jsonl': run({ w: 3, lr: 0.1, seed: 0 }, { acc: 0.5 }, 'failed'),
  };
  const cellsOf = async (baseline: string) => {
    const view = `kind: ablation\nrows: [w]\ncolumns: [lr]\nmetric: acc\nbaseline: ${baseline}\n`;
    const { answer } = await answered('ablation', view, grid);
    return { answer, cells: answer.tables[0]?.paper.rows.map(({ cells }) => cells) ?? [] };
  };

  it('lays rows and columns out as a grid with one best, cells without runs empty, and one cell as the baseline', async () => {
    const { answer, cells } = await cellsOf('[1, 0.1]');
    expect(answer.tables[0]?.paper.metrics.map(({ label }) => label)).toEqual(['lr = 0.1', 'lr = 0.5']);
    expect(cells.map((row) => row.map(({ figures }) => figures.n))).toEqual([
      [3, 3],
      [3, 0],
    ]);
    expect(cells.flat().map(({ isBest }) => isBest)).toEqual([false, true, false, false]);
    expect(cells.flat().map(({ isBaseline }) => isBaseline)).toEqual([true, false, false, false]);
    const { pairs } = compareGroups(
      [
        [0.5, 0.52, 0.51],
        [0.9, 0.93, 0.92],
        [0.7, 0.72, 0.71],
      ].map((own) => ({ name: '', values: own })),
      { baseline: 0 },
    );
    expect(cells.flat().map(({ p }) => p)).toEqual([undefined, ...pairs.map(({ pHolm }) => pHolm), undefined]);
    expect(answer.empty.map(({ labels }) => labels)).toEqual([['3', '0.1']]);
    expect(answer.tables[0]?.paper.caption.at(-1)).toContain('1 run left out');
  });

  it('holds each column against its own cell where the baseline names a row', async () => {
    const { cells } = await cellsOf('1');
    expect(cells.flat().map(({ isBaseline }) => isBaseline)).toEqual([true, true, false, false]);
    expect(cells[1]?.[0]?.difference).toBeCloseTo(0.2, 12);
    expect(cells[0]?.[1]?.difference).toBeUndefined();
  });
});

describe('curves', () => {
  it('draws the best run of each group, or all of them as a mean, best group first', async () => {
    const logs = seeds({ 1: [0.5, 0.6], 2: [0.9, 0.8] });
    const best = await answered('curves', 'kind: curves\nmetric: acc\ngroup_by: [lr]\n', logs);
    expect(best.answer.lines.map(({ label, runs }) => [label, runs.map((own) => own.run.run)])).toEqual([
      ['lr 2', ['lr2-s0']],
      ['lr 1', ['lr1-s1']],
    ]);
    const mean = await answered('curves', 'kind: curves\nmetric: acc\ngroup_by: [lr]\nlines: mean\nlimit: 1\n', logs);
    expect(mean.answer.lines.map(({ runs }) => runs.length)).toEqual([2]);
    expect(mean.answer.cut).toBe(1);
  });

  it('groups as the experiments say where the view does not', async () => {
    const logs = { ...seeds({ 1: [0.5], 2: [0.9] }), 'e/experiment.yaml': 'group_by: [lr]\n' };
    const { answer } = await answered('curves', 'kind: curves\nmetric: acc\n', logs);
    expect(answer.keys.map(({ name }) => name)).toEqual(['lr']);
  });
});

describe('a view without an answer', () => {
  it('says why: the filter, the runs, the metric, or that no run counts', async () => {
    const logs = { 'e/runs/a.jsonl': run({ x: 1 }, { acc: 1 }, 'failed') };
    const reason = async (view: string): Promise<string> => {
      const given = await answerOf(view, logs);
      expect(paperTables(given)).toEqual([]);
      return given.kind === 'nothing' ? given.reason : '';
    };
    expect(await reason('where: acc >\n')).toContain('The filter cannot be used.');
    expect(await reason('where: acc > 5\n')).toBe('No run passes what this view asks for.');
    expect(await reason('metric: loss\n')).toContain('none of the metrics that it names');
    expect(await reason('metric: acc\n')).toContain('No run that counts has a finite acc');
  });
});
