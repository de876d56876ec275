import { primaryMetrics, usualGroupKeys } from '../../site/views/questions/seed-runs.ts';
import { namesOf, type RunEntry } from '../../store/run-entry.ts';
import { UsageError } from '../environment.ts';
import { type RunColumn, readName, splitNames } from './run-columns.ts';

/**
 * Finds what groups are formed by: the names asked for, else `group_by` of the experiment, else the params in which the runs
 * differ, seeds left out.
 *
 * @throws UsageError for a name that no run has, and where the runs differ in nothing
 */
export function groupColumns(runs: readonly RunEntry[], asked: string | undefined): RunColumn[] {
  const names = namesOf(runs);
  if (asked !== undefined) return splitNames(asked).map((name) => readName(name, names, '--group'));
  const keys = usualGroupKeys(runs);
  if (keys.length === 0)
    throw new UsageError('The runs differ in no param but seeds. Say what groups are formed by with --group NAME.');
  return keys.map((key) => readName(`param:${key}`, names, '--group'));
}

/**
 * Finds the metrics that were asked for, else the primary ones of the runs' experiments.
 *
 * @throws UsageError for a name that is no metric of any run, and where there is no primary one
 */
export function chooseMetrics(runs: readonly RunEntry[], asked: string | undefined): string[] {
  const names = namesOf(runs);
  if (asked !== undefined) return splitNames(asked).map((name) => readName(metricName(name), names, '--metrics').name);
  const known = primaryMetrics(runs);
  if (known.length === 0) throw new UsageError('The runs have no primary metric. Name one with --metrics NAME.');
  return known;
}

function metricName(name: string): string {
  return name.startsWith('metric:') ? name : `metric:${name}`;
}
