import { make } from './element.ts';
import type { TableColumn } from './run-table-columns.ts';
import type { SortKey } from './run-table-sort.ts';

/** Bounds of a column's width, in pixels, and how far a press of an arrow key moves it. */
const leastWidth = 48;
const mostWidth = 800;
const widthStep = 16;

export interface HeadHandlers {
  /** `isAdded` when the column joins those that the table is sorted by already. */
  onSort: (columnId: string, isAdded: boolean) => void;
  /** Undefined puts the width back to what the content takes. */
  onResize: (columnId: string, widthPx: number | undefined) => void;
}

/** The head of a table: a button in each cell that sorts, and behind it a handle that sets the column's width. */
export function tableHead(
  columns: readonly TableColumn[],
  { sort, firstLabel }: { sort: readonly SortKey[]; firstLabel: string },
  handlers: HeadHandlers,
): HTMLTableRowElement {
  const cells = [{ id: 'name', label: firstLabel }, ...columns].map((column) => headCell(column, sort, handlers));
  // The handle at the end of a cell reaches into the next: cells lie above those behind them.
  for (const [i, cell] of cells.entries()) cell.style.zIndex = String(cells.length * (i === 0 ? 3 : 1) - i);
  return make('tr', {}, ...cells);
}

function headCell(
  column: Pick<TableColumn, 'id' | 'label'> & Partial<TableColumn>,
  sort: readonly SortKey[],
  { onSort, onResize }: HeadHandlers,
): HTMLTableCellElement {
  const { id, label } = column;
  const place = sort.findIndex(({ columnId }) => columnId === id);
  const isDown = sort[place]?.isDown === true;
  const way = isDown ? 'descending' : 'ascending';
  const cell = make('th', { scope: 'col', 'data-column': id, 'aria-sort': place === 0 ? way : undefined });
  if (column.isNumeric === true) cell.classList.add('num');
  const button = make('button', { type: 'button', class: 'sort-head', title: label === id ? undefined : id });
  button.append(
    column.kind === 'param' ? make('bdi', { class: 'mono' }, ...breaks(label)) : make('bdi', {}, ...breaks(label)),
  );
  if (id === 'started' || id === 'ended' || id === 'updated')
    button.append(' ', make('span', { 'data-zone-name': true }, 'UTC'));
  if (place > 0)
    button.append(
      make('span', { class: 'sort-place', 'aria-hidden': 'true' }, ` ${isDown ? '↓' : '↑'}${place + 1}`),
      make('span', { class: 'hidden-text' }, `, sorted as number ${place + 1}, ${way}`),
    );
  if (column.rule !== undefined) button.append(make('span', { class: 'sub' }, column.rule));
  button.addEventListener('click', (event) => onSort(id, event.shiftKey));
  cell.append(button, resizeHandle(cell, column, onResize));
  return cell;
}

/** A name may go on in the next line behind these. */
function breaks(label: string): (Node | string)[] {
  return label.split(/(?<=[._/-])/).flatMap((part, i) => (i === 0 ? [part] : [document.createElement('wbr'), part]));
}

function resizeHandle(
  cell: HTMLTableCellElement,
  { id, label }: Pick<TableColumn, 'id' | 'label'>,
  onResize: HeadHandlers['onResize'],
): HTMLElement {
  const handle = make('span', {
    class: 'rt-resize',
    role: 'separator',
    tabindex: '0',
    'aria-orientation': 'vertical',
    'aria-label': `Width of ${label}`,
    'aria-valuemin': String(leastWidth),
    'aria-valuemax': String(mostWidth),
  });
  const say = () => handle.setAttribute('aria-valuenow', String(Math.round(cell.getBoundingClientRect().width)));
  const set = (widthPx: number) => {
    onResize(id, Math.round(Math.max(leastWidth, Math.min(mostWidth, widthPx))));
    say();
  };
  handle.setAttribute('aria-valuenow', String(leastWidth));
  handle.addEventListener('focus', say);
  handle.addEventListener('pointerdown', (event) => {
    event.preventDefault();
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    const startX = event.clientX;
    const startWidth = cell.getBoundingClientRect().width;
    const onMove = (move: PointerEvent) => set(startWidth + move.clientX - startX);
    handle.addEventListener('pointermove', onMove);
    handle.addEventListener('lostpointercapture', () => handle.removeEventListener('pointermove', onMove), {
      once: true,
    });
  });
  handle.addEventListener('dblclick', () => onResize(id, undefined));
  handle.addEventListener('keydown', (event) => {
    const width = cell.getBoundingClientRect().width;
    if (event.key === 'ArrowRight') set(width + widthStep);
    else if (event.key === 'ArrowLeft') set(width - widthStep);
    else if (event.key === 'Home') onResize(id, undefined);
    else return;
    event.preventDefault();
  });
  return handle;
}

/** Gives the cells of a column their width, or takes it back where none is set. */
export function applyWidths(
  table: HTMLTableElement,
  columns: readonly Pick<TableColumn, 'id'>[],
  widths: ReadonlyMap<string, number>,
): void {
  for (const [i, { id }] of [{ id: 'name' }, ...columns].entries()) {
    const width = widths.get(id);
    const isSized = table.tHead?.rows[0]?.cells[i]?.classList.contains('rt-sized') === true;
    if (width === undefined && !isSized) continue;
    for (const row of table.rows) {
      const cell = row.cells[i];
      if (cell === undefined || cell.colSpan > 1) continue;
      const text = width === undefined ? '' : `${width}px`;
      cell.style.width = text;
      cell.style.minWidth = text;
      cell.style.maxWidth = text;
      cell.classList.toggle('rt-sized', width !== undefined);
    }
  }
}

/** Keeps pinned columns at the left edge, behind the first. They are the first of the columns. */
export function applyPins(table: HTMLTableElement, pinnedCount: number): void {
  const head = table.tHead?.rows[0];
  if (head === undefined || pinnedCount === 0) return;
  let left = head.cells[0]?.getBoundingClientRect().width ?? 0;
  for (let i = 1; i <= pinnedCount; i++) {
    const offset = `${left}px`;
    left += head.cells[i]?.getBoundingClientRect().width ?? 0;
    for (const row of table.rows) {
      const cell = row.cells[i];
      if (cell === undefined || cell.colSpan > 1) continue;
      cell.classList.add('rt-pinned');
      cell.style.left = offset;
      if (row === head) cell.style.zIndex = String(head.cells.length * 2 - i);
    }
  }
}

/** Lets the content say again how wide columns are, after they were fixed for many rows; widths set by hand stay. */
export function freeWidths(table: HTMLTableElement): void {
  if (table.style.tableLayout === '') return;
  table.style.tableLayout = '';
  table.style.width = '';
  for (const cell of table.tHead?.rows[0]?.cells ?? []) if (!cell.classList.contains('rt-sized')) cell.style.width = '';
}
