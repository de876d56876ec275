import { singleLineLimit } from '../charts/choose-lines.ts';
import { assignRunColours, type RunColour } from '../charts/run-colour.ts';
import {
  decodeExperimentRuns,
  decodeMoreRuns,
  type ExperimentRunsPayload,
  type PayloadRun,
} from '../payload/experiment-runs.ts';
import type { Query } from '../query/read-query.ts';
import { keep, make, makeButton, readKept, siteBase } from './element.ts';
import { FetchFault, fetchText } from './fetch-text.ts';
import { showIgnored } from './ignored.ts';
import { rememberFocus } from './keep-focus.ts';
import { localiseTimes } from './local-time.ts';
import { barTools } from './run-table-bar.ts';
import { type RowView, runRow, textCell } from './run-table-cells.ts';
import { defaultColumns, type TableColumn, tableColumns } from './run-table-columns.ts';
import { openColumnDialog } from './run-table-dialog.ts';
import { makeFilterField } from './run-table-filter.ts';
import { groupRow, groupTextTable } from './run-table-groups.ts';
import { applyPins, applyWidths, tableHead } from './run-table-head.ts';
import { RunIndex } from './run-table-index.ts';
import { hiddenInCards, openRow, pageRows, type Row } from './run-table-page.ts';
import { groupPlaces, matchingPlaces, orderedPlaces, type RunGroup } from './run-table-rows.ts';
import { clearFilter, countWords, isFiltered, saidTools } from './run-table-said.ts';
import { nextSort, printColumns, printSort, readTableState, type TableState, tableKeys } from './run-table-state.ts';
import type { TextTable } from './run-table-text.ts';
import { copyMenu, filterChips, groupMenu, sortSelect, tablePager } from './run-table-tools.ts';
import { extendSelection, onSelection, selectedRuns } from './select-runs.ts';
import { onState, setState } from './url-state.ts';

/** With more rows than this on one page, only those in view are in the page. */
const virtualFrom = 500;
const densityKey = 'runfolio-rows';

type CompilePattern = typeof import('../format/safe-pattern.ts').compilePattern;

/** Brings the run table of a section to life. What cannot be loaded leaves it as it came, with a word and a way to try again. */
export async function startRunTable(section: HTMLElement): Promise<void> {
  const notice = make('p', { class: 'callout callout-warning', role: 'status' });
  try {
    const base = siteBase();
    const payload = decodeExperimentRuns(await fetchText(base + (section.dataset.runSection ?? '')));
    notice.remove();
    const view = new RunTableView(section, payload, base);
    view.start();
    for (const url of payload.moreUrls) view.addRuns(decodeMoreRuns(await fetchText(base + url)));
  } catch (error) {
    const reason = error instanceof FetchFault ? error.reason : 'not a data file';
    notice.append(
      `Could not load all runs (${reason}). `,
      makeButton('Retry', () => {
        notice.remove();
        void startRunTable(section);
      }),
    );
    section.querySelector('[data-run-tools]')?.prepend(notice);
  }
}

class RunTableView {
  readonly #payload: ExperimentRunsPayload;
  readonly #base: string;
  readonly #table: HTMLTableElement;
  readonly #box: HTMLElement;
  readonly #tools: HTMLElement;
  readonly #pager: HTMLElement;
  readonly #icons: ReadonlyMap<string, Node>;
  readonly #widths = new Map<string, number>();
  readonly #openGroups = new Set<string>();
  readonly #filter = makeFilterField();
  readonly #chips = make('div', { class: 'rt-chip-row' });
  readonly #sortPlace = make('span');
  readonly #said = make('p', { class: 'rt-said', role: 'status' });
  readonly #saidTools = make('div', { class: 'rt-said-row' });
  #runs: PayloadRun[];
  #index: RunIndex;
  #columns: ReadonlyMap<string, TableColumn>;
  #state: TableState;
  #colours: ReadonlyMap<string, RunColour>;
  #lastQuery: Query = { kind: 'empty' };
  #compilePattern: CompilePattern | undefined;
  /** Runs that pass, sorted. */
  #places: number[] = [];
  #groups: RunGroup[] = [];
  #endVirtual: (() => void) | undefined;

  constructor(section: HTMLElement, payload: ExperimentRunsPayload, base: string) {
    const table = section.querySelector('table');
    const box = table?.closest<HTMLElement>('.table-box');
    const tools = section.querySelector<HTMLElement>('[data-run-tools]');
    const pager = section.querySelector<HTMLElement>('[data-run-pager]');
    if (!table || !box || !tools || !pager) throw new Error('The section lacks a part of the run table.');
    this.#table = table;
    this.#box = box;
    this.#tools = tools;
    this.#pager = pager;
    this.#base = base;
    this.#payload = payload;
    this.#icons = readIcons(section);
    this.#runs = payload.runs;
    this.#index = this.#makeIndex();
    this.#columns = tableColumns(this.#index);
    this.#state = this.#readState();
    const open = payload.runs.filter((run) => !run.archived || payload.archived);
    const drawn = open.length <= singleLineLimit ? open : open.slice(0, singleLineLimit);
    this.#colours = assignRunColours(drawn.map(({ id }) => id));
  }

  start(): void {
    this.#fillTools();
    onState((changed) => {
      if (tableKeys.some((key) => changed.has(key))) this.#update();
    });
    onSelection(() => this.#showSaid());
    extendSelection({
      tools: (runIds) =>
        barTools(runIds, {
          table: () => this.#textTable(runIds.flatMap((id) => this.#index.places.get(id) ?? [])),
          fileName: this.#fileName,
          baselineId: this.#state.baselineId,
        }),
      runsInOrder: () => this.#places.map((place) => this.#index.runs[place]?.id ?? ''),
    });
    this.#table.addEventListener('click', (event) => openRow(event));
    this.#update();
  }

  /** Takes further runs in, as their files come. */
  addRuns(runs: readonly PayloadRun[]): void {
    this.#runs = [...this.#runs, ...runs];
    this.#index = this.#makeIndex();
    this.#columns = tableColumns(this.#index);
    this.#update();
  }

  get #isComplete(): boolean {
    return this.#runs.length >= this.#payload.runsInAll;
  }

  get #fileName(): string {
    return `${this.#payload.experiment.replaceAll('/', '-')}-runs`;
  }

  #makeIndex(): RunIndex {
    const after = Number(document.documentElement.dataset.crashedAfter);
    const clock = { nowMs: Date.now(), ...(after > 0 ? { crashedAfterMs: after } : {}) };
    return new RunIndex(this.#payload, this.#runs, clock);
  }

  #readState(): TableState {
    const given = new URLSearchParams(location.search);
    return readTableState(given, this.#index, this.#columns, { isComplete: this.#isComplete });
  }

  #shownColumns(): TableColumn[] {
    const ids = this.#state.columnIds ?? defaultColumns(this.#payload, this.#index, this.#columns);
    const { pinnedIds } = this.#state;
    const ordered = [...ids.filter((id) => pinnedIds.has(id)), ...ids.filter((id) => !pinnedIds.has(id))];
    return ordered.flatMap((id) => this.#columns.get(id) ?? []);
  }

  /** Reads the address, finds and sorts the runs, and draws. */
  #update(): void {
    this.#state = this.#readState();
    const { query } = this.#state;
    if (query.kind === 'filter' && query.filter.hasPattern && this.#compilePattern === undefined) {
      void this.#loadPatterns();
      return;
    }
    const options = {
      nowMs: Date.now(),
      isArchived: this.#payload.archived,
      ...(this.#compilePattern && { compilePattern: this.#compilePattern }),
    };
    // While a filter is being typed and does not parse yet, what it said before stands.
    const asked = query.kind === 'fault' ? this.#lastQuery : query;
    let { places, fault } = matchingPlaces(this.#index, { ...this.#state, query: asked }, options);
    if (fault !== undefined)
      places = matchingPlaces(this.#index, { ...this.#state, query: { kind: 'empty' } }, options).places;
    else this.#lastQuery = asked;
    this.#places = orderedPlaces(this.#index, places, this.#state.sort, this.#columns);
    const by = this.#groupColumns();
    const rankedBy = [...this.#columns.values()].find(
      ({ kind, name }) => kind === 'metric' && this.#index.metrics.get(name)?.primary === true,
    );
    this.#groups =
      by.length === 0
        ? []
        : groupPlaces(this.#places, { by, rankedBy, sort: this.#state.sort, columns: this.#columns });
    this.#filter.show(this.#state.where, this.#state.words.join(' '));
    this.#filter.showFault(query.kind === 'fault' ? query.fault : fault);
    showIgnored('run table', this.#state.ignored);
    this.#draw();
  }

  async #loadPatterns(): Promise<void> {
    this.#compilePattern = (await import('../format/safe-pattern.ts')).compilePattern;
    this.#update();
  }

  #groupColumns(): TableColumn[] {
    return this.#state.groupIds.flatMap((id) => this.#columns.get(id) ?? []);
  }

  #draw(): void {
    this.#endVirtual?.();
    this.#endVirtual = undefined;
    const focus = rememberFocus(this.#table, this.#tools, this.#pager);
    const columns = this.#shownColumns();
    const view = this.#rowView(columns);
    const rows = this.#rows();
    const { page, size } = this.#state;
    const perPage = size === 'all' ? Math.max(1, rows.length) : size;
    const units = this.#groups.length > 0 ? this.#groups.length : this.#places.length;
    const pageCount = size === 'all' ? 1 : Math.max(1, Math.ceil(units / perPage));
    const shownPage = Math.min(page, pageCount);
    const shown = pageRows(rows, {
      from: (shownPage - 1) * perPage,
      count: perPage,
      isGrouped: this.#groups.length > 0,
    });
    this.#drawHead(columns);
    const body = this.#table.tBodies[0] ?? this.#table.createTBody();
    const isVirtual = shown.length > virtualFrom;
    this.#box.classList.toggle('rt-virtual', isVirtual);
    this.#table.toggleAttribute('aria-rowcount', false);
    const finish = () => {
      applyWidths(this.#table, columns, this.#widths);
      applyPins(this.#table, columns.filter(({ id }) => this.#state.pinnedIds.has(id)).length);
      localiseTimes(this.#table);
    };
    if (isVirtual) {
      this.#table.setAttribute('aria-rowcount', String(shown.length + 1));
      void this.#drawVirtual(body, shown, view, finish);
    } else {
      body.replaceChildren(
        ...(shown.length === 0 ? [this.#emptyRow(columns.length + 1)] : shown.map((row) => this.#drawRow(row, view))),
      );
      finish();
    }
    this.#chips.replaceChildren(...filterChips(this.#index, this.#state));
    this.#sortPlace.replaceChildren(sortSelect(columns, this.#state));
    this.#pager.replaceChildren(
      ...tablePager(
        { page: shownPage, size },
        { pageCount, rowCount: units, what: this.#groups.length > 0 ? 'groups' : 'runs' },
      ),
    );
    this.#showSaid();
    focus();
  }

  async #drawVirtual(
    body: HTMLTableSectionElement,
    shown: readonly Row[],
    view: RowView,
    finish: () => void,
  ): Promise<void> {
    const { showVirtualRows } = await import('./run-table-virtual.ts');
    if (this.#endVirtual !== undefined || !this.#box.classList.contains('rt-virtual')) return;
    this.#endVirtual = showVirtualRows(this.#box, body, {
      count: shown.length,
      makeRow: (i) => this.#drawRow(shown[i] as Row, view),
      estimatePx: 36,
      columnCount: view.columns.length + 1,
      onRows: finish,
    });
  }

  #drawHead(columns: readonly TableColumn[]): void {
    const handlers = {
      onSort: (id: string, isAdded: boolean) => {
        const column = this.#columns.get(id) ?? { id, goal: undefined };
        setState({ sort: printSort(nextSort(this.#state.sort, column, isAdded)), page: undefined });
      },
      onResize: (id: string, width: number | undefined) => {
        if (width === undefined) this.#widths.delete(id);
        else this.#widths.set(id, width);
        applyWidths(this.#table, columns, this.#widths);
      },
    };
    const firstLabel = this.#groups.length > 0 ? 'Group' : 'Run';
    this.#table.tHead?.replaceChildren(tableHead(columns, { sort: this.#state.sort, firstLabel }, handlers));
    if (this.#table.caption !== null) this.#table.caption.textContent = this.#caption();
  }

  #caption(): string {
    const { sort } = this.#state;
    const primary = this.#payload.metrics.find((metric) => metric.primary === true);
    const names = sort.map(({ columnId }) =>
      columnId === 'name' ? 'run' : (this.#columns.get(columnId)?.label ?? columnId),
    );
    const order =
      names.length > 0
        ? `, sorted by ${names.join(', then ')}`
        : this.#payload.best !== undefined
          ? `, best by ${primary?.label ?? primary?.name} first`
          : '';
    return `Runs of ${this.#payload.title}${order}`;
  }

  #rowView(columns: readonly TableColumn[]): RowView {
    return {
      index: this.#index,
      columns,
      bestId: this.#payload.best,
      declaredBaselineId: this.#payload.baseline,
      baselineId: this.#state.baselineId,
      colours: this.#colours,
      base: this.#base,
      icon: (name) => this.#icons.get(name)?.cloneNode(true),
      hiddenInCards: hiddenInCards(columns, this.#state.columnIds !== undefined),
    };
  }

  #rows(): Row[] {
    if (this.#groups.length === 0) return this.#places.map((place) => ({ kind: 'run', place }));
    return this.#groups.flatMap((group): Row[] => [
      { kind: 'group', group },
      ...(this.#openGroups.has(group.key) ? group.places.map((place): Row => ({ kind: 'run', place })) : []),
    ]);
  }

  #drawRow(row: Row, view: RowView): HTMLTableRowElement {
    if (row.kind === 'run') {
      const isSelected = selectedRuns().has(this.#index.runs[row.place]?.id ?? '');
      const drawn = runRow(row.place, view, { isSelected });
      if (this.#groups.length > 0) drawn.classList.add('rt-member');
      return drawn;
    }
    const { key } = row.group;
    return groupRow(row.group, this.#groupColumns(), view, {
      isOpen: this.#openGroups.has(key),
      onToggle: () => {
        if (!this.#openGroups.delete(key)) this.#openGroups.add(key);
        this.#draw();
      },
    });
  }

  #emptyRow(columnCount: number): HTMLTableRowElement {
    const clear = makeButton('Clear filter', clearFilter);
    return make('tr', { class: 'rt-empty' }, make('td', { colspan: String(columnCount) }, 'No run matches. ', clear));
  }

  #fillTools(): void {
    const columns = makeButton('Columns', () => {
      const shown = this.#shownColumns().map(({ id }) => id);
      const defaults = defaultColumns(this.#payload, this.#index, this.#columns);
      openColumnDialog(
        this.#columns,
        { ids: shown, pinnedIds: this.#state.pinnedIds },
        { defaults, onChange: (choice) => setState({ cols: choice && printColumns(choice.ids, choice.pinnedIds) }) },
      );
    });
    const isCompact = readKept(densityKey) === 'compact';
    this.#table.classList.toggle('rt-compact', isCompact);
    const density = makeButton(
      'Compact rows',
      () => {
        const isOn = this.#table.classList.toggle('rt-compact');
        density.setAttribute('aria-pressed', String(isOn));
        keep(densityKey, isOn ? 'compact' : undefined);
      },
      { 'aria-pressed': String(isCompact), class: 'rt-density' },
    );
    const copy = copyMenu('Copy as', () => this.#textTable(undefined), this.#fileName);
    this.#tools.replaceChildren(
      make(
        'div',
        { class: 'rt-bar' },
        this.#filter.element,
        columns,
        groupMenu(() => ({ columns: this.#columns, groupIds: this.#state.groupIds })),
        copy,
        density,
        this.#sortPlace,
      ),
      this.#filter.faultLine,
      this.#chips,
      make('div', { class: 'rt-said-line' }, this.#said, this.#saidTools),
    );
  }

  /** How many runs are shown of how many, and what can be done about it. */
  #showSaid(): void {
    const { baselineId, query } = this.#state;
    const ids = this.#places.map((place) => this.#index.runs[place]?.id ?? '');
    const isOpen = (run: PayloadRun) => this.#payload.archived || !run.archived;
    this.#said.textContent = countWords({
      shown: ids.length,
      total: this.#runs.filter(isOpen).length,
      groups: this.#groups.length,
      isFaulty: query.kind === 'fault',
      loaded: this.#runs.length,
      runsInAll: this.#payload.runsInAll,
    });
    this.#saidTools.replaceChildren(
      ...saidTools({
        ids,
        isFiltered: isFiltered(this.#state),
        baselineId,
        declaredBaselineId: this.#payload.baseline,
        nameOf: (id) => this.#index.runs[this.#index.places.get(id) ?? -1]?.name ?? id,
      }),
    );
  }

  /** What is shown, all pages of it, or some runs of it, as text. */
  #textTable(places: readonly number[] | undefined): TextTable {
    const columns = this.#shownColumns();
    if (places === undefined && this.#groups.length > 0)
      return groupTextTable(this.#groups, this.#groupColumns(), columns);
    const view = { index: this.#index };
    return {
      heads: [{ label: 'run', isNumeric: false }, ...columns.map(({ label, isNumeric }) => ({ label, isNumeric }))],
      rows: (places ?? this.#places).map((place) => {
        const run = this.#index.runs[place];
        return [{ shown: run?.name ?? '', value: run?.id }, ...columns.map((column) => textCell(column, place, view))];
      }),
    };
  }
}

/** The icons of statuses, which the page brings along. */
function readIcons(section: HTMLElement): Map<string, Node> {
  const template = section.querySelector<HTMLTemplateElement>('template[data-status-icons]');
  const holders = template?.content.querySelectorAll<HTMLElement>('[data-icon]') ?? [];
  return new Map(Array.from(holders, (holder) => [holder.dataset.icon ?? '', holder.firstElementChild as Node]));
}
