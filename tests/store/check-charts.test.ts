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

  it('tells what is wrong with a filter at its line and column within the text', async () => {
    const store = await openLogs({
      'e/experiment.yaml': [
        'charts:',
        '  - {type: bar, y: val/acc, where: width > 4 and}',
        '  - {type: bar, y: val/acc, where: "width > 4 and wdith < 9"}',
        '  - type: bar',
        '    y: val/acc',
        '    where: >',
        '      width > 4',
        '      and status = done',
        '  - {type: bar, y: val/acc, where: "name ~ \\"(\\""}',
        '  - {type: bar, y: val/acc, where: val/acc > high}',
        '  - {type: bar, y: val/acc, where: width = 8 and status = finished}',
        '  - {type: bar, y: val/acc, where: 5}',
        '',
      ].join('\n'),
      'e/runs/a.jsonl': run,
    });
    const found = store.diagnostics.filter(({ file }) => file.endsWith('e/experiment.yaml'));
    expect(
      found.map(({ line, column, severity, code, message }) => `${line}:${column} ${severity} ${code} ${message}`),
    ).toMatchInlineSnapshot(`
      [
        "2:49 error filter-invalid A condition such as val/acc > 0.9 is missing here.",
        "3:51 warning unknown-chart-name No run has a field, metric or param "wdith". Did you mean edits?",
        "8:20 error filter-invalid A status is one of finished, failed, killed, running, crashed, unknown; found "done".",
        "9:45 error filter-invalid This pattern cannot be read as a regular expression: missing closing ): \`(\`.",
        "10:46 error filter-invalid "val/acc" is a number, found "high".",
        "12:36 error wrong-type "charts.6.where" should be text. It is left out.",
      ]
    `);
    expect(store.experiments.get('e')?.settings.charts).toHaveLength(6);
  });

  it('judges no name while an experiment has no run, and every filter', async () => {
    const chart = (where: string) => `charts: [{type: scatter, x: lr, y: acc, where: ${where}}]\n`;
    const store = await openLogs({
      'e/experiment.yaml': chart('loss < 1'),
      'f/experiment.yaml': chart('loss <'),
    });
    expect(tell(store.diagnostics)).toEqual(['f/experiment.yaml:1:54 error filter-invalid']);
  });
});
