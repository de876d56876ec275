import { copyText } from './copy-button.ts';
import { keep, make, makeButton, readKept } from './element.ts';
import { makeMenu, makeTick } from './menu.ts';
import type { TableColumn } from './run-table-columns.ts';
import type { RunIndex } from './run-table-index.ts';
import type { TableState } from './run-table-state.ts';
import { pageSizes, statusChips } from './run-table-state.ts';
import type { TextFormat, TextTable } from './run-table-text.ts';
import { writeTable } from './run-table-text.ts';
import { setState } from './url-state.ts';

/** Tags offered at once; others can be named in the filter. */
const mostTags = 12;

/** Chips that let through runs of a status, and runs with a tag. Pressed ones stay though no run is behind them. */
export function filterChips(index: RunIndex, { statuses, tags }: Pick<TableState, 'statuses' | 'tags'>): HTMLElement[] {
  const counts = index.statusCounts;
  const chip = (key: 'status' | 'tag', word: string, pressed: ReadonlySet<string>) => {
    const next = new Set(pressed);
    if (!next.delete(word)) next.add(word);
    return makeButton('', () => setState({ [key]: [...next], page: undefined }), {
      class: 'rt-chip',
      'aria-pressed': String(pressed.has(word)),
      'data-focus': `${key} ${word}`,
    });
  };
  const list = (
    key: 'status' | 'tag',
    label: string,
    words: string[],
    pressed: ReadonlySet<string>,
    counted: ReadonlyMap<string, number>,
  ) => {
    const chips = words.map((word) => {
      const n = counted.get(word) ?? 0;
      const button = chip(key, word, pressed);
      button.append(make('bdi', {}, word), ' ', make('span', { class: 'num muted' }, n.toLocaleString('en-GB')));
      return make('li', {}, button);
    });
    return make('ul', { class: 'rt-chips', role: 'list', 'aria-label': label }, ...chips);
  };
  const words = statusChips.filter((word) => counts.has(word) || statuses.has(word));
  // A tag that every run has tells nothing apart.
  const telling = [...index.tagCounts].filter(([, n]) => n < index.runs.length);
  const commonTags = telling.slice(0, mostTags).map(([tag]) => tag);
  const shownTags = [...new Set([...commonTags, ...tags])];
  const lists = [list('status', 'Statuses', words, statuses, counts)];
  if (shownTags.length > 0) lists.push(list('tag', 'Tags', shownTags, tags, index.tagCounts));
  return lists;
}

/** Menu of the columns that rows can be grouped by. */
export function groupMenu(
  now: () => { columns: ReadonlyMap<string, TableColumn>; groupIds: readonly string[] },
): HTMLElement {
  return makeMenu('Group by', () => {
    const { columns, groupIds } = now();
    const isOffered = ({ id, kind, isVarying }: TableColumn) =>
      groupIds.includes(id) || (isVarying && (kind === 'param' || groupFields.has(id)));
    const ticks = [...columns.values()].filter(isOffered).map(({ id, label }) =>
      makeTick(label, groupIds.includes(id), (isOn) => {
        const before = now().groupIds;
        setState({ group: isOn ? [...before, id] : before.filter((other) => other !== id), page: undefined });
      }),
    );
    return ticks.length > 0 ? ticks : [make('p', { class: 'muted' }, 'Nothing tells these runs apart.')];
  });
}

const groupFields: ReadonlySet<string> = new Set([
  'status',
  'tags',
  'group',
  'job',
  'seed',
  'host',
  'user',
  'commit',
  'branch',
  'parent',
]);

const formatWords: readonly [format: TextFormat, label: string, ending: string][] = [
  ['markdown', 'Markdown', 'md'],
  ['latex', 'LaTeX', 'tex'],
  ['csv', 'CSV', 'csv'],
  ['json', 'JSON', 'json'],
];

/** Menu that copies a table as text, or saves it. */
export function copyMenu(label: string, table: () => TextTable, fileName: string): HTMLElement {
  return makeMenu(label, () => {
    const said = make('span', { class: 'hidden-text', role: 'status' });
    const buttons = formatWords.map(([format, words]) => {
      const button = makeButton(`Copy as ${words}`, async () => {
        const isCopied = await copyText(writeTable(table(), format));
        button.textContent = isCopied ? `Copied as ${words}` : 'Could not copy';
        said.textContent = button.textContent;
      });
      return button;
    });
    const saves = formatWords.map(([format, words, ending]) =>
      makeButton(`Save ${words}`, () => saveFile(`${fileName}.${ending}`, writeTable(table(), format))),
    );
    return [...buttons, make('hr'), ...saves, said];
  });
}

/** Hands a text to the browser as a file to keep. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }));
  const link = make('a', { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The choice of an order for narrow screens, where there are no heads to press. */
export function sortSelect(columns: readonly TableColumn[], { sort }: Pick<TableState, 'sort'>): HTMLElement {
  const select = make('select', { 'aria-label': 'Sort by', 'data-focus': 'sort' });
  const option = (value: string, words: string) => select.append(make('option', { value }, words));
  option('', 'Best first');
  for (const { id, label } of [{ id: 'name', label: 'Run' }, ...columns]) {
    option(id, `${label} ↑`);
    option(`-${id}`, `${label} ↓`);
  }
  const [first] = sort;
  select.value = first === undefined ? '' : `${first.isDown ? '-' : ''}${first.columnId}`;
  select.addEventListener('change', () =>
    setState({ sort: select.value === '' ? undefined : [select.value], page: undefined }),
  );
  return make('label', { class: 'rt-sort' }, 'Sort ', select);
}

/** Previous and next page, and how many rows a page has. Nothing for what fits on the smallest page. */
export function tablePager(
  { page, size }: { page: number; size: number | 'all' },
  { pageCount, rowCount, what }: { pageCount: number; rowCount: number; what: string },
): HTMLElement[] {
  if (rowCount <= pageSizes[0]) return [];
  const step = (label: string, to: number, isOff: boolean) => {
    const button = makeButton(label, () => setState({ page: to === 1 ? undefined : String(to) }), {
      'data-focus': label,
    });
    button.disabled = isOff;
    return button;
  };
  const select = make('select', { 'aria-label': 'Rows on a page', 'data-focus': 'size' });
  for (const option of [...pageSizes, 'all'] as const)
    select.append(make('option', { value: String(option) }, option === 'all' ? 'all' : String(option)));
  select.value = String(size);
  select.addEventListener('change', () =>
    setState({ size: select.value === '50' ? undefined : select.value, page: undefined }),
  );
  return [
    step('Previous page', page - 1, page <= 1),
    make('span', { class: 'muted num' }, pageCount > 1 ? `Page ${page} of ${pageCount}` : `All ${what}`),
    step('Next page', page + 1, page >= pageCount),
    make('label', { class: 'rt-size' }, 'Rows ', select),
  ];
}

const densityKey = 'runfolio-rows';

/** A button that makes rows low or high, and keeps the choice for this person. */
export function densityButton(table: HTMLTableElement): HTMLButtonElement {
  const isCompact = readKept(densityKey) === 'compact';
  table.classList.toggle('rt-compact', isCompact);
  const button = makeButton(
    'Compact rows',
    () => {
      const isOn = table.classList.toggle('rt-compact');
      button.setAttribute('aria-pressed', String(isOn));
      keep(densityKey, isOn ? 'compact' : undefined);
    },
    { 'aria-pressed': String(isCompact), class: 'rt-density' },
  );
  return button;
}
