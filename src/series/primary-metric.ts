import type { Goal, MetricSettings } from '../format/experiment-settings.ts';

/** The metric that runs are ranked by, and how sure that is. */
export interface PrimaryMetric {
  name: string;
  /** Undefined where neither declared nor guessable: then nothing is called best. */
  goal: Goal | undefined;
  /** True where the metric or its goal was not declared but guessed from its name. */
  guessed: boolean;
}

/** Words whose metrics are better when small, and when large (FORMAT.md, "Primary and best"). A word counts by its end. */
const smallWords = /(?:loss(?:es)?|perplexity|^(?:err|errors?|ppl|mae|r?mse|nr?mse|mape|wer|fid))$/;
const largeWords = /(?:accuracy|reward|^(?:acc|auc|auroc|roc_?auc|f1|m?ap\d{0,2}|bleu\d?|returns?|r2))$/;
const longestWord = 60;
const heldOutWords: ReadonlySet<string> = new Set(['val', 'valid', 'validation', 'eval', 'evaluation', 'test']);

/** Gives which way is better: as declared, else by the words in the name, else undefined. */
export function guessGoal(name: string, settings?: MetricSettings): Goal | undefined {
  if (settings?.goal !== undefined) return settings.goal;
  const words = wordsOf(name);
  if (words.some((word) => smallWords.test(word))) return 'min';
  if (words.some((word) => largeWords.test(word))) return 'max';
  return undefined;
}

/** The words of a name, in small letters: cut at every other character and before capitals (`valLoss`, `top1_acc`). */
function wordsOf(name: string): string[] {
  return name
    .slice(0, 1000)
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])/)
    .map((word) => word.toLowerCase().slice(-longestWord));
}

/**
 * Chooses the metrics that runs are ranked by. Declared ones (`primary: true`) come first; else the first declared with
 * a goal; else by name among the metrics that most runs have: a `val`, `eval` or `test` metric with loss or acc in it,
 * then loss, then acc.
 *
 * @param counts - metric name to the number of runs that have it
 */
export function choosePrimary(
  settings: ReadonlyMap<string, MetricSettings>,
  counts: ReadonlyMap<string, number>,
): PrimaryMetric[] {
  const declared = [...settings].filter(([, own]) => own.primary === true);
  const chosen =
    declared.length > 0
      ? declared
      : [...settings].filter(([name, own]) => own.goal !== undefined && counts.has(name)).slice(0, 1);
  if (chosen.length > 0) {
    return chosen.map(([name, own]) => ({ name, goal: guessGoal(name, own), guessed: own.goal === undefined }));
  }
  const most = Math.max(0, ...counts.values());
  const common = [...counts].filter(([, count]) => count * 2 >= most).map(([name]) => name);
  const isHeldOut = (name: string): boolean => wordsOf(name).some((word) => heldOutWords.has(word));
  const wishes: ((name: string) => boolean)[] = [
    (name) => isHeldOut(name) && /loss/i.test(name),
    (name) => isHeldOut(name) && /acc/i.test(name),
    (name) => /loss/i.test(name),
    (name) => /acc/i.test(name),
  ];
  for (const wish of wishes) {
    const name = common.filter(wish).sort((a, b) => preference(a) - preference(b) || a.length - b.length)[0];
    if (name !== undefined) return [{ name, goal: guessGoal(name), guessed: true }];
  }
  return [];
}

/** Validation before test: a test set is looked at last. */
function preference(name: string): number {
  return /test/i.test(name) ? 1 : 0;
}
