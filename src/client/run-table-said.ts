import type { ExperimentRunsPayload } from '../payload/experiment-runs.ts';
import { makeButton } from './element.ts';
import type { TableColumn } from './run-table-columns.ts';
import type { TableState } from './run-table-state.ts';
import { selectedRuns, selectRuns } from './select-runs.ts';
import { setState } from './url-state.ts';

/** True when anything holds runs back. */
export function isFiltered({
  where,
  words,
  statuses,
  tags,
}: Pick<TableState, 'where' | 'words' | 'statuses' | 'tags'>): boolean {
  return where !== '' || words.length > 0 || statuses.size > 0 || tags.size > 0;
}

/** Lets all runs through again. */
export function clearFilter(): void {
  setState({ q: undefined, where: undefined, status: undefined, tag: undefined, page: undefined });
}

/** What the table holds and in which order, for those who cannot see it. */
export function tableCaption(
  { title, metrics, best }: Pick<ExperimentRunsPayload, 'title' | 'metrics' | 'best'>,
  sort: TableState['sort'],
  columns: ReadonlyMap<string, Pick<TableColumn, 'label'>>,
): string {
  const primary = metrics.find((metric) => metric.primary === true);
  const names = sort.map(({ columnId }) => (columnId === 'name' ? 'run' : (columns.get(columnId)?.label ?? columnId)));
  const order =
    names.length > 0
      ? `, sorted by ${names.join(', then ')}`
      : best !== undefined
        ? `, best by ${primary?.label ?? primary?.name} first`
        : '';
  return `Runs of ${title}${order}`;
}

/** `24 of 143 runs in 6 groups`. */
export function countWords({
  shown,
  total,
  groups,
  isFaulty,
  loaded,
  runsInAll,
}: {
  shown: number;
  /** Runs that there are without a filter. */
  total: number;
  groups: number;
  isFaulty: boolean;
  loaded: number;
  runsInAll: number;
}): string {
  const runs = total === 1 ? 'run' : 'runs';
  const parts = [shown === total ? `${number(shown)} ${runs}` : `${number(shown)} of ${number(total)} ${runs}`];
  if (groups > 0) parts.push(`in ${number(groups)} ${groups === 1 ? 'group' : 'groups'}`);
  if (isFaulty) parts.push('(the filter is not applied)');
  if (loaded < runsInAll) parts.push(`(${number(loaded)} of ${number(runsInAll)} loaded)`);
  return parts.join(' ');
}

/** Buttons beside the count: to clear the filter, pick all that is shown, and hold all against the baseline. */
export function saidTools({
  ids,
  isFiltered,
  baselineId,
  declaredBaselineId,
  nameOf,
}: {
  /** Runs that are shown, all pages of them. */
  ids: readonly string[];
  isFiltered: boolean;
  baselineId: string | undefined;
  declaredBaselineId: string | undefined;
  nameOf: (runId: string) => string;
}): HTMLButtonElement[] {
  const tools: HTMLButtonElement[] = [];
  if (isFiltered) tools.push(makeButton('Clear filter', clearFilter, { 'data-focus': 'clear' }));
  if (ids.some((id) => !selectedRuns().has(id))) {
    const pick = () => selectRuns([...selectedRuns(), ...ids]);
    tools.push(makeButton(`Select all ${number(ids.length)}`, pick, { 'data-focus': 'all' }));
  }
  const base = (words: string, id: string | undefined) =>
    tools.push(makeButton(words, () => setState({ base: id }), { 'data-focus': 'base' }));
  if (baselineId !== undefined) base(`Hide differences to ${nameOf(baselineId)}`, undefined);
  else if (declaredBaselineId !== undefined)
    base(`Show differences to ${nameOf(declaredBaselineId)}`, declaredBaselineId);
  return tools;
}

function number(value: number): string {
  return value.toLocaleString('en-GB');
}
