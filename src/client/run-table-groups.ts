import { formatDuration } from '../charts/format-duration.ts';
import { formatNumber, missingText } from '../charts/format-number.ts';
import type { GroupFigures } from '../series/group-figures.ts';
import { make } from './element.ts';
import { paramText, type RowView } from './run-table-cells.ts';
import type { TableColumn } from './run-table-columns.ts';
import { columnFigures, type RunGroup } from './run-table-rows.ts';
import type { TextTable } from './run-table-text.ts';

/** What a group is called: `lr 0.1, width 64`. */
export function groupLabel(group: RunGroup, by: readonly TableColumn[]): string {
  return by
    .map((column, i) => {
      const value = group.values[i];
      return `${column.label} ${value === undefined ? 'none' : groupText(column, value)}`;
    })
    .join(', ');
}

function groupText(column: TableColumn, value: NonNullable<RunGroup['values'][number]> | null): string {
  if (column.kind === 'metric' && typeof value === 'number') return formatNumber(value);
  return value === '' ? 'empty' : paramText(value);
}

/** The row that sums up a group: a button that unfolds it, and for each column what its runs have in common or their figures. */
export function groupRow(
  group: RunGroup,
  by: readonly TableColumn[],
  view: Pick<RowView, 'columns' | 'hiddenInCards'>,
  { isOpen, onToggle }: { isOpen: boolean; onToggle: () => void },
): HTMLTableRowElement {
  const label = groupLabel(group, by);
  const count = group.places.length;
  const button = make(
    'button',
    { type: 'button', class: 'rt-fold', 'aria-expanded': String(isOpen) },
    make('bdi', {}, label),
  );
  button.addEventListener('click', onToggle);
  const head = make(
    'th',
    { scope: 'row' },
    button,
    make('span', { class: 'sub' }, count === 1 ? '1 run' : `${count} runs`),
  );
  const row = make('tr', { class: 'rt-group', 'data-group': group.key }, head);
  for (const column of view.columns) {
    const cell = make('td', { 'data-label': column.label });
    if (column.isNumeric) cell.classList.add('num');
    if (view.hiddenInCards.has(column.id)) cell.classList.add('card-hide');
    cell.append(...groupParts(column, group));
    row.append(cell);
  }
  return row;
}

/** True for columns of which a group shows figures and not what its runs have in common. */
function isSummed(column: TableColumn): boolean {
  return column.isNumeric && column.kind !== 'param';
}

function groupParts(column: TableColumn, group: RunGroup): (Node | string)[] {
  if (!isSummed(column)) {
    if (column.name === 'started' || column.name === 'ended' || column.name === 'updated') return [];
    const unlike = new Set(group.places.map((place) => column.values[place]));
    const [only] = unlike;
    if (unlike.size > 1) return [make('span', { class: 'muted' }, `${unlike.size} values`)];
    if (only === undefined) return missing();
    return [make('bdi', {}, groupText(column, only))];
  }
  const figures = columnFigures(column, group.places);
  if (figures === undefined) return missing();
  const print = printer(column);
  const { n, min, max } = figures;
  const total = group.places.length;
  const of = n === total ? `n ${n}` : `n ${n} of ${total}`;
  const parts: (Node | string)[] = [...middle(figures, print)];
  if (column.unit !== undefined) parts.push(make('span', { class: 'unit' }, column.unit));
  parts.push(make('span', { class: 'sub' }, n > 2 ? `${print(min)} to ${print(max)}, ${of}` : of));
  return parts;
}

/** Mean with the half width of its 95 % interval; two values as they are. */
function middle(figures: GroupFigures, print: (value: number) => string): (Node | string)[] {
  const { n, mean, ci95, values } = figures;
  if (n === 2) return [`${print(values[0] ?? 0)}, ${print(values[1] ?? 0)}`];
  const data = make('data', { value: String(mean), title: String(mean) }, print(mean));
  return ci95 === undefined ? [data] : [data, ` ± ${print(Number(ci95.toPrecision(2)))}`];
}

function printer(column: TableColumn): (value: number) => string {
  return column.name === 'duration' && column.kind === 'field' ? formatDuration : formatNumber;
}

function missing(): Node[] {
  return [make('span', { 'aria-hidden': 'true' }, missingText), make('span', { class: 'hidden-text' }, 'no value')];
}

/** Groups as they leave the page: what they are grouped by, how many runs, and mean, interval, least and greatest of each figure. */
export function groupTextTable(
  groups: readonly RunGroup[],
  by: readonly TableColumn[],
  columns: readonly TableColumn[],
): TextTable {
  const summed = columns.filter(isSummed);
  const number = (value: number | undefined, print: (value: number) => string) => ({
    shown: value === undefined ? missingText : print(value),
    value,
  });
  return {
    heads: [
      ...by.map(({ label, isNumeric }) => ({ label, isNumeric })),
      { label: 'runs', isNumeric: true },
      ...summed.flatMap(({ label }) =>
        ['mean', '± 95 % CI', 'min', 'max', 'n'].map((figure) => ({ label: `${label} ${figure}`, isNumeric: true })),
      ),
    ],
    rows: groups.map((group) => [
      ...by.map((column, i) => {
        const value = group.values[i];
        return { shown: value === undefined ? missingText : groupText(column, value), value };
      }),
      { shown: String(group.places.length), value: group.places.length },
      ...summed.flatMap((column) => {
        const figures = columnFigures(column, group.places);
        const print = printer(column);
        return [figures?.mean, figures?.ci95, figures?.min, figures?.max]
          .map((value) => number(value, print))
          .concat(number(figures?.n ?? 0, String));
      }),
    ]),
  };
}
