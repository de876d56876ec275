import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import { make } from './element.ts';

/** Rows beyond those in view that are kept, so that keys and quick scrolling find them. */
const overscan = 12;

/**
 * Shows only those of many rows that are in view of a scrolling box; two empty rows hold the room of the rest. Rows are
 * made when they come near and dropped when they are gone; their heights are measured. Gives a function that ends it.
 */
export function showVirtualRows(
  box: HTMLElement,
  body: HTMLTableSectionElement,
  {
    count,
    makeRow,
    estimatePx,
    columnCount,
    onRows,
  }: {
    count: number;
    makeRow: (index: number) => HTMLTableRowElement;
    estimatePx: number;
    columnCount: number;
    /** Called after rows were put in. */
    onRows: () => void;
  },
): () => void {
  const spaces = [0, 1].map(() => make('td', { colspan: String(columnCount) }));
  const [before, after] = spaces.map((cell) => make('tr', { class: 'rt-space', 'aria-hidden': 'true' }, cell)) as [
    HTMLTableRowElement,
    HTMLTableRowElement,
  ];
  const rows = new Map<number, HTMLTableRowElement>();
  body.replaceChildren(before, after);
  const scrollMargin = body.getBoundingClientRect().top - box.getBoundingClientRect().top + box.scrollTop;
  const draw = (virtualizer: Virtualizer<HTMLElement, HTMLTableRowElement>) => {
    const items = virtualizer.getVirtualItems();
    const wanted = new Set(items.map(({ index }) => index));
    for (const [index, row] of rows) {
      if (wanted.has(index) || row.contains(document.activeElement)) continue;
      row.remove();
      rows.delete(index);
    }
    let isNew = false;
    let behind: Element = before;
    for (const index of [...wanted, ...rows.keys()].sort((a, b) => a - b)) {
      let row = rows.get(index);
      if (row === undefined) {
        row = makeRow(index);
        row.dataset.index = String(index);
        row.setAttribute('aria-rowindex', String(index + 2));
        rows.set(index, row);
        isNew = true;
      }
      if (behind.nextElementSibling !== row) behind.after(row);
      behind = row;
      if (wanted.has(index)) virtualizer.measureElement(row);
    }
    const first = items[0]?.start ?? scrollMargin;
    const last = items.at(-1)?.end ?? scrollMargin;
    // A row with the focus stays though it is out of reach; its height is taken from the room that it stands in.
    const firstIndex = items[0]?.index ?? 0;
    const held = [0, 0] as [number, number];
    for (const [index, row] of rows) if (!wanted.has(index)) held[index < firstIndex ? 0 : 1] += row.offsetHeight;
    setHeight(spaces[0], first - scrollMargin - held[0]);
    setHeight(spaces[1], virtualizer.getTotalSize() - (last - scrollMargin) - held[1]);
    if (isNew) onRows();
  };
  const virtualizer = new Virtualizer<HTMLElement, HTMLTableRowElement>({
    count,
    getScrollElement: () => box,
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
  return () => {
    end();
    rows.clear();
  };
}

function setHeight(cell: HTMLElement | undefined, px: number): void {
  if (cell !== undefined) cell.style.height = `${Math.max(0, px)}px`;
}
