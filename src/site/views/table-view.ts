import type { JsonValue } from '../../format/scalars.ts';
import { showValue } from '../../payload/param-value.ts';
import type { DataTable } from '../../store/run.ts';

/** Rows of a logged table that a page holds; the rest is in the raw log. */
export const maxTableRows = 100;

/** A cell as it is shown: `level` 0 to 4 tints a confusion table by share of its row. */
export interface TableCell {
  value: JsonValue;
  level: 0 | 1 | 2 | 3 | 4;
  isDiagonal: boolean;
  /** Share of the row, from 0 to 1, in a confusion table. */
  share: number | undefined;
}

/** A logged table, ready to show. */
export interface TableView {
  isMatrix: boolean;
  columns: string[];
  rows: { head: JsonValue | undefined; cells: TableCell[] }[];
  hiddenRows: number;
}

/**
 * Prepares a logged table. A confusion table whose rows open with the class's name takes that as the row's head; one
 * without names takes the columns' names in order.
 */
export function tableView(table: DataTable): TableView {
  const rows = table.rows.slice(0, maxTableRows);
  const hiddenRows = table.rows.length - rows.length;
  if (table.kind !== 'confusion') {
    return {
      isMatrix: false,
      columns: table.columns,
      rows: rows.map((row) => ({ head: undefined, cells: row.map((value) => plainCell(value)) })),
      hiddenRows,
    };
  }
  const hasHeads =
    rows.every((row) => row.length > 0 && typeof row[0] !== 'number') || table.columns.length === table.rows.length + 1;
  const columns = hasHeads ? table.columns.slice(1) : table.columns;
  return {
    isMatrix: true,
    columns,
    rows: rows.map((row, place) => {
      const counts = hasHeads ? row.slice(1) : row;
      const total = counts.reduce<number>(
        (sum, value) => sum + (typeof value === 'number' && value > 0 ? value : 0),
        0,
      );
      const head = hasHeads ? row[0] : (columns[place] ?? String(place));
      return { head, cells: counts.map((value, column) => matrixCell(value, total, isSame(head, columns[column]))) };
    }),
    hiddenRows,
  };
}

function isSame(head: JsonValue | undefined, column: string | undefined): boolean {
  return head !== undefined && column !== undefined && showValue(head) === column;
}

function plainCell(value: JsonValue): TableCell {
  return { value, level: 0, isDiagonal: false, share: undefined };
}

function matrixCell(value: JsonValue, total: number, isDiagonal: boolean): TableCell {
  if (typeof value !== 'number' || !(value > 0) || total === 0) return { ...plainCell(value), isDiagonal };
  const share = value / total;
  const level = Math.min(4, Math.max(1, Math.ceil(share * 4))) as 1 | 2 | 3 | 4;
  return { value, level, isDiagonal, share };
}
