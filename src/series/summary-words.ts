import type { Goal, SummaryRule } from '../format/experiment-settings.ts';

/** Says which value of a run stands for a metric, in the words of a table's head: `highest`, `last`, `mean`. */
export function summaryWords(rule: SummaryRule | undefined, goal: Goal | undefined): string {
  if (goal === undefined && (rule === undefined || rule === 'best')) return 'last';
  const best = goal === 'min' ? 'lowest' : 'highest';
  const words: Record<SummaryRule, string> = {
    last: 'last',
    best,
    min: 'lowest',
    max: 'highest',
    mean: 'mean',
    last_finite: 'last finite',
  };
  return words[rule ?? 'best'];
}
