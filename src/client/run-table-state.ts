import { statusWords } from '../query/fields.ts';
import { type Query, readQuery, readWords } from '../query/read-query.ts';
import type { TableColumn } from './run-table-columns.ts';
import type { RunIndex } from './run-table-index.ts';
import { printSortKey, readSortKey, type SortKey } from './run-table-sort.ts';

export const pageSizes = [25, 50, 100] as const;
export const defaultPageSize = 50;

/** Words that a status chip can be: those of a run's end, and what may be so beside it. */
export const statusChips = [...statusWords, 'diverged', 'archived'] as const;

/** What a table shows and how, as the address says it. */
export interface TableState {
  /** Undefined for those that the table opens with. */
  columnIds: string[] | undefined;
  pinnedIds: ReadonlySet<string>;
  sort: SortKey[];
  /** As typed: what `where` holds. */
  where: string;
  query: Query;
  /** Plain words, from `q`. */
  words: string[];
  statuses: ReadonlySet<string>;
  tags: ReadonlySet<string>;
  /** Columns that rows are grouped by. */
  groupIds: string[];
  /** Id of the run that others are held against, when one was chosen here. */
  baselineId: string | undefined;
  page: number;
  size: number | 'all';
  /** What the address says and nothing here answers to: `sort=foo`. */
  ignored: string[];
}

/** The keys of an address that a table answers to. */
export const tableKeys = ['q', 'where', 'status', 'tag', 'group', 'cols', 'sort', 'page', 'size', 'base'] as const;

/** Reads the state of a table from the query of an address. What means nothing is left out and named. */
export function readTableState(
  given: URLSearchParams,
  index: RunIndex,
  columns: ReadonlyMap<string, TableColumn>,
  { isComplete = true }: { isComplete?: boolean } = {},
): TableState {
  const ignored: string[] = [];
  // Before all runs are here a name may still turn up.
  const ignore = (key: string, value: string) => {
    if (isComplete) ignored.push(`${key}=${value}`);
  };
  const keep = (key: string, isKnown: (text: string) => boolean) =>
    given.getAll(key).filter((text) => {
      const isKept = isKnown(text);
      if (!isKept) ignore(key, text);
      return isKept;
    });
  const pinnedIds = new Set<string>();
  const cols = given.getAll('cols').flatMap((text) => {
    const isPinned = text.startsWith('pin:');
    const id = isPinned ? text.slice(4) : text;
    if (!columns.has(id)) ignore('cols', text);
    else if (isPinned) pinnedIds.add(id);
    return columns.has(id) ? [id] : [];
  });
  const sort = given.getAll('sort').flatMap((text) => readSort(text, columns, ignore));
  const where = given.get('where') ?? '';
  const page = Number(given.get('page') ?? 1);
  const isPage = Number.isSafeInteger(page) && page >= 1;
  if (!isPage) ignore('page', given.get('page') ?? '');
  const base = given.get('base') ?? undefined;
  const baselineId = base === undefined ? undefined : runIdOf(base, index);
  if (base !== undefined && baselineId === undefined) ignore('base', base);
  return {
    columnIds: cols.length === 0 ? undefined : [...new Set(cols)],
    pinnedIds,
    sort: sort.filter(({ columnId }, i) => sort.findIndex((other) => other.columnId === columnId) === i),
    where,
    query: readQuery(where, isComplete ? { names: index.names } : {}),
    words: readWords(given.getAll('q').join(' ')),
    statuses: new Set(keep('status', (text) => (statusChips as readonly string[]).includes(text))),
    tags: new Set(keep('tag', (text) => index.tagCounts.has(text))),
    groupIds: [...new Set(keep('group', (text) => columns.has(text)))],
    baselineId,
    page: isPage ? page : 1,
    size: readSize(given.get('size'), ignore),
    ignored,
  };
}

/** `-val/acc` or several with commas between them; a name that holds a comma is taken whole. */
function readSort(
  text: string,
  columns: ReadonlyMap<string, TableColumn>,
  ignore: (key: string, value: string) => void,
): SortKey[] {
  const isKnown = (part: string) => part === 'name' || columns.has(readSortKey(part).columnId);
  const parts = isKnown(text) || !text.includes(',') ? [text] : text.split(',').filter((part) => part !== '');
  return parts.flatMap((part) => {
    const key = readSortKey(part);
    if (key.columnId === 'name' || columns.has(key.columnId)) return [key];
    ignore('sort', part);
    return [];
  });
}

function readSize(text: string | null, ignore: (key: string, value: string) => void): number | 'all' {
  if (text === null) return defaultPageSize;
  if (text === 'all') return 'all';
  const size = pageSizes.find((known) => String(known) === text);
  if (size === undefined) ignore('size', text);
  return size ?? defaultPageSize;
}

/** A run by its id, or by the part of it behind the experiment's. */
function runIdOf(text: string, { places, experiment }: RunIndex): string | undefined {
  return [text, `${experiment}/${text}`].find((id) => places.has(id));
}

/** Columns as the address holds them. */
export function printColumns(ids: readonly string[], pinnedIds: ReadonlySet<string>): string[] {
  return ids.map((id) => (pinnedIds.has(id) ? `pin:${id}` : id));
}

/**
 * The order after a press on a column's head: the better or lesser first, then the other way, then none. With `isAdded` the
 * column joins those before it; else it stands alone.
 */
export function nextSort(
  sort: readonly SortKey[],
  column: Pick<TableColumn, 'id' | 'goal'>,
  isAdded: boolean,
): SortKey[] {
  const isDownFirst = column.goal === 'max';
  const present = sort.find(({ columnId }) => columnId === column.id);
  const next: SortKey[] =
    present === undefined
      ? [{ columnId: column.id, isDown: isDownFirst }]
      : present.isDown === isDownFirst
        ? [{ columnId: column.id, isDown: !isDownFirst }]
        : [];
  if (!isAdded) return next;
  if (present === undefined) return [...sort, ...next];
  return sort.flatMap((key) => (key === present ? next : [key]));
}

export function printSort(sort: readonly SortKey[]): string[] {
  return sort.map(printSortKey);
}
