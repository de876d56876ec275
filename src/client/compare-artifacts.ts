import { formatStep } from '../charts/format-number.ts';
import type { PartArtifact, PartTableStep, RunParts } from '../payload/run-parts.ts';
import { loadFacts, loadParts, type SectionView } from './compare-facts.ts';
import { runHead } from './compare-tables.ts';
import { make, makeButton } from './element.ts';
import { placeOf, stepSlider } from './panels-steps.ts';

/** Runs that stand side by side at first, and how many each further press brings. */
const runsAtOnce = 6;
/** Names of one kind that are shown at first. */
const firstNames = 12;

type SeenRun = SectionView['runs'][number];

/** Something that runs logged under one name, each at steps of its own. */
interface Shown {
  name: string;
  kind: 'image' | 'panel' | 'table';
  /** By run, in the order of the runs: its steps rising, each with what it makes of its cell. */
  byRun: { run: SeenRun; steps: { step: number | undefined; fill: (cell: HTMLElement) => void }[] }[];
}

/** Images, panels, tables and files of the runs, side by side at the same step. */
export async function artifactsSection(view: SectionView): Promise<Node[]> {
  const facts = await loadFacts(view.data);
  const having = view.runs.filter(({ id }) => facts.get(id)?.partsUrl !== undefined);
  if (having.length === 0) return [make('p', {}, 'These runs made no files, logged no tables and printed nothing.')];
  // The baseline stands first.
  const ordered = [...having].sort((a, b) => Number(b.id === view.baselineId) - Number(a.id === view.baselineId));
  const place = make('div', { class: 'rf-fold-body' });
  const draw = async () => {
    const count = Number(view.choices.get('artifact-runs') ?? runsAtOnce);
    const runs = ordered.slice(0, count);
    const loaded = await Promise.all(
      runs.map(async (run) => ({ run, parts: await loadParts(facts.get(run.id), view.base) })),
    );
    const all = [...images(loaded, view), ...panels(loaded), ...tables(loaded)];
    const parts: Node[] = all.length === 0 ? [] : shownList(all, runs.length, view);
    const files = fileTable(loaded, view);
    if (files !== undefined) parts.push(files);
    if (parts.length === 0) parts.push(make('p', {}, 'These runs made no files and logged no tables.'));
    if (ordered.length > runs.length) {
      const next = Math.min(runsAtOnce, ordered.length - runs.length);
      const more = makeButton(`Show ${next} more`, () => {
        view.choices.set('artifact-runs', String(count + runsAtOnce));
        void draw();
      });
      parts.push(make('p', { class: 'rf-rest' }, `${runs.length} of ${ordered.length} runs side by side. `, more));
    }
    const none = view.runs.length - having.length;
    if (none > 0) {
      const words = none === 1 ? '1 other run has' : `${none} other runs have`;
      parts.push(make('p', { class: 'muted' }, `${words} neither files nor tables.`));
    }
    place.replaceChildren(...parts);
  };
  await draw();
  return [place];
}

type Loaded = { run: SeenRun; parts: RunParts | undefined }[];

/** Gathers things by their names, in the order in which they turn up. */
function byName<T>(
  kind: Shown['kind'],
  loaded: Loaded,
  list: (parts: RunParts) => { name: string; steps: readonly T[] }[],
  cell: (item: T, run: SeenRun) => { step: number | undefined; fill: (cell: HTMLElement) => void },
): Shown[] {
  const found = new Map<string, Shown>();
  for (const { run, parts } of loaded)
    for (const { name, steps } of parts === undefined ? [] : list(parts)) {
      const shown = found.get(name) ?? { name, kind, byRun: [] };
      found.set(name, shown);
      shown.byRun.push({ run, steps: steps.map((item) => cell(item, run)) });
    }
  return [...found.values()];
}

function images(loaded: Loaded, { base }: SectionView): Shown[] {
  const list = ({ artifacts }: RunParts) =>
    [
      ...Map.groupBy(
        artifacts.filter(({ isImage, url }) => isImage && url !== undefined),
        ({ name }) => name,
      ),
    ].map(([name, steps]) => ({
      name,
      steps: [...steps].sort((a, b) => (a.step ?? -Infinity) - (b.step ?? -Infinity)),
    }));
  return byName('image', loaded, list, ({ step, url = '', caption, name }: PartArtifact, run) => ({
    step,
    fill: (cell) => {
      const alt = `${caption ?? name} of ${run.name}`;
      const picture = make('img', { src: base + url, alt, loading: 'lazy', decoding: 'async' });
      cell.replaceChildren(
        make('a', { class: 'artifact-image', href: base + url }, picture),
        ...(caption === undefined ? [] : [make('p', { class: 'sub' }, make('bdi', {}, caption))]),
      );
    },
  }));
}

function panels(loaded: Loaded): Shown[] {
  return byName(
    'panel',
    loaded,
    (parts) => parts.panels,
    ({ step, spec, caption }, run) => ({
      step,
      fill: (cell) => {
        void import('./panels.ts');
        const host = cell.querySelector<HTMLElement>('runfolio-panel');
        const words = cell.querySelector('figcaption');
        if (host !== null && words !== null) {
          host.dataset.spec = JSON.stringify(spec);
          words.textContent = caption;
          return;
        }
        const title = String(
          (spec as { title?: unknown; name?: unknown }).title ?? (spec as { name?: unknown }).name ?? '',
        );
        const panel = make(
          'runfolio-panel' as 'div',
          { 'data-title': `${title} of ${run.name}`, 'data-spec': JSON.stringify(spec) },
          make('div', { class: 'rf-chart-box rf-box-middle' }),
        );
        cell.replaceChildren(
          make(
            'figure',
            { class: 'rf-chart rf-panel' },
            panel,
            make('ul', { class: 'rf-legend', hidden: true }),
            make('figcaption', {}, caption),
          ),
        );
      },
    }),
  );
}

function tables(loaded: Loaded): Shown[] {
  return byName(
    'table',
    loaded,
    (parts) => parts.tables,
    (table, run) => ({
      step: table.step,
      fill: (cell) => cell.replaceChildren(...plainTable(table, run.name)),
    }),
  );
}

function plainTable({ columns, rows, hidden }: PartTableStep, name: string): Node[] {
  const isNumeric = columns.map((_, i) => rows.every((row) => row[i] === undefined || Number.isFinite(Number(row[i]))));
  const cell = (text: string | undefined, i: number) =>
    make('td', { class: isNumeric[i] ? 'num' : undefined }, make('bdi', {}, text ?? '–'));
  const heads = columns.map((text, i) =>
    make('th', { scope: 'col', class: isNumeric[i] ? 'num' : undefined }, make('bdi', {}, text)),
  );
  const table = make(
    'table',
    { class: 'figures' },
    make('caption', { class: 'hidden-text' }, `Rows of ${name}`),
    make('thead', {}, make('tr', {}, ...heads)),
    make('tbody', {}, ...rows.map((row) => make('tr', {}, ...columns.map((_, i) => cell(row[i], i))))),
  );
  const box = make(
    'div',
    { class: 'table-box', tabindex: '0', role: 'region', 'aria-label': `Rows of ${name}` },
    table,
  );
  return hidden === 0 ? [box] : [box, make('p', { class: 'table-note' }, `${hidden} more rows in the log.`)];
}

/** One row of runs a name, under a slider where there is more than one step. */
function shownList(all: readonly Shown[], count: number, view: SectionView): Node[] {
  const isWhole = view.opened.has('artifacts:all');
  const shown = isWhole ? all : all.slice(0, firstNames);
  const rows = shown.map(({ name, byRun }) => {
    const steps = [...new Set(byRun.flatMap(({ steps: own }) => own.map(({ step }) => step)))].sort(
      (a, b) => (a ?? -Infinity) - (b ?? -Infinity),
    );
    const cells = byRun.map(({ run, steps: own }) => {
      const at = make('span', { class: 'muted num' });
      const body = make('div', { class: 'rf-side-body' });
      const ownSteps = own.map(({ step }) => step);
      let drawn = -1;
      const show = (step: number | undefined) => {
        const place = step === undefined ? own.length - 1 : placeOf(ownSteps, step);
        const chosen = own[place];
        if (chosen === undefined || place === drawn) return;
        drawn = place;
        at.textContent = chosen.step === undefined ? '' : `step ${formatStep(chosen.step)}`;
        chosen.fill(body);
      };
      return {
        element: make('div', { class: 'rf-side' }, make('div', {}, ...runHead(run, view), ' ', at), body),
        show,
      };
    });
    const showAll = (step: number | undefined) => {
      for (const { show } of cells) show(step);
    };
    const grid = make('div', { class: 'rf-sides' }, ...cells.map(({ element }) => element));
    const title = make('h3', {}, make('bdi', {}, name));
    if (byRun.length < count) title.append(make('span', { class: 'muted' }, ` in ${byRun.length} of ${count} runs`));
    if (steps.length < 2) {
      showAll(undefined);
      return make('div', {}, title, grid);
    }
    const slider = stepSlider({ label: name, steps, show: (place) => showAll(steps[place]) });
    return make('div', {}, title, slider, grid);
  });
  if (isWhole || all.length <= firstNames) return rows;
  const place = make('div', { class: 'rf-rest' }, `The first ${firstNames} of ${all.length} names. `);
  place.append(
    makeButton(`Show all ${all.length}`, () => {
      view.opened.add('artifacts:all');
      place.replaceWith(...shownList(all, count, view).slice(firstNames));
    }),
  );
  return [...rows, place];
}

/** Files that are no images: names against runs, with what can be told of their content. */
function fileTable(loaded: Loaded, view: SectionView): HTMLElement | undefined {
  const names = new Set(
    loaded.flatMap(({ parts }) => (parts?.artifacts ?? []).filter(({ isImage }) => !isImage).map(({ name }) => name)),
  );
  if (names.size === 0) return undefined;
  const rows = [...names].slice(0, 200).map((name) => {
    const files = loaded.map(({ parts }) => parts?.artifacts.findLast((own) => own.name === name && !own.isImage));
    const hashes = new Set(files.map((file) => file?.sha256));
    const isSame = loaded.length > 1 && hashes.size === 1 && !hashes.has(undefined);
    const cells = files.map((file) => make('td', {}, ...fileCell(file, view.base)));
    const head = make('th', { scope: 'row' }, make('bdi', {}, name));
    if (isSame) head.append(make('span', { class: 'sub' }, 'same content'));
    return make('tr', {}, head, ...cells);
  });
  const table = make(
    'table',
    { class: 'sticky-first rf-texts' },
    make('caption', { class: 'hidden-text' }, 'Files of the runs'),
    make(
      'thead',
      {},
      make(
        'tr',
        {},
        make('td', { class: 'rf-corner' }),
        ...loaded.map(({ run }) => make('th', { scope: 'col' }, ...runHead(run, view))),
      ),
    ),
    make('tbody', {}, ...rows),
  );
  const box = make(
    'div',
    { class: 'table-box rf-scroll', tabindex: '0', role: 'region', 'aria-label': 'Files of the runs' },
    table,
  );
  const rest = names.size - rows.length;
  const note = rest > 0 ? [make('p', { class: 'table-note' }, `${rest} more names on the pages of the runs.`)] : [];
  return make('div', {}, make('h3', {}, 'Files'), box, ...note);
}

function fileCell(file: PartArtifact | undefined, base: string): Node[] {
  if (file === undefined) return [make('span', { class: 'muted' }, '–')];
  const { url, sizeBytes } = file;
  const size = sizeBytes === undefined ? 'file' : formatBytes(sizeBytes);
  if (url === undefined) return [make('span', { class: 'muted' }, `${size}, not here`)];
  const isOutside = /^https?:\/\//.test(url);
  return [make('a', { href: isOutside ? url : base + url, rel: isOutside ? 'noopener noreferrer' : undefined }, size)];
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 'B';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(value < 10 ? 1 : 0)} ${unit}`;
}
