import { copyText } from './copy-button.ts';
import { make, makeButton, siteBase } from './element.ts';
import { onState, setState, stateTexts } from './url-state.ts';

/** More runs than this make an address that programs cut off: then the choice lasts for this page alone, which says so. */
const mostInAddress = 200;

const selected = new Set<string>();
const listeners = new Set<() => void>();
let bar: HTMLElement | undefined;
/** True on pages that keep the choice in their address, as `sel`. */
let isInAddress = false;
let isWriting = false;
let barTools: ((runIds: readonly string[]) => Node[]) | undefined;
let runsInOrder: (() => readonly string[]) | undefined;

/**
 * Lets rows of `<table data-selectable>` be picked: each row's `<input type="checkbox" data-run-id>` (made in its first
 * cell where a row has `data-run-id` but no box) counts; Shift takes the rows between. A bar offers to compare what is
 * picked. A table with `data-run-table` keeps the choice in the address, where charts read it.
 */
export function makeSelectable(root: ParentNode = document): void {
  for (const table of root.querySelectorAll<HTMLTableElement>('table[data-selectable]')) {
    addBoxes(table);
    let lastPressed: string | undefined;
    table.addEventListener('click', (event) => {
      const box = event.target;
      if (!(box instanceof HTMLInputElement) || box.dataset.runId === undefined) return;
      const { runId } = box.dataset;
      const between = event.shiftKey && lastPressed !== undefined ? idsBetween(table, lastPressed, runId) : [runId];
      lastPressed = runId;
      const next = new Set(selected);
      for (const id of between) {
        if (box.checked) next.add(id);
        else next.delete(id);
      }
      selectRuns(next);
    });
    if (table.hasAttribute('data-run-table')) isInAddress = true;
    else
      for (const box of boxesOf(table))
        if (box.checked && box.dataset.runId !== undefined) selected.add(box.dataset.runId);
  }
  if (isInAddress) {
    readAddress();
    onState((changed) => {
      if (changed.has('sel') && !isWriting) readAddress();
    });
  } else show();
}

/** Ids of the runs that are picked, in the order in which they were. */
export function selectedRuns(): ReadonlySet<string> {
  return selected;
}

/** How many picked runs the address of this page leaves out, since they are too many for it; else 0. */
export function runsLeftOut(): number {
  return isInAddress && selected.size > mostInAddress ? selected.size : 0;
}

/** Picks these runs and no others. */
export function selectRuns(runIds: Iterable<string>): void {
  const next = [...new Set(runIds)];
  selected.clear();
  for (const runId of next) selected.add(runId);
  if (isInAddress) {
    isWriting = true;
    setState({ sel: next.length > mostInAddress ? undefined : next });
    isWriting = false;
  }
  show();
}

/** Calls `listener` after each change of what is picked. */
export function onSelection(listener: () => void): void {
  listeners.add(listener);
}

/** Says what the bar offers beside comparing and copying, and in which order runs stand that are not all on the page. */
export function extendSelection(extension: {
  tools: (runIds: readonly string[]) => Node[];
  runsInOrder: () => readonly string[];
}): void {
  barTools = extension.tools;
  runsInOrder = extension.runsInOrder;
  show();
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
  selectRuns([]);
  return true;
}

/** Address of the compare page for these runs; over 2,000 characters the list stands behind the hash. */
export function compareUrl(runIds: readonly string[], base = siteBase()): string {
  const query = new URLSearchParams(runIds.map((runId) => ['run', runId])).toString().replaceAll('%2F', '/');
  return `${base}compare/${query.length > 2000 ? '#' : '?'}${query}`;
}

/** Ticks the boxes of a table by what is picked, as after its rows were drawn anew. */
export function syncBoxes(table: HTMLTableElement): void {
  for (const box of boxesOf(table)) {
    box.checked = selected.has(box.dataset.runId ?? '');
    box.closest('tr')?.classList.toggle('row-selected', box.checked);
  }
}

function readAddress(): void {
  selected.clear();
  for (const runId of stateTexts('sel')) selected.add(runId);
  show();
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

/** The runs from one to another in the order of the table, both of them too. */
function idsBetween(table: HTMLTableElement, from: string, to: string): string[] {
  const ids = runsInOrder?.() ?? boxesOf(table).map((box) => box.dataset.runId ?? '');
  const [a = -1, b = -1] = [ids.indexOf(from), ids.indexOf(to)].sort((x, y) => x - y);
  return a < 0 ? [to] : ids.slice(a, b + 1);
}

function show(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-selectable]')) syncBoxes(table);
  showBar();
  for (const listener of listeners) listener();
}

const tooManyText = `More than ${mostInAddress} runs are too many for a link: the address of this page leaves the selection out. A filter stays in it.`;

function showBar(): void {
  if (selected.size === 0) {
    bar?.remove();
    bar = undefined;
    return;
  }
  const runIds = [...selected];
  const copy = makeButton('Copy ids', async () => {
    copy.textContent = (await copyText(runIds.join('\n'))) ? 'Copied' : 'Could not copy';
  });
  bar ??= make('div', { class: 'select-bar', role: 'region', 'aria-label': 'Selected runs' });
  const words = runIds.length === 1 ? 'Compare 1 run' : `Compare ${runIds.length} runs`;
  bar.replaceChildren(
    make('a', { class: 'button', href: compareUrl(runIds) }, words),
    copy,
    ...(barTools?.(runIds) ?? []),
    makeButton('Clear', () => clearSelection()),
    ...(runsLeftOut() > 0 ? [make('p', { class: 'select-note' }, tooManyText)] : []),
  );
  if (!bar.isConnected) document.body.append(bar);
}
