import { make, makeButton } from './element.ts';
import { localiseTimes } from './local-time.ts';
import { type RowView, runRow } from './run-table-cells.ts';
import type { TableColumn } from './run-table-columns.ts';
import { groupRow } from './run-table-groups.ts';
import { applyPins, applyWidths, freeWidths } from './run-table-head.ts';
import type { Row } from './run-table-page.ts';
import { clearFilter } from './run-table-said.ts';
import { syncBoxes } from './select-runs.ts';

/** With more rows than this on one page, only those in view are in the page. */
const virtualFrom = 500;
/** Rows kept for when they are shown again. */
const mostKeptRows = 2000;

/** What rows are drawn by, beside the rows themselves. */
export interface BodyView {
  view: RowView;
  pinnedIds: ReadonlySet<string>;
  /** Runs that have come so far. */
  runCount: number;
  isGrouped: boolean;
  /** Columns that rows are grouped by. */
  by: readonly TableColumn[];
  openGroups: ReadonlySet<string>;
  onToggle: (groupKey: string) => void;
}

/** The rows of a run table: kept while what they are drawn from is the same, and only those in view where there are many. */
export class RunTableBody {
  /** Widths that people gave to columns, in pixels. */
  readonly widths = new Map<string, number>();
  readonly #table: HTMLTableElement;
  readonly #box: HTMLElement;
  /** Rows by the place of their run, and what they were drawn from. */
  readonly #keptRows = new Map<number, HTMLTableRowElement>();
  #rowsMadeFor = '';
  #hasNewRows = false;
  #endVirtual: (() => void) | undefined;
  #turn = 0;
  #virtualKey = '';

  constructor(table: HTMLTableElement, box: HTMLElement) {
    this.#table = table;
    this.#box = box;
  }

  /** Shows these rows and no others. */
  show(shown: readonly Row[], body: BodyView): void {
    this.#forgetStaleRows(body);
    const isVirtual = shown.length > virtualFrom;
    this.#box.classList.toggle('rt-virtual', isVirtual);
    if (isVirtual) void this.#drawVirtual(shown, body);
    else this.#drawAll(shown, body);
  }

  /** Lets the times of the table be written anew in the reader's zone, as after its head was drawn. */
  renewTimes(): void {
    this.#hasNewRows = true;
  }

  #drawAll(shown: readonly Row[], body: BodyView): void {
    this.#endVirtual?.();
    this.#endVirtual = undefined;
    this.#table.removeAttribute('aria-rowcount');
    freeWidths(this.#table);
    const none = shown.length === 0 ? [emptyRow(body.view.columns.length + 1)] : [];
    const rows = [...none, ...shown.map((row) => this.#drawRow(row, body))];
    const holder = this.#table.tBodies[0] ?? this.#table.createTBody();
    const isSame = rows.length === holder.rows.length && rows.every((row, i) => row === holder.rows[i]);
    if (!isSame) holder.replaceChildren(...rows);
    this.#finishRows(body);
  }

  async #drawVirtual(shown: readonly Row[], body: BodyView): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const { showVirtualRows } = await import('./run-table-virtual.ts');
    const key = `${this.#rowsMadeFor}\0${shown.map((row) => (row.kind === 'run' ? row.place : row.group.key)).join()}`;
    const isShown = this.#endVirtual !== undefined && key === this.#virtualKey;
    if (turn !== this.#turn || isShown || !this.#box.classList.contains('rt-virtual')) return;
    this.#endVirtual?.();
    this.#virtualKey = key;
    this.#table.setAttribute('aria-rowcount', String(shown.length + 1));
    this.#endVirtual = showVirtualRows(this.#box, this.#table, {
      count: shown.length,
      makeRow: (i) => this.#drawRow(shown[i] as Row, body),
      onRows: () => this.#finishRows(body),
    });
  }

  /** What only rows that stand in the table can be given. */
  #finishRows({ view: { columns }, pinnedIds }: BodyView): void {
    applyWidths(this.#table, columns, this.widths);
    applyPins(this.#table, columns.filter(({ id }) => pinnedIds.has(id)).length);
    if (this.#hasNewRows) localiseTimes(this.#table);
    this.#hasNewRows = false;
    syncBoxes(this.#table);
  }

  /** Rows are kept while what they are drawn from is the same: a filter that is typed mostly shows rows that were there. */
  #forgetStaleRows({ view: { columns, baselineId }, pinnedIds, runCount }: BodyView): void {
    const made = [baselineId, runCount, ...columns.map(({ id }) => id), ...pinnedIds, ...this.widths.keys()].join('\0');
    if (made === this.#rowsMadeFor && this.#keptRows.size < mostKeptRows) return;
    this.#rowsMadeFor = made;
    this.#keptRows.clear();
  }

  #drawRow(row: Row, { view, isGrouped, by, openGroups, onToggle }: BodyView): HTMLTableRowElement {
    if (row.kind === 'run') {
      let drawn = this.#keptRows.get(row.place);
      if (drawn === undefined) {
        drawn = runRow(row.place, view);
        this.#keptRows.set(row.place, drawn);
        this.#hasNewRows = true;
      }
      drawn.removeAttribute('aria-rowindex');
      drawn.classList.toggle('rt-member', isGrouped);
      return drawn;
    }
    const { key } = row.group;
    return groupRow(row.group, by, view, { isOpen: openGroups.has(key), onToggle: () => onToggle(key) });
  }
}

function emptyRow(columnCount: number): HTMLTableRowElement {
  const clear = makeButton('Clear filter', clearFilter);
  return make('tr', { class: 'rt-empty' }, make('td', { colspan: String(columnCount) }, 'No run matches. ', clear));
}
