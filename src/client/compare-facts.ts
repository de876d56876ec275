import { decodeRunFacts, type RunFacts } from '../payload/run-facts.ts';
import { decodeRunParts, type RunParts } from '../payload/run-parts.ts';
import type { CompareData } from './compare-data.ts';
import type { TableView } from './compare-tables.ts';
import { make } from './element.ts';
import { FetchFault, fetchText } from './fetch-text.ts';

/** What the sections of the compare page need. */
export interface SectionView extends TableView {
  data: CompareData;
  /** What was chosen within sections, by key; kept while the page is drawn anew. */
  choices: Map<string, string>;
}

/** Facts of the runs on show, by id, out of one file an experiment. Rejects with a `FetchFault` where one does not come. */
export async function loadFacts({ factsUrls }: CompareData): Promise<Map<string, RunFacts>> {
  const files = await Promise.all(
    [...factsUrls.values()].map(async (url) => decode(await fetchText(url), decodeRunFacts)),
  );
  return new Map(files.flatMap((file) => [...file]));
}

/** What a run printed, made and logged; undefined where it did nothing of it. Rejects with a `FetchFault`. */
export async function loadParts(facts: RunFacts | undefined, base: string): Promise<RunParts | undefined> {
  if (facts?.partsUrl === undefined) return undefined;
  return decode(await fetchText(base + facts.partsUrl), decodeRunParts);
}

function decode<T>(text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (cause) {
    throw new FetchFault('not a data file', { cause });
  }
}

/** The baseline and the run that is held against it in sections for two. Undefined where there is no second run. */
export interface Pair {
  a: TableView['runs'][number];
  b: TableView['runs'][number];
}

/** The two runs that a section shows. */
export function pairOf({ runs, baselineId, choices }: SectionView): Pair | undefined {
  const a = runs.find(({ id }) => id === baselineId) ?? runs[0];
  const others = runs.filter((run) => run !== a);
  const b = others.find(({ id }) => id === choices.get('other')) ?? others[0];
  return a === undefined || b === undefined ? undefined : { a, b };
}

/** A choice of the run that is held against the baseline; `onChoose` draws anew. */
export function pairField(view: SectionView, { a, b }: Pair, onChoose: () => void): HTMLElement {
  const name = (run: Pair['a']) => (view.isMixed ? run.id : run.name);
  const options = view.runs.filter((run) => run !== a).map((run) => make('option', { value: run.id }, name(run)));
  const select = make('select', {}, ...options);
  select.value = b.id;
  select.addEventListener('change', () => {
    view.choices.set('other', select.value);
    onChoose();
  });
  return make(
    'div',
    { class: 'rf-pair' },
    make('span', {}, 'Baseline ', make('strong', {}, make('bdi', {}, name(a))), ' against'),
    make(
      'label',
      { class: 'rf-field' },
      make('span', { class: 'hidden-text' }, 'Run held against the baseline'),
      select,
    ),
  );
}
