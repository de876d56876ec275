import { showValue } from '../../payload/param-value.ts';
import { differingParams, isSeedKey } from '../../site/views/param-differences.ts';
import { isRankable } from '../../site/views/ranked-runs.ts';
import { UsageError } from '../environment.ts';
import { type BookRun, namesOf, standingValue } from './run-book.ts';
import { type RunColumn, readName, splitNames } from './run-columns.ts';

/** Runs that are the same but for their seeds. */
export interface SeedRuns {
  /** The value of each key, as text; undefined where the runs have none. */
  labels: (string | undefined)[];
  /** Those that count: not failed, killed, crashed, running, diverged or archived. */
  runs: BookRun[];
  leftOut: BookRun[];
}

/**
 * Finds what groups are formed by: the names asked for, else `group_by` of the experiment, else the params in which the runs
 * differ, seeds left out.
 *
 * @throws UsageError for a name that no run has, and where the runs differ in nothing
 */
export function groupColumns(runs: readonly BookRun[], asked: string | undefined): RunColumn[] {
  const names = namesOf(runs);
  if (asked !== undefined) return splitNames(asked).map((name) => readName(name, names, '--group'));
  const declared = [...new Set(runs.flatMap(({ experiment }) => experiment.settings.group_by ?? []))];
  const differing = differingParams(
    runs.map(({ run }) => run),
    { first: declared },
  ).filter((key) => !isSeedKey(key));
  const keys = declared.length > 0 ? declared.filter((key) => names.params.has(key)) : differing;
  if (keys.length === 0)
    throw new UsageError('The runs differ in no param but seeds. Say what groups are formed by with --group NAME.');
  return keys.map((key) => readName(`param:${key}`, names, '--group'));
}

/** Parts runs into groups by the values of the columns, by first appearance. */
export function groupRuns(runs: readonly BookRun[], columns: readonly RunColumn[]): SeedRuns[] {
  const groups = new Map<string, SeedRuns>();
  for (const own of runs) {
    const labels = columns.map((column) => {
      const value = column.read(own);
      return value === undefined ? undefined : showValue(value);
    });
    const key = JSON.stringify(labels.map((label) => label ?? null));
    const group = groups.get(key) ?? { labels, runs: [], leftOut: [] };
    groups.set(key, group);
    (isRankable(own.run) && hasEnded(own) ? group.runs : group.leftOut).push(own);
  }
  return [...groups.values()];
}

/** Half a run is no value of its group; a run that tells no times, as those of a YAML file, counts as ended. */
function hasEnded({ status }: BookRun): boolean {
  return status !== 'running' && status !== 'crashed';
}

/** A group in a few words: `lr=0.1, width=64`. */
export function groupName({ labels }: Pick<SeedRuns, 'labels'>, columns: readonly RunColumn[]): string {
  return columns.map(({ head }, i) => `${head}=${labels[i] ?? 'none'}`).join(', ');
}

/** The value of a metric in each run of a group that has it: non-finite ones too. */
export function groupValues({ runs }: Pick<SeedRuns, 'runs'>, metric: string): number[] {
  return runs.flatMap((own) => standingValue(own, metric) ?? []);
}

/**
 * Finds the metrics that were asked for, else the primary ones of the runs' experiments.
 *
 * @throws UsageError for a name that is no metric of any run, and where there is no primary one
 */
export function chooseMetrics(runs: readonly BookRun[], asked: string | undefined): string[] {
  const names = namesOf(runs);
  if (asked !== undefined) return splitNames(asked).map((name) => readName(metricName(name), names, '--metrics').name);
  const primary = new Set(runs.flatMap(({ experiment }) => experiment.primary.map(({ name }) => name)));
  const known = [...primary].filter((name) => names.metrics.has(name));
  if (known.length === 0) throw new UsageError('The runs have no primary metric. Name one with --metrics NAME.');
  return known;
}

function metricName(name: string): string {
  return name.startsWith('metric:') ? name : `metric:${name}`;
}
