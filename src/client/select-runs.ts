import { copyText } from './copy-button.ts';
import { make, makeButton, siteBase } from './element.ts';

const selected = new Set<string>();
let bar: HTMLElement | undefined;

/**
 * Lets rows of `<table data-selectable>` be picked: each row's `<input type="checkbox" data-run-id>` (made in its first
 * cell where a row has `data-run-id` but no box) counts; Shift takes the rows between. A bar offers to compare what is picked.
 */
export function makeSelectable(root: ParentNode = document): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table[data-selectable]')) {
    addBoxes(table);
    let lastPressed: HTMLInputElement | undefined;
    table.addEventListener('click', (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || box.dataset.runId === undefined) return;
      if (event.shiftKey && lastPressed !== undefined) selectBetween(table, lastPressed, box);
      lastPressed = box;
      readBoxes(table);
    });
    readBoxes(table);
  }
}

/** Opens the compare page with what is picked; does nothing when nothing is. */
export function compareSelected(): boolean {
  if (selected.size === 0) return false;
  location.href = compareUrl([...selected]);
  return true;
}

/** Takes all rows back. */
export function clearSelection(): boolean {
  if (selected.size === 0) return false;
  for (const box of document.querySelectorAll<HTMLInputElement>('input[data-run-id]:checked')) box.checked = false;
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-selectable]')) readBoxes(table);
  return true;
}

/** Address of the compare page for these runs; over 2,000 characters the list stands behind the hash. */
export function compareUrl(runIds: readonly string[], base = siteBase()): string {
  const query = new URLSearchParams(runIds.map((runId) => ['run', runId])).toString().replaceAll('%2F', '/');
  return `${base}compare/${query.length > 2000 ? '#' : '?'}${query}`;
}

function addBoxes(table: HTMLTableElement): void {
  for (const row of table.querySelectorAll<HTMLTableRowElement>('tr[data-run-id]')) {
    const { runId } = row.dataset;
    if (runId === undefined || row.querySelector('input[data-run-id]') !== null) continue;
    const box = make('input', { type: 'checkbox', 'data-run-id': runId, 'aria-label': `Select ${runId}` });
    const cell = row.querySelector('.run-cell') ?? row.cells[0];
    cell?.prepend(make('label', { class: 'row-pick' }, box));
  }
}

function boxesOf(table: HTMLTableElement): HTMLInputElement[] {
  return [...table.querySelectorAll<HTMLInputElement>('input[data-run-id]')];
}

function selectBetween(table: HTMLTableElement, from: HTMLInputElement, to: HTMLInputElement): void {
  const boxes = boxesOf(table);
  const [a, b] = [boxes.indexOf(from), boxes.indexOf(to)].sort((x, y) => x - y);
  for (const box of boxes.slice(a, (b ?? 0) + 1)) box.checked = to.checked;
}

function readBoxes(table: HTMLTableElement): void {
  for (const box of boxesOf(table)) {
    const { runId = '' } = box.dataset;
    if (box.checked) selected.add(runId);
    else selected.delete(runId);
    box.closest('tr')?.classList.toggle('row-selected', box.checked);
  }
  showBar();
}

function showBar(): void {
  bar?.remove();
  bar = undefined;
  if (selected.size === 0) return;
  const runIds = [...selected];
  const copy = makeButton('Copy ids', async () => {
    copy.textContent = (await copyText(runIds.join('\n'))) ? 'Copied' : 'Could not copy';
  });
  bar = make(
    'div',
    { class: 'select-bar', role: 'region', 'aria-label': 'Selected runs' },
    make(
      'a',
      { class: 'button', href: compareUrl(runIds) },
      runIds.length === 1 ? 'Compare 1 run' : `Compare ${runIds.length} runs`,
    ),
    copy,
    makeButton('Clear', () => clearSelection()),
  );
  document.body.append(bar);
}
