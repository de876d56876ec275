import { describe, expect, it } from 'vitest';
import { createUrls } from '../../../../src/site/urls.ts';
import { answerView } from '../../../../src/site/views/questions/answer-view.ts';
import { differenceText } from '../../../../src/site/views/questions/cell-words.ts';
import { viewCompareLink } from '../../../../src/site/views/questions/compare-link.ts';
import { shownCells } from '../../../../src/site/views/questions/shown-cell.ts';
import { viewRules } from '../../../../src/site/views/questions/view-words.ts';
import type { ViewPage } from '../../../../src/store/view-page.ts';
import { lines, openLogs } from '../../../store/log-folder.ts';

const run = (lr: number, acc: number): string =>
  lines({ event: 'start', params: { lr } }, { step: 1, acc }, { event: 'end', status: 'finished' });

async function viewOf(text: string, values: Record<string, number[]>, experiments = ['e']): Promise<ViewPage> {
  const files = experiments.flatMap((experiment) =>
    Object.entries(values).flatMap(([lr, own]) =>
      own.map((acc, i) => [`${experiment}/runs/lr${lr}-${i}.jsonl`, run(Number(lr), acc)]),
    ),
  );
  const store = await openLogs({ ...Object.fromEntries(files), '_views/v.yaml': text });
  const view = store.views.get('v');
  if (view === undefined) throw new Error('no view');
  return view;
}

const ablation = 'kind: ablation\nrows: [lr]\nmetric: acc\nbaseline: 0\n';

describe('the words of a cell', () => {
  it('name the baseline, what is significant with its p, and why something was not tested', async () => {
    const view = await viewOf(ablation, {
      0: [0.5, 0.52, 0.51],
      1: [0.7, 0.72, 0.71],
      2: [0.5, 0.53, 0.51],
      3: [0.9, 0.8],
      4: [Number.NaN],
    });
    const given = answerView(view);
    const [table] = given.kind === 'ablation' ? given.answer.tables : [];
    const cells = table === undefined ? [] : shownCells(table.paper, table.cellRuns).flat();
    expect(cells.map(({ text, count, difference, verdict }) => [text, count, difference, verdict].join(' | '))).toEqual(
      [
        '0.510 ± 0.025 | n = 3 |  | baseline',
        '0.710 ± 0.025 | n = 3 | +0.2 | significantly better, p < 0.0001',
        '0.513 ± 0.038 | n = 3 | +0.0033 | no significant difference, p = 0.77',
        '0.900, 0.800 | n = 2 | +0.34 | not tested: fewer than 3 seeds',
      ],
    );
    expect(cells.map(({ sign }) => sign)).toEqual([undefined, '*', undefined, undefined]);
  });

  it('say that the baseline is too small, and that nothing varies', async () => {
    const verdicts = async (values: Record<string, number[]>) => {
      const given = answerView(await viewOf(ablation, values));
      const [table] = given.kind === 'ablation' ? given.answer.tables : [];
      return table === undefined ? [] : shownCells(table.paper).map(([cell]) => cell?.verdict);
    };
    expect(await verdicts({ 0: [0.5, 0.6], 1: [0.1, 0.2, 0.3] })).toEqual([
      'baseline',
      'not tested: the baseline has fewer than 3 seeds',
    ]);
    expect(await verdicts({ 0: [0.5, 0.5, 0.5], 1: [0.1, 0.1, 0.1] })).toEqual([
      'baseline',
      'not tested: no spread to judge by',
    ]);
  });

  it('sign a difference', () => {
    expect([0.01234, -3, 0].map(differenceText)).toEqual(['+0.012', '−3', '±0']);
  });
});

describe('the rules of a view', () => {
  it('name the runs, the value of each metric, who takes part, and the test', async () => {
    const view = await viewOf(`${ablation}where: lr < 5\n`, { 0: [1, 2, 3], 1: [1, 2, 4] });
    expect(viewRules(answerView(view))).toMatchInlineSnapshot(`
      [
        "Runs of all experiments, where lr < 5.",
        "acc: highest value of each run; higher is better.",
        "Failed, killed, crashed, running, diverged and archived runs are no seeds of a group.",
        "Against the baseline: Welch's t test, two-sided; p corrected over all tests of the table after Holm; below 0.05 a difference is called significant. Fewer than 3 seeds are not tested.",
      ]
    `);
    const plain = await viewOf('metric: acc\nexperiments: [e]\n', { 0: [1, 2] });
    expect(viewRules(answerView(plain))).toMatchInlineSnapshot(`
      [
        "Runs of e.",
        "acc: highest value of each run; higher is better.",
        "Failed, killed, diverged and archived runs left out; a run without an end is ranked and marked.",
      ]
    `);
    const timed = await viewOf('metric: acc\nwhere: not is:running\n', { 0: [1] });
    expect(viewRules(answerView(timed)).join(' ')).toContain('at the newest record of the logs');
  });
});

describe('the link to compare', () => {
  const urls = createUrls('/');
  it('names few runs one by one, and the filter with its experiments where there is one', async () => {
    const few = await viewOf('metric: acc\n', { 0: [1, 2] });
    expect(viewCompareLink(few, urls)).toBe('/compare/?run=e/lr0-0&run=e/lr0-1');
    const filtered = await viewOf('where: "acc > 0 and lr = 0"\nexperiments: ["e*"]\n', { 0: [1, 2] }, ['e', 'e2']);
    expect(viewCompareLink(filtered, urls)).toBe('/compare/?e=e&e=e2&where=acc+%3E+0+and+lr+%3D+0');
    const all = await viewOf('where: acc > 0\n', { 0: [1, 2] });
    expect(viewCompareLink(all, urls)).toBe('/compare/?where=acc+%3E+0');
  });

  it('names the experiments of many runs that no filter chose', async () => {
    const many = await viewOf('metric: acc\n', { 0: Array.from({ length: 20 }, (_, i) => i) }, ['a', 'b,c']);
    expect(new URL(viewCompareLink(many, urls), 'https://a.example').searchParams.get('where')).toBe(
      'experiment in [a, "b,c"]',
    );
  });
});
