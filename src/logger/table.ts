/** What a {@link Table} is made from. */
export interface TableOptions {
  columns?: readonly unknown[];
  /** Rows of cells; or objects, whose keys are then the columns. */
  rows?: Iterable<readonly unknown[] | Readonly<Record<string, unknown>>>;
  /** `confusion`, `pr`, `roc` and `calibration` have charts of their own. */
  kind?: string;
}

/** A small table at a step: names of columns, and rows of cells. An {@link Image} may be a cell. */
export class Table {
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly kind: string | undefined;

  constructor({ columns, rows = [], kind }: TableOptions = {}) {
    const given = [...rows];
    const first = given[0];
    const keys = first === undefined ? [] : isRow(first) ? first.map((_, i) => i) : Object.keys(first);
    this.columns = (columns ?? keys).map(String);
    this.rows = given.map((row) => (isRow(row) ? [...row] : this.columns.map((column) => row[column] ?? null)));
    this.kind = kind;
  }

  /** Adds a row. Throws a `RangeError` when it has another number of cells than there are columns. */
  addRow(...cells: unknown[]): void {
    if (cells.length !== this.columns.length) {
      throw new RangeError(`The table has ${this.columns.length} columns, and the row ${cells.length} cells.`);
    }
    this.rows.push(cells);
  }

  /** Adds a column, a cell for each row there is; an empty table gets its rows from it. */
  addColumn(name: string, cells: readonly unknown[]): void {
    if (this.rows.length === 0) this.rows.push(...cells.map(() => []));
    this.columns.push(name);
    this.rows.forEach((row, i) => {
      if (i < cells.length) row.push(cells[i]);
    });
  }
}

function isRow(row: readonly unknown[] | Readonly<Record<string, unknown>>): row is readonly unknown[] {
  return Array.isArray(row);
}
