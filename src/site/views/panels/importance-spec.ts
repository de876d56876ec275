import type { ImportanceSpec } from '../../../charts/panels/importance.ts';
import { type PanelField, type PanelRun, readColumn } from '../../../charts/panels/panel-data.ts';
import { type ImportanceFeature, permutationImportance } from '../../../series/permutation-importance.ts';
import { rankCorrelation } from '../../../series/rank-correlation.ts';
import { fitForest } from '../../../series/regression-forest.ts';

/** Words of one param that get a column each; past that they are numbered in their order. */
const mostColumns = 8;
/** Params that are held against each other. */
const mostParams = 20;

/**
 * Works out which of the params go with a metric, over the runs that rank. Seeds should not be among the params: runs that are
 * the same but for them are one group. A param whose value is another in every run, a name or a list say, is left out and
 * told. Gives a sentence where there is too little to go by.
 */
export function importanceSpec(
  metric: PanelField,
  params: readonly string[],
  runs: readonly PanelRun[],
): { spec: ImportanceSpec } | { fault: string } {
  const values = readColumn(metric, runs).numbers;
  const ranked = runs.filter((run, i) => run.isRanked && values[i] !== undefined);
  const target = readColumn(metric, ranked).numbers.map((value) => value ?? 0);
  if (ranked.length < 8)
    return { fault: `Importance needs 8 ranked runs with ${metric.label}; there are ${ranked.length}.` };
  const columns = params.map((name) => readColumn({ kind: 'param', name, label: name }, ranked));
  const varying = columns.filter(({ categories, texts }) => categories.length + Number(texts.includes(undefined)) > 1);
  const told = varying.filter(({ isNumeric, categories }) => isNumeric || categories.length < ranked.length);
  const used = told.slice(0, mostParams);
  if (used.length < 2)
    return {
      fault: `Importance needs 2 params that vary between runs; there ${used.length === 1 ? 'is 1' : 'are none'}.`,
    };
  const features = used.map((column): ImportanceFeature => ({ name: column.field.name, columns: encode(column) }));
  const groups = ranked.map((_, i) => used.map(({ texts }) => texts[i] ?? '').join('\u0000'));
  const found = permutationImportance(features, target, {
    teach: (rows, known, seed) => fitForest(rows, known, { seed }),
    groups,
  });
  if (found === undefined) return { fault: `Importance needs 5 different settings and a ${metric.label} that varies.` };
  return {
    spec: {
      type: 'importance',
      metric: metric.label,
      rows: found.params.map(({ name, importance, spread }) => {
        const column = used.find(({ field }) => field.name === name);
        const rho = column?.isNumeric
          ? rankCorrelation(
              column.numbers.map((value) => value ?? Number.NaN),
              target,
            )?.rho
          : undefined;
        return {
          param: name,
          importance: round(importance),
          spread: round(spread),
          ...(rho === undefined ? {} : { rho: round(rho) }),
        };
      }),
      noise: round(found.noise),
      score: round(found.score),
      n: found.n,
      of: ranked.length,
      leftOut: [...varying.filter((column) => !told.includes(column)), ...told.slice(mostParams)].map(
        ({ field }) => field.name,
      ),
    },
  };
}

/** Numbers as they are, a missing one below all; a few words a column each, many by their place in the order. */
function encode({ isNumeric, numbers, texts, categories }: ReturnType<typeof readColumn>): number[][] {
  if (isNumeric) {
    const known = numbers.filter((value) => value !== undefined);
    const low = Math.min(...known);
    const missing = low - Math.max(1, Math.max(...known) - low);
    return [numbers.map((value) => value ?? missing)];
  }
  if (categories.length <= mostColumns) return categories.map((word) => texts.map((text) => Number(text === word)));
  return [texts.map((text) => (text === undefined ? -1 : categories.indexOf(text)))];
}

function round(value: number): number {
  return Number(value.toPrecision(5));
}
