import type { ViewKind } from '../../../format/view-page.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import { rankableRule } from '../ranked-runs.ts';
import { paperTables, type ViewAnswer } from './answer-view.ts';

/** A kind of view, as a reader knows it. */
export const kindWords: Readonly<Record<ViewKind, string>> = {
  leaderboard: 'Leaderboard',
  ablation: 'Ablation',
  curves: 'Learning curves',
};

/** By what rule a view was worked out, in sentences. */
export function viewRules(given: ViewAnswer): string[] {
  const { view } = given;
  const rules = [
    `Runs ${scopeText(view)}.`,
    ...(speaksOfTime(view)
      ? ['Running and crashed are told apart, and times such as -7d counted, at the newest record of the logs.']
      : []),
  ];
  if (given.kind === 'nothing') return rules;
  const metrics =
    given.kind === 'curves' ? [given.answer.metric].filter((own) => own !== undefined) : given.answer.metrics;
  for (const { label, rule, goal, isDisputed } of metrics) {
    const better = goal === undefined ? '' : `; ${goal === 'min' ? 'lower' : 'higher'} is better`;
    const doubt = isDisputed ? ', as most of the experiments say, which do not agree' : '';
    rules.push(`${label}: ${rule} of each run${better}${doubt}.`);
  }
  const isGrouped = given.kind !== 'leaderboard' || given.answer.keys.length > 0;
  rules.push(
    isGrouped
      ? 'Failed, killed, crashed, running, diverged and archived runs are no seeds of a group.'
      : `${rankableRule[0]?.toUpperCase()}${rankableRule.slice(1)}; a run without an end is ranked and marked.`,
  );
  const tested = paperTables(given).some(({ rows }) =>
    rows.some(({ cells }) => cells.some(({ p }) => p !== undefined)),
  );
  if (tested)
    rules.push(
      "Against the baseline: Welch's t test, two-sided; p corrected over all tests of the table after Holm; below 0.05 a difference is called significant. Fewer than 3 seeds are not tested.",
    );
  return rules;
}

function scopeText({ settings }: ViewPage): string {
  const { experiments, where } = settings;
  const scope = experiments === undefined ? 'of all experiments' : `of ${experiments.join(', ')}`;
  return where === undefined ? scope : `${scope}, where ${where}`;
}

function speaksOfTime({ settings: { where = '' } }: ViewPage): boolean {
  return /\b(?:running|crashed|unknown)\b|-\d+(?:\.\d+)?[smhdw]/i.test(where);
}
