import { make, makeButton } from './element.ts';
import { makeTick } from './menu.ts';
import type { TableColumn } from './run-table-columns.ts';

/** Columns as they are chosen: shown ones in their order, and those of them that stay at the left edge. */
export interface ColumnChoice {
  ids: string[];
  pinnedIds: ReadonlySet<string>;
}

const groupTitles: readonly [kind: TableColumn['kind'] | 'part', title: string][] = [
  ['metric', 'Metrics'],
  ['param', 'Params'],
  ['field', 'About the run'],
  ['part', 'Figures of metrics'],
];

/** Columns listed at once; a search brings up the rest. */
const mostListed = 200;

/**
 * Opens the dialog that chooses columns: shown ones with ticks, buttons that move and pin them, and drag and drop; below
 * them the rest, which a search narrows. Each change takes effect at once. `undefined` stands for the default.
 */
export function openColumnDialog(
  columns: ReadonlyMap<string, TableColumn>,
  choice: ColumnChoice,
  { defaults, onChange }: { defaults: readonly string[]; onChange: (choice: ColumnChoice | undefined) => void },
): void {
  let { ids } = choice;
  let pinnedIds = new Set(choice.pinnedIds);
  const shownList = make('ol', { class: 'rt-columns', 'aria-label': 'Shown columns' });
  const restList = make('div', { class: 'rt-rest' });
  const said = make('p', { class: 'hidden-text', role: 'status' });
  const search = make('input', {
    type: 'search',
    class: 'filter-field',
    placeholder: 'Search columns',
    'aria-label': 'Search columns',
    autocomplete: 'off',
  });
  const change = (next: string[], nextPinned = pinnedIds) => {
    // Pinned ones stand first, as they do on the screen.
    pinnedIds = new Set([...nextPinned].filter((id) => next.includes(id)));
    ids = [...next.filter((id) => pinnedIds.has(id)), ...next.filter((id) => !pinnedIds.has(id))];
    onChange({ ids, pinnedIds });
    fill();
  };
  const move = (id: string, by: number) => {
    const at = ids.indexOf(id);
    const to = Math.max(0, Math.min(ids.length - 1, at + by));
    if (to === at) return;
    const next = ids.filter((other) => other !== id);
    next.splice(to, 0, id);
    change(next);
    said.textContent = `${columns.get(id)?.label} is column ${ids.indexOf(id) + 1} of ${ids.length}.`;
    const name = by < 0 ? 'up' : 'down';
    shownList.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"] [data-move="${name}"]`)?.focus();
  };
  const shownItem = (id: string, place: number) => {
    const label = columns.get(id)?.label ?? id;
    const item = make('li', { draggable: 'true', 'data-id': id });
    const up = makeButton('↑', () => move(id, -1), { 'aria-label': `Move ${label} up`, 'data-move': 'up' });
    const down = makeButton('↓', () => move(id, 1), { 'aria-label': `Move ${label} down`, 'data-move': 'down' });
    up.disabled = place === 0;
    down.disabled = place === ids.length - 1;
    const pin = makeButton('Pin', () => change(ids, toggled(pinnedIds, id)), {
      'aria-pressed': String(pinnedIds.has(id)),
      'aria-label': `Pin ${label}`,
    });
    item.append(
      makeTick(label, true, () => change(ids.filter((other) => other !== id))),
      make('span', { class: 'rt-tools-end' }, up, down, pin),
    );
    item.addEventListener('dragstart', (event) => event.dataTransfer?.setData('text/plain', id));
    item.addEventListener('dragover', (event) => event.preventDefault());
    item.addEventListener('drop', (event) => {
      event.preventDefault();
      const moved = event.dataTransfer?.getData('text/plain') ?? '';
      if (!ids.includes(moved) || moved === id) return;
      const next = ids.filter((other) => other !== moved);
      next.splice(ids.indexOf(id), 0, moved);
      change(next);
    });
    return item;
  };
  const fill = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isWanted = ({ id, label }: TableColumn) =>
      words.every((word) => `${id} ${label}`.toLowerCase().includes(word));
    shownList.replaceChildren(
      ...ids
        .filter((id) => words.length === 0 || isWanted(columns.get(id) as TableColumn))
        .map((id) => shownItem(id, ids.indexOf(id))),
    );
    const parts: Node[] = [];
    for (const [kind, title] of groupTitles) {
      const own = [...columns.values()].filter(
        (column) =>
          !ids.includes(column.id) &&
          (kind === 'part'
            ? column.part !== undefined && words.length > 0
            : column.kind === kind && column.part === undefined) &&
          isWanted(column),
      );
      if (own.length === 0) continue;
      const list = make('ul', { class: 'rt-columns', 'aria-label': title });
      for (const column of own.slice(0, mostListed)) {
        const tick = makeTick(column.label, false, () => change([...ids, column.id]));
        const note = column.isVarying ? [] : [make('span', { class: 'muted small' }, 'never varies')];
        list.append(make('li', {}, tick, ...note));
      }
      parts.push(make('h3', {}, title), list);
      if (own.length > mostListed)
        parts.push(make('p', { class: 'muted small' }, `${own.length - mostListed} more; search for them.`));
    }
    if (words.length === 0)
      parts.push(
        make('p', { class: 'muted small' }, 'Search for a metric to find its min, max, mean, first and last.'),
      );
    restList.replaceChildren(...parts);
  };
  search.addEventListener('input', fill);
  const dialog = make(
    'dialog',
    { class: 'rt-dialog', 'aria-label': 'Columns' },
    make('h2', {}, 'Columns'),
    search,
    make('div', { class: 'rt-dialog-body' }, shownList, restList),
    said,
    make(
      'div',
      { class: 'button-row' },
      makeButton('Reset', () => {
        ids = [...defaults];
        pinnedIds = new Set();
        onChange(undefined);
        fill();
      }),
      makeButton('Show all that vary', () => {
        const varying = [...columns.values()].filter(({ isVarying, part }) => isVarying && part === undefined);
        change([...ids, ...varying.map(({ id }) => id).filter((id) => !ids.includes(id))]);
      }),
      makeButton('Close', () => dialog.close()),
    ),
  );
  dialog.addEventListener('close', () => dialog.remove());
  fill();
  document.body.append(dialog);
  dialog.showModal();
}

function toggled(set: ReadonlySet<string>, id: string): Set<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
