import { stepKeys } from '../format/metric-keys.ts';

/** Words of free text that name the step, the surest first; compared in lower case. */
export const stepWords: readonly string[] = [
  ...stepKeys.filter((key) => key !== 'epoch'),
  'total_timesteps',
  'timestep',
  'update',
  'it',
  'itr',
  'batch',
  'round',
];

/** Of these, the words that name the step also without `:` or `=` (`step 10`). */
export const plainStepWords: ReadonlySet<string> = new Set([
  'step',
  'global_step',
  'iteration',
  'iter',
  'epoch',
  'timestep',
  'update',
  'batch',
]);

/** Words before a step word that make it something else: `max epoch: 100`, `best step 40`. */
export const boundWords: ReadonlySet<string> = new Set([
  'max',
  'min',
  'num',
  'number',
  'total',
  'best',
  'final',
  'warmup',
  'every',
  'per',
  'of',
  'n',
]);

/** Words that are no metric, though a number follows them. */
const proseWords: ReadonlySet<string> = new Set(
  (
    'a about after and are around at before by eta for from has have in is last line of on one or over pid port seed since ' +
    'than the to took takes until up using v v_num ver version was were with took elapsed remaining python epoch'
  ).split(' '),
);

/** `train.py:12` is a place in a program. */
const sourceFile = /\.(?:cc|cpp|cu|hpp|ipynb|java|jl|lua|py|pyx|rs|sh|ts)$/i;

/** Whether a word cannot be the name of a metric. */
export function isProse(name: string): boolean {
  return proseWords.has(name.toLowerCase()) || sourceFile.test(name);
}

const measure =
  /(?:^|[_/.@\s-])(?:(?:[a-z]{0,12}loss|acc|accuracy|err|error|mse|mae|rmse|r2|auc|auroc|f1|precision|recall|m?iou|map|ap|dice|bleu|rouge[a-z0-9]{0,4}|wer|cer|ppl|perplexity|nll|bpb|bpc|bits|elbo|kl|entropy|reward|return|score|fid|psnr|ssim|ndcg|mrr|top)(?:$|[_/.@\s\d-]))/i;

/** Whether a name is one that people give to what they measure: enough to read a line that names no step. */
export function isMeasure(name: string): boolean {
  return measure.test(name.slice(0, 100));
}

const phases = new Map([
  ['train', 'train'],
  ['training', 'train'],
  ['val', 'val'],
  ['valid', 'val'],
  ['validation', 'val'],
  ['validating', 'val'],
  ['test', 'test'],
  ['testing', 'test'],
  ['eval', 'eval'],
  ['evaluation', 'eval'],
  ['evaluating', 'eval'],
  ['dev', 'dev'],
]);

/** The part of training that a word names, in the spelling that metric names use: `Validation` → `val`. */
export function phaseOf(word: string): string | undefined {
  return phases.get(word.toLowerCase());
}

/** Whether a metric's name tells its part of training already: `val_loss`, `train/acc`. */
export function namesPhase(name: string): boolean {
  return name
    .slice(0, 100)
    .split(/[^A-Za-z]+/)
    .some((part) => phases.has(part.toLowerCase()));
}

/** Words before a name that belong to it: `Average loss` is `average_loss`. */
export const qualifiers: ReadonlySet<string> = new Set([
  'avg',
  'average',
  'mean',
  'total',
  'running',
  'smoothed',
  'best',
]);
