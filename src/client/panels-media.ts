import { make, makeButton } from './element.ts';
import { readSeparated } from './separated-values.ts';

/** Files larger than this are left to be downloaded. */
const mostBytes = 2_000_000;
const rowsPerPage = 25;

/** Parts long tables into pages, and offers to open files of separated values as tables. */
export function addMedia(root: ParentNode = document): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table[data-paged]')) pageRows(table);
  for (const item of root.querySelectorAll<HTMLElement>('[data-sheet]')) {
    const url = item.dataset.sheet;
    if (url !== undefined) item.append(' ', openButton(item, url));
  }
}

/** Shows some rows of a table at a time. Rows that are sorted anew stay on their page's place. */
function pageRows(table: HTMLTableElement): void {
  const body = table.tBodies[0];
  const box = table.closest('.table-box') ?? table;
  if (body === undefined) return;
  let page = 0;
  const label = make('span', { class: 'num', role: 'status' });
  const last = () => Math.max(0, Math.ceil(body.rows.length / rowsPerPage) - 1);
  const back = makeButton('Previous', () => show(page - 1));
  const on = makeButton('Next', () => show(page + 1));
  const show = (wanted: number) => {
    page = Math.max(0, Math.min(last(), wanted));
    for (const [i, row] of [...body.rows].entries()) row.hidden = Math.floor(i / rowsPerPage) !== page;
    const from = page * rowsPerPage;
    label.textContent = `Rows ${from + 1} to ${Math.min(from + rowsPerPage, body.rows.length)} of ${body.rows.length}`;
    back.disabled = page === 0;
    on.disabled = page === last();
  };
  new MutationObserver(() => show(page)).observe(body, { childList: true });
  box.after(make('div', { class: 'table-pages', role: 'group', 'aria-label': 'Pages of the table' }, back, on, label));
  show(0);
}

function openButton(item: HTMLElement, url: string): HTMLButtonElement {
  const button = makeButton('Show rows', async () => {
    const shown = item.querySelector('.sheet');
    if (shown !== null) {
      shown.remove();
      button.textContent = 'Show rows';
      return;
    }
    button.disabled = true;
    item.append(await sheet(url));
    button.disabled = false;
    button.textContent = 'Hide rows';
  });
  return button;
}

async function sheet(url: string): Promise<HTMLElement> {
  const holder = make('div', { class: 'sheet' });
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(String(response.status));
    const bytes = await response.arrayBuffer();
    if (bytes.byteLength > mostBytes) throw new Error('the file is too large to show');
    const [head = [], ...rows] = readSeparated(new TextDecoder().decode(bytes), url.endsWith('.tsv') ? '\t' : ',');
    const isNumeric = head.map((_, i) =>
      rows.every((row) => row[i] === undefined || row[i] === '' || Number.isFinite(Number(row[i]))),
    );
    const cell = (text: string, i: number) =>
      make('td', { class: isNumeric[i] ? 'num' : undefined }, make('bdi', {}, text));
    const table = make(
      'table',
      { class: 'figures' },
      make(
        'thead',
        {},
        make(
          'tr',
          {},
          ...head.map((text, i) =>
            make('th', { scope: 'col', class: isNumeric[i] ? 'num' : undefined }, make('bdi', {}, text)),
          ),
        ),
      ),
      make('tbody', {}, ...rows.map((row) => make('tr', {}, ...row.map(cell)))),
    );
    holder.append(
      make('div', { class: 'table-box', tabindex: '0', role: 'region', 'aria-label': 'Rows of the file' }, table),
    );
    if (rows.length > rowsPerPage) pageRows(table);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'no answer';
    holder.append(make('p', { class: 'table-note', role: 'status' }, `Could not show the rows (${reason}).`));
  }
  return holder;
}
