import { formatDuration } from '../charts/format-duration.ts';
import { formatNumber, missingText, nonFiniteWord } from '../charts/format-number.ts';
import { type RunColour, runColour } from '../charts/run-colour.ts';
import type { PayloadRun } from '../payload/experiment-runs.ts';
import type { FilterValue } from '../query/filter.ts';
import { make } from './element.ts';
import { runAddress, swatch } from './run-link.ts';
import type { TableColumn } from './run-table-columns.ts';
import type { RunIndex } from './run-table-index.ts';
import type { TextCell } from './run-table-text.ts';
import { difference } from './verdict.ts';

/** What rows are drawn from. */
export interface RowView {
  index: RunIndex;
  /** In the order shown. */
  columns: readonly TableColumn[];
  bestId: string | undefined;
  /** The run that the experiment names, which is marked. */
  declaredBaselineId: string | undefined;
  /** The run that others are held against: then each figure says by how much it differs. */
  baselineId: string | undefined;
  /** What runs are drawn with in the charts of the page; any other has its own colour. */
  colours: ReadonlyMap<string, RunColour>;
  base: string;
  /** Draws the icon of a status. */
  icon: (name: string) => Node | undefined;
  /** Columns whose cells are left out of the cards of narrow screens. */
  hiddenInCards: ReadonlySet<string>;
}

/** The row of one run; its box is ticked by `syncBoxes`. */
export function runRow(place: number, view: RowView): HTMLTableRowElement {
  const run = view.index.runs[place];
  if (run === undefined) throw new RangeError(`There is no run at ${place}.`);
  const row = make('tr', { 'data-run-id': run.id });
  row.classList.toggle('row-best', run.id === view.bestId);
  row.classList.toggle('row-base', run.id === view.baselineId);
  row.append(nameCell(run, view));
  for (const column of view.columns) row.append(valueCell(column, place, run, view));
  return row;
}

function nameCell(run: PayloadRun, view: RowView): HTMLTableCellElement {
  const box = make('input', { type: 'checkbox', 'data-run-id': run.id, 'aria-label': `Select ${run.id}` });
  const link = make('a', { href: runAddress(run.id, view.base) }, make('bdi', {}, ...breakable(run.name)));
  const name = make('span', { class: 'run-name' }, swatch(view.colours.get(run.id) ?? runColour(run.id)), link);
  const cell = make('div', { class: 'run-cell' }, make('label', { class: 'row-pick' }, box), name);
  if (run.id === view.bestId) cell.append(make('span', { class: 'badge badge-best' }, 'best'));
  if (run.id === view.declaredBaselineId || run.id === view.baselineId)
    cell.append(make('span', { class: 'badge' }, 'baseline'));
  const head = make('th', { scope: 'row' }, cell);
  if (run.duplicateOf !== undefined) {
    const other = make('a', { href: runAddress(run.duplicateOf, view.base) }, make('bdi', {}, run.duplicateOf));
    head.append(make('span', { class: 'sub' }, 'duplicate of ', other));
  }
  return head;
}

/** A name that may be broken behind `/`, `_` and `-`, and nowhere else. */
function breakable(name: string): (Node | string)[] {
  return name.split(/(?<=[/_-])/).flatMap((part, i) => (i === 0 ? [part] : [document.createElement('wbr'), part]));
}

function valueCell(column: TableColumn, place: number, run: PayloadRun, view: RowView): HTMLTableCellElement {
  const cell = make('td', { 'data-label': column.label });
  if (column.isNumeric) cell.classList.add('num');
  if (view.hiddenInCards.has(column.id)) cell.classList.add('card-hide');
  const value = column.values[place];
  if (column.id === 'status') cell.append(...statusParts(run, view));
  else if (value === undefined) cell.append(...missing());
  else if (column.kind === 'metric') cell.append(...metricParts(column, Number(value), run, view));
  else if (column.kind === 'param') {
    cell.classList.add('cell-params');
    cell.title = paramText(value);
    cell.append(value === '' ? make('em', { class: 'muted' }, 'empty') : make('bdi', {}, paramText(value)));
  } else cell.append(...fieldParts(column, value));
  return cell;
}

function missing(): Node[] {
  return [make('span', { 'aria-hidden': 'true' }, missingText), make('span', { class: 'hidden-text' }, 'no value')];
}

/** A number to four digits, whole in its title. */
function numberParts(value: number, unit?: string): Node[] {
  const shown = formatNumber(value);
  const full = nonFiniteWord(value) ?? String(value);
  const data = make('data', { value: full, title: full === shown ? undefined : full }, shown);
  return unit === undefined ? [data] : [data, make('span', { class: 'unit' }, unit)];
}

function metricParts(column: TableColumn, value: number, run: PayloadRun, view: RowView): Node[] {
  const parts = numberParts(value, column.unit);
  const last = column.part === undefined ? run.metrics.get(column.name)?.last : undefined;
  if (last !== undefined && !Object.is(last, value))
    parts.push(make('span', { class: 'sub' }, 'last ', ...numberParts(last)));
  const delta = differenceOf(column, value, run, view);
  if (delta !== undefined) parts.push(delta);
  return parts;
}

/** `-0.012, worse` against the baseline. */
function differenceOf(column: TableColumn, value: number, run: PayloadRun, view: RowView): Node | undefined {
  const place = view.baselineId === undefined ? undefined : view.index.places.get(view.baselineId);
  const against = place === undefined ? undefined : column.values[place];
  if (typeof against !== 'number' || run.id === view.baselineId) return undefined;
  const { delta, isBetter } = difference(value, against, column);
  if (delta === '') return undefined;
  const tone = isBetter === undefined ? '' : isBetter ? ' rf-better' : ' rf-worse';
  return make('span', { class: `sub${tone}` }, delta);
}

function fieldParts({ name }: TableColumn, value: FilterValue): (Node | string)[] {
  if (name === 'duration') return [make('data', { value: String(value) }, formatDuration(Number(value)))];
  if (name === 'started' || name === 'ended' || name === 'updated') {
    const iso = isoTime(Number(value));
    return iso === undefined ? missing() : [make('time', { class: 'nowrap', datetime: iso }, utcText(iso))];
  }
  if (name === 'commit') return [make('code', { title: String(value) }, String(value).slice(0, 8))];
  if (typeof value === 'number') return numberParts(value);
  return [make('bdi', {}, String(value))];
}

function isoTime(ms: number): string | undefined {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** `2026-03-04 09:12 UTC`, until it is turned to the reader's zone. */
function utcText(iso: string): string {
  return `${iso.slice(0, 16).replace('T', ' ')} UTC`;
}

function statusParts(run: PayloadRun, { index, icon }: RowView): Node[] {
  const word = index.statuses[index.places.get(run.id) ?? -1] ?? 'unknown';
  const status = (name: string, text: string, title?: string) => {
    const span = make('span', { class: `status status-${name}`, title });
    const drawn = icon(name);
    if (drawn !== undefined) span.append(drawn);
    span.append(text);
    return span;
  };
  const parts = [status(word, word)];
  if (run.diverged !== undefined)
    parts.push(status('diverged', 'diverged', `${run.diverged.metric} was not finite at step ${run.diverged.step}`));
  if (run.edits > 0)
    parts.push(status('warning', 'edited after finish', 'The log was changed after the run had ended'));
  if (run.archived) parts.push(status('archived', 'archived'));
  return parts.flatMap((part, i) => (i === 0 ? [part] : [document.createTextNode(' '), part]));
}

/** A param as a person reads it. */
export function paramText(value: FilterValue): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return nonFiniteWord(value) ?? '';
  return String(value);
}

/** A value as it leaves the page. */
export function textCell(column: TableColumn, place: number, { index }: Pick<RowView, 'index'>): TextCell {
  const value = column.values[place];
  if (value === undefined) return { shown: missingText, value: undefined };
  const run = index.runs[place];
  if (column.id === 'status' && run !== undefined) {
    const words = [String(value), ...(run.diverged ? ['diverged'] : []), ...(run.archived ? ['archived'] : [])];
    return { shown: words.join(', '), value: words.join(', ') };
  }
  if (column.kind === 'metric') return { shown: formatNumber(Number(value)), value };
  if (column.kind === 'param') return { shown: paramText(value), value };
  if (column.name === 'duration') return { shown: formatDuration(Number(value)), value };
  if (column.name === 'started' || column.name === 'ended' || column.name === 'updated') {
    const iso = isoTime(Number(value));
    return iso === undefined ? { shown: missingText, value: undefined } : { shown: utcText(iso), value: iso };
  }
  return { shown: column.name === 'commit' ? String(value).slice(0, 8) : String(value), value };
}

/** The icons of statuses, which the page brings along. */
export function readIcons(section: HTMLElement): Map<string, Node> {
  const template = section.querySelector<HTMLTemplateElement>('template[data-status-icons]');
  const holders = template?.content.querySelectorAll<HTMLElement>('[data-icon]') ?? [];
  return new Map(Array.from(holders, (holder) => [holder.dataset.icon ?? '', holder.firstElementChild as Node]));
}
