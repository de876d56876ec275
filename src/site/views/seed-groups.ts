import type { MetricSettings } from '../../format/experiment-settings.ts';
import type { JsonValue } from '../../format/scalars.ts';
import { encodeValue } from '../../payload/param-value.ts';
import { type GroupFigures, groupFigures } from '../../series/group-figures.ts';
import type { PrimaryMetric } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import { seedOf } from '../../store/seed-of.ts';
import { rankRuns } from './ranked-runs.ts';

/** Runs that are the same but for their seeds. */
export interface SeedGroup {
  /** The params that name the group; undefined where the runs lack one. */
  params: { key: string; value: JsonValue | undefined }[];
  runs: Run[];
  /** Over the runs with a finite ranked value; undefined when none has one. */
  figures: GroupFigures | undefined;
}

/** Groups runs by the values of `keys`, best mean first; groups without figures come last. */
export function groupRuns(
  runs: readonly Run[],
  keys: readonly string[],
  primary: PrimaryMetric | undefined,
  settings: ReadonlyMap<string, MetricSettings>,
): SeedGroup[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const name = keys.map((key) => valueText(run.params.get(key))).join('\u0000');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [run]);
    else group.push(run);
  }
  const sign = primary?.goal === 'min' ? 1 : -1;
  return [...groups.values()]
    .map((members) => ({
      params: keys.map((key) => ({ key, value: members[0]?.params.get(key) })),
      runs: members,
      figures: groupFigures(rankRuns(members, primary, settings).map(({ figure }) => figure.value)),
    }))
    .sort((a, b) => {
      if (a.figures === undefined || b.figures === undefined)
        return Number(a.figures === undefined) - Number(b.figures === undefined);
      return sign * (a.figures.mean - b.figures.mean);
    });
}

/**
 * Finds runs that repeat another one: same params, same seed, in one experiment. Both must name a seed and a param.
 * Gives the id of the first such run for each later one.
 */
export function duplicateRuns(runs: readonly Run[]): Map<string, string> {
  const firstByContent = new Map<string, string>();
  const duplicates = new Map<string, string>();
  for (const run of runs) {
    const seed = seedOf(run);
    if (seed === undefined || run.params.size === 0) continue;
    const params = [...run.params].map(([key, value]) => `${key}=${encodeValue(value)}`).sort();
    const content = [seed, ...params].join('\u0000');
    const first = firstByContent.get(content);
    if (first === undefined) firstByContent.set(content, run.id);
    else duplicates.set(run.id, first);
  }
  return duplicates;
}

function valueText(value: JsonValue | undefined): string {
  return value === undefined ? '' : encodeValue(value);
}
