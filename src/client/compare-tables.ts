import { formatNumber } from '../charts/format-number.ts';
import type { RunColour } from '../charts/run-colour.ts';
import type { PayloadRun } from '../payload/experiment-runs.ts';
import { experimentOfRun } from './compare-data.ts';
import { make, makeButton } from './element.ts';
import type { ParamRow } from './param-diff.ts';
import { commitRow, showParam } from './param-diff.ts';
import { runAddress, swatch } from './run-link.ts';
import { makeSortable } from './table-sort.ts';
import type { VerdictCell, VerdictRow } from './verdict.ts';

/** With more runs than this the tables turn: runs are rows then. */
const columnLimit = 20;
/** Rows and columns of a turned table that are there at once; the rest comes with a button that says how many. */
const firstRows = 100;
const firstColumns = 12;

/** What the tables need to know of the view. */
export interface TableView {
  runs: readonly PayloadRun[];
  baselineId: string | undefined;
  colours: ReadonlyMap<string, RunColour>;
  base: string;
  /** True where the runs are of several experiments, so that each is named with its own. */
  isMixed: boolean;
  /** What stands open, by key: it stays so when the page is drawn anew. */
  opened: Set<string>;
}

/** Metrics held against runs: best in bold and in a word, difference to the baseline with sign and word. */
export function verdictTable(rows: readonly VerdictRow[], view: TableView): HTMLElement {
  const heads = rows.map(({ metric, rule }) => {
    const goal = metric.goal === undefined ? '' : metric.goal === 'max' ? ', higher is better' : ', lower is better';
    const name = make('span', { class: 'mono' }, metric.label ?? metric.name);
    return [name, make('span', { class: 'sub' }, `${rule}${metric.unit ? ` in ${metric.unit}` : ''}${goal}`)];
  });
  return crossTable({
    caption: 'Metrics of the runs',
    kind: 'rf-figures',
    things: 'metrics',
    heads,
    cell: (row, place) => verdictCell(rows[row]?.cells[place]),
    view,
  });
}

function verdictCell(found: VerdictCell | undefined): HTMLTableCellElement {
  if (found?.value === undefined) return missingCell('num');
  const { value, isBest, delta, isBetter } = found;
  const cell = make('td', { class: 'num', title: String(value), 'data-sort-value': String(value) });
  if (isBest)
    cell.append(make('strong', {}, formatNumber(value)), ' ', make('span', { class: 'badge badge-best' }, 'best'));
  else cell.append(formatNumber(value));
  const tone = isBetter === undefined ? '' : isBetter ? ' rf-better' : ' rf-worse';
  if (delta !== '') cell.append(make('span', { class: `sub${tone}` }, delta));
  return cell;
}

/** Params held against runs; values unlike the baseline's are marked. */
export function paramTable(rows: readonly ParamRow[], view: TableView): HTMLElement {
  const baselinePlace = view.runs.findIndex(({ id }) => id === view.baselineId);
  return crossTable({
    caption: 'Params of the runs',
    kind: 'rf-texts',
    things: 'params',
    heads: rows.map(({ name }) => [make('span', { class: 'mono' }, name)]),
    cell: (row, place) => {
      const { name, values, isDifferent } = rows[row] as ParamRow;
      const value = values[place];
      if (value === undefined) return missingCell();
      const differs = isDifferent && baselinePlace >= 0 && value !== values[baselinePlace];
      const text = name === commitRow ? showParam(value).slice(0, 10) : showParam(value);
      const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
      return make(
        'td',
        {
          class: differs ? 'mono rf-differs' : 'mono',
          title: text.length > 120 ? text.slice(0, 5000) : undefined,
          'data-sort-value': short,
        },
        short,
      );
    },
    view,
  });
}

/** A cell where a run has nothing. */
export function missingCell(kind = ''): HTMLTableCellElement {
  const dash = make('span', { 'aria-hidden': 'true' }, '–');
  return make('td', { class: `muted ${kind}` }, dash, make('span', { class: 'hidden-text' }, 'no value'));
}

/** Things held against runs. */
export interface Cross {
  caption: string;
  /** Class of the table. */
  kind: 'rf-figures' | 'rf-texts';
  /** What the heads are, in a word for many. */
  things: string;
  /** Content of each row's head. */
  heads: Node[][];
  /** Makes the cell of a head and a run, by their places. */
  cell: (head: number, run: number) => HTMLTableCellElement;
  view: TableView;
}

/**
 * A table of rows against runs in a box that scrolls by itself. Past 20 runs the runs are the rows; then the first rows and columns
 * are there, and a sentence says how many are not, with a button for each.
 */
export function crossTable(cross: Cross): HTMLElement {
  const box = make('div', { class: 'table-box rf-scroll', tabindex: '0', role: 'region', 'aria-label': cross.caption });
  if (cross.view.runs.length <= columnLimit) {
    box.append(straightTable(cross));
    return box;
  }
  const { caption, heads, view } = cross;
  const rest = make('p', { class: 'table-note rf-rest' });
  const isWhole = (part: string) => view.opened.has(`${caption}:${part}`);
  const fill = () => {
    const rows = isWhole('rows') ? view.runs.length : Math.min(firstRows, view.runs.length);
    const columns = isWhole('columns') ? heads.length : Math.min(firstColumns, heads.length);
    box.replaceChildren(turnedTable(cross, { rows, columns }));
    rest.replaceChildren();
    const offer = (part: string, shown: number, all: number, words: string) => {
      if (shown === all) return;
      const count = all.toLocaleString('en');
      const show = () => {
        view.opened.add(`${caption}:${part}`);
        fill();
      };
      rest.append(`The first ${shown} of ${count} ${words}. `, makeButton(`Show all ${count} ${words}`, show), ' ');
    };
    offer('rows', rows, view.runs.length, 'runs');
    offer('columns', columns, heads.length, cross.things);
    rest.hidden = rest.childNodes.length === 0;
    makeSortable(box);
  };
  fill();
  return make('div', {}, box, rest);
}

function straightTable({ caption, kind, heads, cell, view }: Cross): HTMLElement {
  const top = make('tr', {}, make('td', { class: 'rf-corner' }));
  for (const run of view.runs) top.append(make('th', { scope: 'col' }, ...runHead(run, view)));
  const body = make('tbody');
  for (const [i, head] of heads.entries())
    body.append(make('tr', {}, make('th', { scope: 'row' }, ...head), ...view.runs.map((_, place) => cell(i, place))));
  const table = make('table', { class: `sticky-first ${kind}` }, make('caption', { class: 'hidden-text' }, caption));
  table.append(make('thead', {}, top), body);
  return table;
}

function turnedTable(
  { caption, kind, heads, cell, view }: Cross,
  { rows, columns }: { rows: number; columns: number },
): HTMLElement {
  // Sorting moves the rows that are there: it is offered where that is all of them.
  const isSortable = rows === view.runs.length;
  const top = make('tr', {}, make('td', { class: 'rf-corner' }));
  for (const head of heads.slice(0, columns)) top.append(make('th', { scope: 'col' }, ...copies(head)));
  const body = make('tbody');
  for (const [place, run] of view.runs.slice(0, rows).entries()) {
    const row = make('tr', {}, make('th', { scope: 'row' }, ...runHead(run, view)));
    for (let column = 0; column < columns; column++) row.append(cell(column, place));
    body.append(row);
  }
  const table = make(
    'table',
    { class: `sticky-first ${kind} rf-turned`, 'data-sortable': isSortable },
    make('caption', { class: 'hidden-text' }, caption),
  );
  table.append(make('thead', {}, top), body);
  return table;
}

/** Heads are drawn anew with their table, where a button may have taken their parts. */
function copies(nodes: readonly Node[]): Node[] {
  return nodes.map((node) => node.cloneNode(true));
}

/** A run in the head of a row or a column: its colour, its name, and what sets it apart. */
export function runHead(run: PayloadRun, { isMixed, colours, baselineId, base }: TableView): Node[] {
  const link = make('a', { href: runAddress(run.id, base) }, run.name);
  const parts: Node[] = [swatch(colours.get(run.id)), link];
  if (isMixed) parts.push(make('span', { class: 'sub' }, experimentOfRun(run.id)));
  if (run.id === baselineId) parts.push(make('span', { class: 'sub' }, 'baseline'));
  if (run.state === 'failed' || run.state === 'killed') parts.push(make('span', { class: 'sub rf-worse' }, run.state));
  if (run.diverged !== undefined) parts.push(make('span', { class: 'sub rf-worse' }, 'diverged'));
  return parts;
}
