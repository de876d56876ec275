import type { ViewPageSettings } from '../format/view-page.ts';
import { showValue } from '../payload/param-value.ts';
import type { RunEntry } from './run-entry.ts';
import type { RunField } from './run-field.ts';

/** What a view is held against, as its file says it. */
export type ViewBaseline = NonNullable<ViewPageSettings['baseline']>;

/** The run that a baseline names, by its id or by the end of it where only one run ends so. */
export function baselineRun(baseline: ViewBaseline, runs: readonly RunEntry[]): RunEntry | undefined {
  if (typeof baseline !== 'string') return undefined;
  const exact = runs.find(({ run }) => run.id === baseline);
  if (exact !== undefined) return exact;
  const ending = runs.filter(({ run }) => run.id.endsWith(`/${baseline}`));
  return ending.length === 1 ? ending[0] : undefined;
}

/** Says whether a baseline stands for a group by the group's values, in their order: `[sgd, 0.1]`, `sgd, 0.1` or `0`. */
export function isBaselineGroup(baseline: ViewBaseline, labels: readonly (string | undefined)[]): boolean {
  const values = labels.map((label) => label ?? 'none');
  if (Array.isArray(baseline))
    return baseline.length === values.length && baseline.every((own, i) => String(own) === values[i]);
  const text = String(baseline).trim();
  return text === values.join(', ') || text === values.join(',');
}

/** A baseline as it is spoken of. */
export function baselineText(baseline: ViewBaseline): string {
  return Array.isArray(baseline) ? baseline.join(', ') : String(baseline);
}

/** The values of a run by which it is grouped, as text; undefined where it has none. */
export function groupLabels(run: RunEntry, columns: readonly Pick<RunField, 'read'>[]): (string | undefined)[] {
  return columns.map((column) => {
    const value = column.read(run);
    return value === undefined ? undefined : showValue(value);
  });
}
