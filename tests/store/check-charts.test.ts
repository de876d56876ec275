import { describe, expect, it } from 'vitest';
import { lines, openLogs, tell } from './log-folder.ts';

const run = lines(
  { event: 'start', params: { optimizer: { lr: 0.1 }, width: 8 } },
  { step: 1, 'val/acc': 0.5 },
  { event: 'table', name: 'roc', kind: 'roc', columns: ['fpr', 'tpr'], rows: [[0, 0]] },
  { event: 'histogram', name: 'weights', step: 1, edges: [0, 1], counts: [3] },
);

describe('charts: in experiment.yaml', () => {
  it('warns of each name that no run has at its place, with the nearest one', async () => {
    const store = await openLogs({
      'e/experiment.yaml': [
        'charts:',
        '  - {type: wrong}',
        '  - {type: scatter, x: lr, y: val/ac, color: width}',
        '  - {type: box, x: val/acc, y: width}',
        '  - type: parallel',
        '    axes: [width, depth]',
        '  - {type: roc, table: rocc, runs: [a, b]}',
        '  - {type: histogram, name: weight}',
        '',
      ].join('\n'),
      'e/runs/a.jsonl': run,
    });
    expect(tell(store.diagnostics.filter(({ severity }) => severity === 'warning'))).toEqual([
      'e/experiment.yaml:3:24 warning unknown-chart-name',
      'e/experiment.yaml:3:31 warning unknown-chart-name',
      'e/experiment.yaml:4:20 warning unknown-chart-name',
      'e/experiment.yaml:4:32 warning unknown-chart-name',
      'e/experiment.yaml:6:19 warning unknown-chart-name',
      'e/experiment.yaml:7:24 warning unknown-chart-name',
      'e/experiment.yaml:7:40 warning unknown-chart-name',
      'e/experiment.yaml:8:29 warning unknown-chart-name',
    ]);
    expect(
      store.diagnostics.filter(({ severity }) => severity === 'warning').map(({ message }) => message),
    ).toMatchInlineSnapshot(`
      [
        "No run has the metric or param "lr". Did you mean "optimizer.lr"?",
        "No run has the metric or param "val/ac". Did you mean "val/acc"?",
        "No run has the param "val/acc".",
        "No run has the metric "width".",
        "No run has the metric or param "depth".",
        "No run has the table "rocc". Did you mean "roc"?",
        "There is no run "b". Did you mean "a"?",
        "No run has the histogram "weight". Did you mean "weights"?",
      ]
    `);
  });

  it('takes metrics with a part, names with their kind, tables, histograms and runs that are there', async () => {
    const store = await openLogs({
      'e/experiment.yaml': [
        'charts:',
        '  - {type: scatter, x: param:width, y: metric:val/acc.last}',
        '  - {type: roc, table: roc, runs: [a, e/a]}',
        '  - {type: histogram, name: weights, run: a}',
        '  - {type: importance}',
        '',
      ].join('\n'),
      'e/runs/a.jsonl': run,
    });
    expect(tell(store.diagnostics)).toEqual([]);
  });

  it('says nothing while an experiment has no run', async () => {
    const store = await openLogs({ 'e/experiment.yaml': 'charts: [{type: scatter, x: lr, y: acc}]\n' });
    expect(tell(store.diagnostics)).toEqual([]);
  });
});
