import { compileFilter } from '../query/compile-filter.ts';
import type { FilterFault, FilterValue } from '../query/filter.ts';
import { speaksOfArchived } from '../query/speaks-of-archived.ts';
import { type GroupFigures, groupFigures } from '../series/group-figures.ts';
import type { TableColumn } from './run-table-columns.ts';
import type { RunIndex } from './run-table-index.ts';
import { sortPlaces } from './run-table-sort.ts';
import type { TableState } from './run-table-state.ts';

type CompilePattern = NonNullable<Parameters<typeof compileFilter>[1]['compilePattern']>;

/** Runs that pass, as places in the index, and what is wrong with the filter: then it holds nothing back. */
export interface Matching {
  places: number[];
  fault: FilterFault | undefined;
}

/** Finds the runs that pass all filters of a table. Archived ones are out until they are asked for. */
export function matchingPlaces(
  index: RunIndex,
  state: Pick<TableState, 'query' | 'words' | 'statuses' | 'tags'>,
  { nowMs, compilePattern, isArchived }: { nowMs: number; compilePattern?: CompilePattern; isArchived: boolean },
): Matching {
  const { query } = state;
  let fault = query.kind === 'fault' ? query.fault : undefined;
  const at = { place: 0 };
  const row = index.row(at);
  let test = (): boolean => true;
  if (query.kind === 'filter') {
    const compiled = compileFilter(query.filter, { nowMs, compilePattern });
    if (compiled.ok) test = () => compiled.test(row);
    else fault = compiled.fault;
  }
  const words = [...state.words, ...(query.kind === 'words' ? query.words : [])];
  const showsArchived =
    isArchived || state.statuses.has('archived') || (query.kind === 'filter' && speaksOfArchived(query.filter.root));
  const places: number[] = [];
  for (let place = 0; place < index.runs.length; place++) {
    const run = index.runs[place];
    if (run === undefined || (run.archived && !showsArchived) || !hasStatus(index, place, state.statuses)) continue;
    if ([...state.tags].some((tag) => !run.tags.includes(tag))) continue;
    if (words.length > 0) {
      const text = index.text(place);
      if (!words.every((word) => text.includes(word))) continue;
    }
    at.place = place;
    if (test()) places.push(place);
  }
  return { places, fault };
}

function hasStatus(index: RunIndex, place: number, statuses: ReadonlySet<string>): boolean {
  if (statuses.size === 0) return true;
  const run = index.runs[place];
  return (
    statuses.has(index.statuses[place] ?? 'unknown') ||
    (run?.diverged !== undefined && statuses.has('diverged')) ||
    (run?.archived === true && statuses.has('archived'))
  );
}

/** Sorts runs as the state says; without a sort they keep the order of the index, which is the table's own. */
export function orderedPlaces(
  index: RunIndex,
  places: readonly number[],
  sort: TableState['sort'],
  columns: ReadonlyMap<string, TableColumn>,
): number[] {
  const by = sort.flatMap(({ columnId, isDown }) => {
    const values = columnId === 'name' ? index.field('name') : columns.get(columnId)?.values;
    return values === undefined ? [] : [{ values, isDown }];
  });
  return by.length === 0 ? [...places] : sortPlaces(places, by);
}

/** Runs that are alike in the columns that a table is grouped by. */
export interface RunGroup {
  /** Tells groups apart; stays the same while the columns do. */
  key: string;
  /** The values of the grouping columns. */
  values: (FilterValue | undefined)[];
  places: number[];
}

/**
 * Groups runs by the values of columns; runs without a value make a group of their own. Groups stand in the order of their
 * means by the first sorted number, else by the metric that is ranked, else in the order of their first runs.
 */
export function groupPlaces(
  places: readonly number[],
  {
    by,
    rankedBy,
    sort,
    columns,
  }: {
    by: readonly TableColumn[];
    rankedBy: TableColumn | undefined;
    sort: TableState['sort'];
    columns: ReadonlyMap<string, TableColumn>;
  },
): RunGroup[] {
  const groups = new Map<string, RunGroup>();
  for (const place of places) {
    const values = by.map((column) => column.values[place]);
    const key = values.map((value) => (value === undefined ? '' : `${typeof value}:${value}`)).join('\0');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { key, values, places: [place] });
    else group.places.push(place);
  }
  const list = [...groups.values()];
  const [first] = sort;
  const sorted = first === undefined ? undefined : columns.get(first.columnId);
  if (sorted !== undefined && !sorted.isNumeric) return list;
  const column = sorted ?? rankedBy;
  if (column === undefined) return list;
  const isDown = first?.isDown ?? column.goal === 'max';
  if (sorted === undefined && column.goal === undefined) return list;
  const means = new Map(list.map((group) => [group, columnFigures(column, group.places)?.mean]));
  return list.sort((a, b) => {
    const [x, y] = [means.get(a), means.get(b)];
    if (x === undefined || y === undefined) return Number(x === undefined) - Number(y === undefined);
    return isDown ? y - x : x - y;
  });
}

/** The figures of a column over some runs: finite numbers only; undefined when there are none. */
export function columnFigures(column: TableColumn, places: readonly number[]): GroupFigures | undefined {
  const numbers = places
    .map((place) => column.values[place])
    .filter((value): value is number => typeof value === 'number' && Number.isFinite(value));
  return groupFigures(numbers);
}
