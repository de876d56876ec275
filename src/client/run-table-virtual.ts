import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { make } from './element.ts';

/** Rows beyond those in view that are kept, so that keys and quick scrolling find them. */
const overscan = 12;

/** A row before it is measured. */
const estimatePx = 36;

/**
 * Shows only those of many rows that are in view of a scrolling box; two empty rows hold the room of the rest. Rows are
 * made when they come near and dropped when they are gone; their heights are measured, and columns keep the widths that the
 * first rows gave them. The box stays where it was scrolled to. Gives a function that ends it.
 */
export function showVirtualRows(
  box: HTMLElement,
  table: HTMLTableElement,
  {
    count,
    makeRow,
    onRows,
  }: {
    count: number;
    makeRow: (index: number) => HTMLTableRowElement;
    /** Called after rows were put in. */
    onRows: () => void;
  },
): () => void {
  const body = table.tBodies[0] ?? table.createTBody();
  const columnCount = String(table.tHead?.rows[0]?.cells.length ?? 1);
  const spaces = [0, 1].map(() => make('td', { colspan: columnCount }));
  const [before, after] = spaces.map((cell) => make('tr', { class: 'rt-space', 'aria-hidden': 'true' }, cell)) as [
    HTMLTableRowElement,
    HTMLTableRowElement,
  ];
  const rows = new Map<number, HTMLTableRowElement>();
  const top = box.scrollTop;
  const scrollMargin = body.getBoundingClientRect().top - box.getBoundingClientRect().top + top;
  body.replaceChildren(before, after);
  setHeight(spaces[1], count * estimatePx);
  box.scrollTop = top;
  let isDrawing = false;
  /** Puts the rows of the view in, and gives those that are new. */
  const place = (items: readonly VirtualItem[]): HTMLTableRowElement[] => {
    const wanted = new Set(items.map(({ index }) => index));
    for (const [index, row] of rows) {
      if (wanted.has(index) || row.contains(document.activeElement)) continue;
      row.remove();
      rows.delete(index);
    }
    const added: HTMLTableRowElement[] = [];
    let behind: Element = before;
    for (const index of [...new Set([...wanted, ...rows.keys()])].sort((a, b) => a - b)) {
      let row = rows.get(index);
      if (row === undefined) {
        row = makeRow(index);
        row.dataset.index = String(index);
        row.setAttribute('aria-rowindex', String(index + 2));
        rows.set(index, row);
        added.push(row);
      }
      if (behind.nextElementSibling !== row) behind.after(row);
      behind = row;
    }
    return added;
  };
  const makeRoom = (virtualizer: Virtualizer<HTMLElement, HTMLTableRowElement>) => {
    const items = virtualizer.getVirtualItems();
    const first = items[0]?.start ?? scrollMargin;
    const last = items.at(-1)?.end ?? scrollMargin;
    // A row with the focus stays though it is out of reach; its height is taken from the room that it stands in.
    const [firstIndex = 0, lastIndex = 0] = [items[0]?.index, items.at(-1)?.index];
    const held = [0, 0] as [number, number];
    for (const [index, row] of rows) {
      if (index < firstIndex) held[0] += row.offsetHeight;
      else if (index > lastIndex) held[1] += row.offsetHeight;
    }
    setHeight(spaces[0], first - scrollMargin - held[0]);
    setHeight(spaces[1], virtualizer.getTotalSize() - (last - scrollMargin) - held[1]);
  };
  const draw = (virtualizer: Virtualizer<HTMLElement, HTMLTableRowElement>) => {
    if (isDrawing) return; // what measuring finds out is taken up below
    isDrawing = true;
    const added = place(virtualizer.getVirtualItems());
    makeRoom(virtualizer);
    if (added.length > 0) onRows();
    // All rows stand before the first is measured: one layout, not one a row.
    for (const row of added) virtualizer.measureElement(row);
    if (added.length > 0) makeRoom(virtualizer);
    isDrawing = false;
  };
  const virtualizer = new Virtualizer<HTMLElement, HTMLTableRowElement>({
    count,
    getScrollElement: () => box,
    initialOffset: top,
    estimateSize: () => estimatePx,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    measureElement,
    overscan,
    scrollMargin,
    onChange: draw,
  });
  const end = virtualizer._didMount();
  virtualizer._willUpdate();
  draw(virtualizer);
  keepWidths(table);
  return () => {
    end();
    rows.clear();
  };
}

/**
 * Fixes the columns of a table at the widths that they have, so that they do not move as rows come and go; not where rows
 * are cards. They stay so until `freeWidths`.
 */
function keepWidths(table: HTMLTableElement): void {
  if (table.style.tableLayout === 'fixed') return;
  const cells = [...(table.tHead?.rows[0]?.cells ?? [])];
  const widths = cells.map((cell) => cell.getBoundingClientRect().width);
  const whole = table.getBoundingClientRect().width;
  if (whole === 0 || widths.includes(0)) return;
  for (const [i, cell] of cells.entries()) cell.style.width = `${widths[i]}px`;
  table.style.width = `${whole}px`;
  table.style.tableLayout = 'fixed';
}

function setHeight(cell: HTMLElement | undefined, px: number): void {
  if (cell !== undefined) cell.style.height = `${Math.max(0, px)}px`;
}
