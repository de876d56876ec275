import { formatDuration } from '../charts/format-duration.ts';
import { formatNumber } from '../charts/format-number.ts';
import type { PayloadRun } from '../payload/experiment-runs.ts';
import type { RunFacts } from '../payload/run-facts.ts';
import { runStatus } from '../series/run-status.ts';
import { loadFacts, type SectionView } from './compare-facts.ts';
import { crossTable, missingCell } from './compare-tables.ts';
import { make, makeButton } from './element.ts';
import { localiseTimes } from './local-time.ts';
import { pageClock } from './run-status.ts';

/** A fact held against all runs. */
interface FactRow {
  name: string;
  /** Undefined where a run has none. */
  texts: (string | undefined)[];
  /** What stands for a text in a cell, where that is more than the text. */
  show?: (place: number) => Node[];
  /** What rows are sorted by, where that is not the text. */
  order?: (place: number) => number | undefined;
}

/** How runs ended, how long they took and what that cost. */
export async function statusSection(view: SectionView): Promise<Node[]> {
  const facts = await loadFacts(view.data);
  const { runs } = view;
  const clock = pageClock();
  const text = (name: string, read: (run: PayloadRun, own: RunFacts | undefined) => string | undefined): FactRow => ({
    name,
    texts: runs.map((run) => read(run, facts.get(run.id))),
  });
  const number = (
    name: string,
    read: (run: PayloadRun, own: RunFacts | undefined) => number | undefined,
    print: (value: number) => string,
  ): FactRow => {
    const values = runs.map((run) => read(run, facts.get(run.id)));
    return {
      name,
      texts: values.map((value) => (value === undefined ? undefined : print(value))),
      order: (place) => values[place],
    };
  };
  const count = (value: number) => value.toLocaleString('en');
  const rows = [
    text('status', (run) => runStatus(run, clock)),
    text('diverged', ({ diverged }) => diverged && `${diverged.metric} at step ${diverged.step}`),
    text('error', (_, own) => own?.error?.trim().split('\n').at(-1)),
    {
      ...number('started', ({ startedAtMs }) => startedAtMs, isoTime),
      show: (place: number) => [timeElement(runs[place]?.startedAtMs)],
    },
    number('duration', ({ durationMs }) => durationMs, formatDuration),
    number('GPU-hours', (_, own) => own?.gpuHours, formatNumber),
    number('energy, kWh', (_, own) => own?.energyKwh, formatNumber),
    number('peak memory, MiB', (_, own) => own?.peakMemoryBytes && own.peakMemoryBytes / 1024 ** 2, formatNumber),
    text('tags', ({ tags }) => (tags.length === 0 ? undefined : tags.join(', '))),
    text('seed', ({ seed }) => seed),
    text('group', ({ group }) => group),
    text('job', ({ job }) => job),
    text('parent', ({ parent }) => parent),
    number('resumed', ({ resumes }) => resumes || undefined, count),
    number('records', ({ records }) => records, count),
    number('artifacts', ({ artifacts }) => artifacts || undefined, count),
    text('archived', ({ archived }) => (archived ? 'yes' : undefined)),
  ].filter(({ texts }) => texts.some((own) => own !== undefined));
  const table = factTable('Status, time and cost of the runs', 'facts', rows, view);
  localiseTimes(table);
  return [table];
}

function isoTime(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

function timeElement(ms: number | undefined): HTMLElement {
  const text = ms === undefined ? '' : isoTime(ms);
  return make('time', { datetime: text }, text.slice(0, 16).replace('T', ' '));
}

/** Machines and software: what differs, and what agrees folded away. */
export async function environmentSection(view: SectionView): Promise<Node[]> {
  const facts = await loadFacts(view.data);
  const { runs } = view;
  const row = (name: string, read: (run: PayloadRun) => string | undefined): FactRow => ({
    name,
    texts: runs.map(read),
  });
  const listed = (label: string, list: 'environment' | 'packages'): FactRow[] => {
    const maps = runs.map((run) => new Map(facts.get(run.id)?.[list] ?? []));
    const names = new Set(maps.flatMap((map) => [...map.keys()]));
    return [...names].map((name) => ({ name: label + name, texts: maps.map((map) => map.get(name)) }));
  };
  const rows = [
    row('host', ({ host }) => host),
    row('user', ({ user }) => user),
    ...listed('', 'environment'),
    ...listed('package ', 'packages').sort((a, b) => (a.name < b.name ? -1 : 1)),
  ].filter(({ texts }) => texts.some((own) => own !== undefined));
  if (rows.length === 0) return [make('p', {}, 'These runs tell nothing of their machines and software.')];
  const [differing, agreeing] = partByDifference(rows);
  const parts: Node[] = [];
  if (runs.length > 1) {
    const words = `${differing.length} of ${rows.length} differ.`;
    parts.push(make('p', { class: 'muted' }, differing.length === 0 ? `All ${rows.length} agree.` : words));
  }
  const shown = runs.length > 1 ? differing : rows;
  if (shown.length > 0) parts.push(factTable('Environment of the runs', 'entries', shown, view));
  if (runs.length > 1 && agreeing.length > 0) parts.push(agreeingList(agreeing));
  return parts;
}

function partByDifference(rows: readonly FactRow[]): [differing: FactRow[], agreeing: FactRow[]] {
  const differs = ({ texts }: FactRow) => texts.some((text) => text !== texts[0]);
  return [rows.filter(differs), rows.filter((row) => !differs(row))];
}

/** What is the same in all runs, as one list. */
function agreeingList(rows: readonly FactRow[]): HTMLElement {
  const details = make('details', { class: 'rf-add' }, make('summary', {}, `${rows.length} the same in all`));
  details.addEventListener('toggle', () => {
    if (!details.open || details.childElementCount > 1) return;
    const pairs = rows.flatMap(({ name, texts }) => [
      make('dt', {}, make('bdi', {}, name)),
      make('dd', { class: 'mono' }, make('bdi', {}, texts[0] ?? '')),
    ]);
    details.append(make('dl', { class: 'rf-same' }, ...pairs));
  });
  return details;
}

/** Facts as rows against runs; those unlike the baseline's are marked. */
function factTable(caption: string, things: string, rows: readonly FactRow[], view: SectionView): HTMLElement {
  const baselinePlace = view.runs.findIndex(({ id }) => id === view.baselineId);
  return crossTable({
    caption,
    kind: 'rf-texts',
    things,
    heads: rows.map(({ name }) => [make('bdi', {}, name)]),
    cell: (head, place) => {
      const row = rows[head];
      const text = row?.texts[place];
      if (row === undefined || text === undefined) return missingCell();
      const isUnlike = baselinePlace >= 0 && text !== row.texts[baselinePlace] && row.order === undefined;
      const cell = make('td', {
        class: isUnlike ? 'rf-differs' : undefined,
        title: text.length > 120 ? text.slice(0, 5000) : undefined,
        'data-sort-value': String(row.order?.(place) ?? text.slice(0, 120)),
      });
      cell.append(...(row.show?.(place) ?? [make('bdi', {}, text.length > 120 ? `${text.slice(0, 119)}…` : text)]));
      return cell;
    },
    view,
  });
}

/** Command lines: those that runs share once, each with what it has that the baseline's has not. */
export async function commandSection(view: SectionView): Promise<Node[]> {
  const facts = await loadFacts(view.data);
  const groups = Map.groupBy(view.runs, ({ id }) => facts.get(id)?.command);
  const own = facts.get(view.baselineId ?? '')?.command;
  const without = groups.get(undefined) ?? [];
  groups.delete(undefined);
  if (groups.size === 0) return [make('p', {}, 'These runs tell no command line.')];
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  const ownWords = new Set(words(own ?? ''));
  const ordered = [...groups].sort(([a], [b]) => Number(b === own) - Number(a === own));
  const items = ordered.map(([command = '', runs]) => {
    const code = make('code', {});
    for (const word of words(command)) {
      const isNew = own !== undefined && command !== own && !ownWords.has(word);
      code.append(isNew ? make('mark', { class: 'rf-differs' }, word) : word, ' ');
    }
    const names = runs.slice(0, 5).map(({ id, name }) => (view.isMixed ? id : name));
    const rest = runs.length > 5 ? ` and ${runs.length - 5} more` : '';
    const tag = command === own ? 'The baseline’s: ' : '';
    return make(
      'li',
      {},
      make('p', { class: 'muted' }, make('bdi', {}, `${tag}${names.join(', ')}${rest}`)),
      make(
        'div',
        { class: 'command' },
        make('pre', { tabindex: '0', role: 'region', 'aria-label': `Command of ${names[0] ?? ''}` }, code),
        make('runfolio-copy' as 'span', { 'data-text': command }),
      ),
    );
  });
  return [firstItems(items, 'commands'), ...(without.length > 0 ? [toldNone(without.length)] : [])];
}

function toldNone(count: number): HTMLElement {
  return make('p', { class: 'muted' }, `${count === 1 ? '1 run tells' : `${count} runs tell`} no command line.`);
}

/** The first ten of many items, and a button for the others. */
function firstItems(items: readonly HTMLElement[], things: string): HTMLElement {
  const list = make('ul', { class: 'rf-plain', role: 'list' }, ...items.slice(0, 10));
  if (items.length > 10) {
    const more = makeButton(`Show all ${items.length} ${things}`, () => list.replaceChildren(...items));
    list.append(make('li', {}, more));
  }
  return list;
}
