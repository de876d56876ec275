import { keep, make, makeButton, readKept } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import type { SearchAnswer, SearchHit } from './pagefind.ts';
import { searchSite } from './pagefind.ts';
import { hitLink } from './search-hit.ts';

/** Where the index lies and where addresses begin. */
export interface SearchPlaces {
  bundle: string;
  base: string;
}

const recentKey = 'runfolio-recent';
const recentLimit = 6;
const hitLimit = 12;

/** Order of the groups; anything else comes after. */
const kinds = ['Experiment', 'Run', 'Note', 'Page'];

let open: HTMLDialogElement | undefined;

/** Opens the search dialog with the focus in its field. Closing gives the focus back to what had it. */
export function openDialog({ bundle, base }: SearchPlaces): void {
  if (open !== undefined) return;
  const trigger = document.activeElement;
  const field = make('input', {
    type: 'search',
    role: 'combobox',
    'aria-expanded': 'true',
    'aria-controls': 'rf-search-list',
    'aria-label': 'Search experiments and runs',
    placeholder: 'Search experiments, runs, params …',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const list = make('div', { id: 'rf-search-list', class: 'rf-search-list', role: 'listbox', 'aria-label': 'Results' });
  const status = make('p', { class: 'rf-search-status', role: 'status' });
  const bar = make(
    'div',
    { class: 'rf-search-bar' },
    field,
    makeButton('Close', () => dialog.close()),
  );
  const dialog = make('dialog', { class: 'rf-search', 'aria-label': 'Search' }, bar, status, list);
  let turn = 0;
  let active = -1;

  const options = () => [...list.querySelectorAll<HTMLAnchorElement>('[role="option"]')];
  const activate = (next: number) => {
    const all = options();
    active = all.length === 0 ? -1 : (next + all.length) % all.length;
    for (const [i, option] of all.entries()) option.setAttribute('aria-selected', String(i === active));
    const current = all[active];
    if (current === undefined) field.removeAttribute('aria-activedescendant');
    else {
      field.setAttribute('aria-activedescendant', current.id);
      current.scrollIntoView({ block: 'nearest' });
    }
  };
  const show = (groups: [string, Node[]][]) => {
    list.replaceChildren(
      ...groups.map(([name, links]) => {
        const group = make('div', { role: 'group', 'aria-label': name }, make('p', { class: 'rf-search-group' }, name));
        group.append(...links);
        return group;
      }),
    );
    for (const [i, option] of options().entries()) option.id = `rf-hit-${i}`;
    activate(groups.length > 0 ? 0 : -1);
  };
  const search = async () => {
    turn += 1;
    const mine = turn;
    const words = field.value.trim();
    if (words === '') {
      status.textContent = '';
      show(recentGroup());
      return;
    }
    try {
      const answer: SearchAnswer = await searchSite(words, { bundle, base });
      const hits = await answer.load(0, hitLimit);
      if (mine !== turn) return;
      show(groupHits(hits));
      status.textContent = answer.count === 0 ? `Nothing found for “${words}”` : countText(answer.count);
      if (answer.count > hitLimit) list.append(moreLink(words, base));
    } catch (error) {
      if (mine !== turn) return;
      show([]);
      status.textContent = error instanceof FetchFault ? error.reason : 'The search did not answer.';
    }
  };

  field.addEventListener('input', () => void search());
  dialog.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      // A search field would only empty itself.
      event.preventDefault();
      dialog.close();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      activate(active + (event.key === 'ArrowDown' ? 1 : -1));
    } else if (event.key === 'Enter' && event.target === field) {
      event.preventDefault();
      follow(options()[active], event.ctrlKey || event.metaKey);
    }
  });
  list.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a.rf-hit') : null;
    if (link !== null) remember(link);
  });
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener('close', () => {
    dialog.remove();
    open = undefined;
    if (trigger instanceof HTMLElement) trigger.focus();
  });
  open = dialog;
  document.body.append(dialog);
  dialog.showModal();
  field.focus();
  void search();
}

function countText(count: number): string {
  return count === 1 ? '1 result' : `${count.toLocaleString('en-US')} results`;
}

function groupHits(hits: readonly SearchHit[]): [string, Node[]][] {
  const names = [...new Set([...kinds, ...hits.map(({ kind }) => kind)])];
  return names.flatMap((name): [string, Node[]][] => {
    const links = hits.filter(({ kind }) => kind === name).map(optionLink);
    return links.length === 0 ? [] : [[`${name}s`, links]];
  });
}

function optionLink(hit: SearchHit): HTMLAnchorElement {
  const link = hitLink(hit);
  link.setAttribute('role', 'option');
  link.tabIndex = -1;
  return link;
}

function moreLink(words: string, base: string): HTMLElement {
  return make(
    'a',
    { class: 'rf-search-more', href: `${base}search/?${new URLSearchParams({ q: words })}` },
    'All results',
  );
}

function follow(link: HTMLAnchorElement | undefined, isNewTab: boolean): void {
  if (link === undefined) return;
  remember(link);
  if (isNewTab) window.open(link.href, '_blank', 'noopener');
  else location.href = link.href;
}

/** Recent hits of this person, newest first. Anything odd in the store is dropped. */
function readRecent(): { url: string; title: string; kind: string }[] {
  try {
    const list: unknown = JSON.parse(readKept(recentKey) ?? '[]');
    if (!Array.isArray(list)) return [];
    return list.flatMap((item: unknown) => {
      const { url, title, kind } = (item ?? {}) as Record<string, unknown>;
      // Only addresses of this site: the store is shared by everything on the origin.
      const isOurs = typeof url === 'string' && new URL(url, location.href).origin === location.origin;
      return isOurs && typeof title === 'string' && typeof kind === 'string' ? [{ url, title, kind }] : [];
    });
  } catch {
    return [];
  }
}

function remember(link: HTMLAnchorElement): void {
  const title = link.querySelector('.rf-hit-title')?.textContent ?? link.pathname;
  const kind = link.querySelector('.rf-hit-kind')?.textContent ?? 'Page';
  const others = readRecent().filter(({ url }) => url !== link.pathname);
  keep(recentKey, JSON.stringify([{ url: link.pathname, title, kind }, ...others].slice(0, recentLimit)));
}

function recentGroup(): [string, Node[]][] {
  const links = readRecent().map(({ url, title, kind }) =>
    optionLink({ url, title, kind, experiment: undefined, status: undefined, value: undefined, excerpt: [] }),
  );
  return links.length === 0 ? [] : [['Recent', links]];
}
