import { randomNumbers, shuffledIndices } from './random-numbers.ts';

/** One param as the model sees it: a number for each run and column; more than one column for a param of several words. */
export interface ImportanceFeature {
  name: string;
  columns: readonly (readonly number[])[];
}

/** A model that was taught: gives a value for each row of features. */
export type Predict = (rows: readonly (readonly number[])[]) => number[];

/** Teaches a model; must give the same one for the same input. */
export type Teach = (rows: readonly (readonly number[])[], target: readonly number[], seed: number) => Predict;

/** How much worse the model predicts once a param's values are shuffled. */
export interface ParamImportance {
  name: string;
  /** Mean loss of R² over folds and shuffles; about 0 for a param that tells nothing, may be below. */
  importance: number;
  /** Standard deviation of that loss over folds. */
  spread: number;
}

export interface Importances {
  /** Most important first. */
  params: ParamImportance[];
  /** The highest importance among shuffled copies of the params, which tell nothing by making. */
  noise: number;
  /** R² on runs that the model had not seen; near or below 0 the model knows nothing. */
  score: number;
  /** Runs that the model was taught and judged on. */
  n: number;
}

const folds = 5;
const shuffles = 3;
/** More runs than this are sampled: the figures would not change, only take longer. */
const mostRuns = 300;

/**
 * Permutation importance (Breiman 2001; Fisher et al. 2019) on held-out runs: the runs are parted into five folds, a model
 * is taught on four, and the loss of R² on the fifth is measured when one param's values are shuffled among its runs.
 * Runs of one `group` (the same setting under other seeds) stay in one fold, else the model would know the answer. Beside
 * each param stands a shuffled copy of it; the best of those is the baseline (after Kursa and Rudnicki 2010).
 * Past 300 runs as many are drawn at random: `n` says how many. The same input and seed give the same figures.
 *
 * @param features - of equal length, all finite
 * @param target - the value of each run, finite
 * @returns undefined below eight runs, with fewer than five groups, without features or with a constant target
 */
export function permutationImportance(
  features: readonly ImportanceFeature[],
  target: readonly number[],
  { teach, groups, seed = 1 }: { teach: Teach; groups: readonly string[]; seed?: number },
): Importances | undefined {
  if (target.length > mostRuns) {
    const chosen = shuffledIndices(target.length, randomNumbers(seed)).slice(0, mostRuns);
    const pick = <T>(list: readonly T[]): T[] => chosen.map((i) => list[i] as T);
    const fewer = features.map(({ name, columns }) => ({ name, columns: columns.map(pick) }));
    return permutationImportance(fewer, pick(target), { teach, groups: pick(groups), seed });
  }
  const n = target.length;
  const total = squaredDistance(target, new Array<number>(n).fill(mean(target)));
  if (n < 8 || features.length === 0 || new Set(groups).size < folds || !(total > 0)) return undefined;
  const random = randomNumbers(seed);
  const copies = features.map(({ name, columns }) => {
    const order = shuffledIndices(n, random);
    return { name, columns: columns.map((column) => order.map((i) => column[i] ?? 0)) };
  });
  const all = [...features, ...copies];
  const rows = target.map((_, i) => all.flatMap(({ columns }) => columns.map((column) => column[i] ?? 0)));
  const spans = spansOf(all);
  const foldOf = partGroups(groups, random);
  const losses = all.map(() => [] as number[]);
  let residual = 0;
  for (let fold = 0; fold < folds; fold++) {
    const taught = rows.flatMap((_, i) => (foldOf[i] === fold ? [] : [i]));
    const held = rows.flatMap((_, i) => (foldOf[i] === fold ? [i] : []));
    const predict = teach(
      taught.map((i) => rows[i] ?? []),
      taught.map((i) => target[i] ?? 0),
      seed + fold,
    );
    const heldRows = held.map((i) => rows[i] ?? []);
    const truth = held.map((i) => target[i] ?? 0);
    const error = squaredDistance(predict(heldRows), truth);
    residual += error;
    for (const [feature, [from, to]] of spans.entries()) {
      const mixed = Array.from({ length: shuffles }, () => {
        const order = shuffledIndices(held.length, random);
        return heldRows.map((row, i) => [
          ...row.slice(0, from),
          ...(heldRows[order[i] ?? 0] ?? []).slice(from, to),
          ...row.slice(to),
        ]);
      });
      const predicted = predict(mixed.flat());
      const worse = mixed.map(
        (_, i) => squaredDistance(predicted.slice(i * held.length, (i + 1) * held.length), truth) - error,
      );
      losses[feature]?.push((mean(worse) * folds) / total);
    }
  }
  const figures = all.map(({ name }, i) => ({
    name,
    importance: mean(losses[i] ?? []),
    spread: deviation(losses[i] ?? []),
  }));
  return {
    params: figures.slice(0, features.length).sort((a, b) => b.importance - a.importance),
    noise: Math.max(0, ...figures.slice(features.length).map(({ importance }) => importance)),
    score: 1 - residual / total,
    n,
  };
}

/** The columns that each feature takes of a row, as a half-open span. */
function spansOf(features: readonly ImportanceFeature[]): [number, number][] {
  let at = 0;
  return features.map(({ columns }) => {
    at += columns.length;
    return [at - columns.length, at];
  });
}

/** Deals groups out to folds, the biggest first and each to the fold with the fewest runs. */
function partGroups(groups: readonly string[], random: () => number): number[] {
  const members = new Map<string, number>();
  for (const group of groups) members.set(group, (members.get(group) ?? 0) + 1);
  const names = [...members.keys()];
  const order = shuffledIndices(names.length, random).map((i) => names[i] ?? '');
  order.sort((a, b) => (members.get(b) ?? 0) - (members.get(a) ?? 0));
  const sizes = new Array<number>(folds).fill(0);
  const foldByGroup = new Map<string, number>();
  for (const name of order) {
    const fold = sizes.indexOf(Math.min(...sizes));
    sizes[fold] = (sizes[fold] ?? 0) + (members.get(name) ?? 0);
    foldByGroup.set(name, fold);
  }
  return groups.map((group) => foldByGroup.get(group) ?? 0);
}

function squaredDistance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - (b[i] ?? 0)) ** 2, 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}
