import type { JsonValue } from '../../format/scalars.ts';
import { encodeValue } from '../../payload/param-value.ts';
import { isSeedKey } from '../../series/seed-key.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import { differingParams } from './param-differences.ts';
import { isRankable, type RankedRun, rankRuns } from './ranked-runs.ts';

/** One value of a param. */
export interface ParamSetting {
  /** Undefined for runs that have no such param. */
  value: JsonValue | undefined;
  runs: number;
  /** The best of its runs by the primary metric; undefined where none may be ranked. */
  best: RankedRun | undefined;
  /** True for the value that holds the best run of all. */
  isBest: boolean;
}

/** A param that is not the same in all runs. */
export interface VariedParam {
  key: string;
  settings: ParamSetting[];
  /** Values that are not among `settings`. */
  hidden: number;
}

/** The params of an experiment, as its runs have them. */
export interface ParamTable {
  varied: VariedParam[];
  /** Further varied params, by name alone. */
  hiddenKeys: string[];
  /** Varied only from seed to seed. */
  seedKeys: string[];
  /** The same in every run. */
  constant: { key: string; value: JsonValue }[];
}

const maxParams = 12;
const maxSettings = 8;

/** Gathers the values of each param, how many runs have each and the best run of each. */
export function paramTable(experiment: Experiment, runs: readonly Run[]): ParamTable {
  const differing = differingParams(runs, { first: experiment.settings.group_by ?? [] });
  const ranked = rankRuns(runs.filter(isRankable), experiment.primary[0], experiment.metricSettings);
  const keys = differing.filter((key) => !isSeedKey(key));
  const varies = new Set(differing);
  const constant = [...(runs[0]?.params ?? [])].flatMap(([key, value]) => (varies.has(key) ? [] : [{ key, value }]));
  return {
    varied: keys.slice(0, maxParams).map((key) => variedParam(key, runs, ranked)),
    hiddenKeys: keys.slice(maxParams),
    seedKeys: differing.filter(isSeedKey),
    constant: runs.length > 1 ? constant : [],
  };
}

function variedParam(key: string, runs: readonly Run[], ranked: readonly RankedRun[]): VariedParam {
  const textOf = (run: Run) => (run.params.has(key) ? encodeValue(run.params.get(key) ?? null) : '');
  const byText = Map.groupBy(runs, textOf);
  const bestByText = new Map<string, RankedRun>(); // ranked best first: the first of each value is its best
  for (const own of ranked) if (!bestByText.has(textOf(own.run))) bestByText.set(textOf(own.run), own);
  const bestText = ranked[0] === undefined ? undefined : textOf(ranked[0].run);
  const settings = [...byText].map(
    ([text, members]): ParamSetting => ({
      value: members[0]?.params.get(key),
      runs: members.length,
      best: bestByText.get(text),
      isBest: text === bestText,
    }),
  );
  const rankOf = ({ best }: ParamSetting) => (best === undefined ? Number.POSITIVE_INFINITY : ranked.indexOf(best));
  const shown =
    settings.length > maxSettings ? settings.sort((a, b) => rankOf(a) - rankOf(b)).slice(0, maxSettings) : settings;
  return { key, settings: shown.sort(byValue), hidden: settings.length - shown.length };
}

/** Numbers rising, then texts in the order of their letters; missing last. */
function byValue(a: ParamSetting, b: ParamSetting): number {
  if (a.value === undefined || b.value === undefined)
    return Number(a.value === undefined) - Number(b.value === undefined);
  if (typeof a.value === 'number' && typeof b.value === 'number') return a.value - b.value;
  const [left, right] = [encodeValue(a.value), encodeValue(b.value)];
  return left < right ? -1 : left > right ? 1 : 0;
}
