import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import type { FilterCounts, SearchAnswer } from './pagefind.ts';
import { searchSite } from './pagefind.ts';
import type { SearchPlaces } from './search-dialog.ts';
import { hitLink } from './search-hit.ts';

const pageSize = 20;

/** Filters of the page, as the index names them, and what people read. */
const filterNames = [
  ['kind', 'Kind'],
  ['experiment', 'Experiment'],
  ['status', 'Status'],
  ['tag', 'Tag'],
] as const;

/** Values of a filter that are listed at once. */
const valueLimit = 12;

interface PageState {
  words: string;
  /** Filter → values wanted. */
  filters: Map<string, string[]>;
  isNewestFirst: boolean;
  /** From 1. */
  page: number;
}

/** Fills the search page: a field, filters with counts, hits 20 a page. The address is the state. */
export function mountSearchPage(host: HTMLElement, places: SearchPlaces): void {
  let state = readState();
  let turn = 0;
  const field = make('input', {
    type: 'search',
    name: 'q',
    'aria-label': 'Search',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const order = make('select', { 'aria-label': 'Order' });
  order.append(make('option', { value: '' }, 'Best match'), make('option', { value: 'newest' }, 'Newest'));
  const form = make(
    'form',
    { class: 'rf-search-form', role: 'search' },
    field,
    order,
    make('button', { type: 'submit' }, 'Search'),
  );
  const status = make('p', { class: 'rf-search-status', role: 'status' });
  const filters = make('div', { class: 'rf-search-filters' });
  const filterBox = make(
    'details',
    { open: matchMedia('(min-width: 640px)').matches },
    make('summary', {}, 'Filters'),
    filters,
  );
  const hits = make('ol', { class: 'rf-search-hits', role: 'list' });
  const pager = make('nav', { class: 'pager', 'aria-label': 'Pages of results' });
  host.replaceChildren(form, status, make('div', { class: 'rf-search-body' }, filterBox, make('div', {}, hits, pager)));

  const set = (change: Partial<PageState>, isStep: boolean) => {
    state = { ...state, page: 1, ...change };
    const address = location.pathname + formatState(state);
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    void search();
  };
  const search = async () => {
    turn += 1;
    const mine = turn;
    field.value = field === document.activeElement ? field.value : state.words;
    order.value = state.isNewestFirst ? 'newest' : '';
    try {
      const answer: SearchAnswer = await searchSite(state.words, { ...places, ...state, isCounted: true });
      const pages = Math.max(1, Math.ceil(answer.count / pageSize));
      const page = Math.min(state.page, pages);
      const found = await answer.load((page - 1) * pageSize, page * pageSize);
      if (mine !== turn) return;
      status.textContent = countText(answer.count, state);
      hits.replaceChildren(...found.map((hit) => make('li', {}, hitLink(hit))));
      filters.replaceChildren(...filterBoxes(answer.filters, state, (next) => set({ filters: next }, true)));
      pager.replaceChildren(...pagerParts(page, pages, (next) => set({ page: next }, true)));
    } catch (error) {
      if (mine !== turn) return;
      hits.replaceChildren();
      status.textContent = error instanceof FetchFault ? error.reason : 'The search did not answer.';
    }
  };

  field.value = state.words;
  field.addEventListener('input', () => set({ words: field.value.trim() }, false));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    set({ words: field.value.trim() }, true);
  });
  order.addEventListener('change', () => set({ isNewestFirst: order.value === 'newest' }, true));
  addEventListener('popstate', () => {
    state = readState();
    field.value = state.words;
    void search();
  });
  void search();
}

function readState(): PageState {
  const query = new URLSearchParams(location.search);
  const filters = new Map(filterNames.map(([name]) => [name as string, [...new Set(query.getAll(`f.${name}`))]]));
  const page = Number(query.get('page'));
  return {
    words: query.get('q') ?? '',
    filters,
    isNewestFirst: query.get('sort') === 'newest',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

function formatState({ words, filters, isNewestFirst, page }: PageState): string {
  const query = new URLSearchParams();
  if (words !== '') query.set('q', words);
  for (const [name, values] of filters) for (const value of values) query.append(`f.${name}`, value);
  if (isNewestFirst) query.set('sort', 'newest');
  if (page > 1) query.set('page', String(page));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function countText(count: number, { words }: PageState): string {
  const found = count === 1 ? '1 result' : `${count.toLocaleString('en-US')} results`;
  if (words === '') return found;
  return count === 0 ? `Nothing found for “${words}”` : `${found} for “${words}”`;
}

function filterBoxes(
  counts: FilterCounts,
  { filters }: PageState,
  onChange: (filters: Map<string, string[]>) => void,
): HTMLElement[] {
  return filterNames.flatMap(([name, title]) => {
    const wanted = filters.get(name) ?? [];
    const values = Object.entries(counts[name] ?? {})
      .filter(([value, count]) => count > 0 || wanted.includes(value))
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (values.length === 0) return [];
    const boxes = values.map(([value, count]) => {
      const box = make('input', { type: 'checkbox' });
      box.checked = wanted.includes(value);
      box.addEventListener('change', () => {
        const next = box.checked ? [...wanted, value] : wanted.filter((other) => other !== value);
        onChange(new Map(filters).set(name, next));
      });
      return make('label', {}, box, make('span', {}, value), make('span', { class: 'muted num' }, String(count)));
    });
    const fieldset = make('fieldset', {}, make('legend', {}, title), ...boxes.slice(0, valueLimit));
    if (boxes.length > valueLimit) {
      const summary = make('summary', {}, `${boxes.length - valueLimit} more`);
      fieldset.append(make('details', {}, summary, ...boxes.slice(valueLimit)));
    }
    return [fieldset];
  });
}

function pagerParts(page: number, pages: number, onPage: (page: number) => void): HTMLElement[] {
  if (pages < 2) return [];
  const back = makeButton('Previous', () => onPage(page - 1));
  const on = makeButton('Next', () => onPage(page + 1));
  back.disabled = page <= 1;
  on.disabled = page >= pages;
  return [back, make('span', {}, `Page ${page} of ${pages}`), on];
}
