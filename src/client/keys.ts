import { keep, make, makeButton, readKept, siteBase } from './element.ts';
import { actOnKey } from './key-actions.ts';
import { focusFilter } from './run-table-loader.ts';
import { clearSelection, compareSelected } from './select-runs.ts';
import { setState, stateText } from './url-state.ts';

const storageKey = 'runfolio-keys';

/** What the keys do, for the dialog that lists them. */
const keyList: readonly [keys: string, does: string][] = [
  ['Ctrl K or /', 'Search'],
  ['g h', 'Experiments'],
  ['g l', 'Leaderboard'],
  ['g a', 'Activity'],
  ['g d', 'Diagnostics'],
  ['j / k', 'Next or previous row'],
  ['x, Shift x', 'Pick the row, or all up to it'],
  ['p', 'Hold all rows against this one'],
  ['f', 'Filter'],
  ['Enter', 'Open the row'],
  ['c', 'Compare what is picked'],
  ['[ / ]', 'Previous or next run'],
  ['s', 'Charts: go to smoothing'],
  ['y', 'Charts: logarithmic scale, and back'],
  ['?', 'This list'],
  ['Esc', 'Close, then clear the zoom, then what is picked'],
  ['← → Home End', 'In a chart: move along it'],
  ['↑ ↓', 'In a chart: move between runs'],
  ['+ - 0', 'In a chart: zoom in, out, back'],
  ['Enter', 'In a chart: pin what is read out'],
];

const places = new Map([
  ['h', ''],
  ['l', 'leaderboard/'],
  ['a', 'activity/'],
  ['d', 'diagnostics/'],
]);

/**
 * Listens for the keys of the page. Single letters act only while no field has focus, no dialog is open and no modifier
 * is down, and can be turned off in the list that `?` opens.
 */
export function listenForKeys({ openSearch }: { openSearch: () => void }): void {
  let isAfterG = false;
  document.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      openSearch();
      return;
    }
    if (event.key === 'Escape' && !event.defaultPrevented && document.querySelector('dialog[open]') === null) {
      clearSelection();
    }
    if (readKept(storageKey) === 'off' && event.key !== '?') return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isBusy(event.target)) return;
    if (isAfterG) {
      isAfterG = false;
      const place = places.get(event.key);
      if (place !== undefined) location.href = siteBase() + place;
      return;
    }
    isAfterG = event.key === 'g';
    if (press(event.key, openSearch)) event.preventDefault();
  });
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true;
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], .rf-live') !== null;
}

function press(key: string, openSearch: () => void): boolean {
  switch (key) {
    case '/':
      openSearch();
      return true;
    case '?':
      showKeys();
      return true;
    case 'j':
      return moveRow(1);
    case 'k':
      return moveRow(-1);
    case 'x':
      return pickRow(false);
    case 'X':
      return pickRow(true);
    case 'p':
      return pinRow();
    case 'f':
      return focusFilter();
    case 'c':
      return compareSelected();
    case '[':
      return follow('prev');
    case ']':
      return follow('next');
    default:
      return actOnKey(key);
  }
}

function follow(rel: 'prev' | 'next'): boolean {
  const link = document.querySelector<HTMLAnchorElement>(`a[rel~="${rel}"]`);
  link?.click();
  return link !== null;
}

/** Links that open rows: those of runs that can be picked, where there are any, else those of the other tables. */
function rowLinks(): HTMLAnchorElement[] {
  const rows = (kind: string) => [...document.querySelectorAll<HTMLTableRowElement>(`table[${kind}] tbody tr`)];
  const pickable = rows('data-selectable');
  return (pickable.length > 0 ? pickable : rows('data-sortable'))
    .filter((row) => !row.hidden)
    .map((row) => row.querySelector<HTMLAnchorElement>('a[href]'))
    .filter((link) => link !== null);
}

function moveRow(by: 1 | -1): boolean {
  const links = rowLinks();
  const row = document.activeElement?.closest('tr');
  const here = links.findIndex((link) => row?.contains(link));
  const next =
    here < 0 ? (by > 0 ? links[0] : links.at(-1)) : links[Math.max(0, Math.min(links.length - 1, here + by))];
  next?.focus();
  return next !== undefined;
}

function pickRow(isRange: boolean): boolean {
  const box = document.activeElement?.closest('tr')?.querySelector<HTMLInputElement>('input[data-run-id]');
  box?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, shiftKey: isRange }));
  return box !== null && box !== undefined;
}

/** Makes the row's run the one that the others are held against, or no longer. */
function pinRow(): boolean {
  const row = document.activeElement?.closest<HTMLElement>('table[data-run-table] tr[data-run-id]');
  const runId = row?.dataset.runId;
  if (runId === undefined) return false;
  setState({ base: stateText('base') === runId ? undefined : runId });
  return true;
}

function showKeys(): void {
  const rows = keyList.map(([keys, does]) => {
    const row = make('tr');
    row.append(make('th', { scope: 'row' }, make('kbd', {}, keys)), make('td', {}, does));
    return row;
  });
  const isOn = make('input', { type: 'checkbox' });
  isOn.checked = readKept(storageKey) !== 'off';
  isOn.addEventListener('change', () => keep(storageKey, isOn.checked ? undefined : 'off'));
  const dialog = make(
    'dialog',
    { class: 'rf-keys', 'aria-label': 'Keys' },
    make('h2', {}, 'Keys'),
    make('table', {}, make('tbody', {}, ...rows)),
    make('label', {}, isOn, ' Single-letter keys'),
    makeButton('Close', () => dialog.close()),
  );
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
