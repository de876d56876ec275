import { singleLineLimit } from '../charts/choose-lines.ts';
import { assignRunColours, type RunColour } from '../charts/run-colour.ts';
import {
  decodeExperimentRuns,
  decodeMoreRuns,
  type ExperimentRunsPayload,
  type PayloadRun,
} from '../payload/experiment-runs.ts';
import type { Query } from '../query/read-query.ts';
import { make, makeButton, siteBase } from './element.ts';
import { FetchFault, fetchText } from './fetch-text.ts';
import { showIgnored } from './ignored.ts';
import { rememberFocus } from './keep-focus.ts';
import { pageClock } from './run-status.ts';
import { barTools } from './run-table-bar.ts';
import { RunTableBody } from './run-table-body.ts';
import { type RowView, readIcons, textCell } from './run-table-cells.ts';
import { defaultColumns, type TableColumn, tableColumns } from './run-table-columns.ts';
import { openColumnDialog } from './run-table-dialog.ts';
import { makeFilterField } from './run-table-filter.ts';
import { groupTextTable } from './run-table-groups.ts';
import { applyWidths, freeWidths, tableHead } from './run-table-head.ts';
import { RunIndex } from './run-table-index.ts';
import { hiddenInCards, openRow, pageRows, type Row } from './run-table-page.ts';
import { groupPlaces, matchingPlaces, orderedPlaces, type RunGroup } from './run-table-rows.ts';
import { countWords, isFiltered, saidTools, tableCaption } from './run-table-said.ts';
import { nextSort, printColumns, printSort, readTableState, type TableState, tableKeys } from './run-table-state.ts';
import type { TextTable } from './run-table-text.ts';
import { copyMenu, densityButton, filterChips, groupMenu, sortSelect, tablePager } from './run-table-tools.ts';
import { extendSelection, onSelection } from './select-runs.ts';
import { onState, setState } from './url-state.ts';

/** What shows other rows, or the same in another order: the table is read from its top again. */
const reorderingKeys = ['q', 'where', 'status', 'tag', 'sort', 'page', 'size'] as const;

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
  readonly #body: RunTableBody;
  readonly #tools: HTMLElement;
  readonly #pager: HTMLElement;
  readonly #icons: ReadonlyMap<string, Node>;
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
  readonly #filledFrom = new Map<HTMLElement, string>();
  #headMadeFor = '';

  constructor(section: HTMLElement, payload: ExperimentRunsPayload, base: string) {
    const table = section.querySelector('table');
    const box = table?.closest<HTMLElement>('.table-box');
    const tools = section.querySelector<HTMLElement>('[data-run-tools]');
    const pager = section.querySelector<HTMLElement>('[data-run-pager]');
    if (!table || !box || !tools || !pager) throw new Error('The section lacks a part of the run table.');
    this.#table = table;
    this.#box = box;
    this.#body = new RunTableBody(table, box);
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
      if (!tableKeys.some((key) => changed.has(key))) return;
      if (reorderingKeys.some((key) => changed.has(key))) this.#box.scrollTop = 0;
      this.#update();
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
    this.#table.addEventListener('click', openRow);
    this.#update();
    if (this.#isComplete) this.#prepareTexts();
  }

  /** Makes the text of each run ready for searching while nothing else is to be done, so that the first letter finds it so. */
  #prepareTexts(index = this.#index, from = 0): void {
    if (index !== this.#index || !('requestIdleCallback' in window)) return;
    requestIdleCallback((deadline) => {
      let place = from;
      while (place < index.runs.length && deadline.timeRemaining() > 1) {
        index.text(place);
        place += 1;
      }
      if (place < index.runs.length) this.#prepareTexts(index, place);
    });
  }

  /** Takes further runs in, as their files come. */
  addRuns(runs: readonly PayloadRun[]): void {
    this.#runs = [...this.#runs, ...runs];
    this.#index = this.#makeIndex();
    this.#columns = tableColumns(this.#index);
    this.#update();
    if (this.#isComplete) this.#prepareTexts();
  }

  get #isComplete(): boolean {
    return this.#runs.length >= this.#payload.runsInAll;
  }

  get #fileName(): string {
    return `${this.#payload.experiment.replaceAll('/', '-')}-runs`;
  }

  #makeIndex(): RunIndex {
    return new RunIndex(this.#payload, this.#runs, pageClock());
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
    const focus = rememberFocus(this.#table, this.#tools, this.#pager);
    const columns = this.#shownColumns();
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
    this.#body.show(shown, {
      view: this.#rowView(columns),
      pinnedIds: this.#state.pinnedIds,
      runCount: this.#runs.length,
      isGrouped: this.#groups.length > 0,
      by: this.#groupColumns(),
      openGroups: this.#openGroups,
      onToggle: (key) => {
        if (!this.#openGroups.delete(key)) this.#openGroups.add(key);
        this.#draw();
      },
    });
    const what = this.#groups.length > 0 ? 'groups' : 'runs';
    this.#fill(this.#chips, [this.#runs.length, ...this.#state.statuses, '', ...this.#state.tags], () =>
      filterChips(this.#index, this.#state),
    );
    this.#fill(this.#sortPlace, [this.#headMadeFor], () => [sortSelect(columns, this.#state)]);
    this.#fill(this.#pager, [shownPage, size, pageCount, units, what], () =>
      tablePager({ page: shownPage, size }, { pageCount, rowCount: units, what }),
    );
    this.#showSaid();
    focus();
  }

  /** Puts content into a place, unless it was made from the same before: then nothing moves and the focus stays. */
  #fill(place: HTMLElement, madeFrom: readonly (string | number)[], draw: () => Node[]): void {
    const key = JSON.stringify(madeFrom);
    if (this.#filledFrom.get(place) === key) return;
    this.#filledFrom.set(place, key);
    place.replaceChildren(...draw());
  }

  #drawHead(columns: readonly TableColumn[]): void {
    const handlers = {
      onSort: (id: string, isAdded: boolean) => {
        const column = this.#columns.get(id) ?? { id, goal: undefined };
        setState({ sort: printSort(nextSort(this.#state.sort, column, isAdded)), page: undefined });
      },
      onResize: (id: string, width: number | undefined) => {
        if (width === undefined) this.#body.widths.delete(id);
        else this.#body.widths.set(id, width);
        applyWidths(this.#table, columns, this.#body.widths);
      },
    };
    const firstLabel = this.#groups.length > 0 ? 'Group' : 'Run';
    const { sort } = this.#state;
    const made = JSON.stringify([firstLabel, sort, columns.map(({ id }) => id)]);
    if (made === this.#headMadeFor) return;
    this.#headMadeFor = made;
    freeWidths(this.#table);
    this.#table.tHead?.replaceChildren(tableHead(columns, { sort, firstLabel }, handlers));
    if (this.#table.caption !== null)
      this.#table.caption.textContent = tableCaption(this.#payload, sort, this.#columns);
    this.#body.renewTimes(); // their zone is named in the head
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
    const copy = copyMenu('Copy as', () => this.#textTable(undefined), this.#fileName);
    this.#tools.replaceChildren(
      make(
        'div',
        { class: 'rt-bar' },
        this.#filter.element,
        columns,
        groupMenu(() => ({ columns: this.#columns, groupIds: this.#state.groupIds })),
        copy,
        densityButton(this.#table),
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
