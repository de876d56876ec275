import { describe, expect, it } from 'vitest';
import { dashboard } from '../../../../src/site/views/dashboard.ts';
import { type PanelView, panelViews } from '../../../../src/site/views/panels/panels.ts';
import { lines, openLogs } from '../../../store/log-folder.ts';

/** Runs of a sweep whose accuracy follows the step size, two seeds each. */
const sweep = Object.fromEntries(
  Array.from({ length: 24 }, (_, i) => {
    const lr = 10 ** (-4 + Math.floor(i / 2) / 4);
    const params = { optimizer: { lr }, width: [8, 16, 32][i % 3], name: `run ${i}`, seed: i % 2 };
    const acc = 0.5 + 0.03 * Math.floor(i / 2) + 0.001 * (i % 2);
    return [
      `e/runs/r${i}.jsonl`,
      lines({ event: 'start', params, seed: i % 2 }, { step: 1, 'val/acc': acc }, { event: 'end', status: 'finished' }),
    ];
  }),
);

async function viewsOf(settings: string, runs: Record<string, string> = sweep): Promise<PanelView[]> {
  const store = await openLogs({ 'e/experiment.yaml': settings, ...runs });
  const experiment = store.experiments.get('e');
  if (experiment === undefined) throw new Error('no experiment');
  return panelViews(dashboard(store, experiment)).views;
}

describe('panelViews', () => {
  it('shows by default the param that tells most, the spread, importance, and parallel coordinates', async () => {
    const views = await viewsOf('metrics: {val/acc: {goal: max, primary: true}}\n');
    expect(views.map(({ name }) => name)).toEqual([
      'scatter:param:optimizer.lr:metric:val/acc',
      'histogram:val/acc',
      'importance:val/acc',
      'parallel:param:optimizer.lr:param:width:param:name:metric:val/acc',
    ]);
    const [scatter, , importance] = views.map(({ spec }) => spec);
    expect(scatter).toMatchObject({ type: 'scatter', xScale: 'log', y: { goal: 'max' } });
    if (importance?.type !== 'importance') throw new Error('no importance');
    expect(importance.rows[0]?.param).toBe('optimizer.lr');
    expect(importance.rows[0]?.rho).toBeGreaterThan(0.99);
    expect(importance.leftOut).toEqual(['name']);
    expect(importance.of).toBe(24);
  });

  it('shows what charts asks for first, in its order, and no default of the same kind', async () => {
    const views = await viewsOf(
      [
        'metrics: {val/acc: {goal: max, primary: true}}',
        'charts:',
        '  - {type: box, x: width, y: val/acc, title: By width, size: full}',
        '  - {type: scatter, x: width, y: val/acc}',
        '  - {type: scatter, x: width, y: val/acc}',
        '  - {type: bar, y: val/acc}',
        '',
      ].join('\n'),
    );
    expect(views.slice(0, 4).map(({ name, title, size }) => [name, title, size])).toEqual([
      ['box:width:val/acc', 'By width', 'full'],
      ['scatter:width:val/acc', 'val/acc against width', 'half'],
      ['scatter:width:val/acc:2', 'val/acc against width', 'half'],
      ['bar:val/acc', 'val/acc by run', 'half'],
    ]);
    expect(views.filter(({ name }) => name.startsWith('scatter'))).toHaveLength(2);
  });

  it('says in its place why a panel cannot be drawn', async () => {
    const views = await viewsOf(
      [
        'metrics: {val/acc: {goal: max, primary: true}}',
        'charts:',
        '  - {type: scatter, x: lr, y: val/acc}',
        '  - {type: scatter, x: width, y: val/acc, pareto: true}',
        '  - {type: confusion}',
        '  - {type: roc}',
        '  - {type: histogram, name: weights}',
        '  - {type: confusion, run: nobody}',
        '  - {type: importance, params: [width, seed]}',
        '',
      ].join('\n'),
    );
    expect(views.flatMap(({ fault }) => fault ?? [])).toMatchInlineSnapshot(`
      [
        "No run has the metric or param "lr".",
        "A Pareto front needs two metrics with a goal; width has none.",
        "No run logged a table of kind confusion.",
        "No run logged a table of kind roc.",
        "No run logged a histogram "weights".",
        "There is no run "nobody".",
      ]
    `);
  });

  it('draws what runs logged: the best run, or the one that is named', async () => {
    const logged = (name: string, count: number) =>
      lines(
        { step: 1, 'val/acc': count / 10 },
        {
          event: 'table',
          kind: 'confusion',
          name: 'val',
          step: 1,
          columns: ['a', 'b'],
          rows: [
            [1, 0],
            [0, 1],
          ],
        },
        {
          event: 'table',
          kind: 'confusion',
          name: 'val',
          step: 2,
          columns: ['a', 'b'],
          rows: [
            [count, 0],
            [1, 1],
          ],
        },
        {
          event: 'table',
          kind: 'roc',
          name,
          columns: ['fpr', 'tpr'],
          rows: [
            [0, 0],
            [0, 1],
            [1, 1],
          ],
        },
        { event: 'histogram', name: 'w', step: 1, edges: [0, 1], counts: [count] },
        { event: 'end', status: 'finished' },
      );
    const views = await viewsOf(
      'metrics: {val/acc: {goal: max, primary: true}}\n' +
        'charts:\n  - {type: confusion}\n  - {type: confusion, run: a}\n  - {type: roc}\n  - {type: histogram, name: w}\n',
      { 'e/runs/a.jsonl': logged('one', 3), 'e/runs/b.jsonl': logged('two', 7) },
    );
    const specs = views.map(({ spec }) => spec);
    expect(specs[0]).toMatchObject({
      step: 2,
      matrix: {
        counts: [
          [7, 0],
          [1, 1],
        ],
      },
    });
    expect(specs[1]).toMatchObject({
      step: 2,
      matrix: {
        counts: [
          [3, 0],
          [1, 1],
        ],
      },
    });
    expect(specs[2]).toMatchObject({ curves: [{ runId: 'e/b' }, { runId: 'e/a' }] });
    expect(specs[3]).toMatchObject({ type: 'step-histogram', steps: [{ step: 1, counts: [7] }] });
    expect(views[0]?.title).toBe('val of b');
  });

  it('shows nothing of its own accord for a few runs, or without a metric', async () => {
    const few = Object.fromEntries(Object.entries(sweep).slice(0, 3));
    expect(await viewsOf('title: few\n', few)).toEqual([]);
    expect(await viewsOf('title: none\n', { 'e/runs/a.jsonl': lines({ event: 'start', params: { lr: 1 } }) })).toEqual(
      [],
    );
  });
});
