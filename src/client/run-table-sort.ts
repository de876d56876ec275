import type { FilterValue } from '../query/filter.ts';
import type { Values } from './run-table-index.ts';

/** One column that a table is sorted by. */
export interface SortKey {
  columnId: string;
  isDown: boolean;
}

/** Reads `-val/acc`: a minus turns the order. */
export function readSortKey(text: string): SortKey {
  return text.startsWith('-') ? { columnId: text.slice(1), isDown: true } : { columnId: text, isDown: false };
}

export function printSortKey({ columnId, isDown }: SortKey): string {
  return `${isDown ? '-' : ''}${columnId}`;
}

const present = 0;
const notANumber = 1;
const missing = 2;

/** A column made ready for comparing: what kind of value a run has, and a number that orders it among its kind. */
interface SortColumn {
  kinds: Uint8Array;
  keys: Float64Array;
}

const sortColumns = new WeakMap<Values<FilterValue>, SortColumn>();
const collator = new Intl.Collator('en', { numeric: true });

/**
 * Sorts places by several columns, in the order given. Numbers come before text; NaN and then missing values are last both
 * ways; equal ones keep their order.
 */
export function sortPlaces(
  places: readonly number[],
  by: readonly { values: Values<FilterValue>; isDown: boolean }[],
): number[] {
  const columns = by.map(({ values, isDown }) => ({ ...sortColumn(values), sign: isDown ? -1 : 1 }));
  return [...places].sort((a, b) => {
    for (const { kinds, keys, sign } of columns) {
      const kind = (kinds[a] ?? missing) - (kinds[b] ?? missing);
      if (kind !== 0) return kind;
      const order = (keys[a] ?? 0) - (keys[b] ?? 0);
      if (order !== 0) return sign * order;
    }
    return 0;
  });
}

function sortColumn(values: Values<FilterValue>): SortColumn {
  const known = sortColumns.get(values);
  if (known !== undefined) return known;
  const kinds = Uint8Array.from(values, (value) =>
    value === undefined ? missing : typeof value === 'number' && Number.isNaN(value) ? notANumber : present,
  );
  const unlike = [...new Set(values)].filter((value) => value !== undefined && !Number.isNaN(value));
  unlike.sort((a, b) => compareValues(a as FilterValue, b as FilterValue));
  const ranks = new Map(unlike.map((value, rank) => [value, rank]));
  const keys = Float64Array.from(values, (value) => ranks.get(value) ?? 0);
  const made = { kinds, keys };
  sortColumns.set(values, made);
  return made;
}

/** Numbers first, then text as a person sorts it, then true and false, then null. */
function compareValues(a: FilterValue, b: FilterValue): number {
  const kind = order(a) - order(b);
  if (kind !== 0) return kind;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b) || (a < b ? -1 : 1);
  return (a as number) === (b as number) ? 0 : (a as number) < (b as number) ? -1 : 1;
}

function order(value: FilterValue): number {
  if (typeof value === 'number' || typeof value === 'bigint') return 0;
  if (typeof value === 'string') return 1;
  return value === null ? 3 : 2;
}
