/**
 * Makes the heads of `<table data-sortable>` buttons that sort its rows: once up, once down, by `data-sort-value` of
 * the cell or its text; numbers as numbers, missing values last both ways. Heads with `data-no-sort` stay heads.
 */
export function makeSortable(root: ParentNode = document): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    for (const head of table.tHead?.rows[0]?.cells ?? []) {
      if (head.hasAttribute('data-no-sort') || head.textContent?.trim() === '' || head.querySelector('button'))
        continue;
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'sort-head';
      button.append(...head.childNodes);
      button.addEventListener('click', () => sortBy(table, head));
      head.append(button);
    }
  }
}

function sortBy(table: HTMLTableElement, head: HTMLTableCellElement): void {
  const isDown = head.getAttribute('aria-sort') === 'ascending';
  for (const other of table.tHead?.rows[0]?.cells ?? []) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', isDown ? 'descending' : 'ascending');
  const column = head.cellIndex;
  for (const body of table.tBodies) {
    const rows = [...body.rows].map((row) => ({ row, key: sortKey(row.cells[column]) }));
    rows.sort((a, b) => compareKeys(a.key, b.key, isDown ? -1 : 1));
    body.append(...rows.map(({ row }) => row));
  }
}

/** A number, a text, or undefined for a missing value. */
function sortKey(cell: HTMLTableCellElement | undefined): number | string | undefined {
  const value = cell?.dataset.sortValue;
  const text = (value ?? cell?.textContent ?? '').trim();
  if (text === '' || (value === undefined && text.startsWith('–'))) return undefined;
  const number = Number(text.replaceAll(',', ''));
  return Number.isNaN(number) ? text : number;
}

const collator = new Intl.Collator('en', { numeric: true });

function compareKeys(a: number | string | undefined, b: number | string | undefined, sign: 1 | -1): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (typeof a === 'number' && typeof b === 'number') return sign * (a === b ? 0 : a < b ? -1 : 1);
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1;
  return sign * collator.compare(String(a), String(b));
}
