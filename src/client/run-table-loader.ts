import { whenNear } from './when-near.ts';

/** What an address may say of a run table; a page that is opened with any of it shows it at once. */
const keys = ['q', 'where', 'status', 'tag', 'group', 'cols', 'sort', 'page', 'size', 'base'];

let loading: Promise<void> | undefined;

/**
 * Brings the run table of the page to life: when it comes near, when the address says how it should look, or when a key
 * asks for its filter. Until then, and without script, it is the table that the page came with.
 */
export function prepareRunTable(root: ParentNode = document): void {
  const section = root.querySelector<HTMLElement>('[data-run-section]');
  if (section === null) return;
  const given = new URLSearchParams(location.search);
  if (keys.some((key) => given.has(key))) void openRunTable();
  else whenNear(section, () => void openRunTable());
}

/** Loads and starts the table, once. */
export function openRunTable(): Promise<void> {
  const section = document.querySelector<HTMLElement>('[data-run-section]');
  if (section === null) return Promise.resolve();
  loading ??= import('./run-table.ts').then(({ startRunTable }) => startRunTable(section));
  return loading;
}

/** Puts the focus into the filter of the page, that of the run table where there is one. False where there is none. */
export function focusFilter(): boolean {
  const find = () => document.querySelector<HTMLInputElement>('main input.filter-field');
  if (document.querySelector('[data-run-section]') === null) {
    find()?.focus();
    return find() !== null;
  }
  void openRunTable().then(() => document.querySelector<HTMLInputElement>('[data-run-section] .filter-field')?.focus());
  return true;
}
