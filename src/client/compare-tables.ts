import { formatNumber } from '../charts/format-number.ts';
import type { RunColour } from '../charts/run-colour.ts';
import type { PayloadRun } from '../payload/experiment-runs.ts';
import { make } from './element.ts';
import type { ParamRow } from './param-diff.ts';
import { commitRow, showParam } from './param-diff.ts';
import { runAddress, swatch } from './run-link.ts';
import type { VerdictCell, VerdictRow } from './verdict.ts';

export { swatch };

/** With more runs than this the tables turn: runs are rows then. */
const columnLimit = 20;

/** What the tables need to know of the view. */
export interface TableView {
  runs: readonly PayloadRun[];
  baselineId: string | undefined;
  colours: ReadonlyMap<string, RunColour>;
  base: string;
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
    heads,
    cells: rows.map((row) => row.cells.map(verdictCell)),
    view,
  });
}

function verdictCell({ value, isBest, delta, isBetter }: VerdictCell): HTMLTableCellElement {
  if (value === undefined) return missingCell('num');
  const cell = make('td', { class: 'num', title: String(value) });
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
    heads: rows.map(({ name }) => [make('span', { class: 'mono' }, name)]),
    cells: rows.map(({ name, values, isDifferent }) =>
      values.map((value) => {
        if (value === undefined) return missingCell();
        const differs = isDifferent && baselinePlace >= 0 && value !== values[baselinePlace];
        const text = name === commitRow ? showParam(value).slice(0, 10) : showParam(value);
        const short = text.length > 120 ? `${text.slice(0, 119)}…` : text;
        return make(
          'td',
          { class: differs ? 'mono rf-differs' : 'mono', title: text.length > 120 ? text.slice(0, 5000) : undefined },
          short,
        );
      }),
    ),
    view,
  });
}

function missingCell(kind = ''): HTMLTableCellElement {
  const dash = make('span', { 'aria-hidden': 'true' }, '–');
  return make('td', { class: `muted ${kind}` }, dash, make('span', { class: 'hidden-text' }, 'no value'));
}

interface Cross {
  caption: string;
  /** Class of the table. */
  kind: 'rf-figures' | 'rf-texts';
  /** Content of each row's head. */
  heads: Node[][];
  /** Row by row, a cell for each run. */
  cells: HTMLTableCellElement[][];
  view: TableView;
}

/** A table of rows against runs in a box that scrolls by itself; past 20 runs the runs are the rows. */
function crossTable({ caption, kind, heads, cells, view }: Cross): HTMLElement {
  const { runs } = view;
  const isTurned = runs.length > columnLimit;
  const corner = make('td', { class: 'rf-corner' });
  const table = make('table', { class: `sticky-first ${kind}${isTurned ? ' rf-turned' : ''}` });
  table.append(make('caption', { class: 'hidden-text' }, caption));
  const top = make('tr', {}, corner);
  const body = make('tbody');
  if (isTurned) {
    for (const head of heads) top.append(make('th', { scope: 'col' }, ...head));
    for (const [place, run] of runs.entries()) {
      const row = make('tr', {}, make('th', { scope: 'row' }, ...runHead(run, view)));
      for (const line of cells) row.append(line[place] ?? make('td'));
      body.append(row);
    }
  } else {
    for (const run of runs) top.append(make('th', { scope: 'col' }, ...runHead(run, view)));
    for (const [i, head] of heads.entries()) {
      body.append(make('tr', {}, make('th', { scope: 'row' }, ...head), ...(cells[i] ?? [])));
    }
  }
  table.append(make('thead', {}, top), body);
  return make('div', { class: 'table-box rf-scroll', tabindex: '0', role: 'region', 'aria-label': caption }, table);
}

function runHead(run: PayloadRun, { runs, colours, baselineId, base }: TableView): Node[] {
  const experiment = experimentOf(run.id);
  const link = make('a', { href: runAddress(run.id, base) }, run.name);
  const parts: Node[] = [swatch(colours.get(run.id)), link];
  if (runs.some(({ id }) => experimentOf(id) !== experiment)) parts.push(make('span', { class: 'sub' }, experiment));
  if (run.id === baselineId) parts.push(make('span', { class: 'sub' }, 'baseline'));
  if (run.state === 'failed' || run.state === 'killed') parts.push(make('span', { class: 'sub rf-worse' }, run.state));
  if (run.diverged !== undefined) parts.push(make('span', { class: 'sub rf-worse' }, 'diverged'));
  return parts;
}

function experimentOf(runId: string): string {
  return runId.slice(0, runId.lastIndexOf('/'));
}
