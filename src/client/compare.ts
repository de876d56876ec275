import { singleLineLimit } from '../charts/choose-lines.ts';
import { chooseEndLabels } from '../charts/end-label-names.ts';
import type { RunColour } from '../charts/run-colour.ts';
import { assignRunColours } from '../charts/run-colour.ts';
import type { SiteIndexPayload } from '../payload/site-index.ts';
import { compareCharts } from './compare-charts.ts';
import { type ChipMove, compareChips } from './compare-chips.ts';
import type { CompareData } from './compare-data.ts';
import { experimentOfRun, loadIndex, loadRuns } from './compare-data.ts';
import { compareFolds } from './compare-folds.ts';
import { runPicker } from './compare-picker.ts';
import { compareRemarks, filterForm, namedList } from './compare-remarks.ts';
import type { CompareState } from './compare-state.ts';
import { formatCompareState, isChosenByRule, parseCompareState } from './compare-state.ts';
import { paramTable, type TableView, verdictTable } from './compare-tables.ts';
import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import { paramDiff } from './param-diff.ts';
import { swatch } from './run-link.ts';
import { metricsOf, verdict } from './verdict.ts';

/** Charts shown before "Show more". */
const firstCharts = 8;

/** A chart here is about this wide: too narrow for names of more than 12 letters at the ends of lines. */
const panelWidthPx = 410;

/** `<runfolio-compare data-index="URL" data-base="/x/">`: holds runs against each other as the address says. */
class CompareView extends HTMLElement {
  #state: CompareState = parseCompareState({ search: '', hash: '' });
  #index: SiteIndexPayload | undefined;
  #faults = new Map<string, string>();
  #chartCount = firstCharts;
  #endCharts: (() => void) | undefined;
  #turn = 0;
  #fallback: Node[] = [];
  #areChipsOpen = false;
  /** What stands open, by key: it stays so when the page is drawn anew. */
  readonly #opened = new Set<string>();
  /** What was chosen within sections, by key. */
  readonly #choices = new Map<string, string>();

  connectedCallback(): void {
    // What stands here for readers without script comes back when nothing can be loaded.
    this.#fallback = [...this.childNodes].filter((node) => node.nodeName === 'UL');
    this.replaceChildren(make('p', { class: 'muted' }, 'Loading …'));
    this.#state = parseCompareState(location);
    addEventListener('popstate', this.#onPop);
    void this.#render();
  }

  disconnectedCallback(): void {
    removeEventListener('popstate', this.#onPop);
    this.#endCharts?.();
  }

  readonly #onPop = () => {
    this.#state = parseCompareState(location);
    void this.#render();
  };

  get #base(): string {
    return this.dataset.base ?? '/';
  }

  /** Takes a new state into the address and draws it. */
  #set(change: Partial<CompareState>, { isStep = false } = {}): void {
    this.#state = { ...this.#state, ignored: [], ...change };
    const { search, hash } = formatCompareState(this.#state, location);
    const address = `${location.pathname}${search}${hash}`;
    if (isStep) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
    void this.#render();
  }

  async #render(): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    try {
      this.#index ??= await loadIndex(this.dataset.index ?? '');
      const data = await loadRuns(this.#state, this.#index, this.#base);
      if (turn === this.#turn) this.#show(data, this.#index);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const reason = error instanceof FetchFault ? error.reason : 'an unexpected fault';
    this.replaceChildren(
      make(
        'p',
        { class: 'callout callout-error', role: 'alert' },
        `Could not load the list of runs (${reason}). `,
        makeButton('Retry', () => void this.#render()),
      ),
      ...this.#fallback,
    );
  }

  #show(data: CompareData, index: SiteIndexPayload): void {
    const focused = document.activeElement?.getAttribute('data-key');
    const top = scrollY;
    this.#endCharts?.();
    this.#endCharts = undefined;
    const parts: HTMLElement[] = [...this.#remarks(data)];
    if (data.runs.length === 0 && data.failed.length === 0)
      parts.push(make('section', {}, make('h2', {}, 'Choose runs to compare'), this.#picker(index, data)));
    else parts.push(...this.#comparison(data, index));
    this.replaceChildren(...parts);
    for (const box of this.querySelectorAll<HTMLElement>('.rf-scroll')) watchEdges(box);
    scrollTo({ top });
    if (focused) this.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #remarks(data: CompareData): HTMLElement[] {
    return compareRemarks(this.#state, data, {
      onFilter: (where) => this.#filter(where),
      onRetry: () => void this.#render(),
    });
  }

  #filter(where: string): void {
    this.#set({ where, leftOut: [] }, { isStep: true });
  }

  #picker(index: SiteIndexPayload, data: CompareData): HTMLElement {
    const chosen = data.runs.map(({ id }) => id);
    return make(
      'div',
      { class: 'rf-choose' },
      filterForm(this.#state, (where) => this.#filter(where)),
      runPicker(index, { chosen, onPick: (runIds) => this.#pick(runIds, data) }),
    );
  }

  /** What a filter brings stays the filter's: only what was added or taken away by hand is named. */
  #pick(picked: readonly string[], data: CompareData): void {
    const before = new Set(data.runs.map(({ id }) => id));
    const after = new Set(picked);
    const kept = this.#state.runIds.filter((id) => after.has(id) || !before.has(id));
    const added = picked.filter((id) => !before.has(id));
    const removed = [...data.byRule].filter((id) => !after.has(id));
    const leftOut = [...this.#state.leftOut, ...removed].filter((id) => !added.includes(id));
    this.#set({ runIds: [...new Set([...kept, ...added])], leftOut: [...new Set(leftOut)] }, { isStep: true });
  }

  #comparison(data: CompareData, index: SiteIndexPayload): HTMLElement[] {
    const { runs } = data;
    const colours = assignRunColours(runs.map(({ id }) => id));
    const baselineId = this.#baselineOf(data);
    const base = this.#base;
    const chips = compareChips({
      runs,
      byRule: data.byRule,
      failed: [...data.failed, ...[...this.#faults].map(([runId, reason]) => ({ runId, reason }))],
      baselineId,
      colours,
      base,
      onMove: (move) => this.#move(move),
      onRetry: () => {
        this.#faults.clear();
        void this.#render();
      },
      isOpen: this.#areChipsOpen,
      onToggle: (isOpen) => {
        this.#areChipsOpen = isOpen;
      },
    });
    const add = make('details', { class: 'rf-add' }, make('summary', {}, 'Add or remove runs'));
    add.addEventListener('toggle', () => {
      if (add.open && add.childElementCount === 1) add.append(this.#picker(index, data));
    });
    const rule = isChosenByRule(this.#state) ? [this.#ruleLine(data)] : [];
    if (runs.length === 0) return [...rule, chips, add];

    const isMixed = new Set(runs.map(({ id }) => experimentOfRun(id))).size > 1;
    const view: TableView = { runs, baselineId, colours, base, isMixed, opened: this.#opened };
    const all = metricsOf(runs, data.metrics);
    const wanted = this.#state.metrics;
    const metrics = wanted.length > 0 ? all.filter(({ name }) => wanted.includes(name)) : all;
    const missing = wanted.filter((name) => !all.some((metric) => metric.name === name));
    const metricPart = make('section', {}, make('h2', {}, 'Metrics'));
    if (missing.length > 0) metricPart.append(namedList('No run here has', missing));
    if (all.length === 0) metricPart.append(make('p', {}, 'These runs have no metrics.'));
    else metricPart.append(verdictTable(verdict(runs, metrics, baselineId), view));
    if (wanted.length > 0)
      metricPart.append(makeButton(`Show all ${all.length} metrics`, () => this.#set({ metrics: [] })));
    if (runs.length > 1) metricPart.children[0]?.after(this.#baselineField(view));
    const charts = this.#chartsPart(metrics, { data, baselineId, colours });
    const folds = compareFolds({
      ...view,
      data,
      choices: this.#choices,
      state: this.#state,
      metrics,
      onChange: (change) => this.#set(change),
    });
    return [...rule, chips, add, metricPart, charts, this.#paramsPart(view), ...folds];
  }

  /** What brought the runs, to be read and changed. */
  #ruleLine(data: CompareData): HTMLElement {
    const { experiments, views, where, leftOut } = this.#state;
    const count = data.byRule.size === 1 ? '1 run' : `${data.byRule.size.toLocaleString('en')} runs`;
    const names = where === '' ? experiments : [];
    const sources = [
      ...(views.length > 0 ? [`the view ${views.join(', ')}`] : []),
      ...(where === '' ? [] : ['the filter']),
      ...(names.length > 0 ? [`the choice of ${names.join(', ')}`] : []),
    ];
    const out = leftOut.length > 0 ? `; ${leftOut.length} taken out by hand` : '';
    const words = `${count} by ${sources.join(' and ')}${out}.`;
    const line = make('section', { 'aria-label': 'Choice of runs' });
    if (where !== '') line.append(filterForm(this.#state, (text) => this.#filter(text)));
    line.append(make('p', { class: 'muted' }, words.length > 300 ? `${words.slice(0, 299)}…` : words));
    return line;
  }

  #baselineField({ runs, baselineId, isMixed }: TableView): HTMLElement {
    const options = runs.map(({ id, name }) => make('option', { value: id }, isMixed ? id : name));
    const select = make('select', { 'data-key': 'baseline-field' }, ...options);
    select.value = baselineId ?? '';
    select.addEventListener('change', () => this.#set({ baselineId: select.value }));
    return make('label', { class: 'rf-field rf-baseline' }, make('span', {}, 'Baseline'), select);
  }

  #paramsPart(view: TableView): HTMLElement {
    const rows = paramDiff(view.runs);
    const different = rows.filter(({ isDifferent }) => isDifferent);
    const { isAllParams } = this.#state;
    const shown = isAllParams || view.runs.length < 2 ? rows : different;
    const part = make('section', {}, make('h2', {}, 'Params'));
    if (view.runs.length > 1 && rows.length > 0) {
      const all = make('input', { type: 'checkbox', 'data-key': 'all-params' });
      all.checked = isAllParams;
      all.addEventListener('change', () => this.#set({ isAllParams: all.checked }));
      const words = ` Show all: ${different.length} of ${rows.length} differ`;
      part.append(make('label', { class: 'rf-switch' }, all, words));
    }
    if (rows.length === 0) part.append(make('p', {}, 'These runs have no params.'));
    else if (shown.length === 0) part.append(make('p', {}, 'All params are equal.'));
    else part.append(paramTable(shown, view));
    return part;
  }

  #chartsPart(
    metrics: ReturnType<typeof metricsOf>,
    {
      data,
      baselineId,
      colours,
    }: { data: CompareData; baselineId: string | undefined; colours: Map<string, RunColour> },
  ): HTMLElement {
    const having = (name: string, least: number) =>
      data.runs.filter((run) => (run.metrics.get(name)?.count ?? 0) >= least).length;
    const lines = metrics.filter(({ name }) => having(name, 2) > 0);
    const shared = lines.filter(({ name }) => having(name, 1) > 1);
    const drawn = data.runs.length > 1 && shared.length > 0 ? shared : lines;
    const part = make(
      'section',
      { 'data-panels': true },
      make('h2', {}, 'Charts'),
      make('div', { class: 'rf-settings' }),
    );
    const isParam = (name: string) => data.runs.some((run) => run.params.has(name));
    const isMixed = new Set(data.runs.map(({ id }) => experimentOfRun(id))).size > 1;
    const differing = paramDiff(data.runs).filter(({ name, isDifferent }) => isDifferent && isParam(name));
    const facts = [...(isMixed ? ['experiment'] : []), ...differing.slice(0, 40).map(({ name }) => name)];
    if (data.runs.length > 1) part.dataset.params = JSON.stringify(facts);
    if (data.groupBy.length > 0) part.dataset.groupBy = JSON.stringify(data.groupBy);
    part.dataset.xMetrics = JSON.stringify(lines.map(({ name }) => name));
    const names = data.runs.map(({ name }) => name);
    const isFew = names.length > 1 && names.length <= singleLineLimit;
    const isNamedOnce = isFew && chooseEndLabels(names, panelWidthPx) === undefined;
    if (isNamedOnce) {
      const items = data.runs.map((run) => make('li', {}, swatch(colours.get(run.id)), run.name));
      part.append(make('ul', { class: 'rf-legend shared-legend', 'aria-label': 'Runs in the charts' }, ...items));
      part.dataset.drawnRuns = JSON.stringify(data.runs.map(({ id }) => id));
    }
    const charts = compareCharts(drawn.slice(0, this.#chartCount), {
      data,
      baselineId,
      colours,
      base: this.#base,
      isNamedOnce,
      onFault: (runId, reason) => this.#note(runId, reason),
    });
    this.#endCharts = charts.destroy;
    part.append(charts.element);
    const rest = drawn.length - this.#chartCount;
    if (rest > 0) {
      const more = makeButton(rest === 1 ? 'Show 1 more chart' : `Show ${rest} more charts`, () => {
        this.#chartCount = drawn.length;
        void this.#render();
      });
      part.append(more);
    }
    const left = metrics.length - drawn.length;
    if (left > 0 && drawn.length > 0) {
      const words = left === 1 ? '1 metric that' : `${left} metrics that`;
      part.append(
        make('p', { class: 'muted' }, `${words} only one run has, or that were written once, stand in the table.`),
      );
    }
    if (drawn.length === 0)
      part.append(make('p', {}, 'There is nothing to draw: no metric was written more than once.'));
    return part;
  }

  /** Greys the chip of a run whose points did not come, without drawing everything anew. */
  #note(runId: string, reason: string | undefined): void {
    if (reason === undefined) this.#faults.delete(runId);
    else this.#faults.set(runId, reason);
    const chip = this.querySelector(`[data-chip="${CSS.escape(runId)}"]`);
    chip?.classList.toggle('rf-failed', reason !== undefined);
    chip?.setAttribute('title', reason === undefined ? runId : `${runId}: could not load (${reason})`);
  }

  #baselineOf({ runs, baselines }: CompareData): string | undefined {
    const has = (runId: string | undefined) => runs.some(({ id }) => id === runId);
    if (has(this.#state.baselineId)) return this.#state.baselineId;
    return runs.find(({ id }) => baselines.has(id))?.id ?? runs[0]?.id;
  }

  #move({ kind, runId }: ChipMove): void {
    const runIds = [...this.#state.runIds];
    const place = runIds.indexOf(runId);
    if (kind === 'baseline') this.#set({ baselineId: runId });
    else if (kind === 'remove' && place < 0) this.#set({ leftOut: [...this.#state.leftOut, runId] }, { isStep: true });
    else if (kind === 'remove') this.#set({ runIds: runIds.filter((id) => id !== runId) }, { isStep: true });
    else {
      const target = place + (kind === 'left' ? -1 : 1);
      if (target < 0 || target >= runIds.length) return;
      runIds.splice(place, 1);
      runIds.splice(target, 0, runId);
      this.#set({ runIds });
    }
  }
}

/** Marks which edges of a scrolling box have more behind them. */
function watchEdges(box: HTMLElement): void {
  const mark = () => {
    box.classList.toggle('rf-more-left', box.scrollLeft > 2);
    box.classList.toggle('rf-more-right', box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  };
  box.addEventListener('scroll', mark, { passive: true });
  new ResizeObserver(mark).observe(box);
}

customElements.define('runfolio-compare', CompareView);
