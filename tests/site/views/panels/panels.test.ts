import { describe, expect, it } from 'vitest';
import { decodeRunSet } from '../../../../src/payload/run-set.ts';
import { dashboard, runsInOrder } from '../../../../src/site/views/dashboard.ts';
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
  return panelViews(dashboard(store, experiment));
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

  describe('with where', () => {
    const settings = (...charts: string[]) =>
      ['metrics: {val/acc: {goal: max, primary: true}}', 'charts:', ...charts.map((chart) => `  - ${chart}`), ''].join(
        '\n',
      );

    it('draws the runs that pass, and says so with the filter and how many they are', async () => {
      const [first] = await viewsOf(settings('{type: bar, x: width, y: val/acc, where: seed = 1 and width != 32}'));
      expect(first?.runs.map(({ name }) => name)).toEqual(['r1', 'r3', 'r7', 'r9', 'r13', 'r15', 'r19', 'r21']);
      expect(first?.text?.caption).toMatch(
        /^Mean val\/acc by width, 8 runs, .* Only where seed = 1 and width != 32: 8 of 24 runs\.$/,
      );
      expect(first?.text?.rows.map(({ cells }) => cells[0])).toEqual(['8', '16']);
    });

    it('hands over which runs of the data file they are', async () => {
      const store = await openLogs({
        'e/experiment.yaml': settings('{type: bar, y: val/acc, where: val/acc > 0.8}'),
        ...sweep,
      });
      const experiment = store.experiments.get('e');
      if (experiment === undefined) throw new Error('no experiment');
      const view = dashboard(store, experiment);
      const [panel, plain] = panelViews(view);
      const isChosen = decodeRunSet(panel?.runSet ?? '');
      const chosen = runsInOrder(view).filter((_, place) => isChosen(place));
      expect(chosen.map(({ id }) => id).sort()).toEqual(panel?.runs.map(({ id }) => id).sort());
      expect(chosen.length).toBeGreaterThan(0);
      expect(plain?.runSet).toBeUndefined();
      expect(plain?.runs).toHaveLength(24);
    });

    it('takes archived runs only where it speaks of them, and the clock from the newest record', async () => {
      const at = (day: number, more = {}) =>
        lines(
          { event: 'start', time: `2026-03-0${day}T00:00:00Z`, params: { width: day }, ...more },
          { step: 1, time: `2026-03-0${day}T01:00:00Z`, 'val/acc': day / 10 },
        );
      const runs = {
        'e/runs/old.jsonl': at(1, { tags: ['keep'] }),
        'e/runs/put-away.jsonl': `${at(3)}{"event":"archive","archived":true}\n`,
        'e/runs/late.jsonl': at(4),
        'e/runs/last.jsonl': at(5),
      };
      const views = await viewsOf(
        settings(
          '{type: bar, y: val/acc, where: started > -2d}',
          '{type: bar, y: val/acc, where: "is:archived"}',
          '{type: bar, y: val/acc, where: status = running}',
        ),
        runs,
      );
      expect(views.slice(0, 3).map(({ runs: drawn }) => drawn.map(({ name }) => name))).toEqual([
        ['last', 'late'],
        ['put-away'],
        ['last', 'late'],
      ]);
      expect(views[1]?.text?.caption).toMatch(/Only where is:archived: 1 of 4 runs\.$/);
    });

    it('says in its place why it draws nothing', async () => {
      const views = await viewsOf(
        settings(
          '{type: bar, y: val/acc, where: width > 100}',
          '{type: bar, y: val/acc, where: witdh > 1, title: Wide}',
          '{type: bar, y: val/acc, where: width >}',
          '{type: roc, runs: [r1], where: seed = 0}',
        ),
      );
      expect(views.slice(0, 4).map(({ title, fault }) => `${title}: ${fault}`)).toMatchInlineSnapshot(`
        [
          "Bars: None of 24 runs passes the filter width > 100.",
          "Wide: The filter witdh > 1 cannot be used. No run has a field, metric or param "witdh". Did you mean width?",
          "Bars: The filter width > cannot be used. A value is missing here.",
          "ROC curve: There is no run that passes the filter "r1".",
        ]
      `);
    });
  });
});
