import type { PayloadRun } from '../payload/experiment-runs.ts';
import type { SiteIndexPayload } from '../payload/site-index.ts';
import type { FilterFault } from '../query/filter.ts';
import { type Query, readQuery, readWords } from '../query/read-query.ts';
import { speaksOfArchived } from '../query/speaks-of-archived.ts';
import type { LoadedExperiment } from './compare-data.ts';
import type { CompareState } from './compare-state.ts';
import { pageClock } from './run-status.ts';
import { RunIndex } from './run-table-index.ts';
import { matchingPlaces } from './run-table-rows.ts';

type Rules = Pick<CompareState, 'where' | 'experiments' | 'views'>;

/** What the rules of an address bring. */
export interface ChosenByRules {
  /** By view, then by experiment, each in the order of its table; each once. */
  runs: PayloadRun[];
  fault: FilterFault | undefined;
  archivedLeftOut: number;
  /** Views that no experiment keeps, and what of a view means nothing. */
  unknown: string[];
}

/**
 * Tells which experiments have to be loaded whole: those named, all for a filter without any (archived ones only where the filter
 * speaks of archived runs), and those of the views.
 */
export function experimentsOfRules(
  { where, experiments, views }: Rules,
  index: SiteIndexPayload,
): { whole: Set<string>; unknown: string[] } {
  const whole = new Set<string>();
  const unknown: string[] = [];
  for (const wanted of experiments) {
    const found = index.experiments.filter(({ id }) => isWithin(id, wanted));
    for (const { id } of found) whole.add(id);
    if (found.length === 0) unknown.push(`e=${wanted}`);
  }
  if (where !== '' && experiments.length === 0) {
    const query = readQuery(where);
    const isArchivedAsked = query.kind === 'filter' && speaksOfArchived(query.filter.root);
    for (const { id, archived } of index.experiments) if (!archived || isArchivedAsked) whole.add(id);
  }
  for (const view of views) {
    const experiment = experimentOfView(
      view,
      index.experiments.map(({ id }) => id),
    );
    if (experiment === undefined) unknown.push(`view=${view}`);
    else whole.add(experiment);
  }
  return { whole, unknown };
}

/** True for an experiment that is meant by its id or by a folder above it. */
function isWithin(experiment: string, wanted: string): boolean {
  const folder = wanted.replace(/\/+$/, '');
  return experiment === folder || experiment.startsWith(`${folder}/`);
}

/** The experiment of `EXPERIMENT:NAME`; the longest id that fits. */
function experimentOfView(view: string, experiments: Iterable<string>): string | undefined {
  return [...experiments].filter((id) => view.startsWith(`${id}:`)).sort((a, b) => b.length - a.length)[0];
}

/** Chooses the runs that pass the filter, and those that the views show. */
export async function chooseByRules(
  state: Rules,
  loaded: ReadonlyMap<string, LoadedExperiment>,
  clock: { nowMs: number; crashedAfterMs: number } = pageClock(),
): Promise<ChosenByRules> {
  const chosen: ChosenByRules = { runs: [], fault: undefined, archivedLeftOut: 0, unknown: [] };
  const seen = new Set<string>();
  const take = (runs: readonly PayloadRun[]) => {
    for (const run of runs) {
      if (seen.has(run.id)) continue;
      seen.add(run.id);
      chosen.runs.push(run);
    }
  };
  const indexes = new Map<string, RunIndex>();
  for (const [id, { payload, runs }] of loaded) indexes.set(id, new RunIndex(payload, runs, clock));
  const patterns = async (query: Query) =>
    query.kind === 'filter' && query.filter.hasPattern
      ? { compilePattern: (await import('../format/safe-pattern.ts')).compilePattern }
      : {};

  for (const view of state.views) {
    const experiment = experimentOfView(view, loaded.keys());
    const own = experiment === undefined ? undefined : loaded.get(experiment);
    const index = experiment === undefined ? undefined : indexes.get(experiment);
    if (experiment === undefined || own === undefined || index === undefined) continue; // told already, or did not come
    const saved = own.payload.views?.find(({ name }) => name === view.slice(experiment.length + 1));
    if (saved === undefined) {
      chosen.unknown.push(`view=${view}`);
      continue;
    }
    const given = new URLSearchParams(saved.query);
    const picked = given.getAll('sel').map((text) => (text.includes('/') ? text : `${experiment}/${text}`));
    if (picked.length > 0) {
      take(picked.flatMap((id) => own.runs.find((run) => run.id === id) ?? []));
      continue;
    }
    const query = readQuery(given.get('where') ?? '', { names: index.names });
    const { places, fault } = matchingPlaces(
      index,
      {
        query,
        words: readWords(given.get('q') ?? ''),
        statuses: new Set(given.getAll('status')),
        tags: new Set(given.getAll('tag')),
      },
      { nowMs: clock.nowMs, isArchived: own.payload.archived, ...(await patterns(query)) },
    );
    if (fault === undefined) take(places.flatMap((place) => index.runs[place] ?? []));
    else chosen.unknown.push(`view=${view} (${fault.message})`);
  }

  const isFiltered = state.where !== '' || state.experiments.length > 0;
  if (!isFiltered) return chosen;
  const looked = [...indexes].filter(
    ([id]) => state.experiments.length === 0 || state.experiments.some((wanted) => isWithin(id, wanted)),
  );
  // A name stands for the same in all experiments: what any run of theirs has.
  const names = {
    metrics: new Set(looked.flatMap(([, index]) => [...index.names.metrics])),
    params: new Set(looked.flatMap(([, index]) => [...index.names.params])),
  };
  const query = readQuery(state.where, looked.length === 0 ? {} : { names });
  const isArchivedAsked = query.kind === 'filter' && speaksOfArchived(query.filter.root);
  const compiled = await patterns(query);
  for (const [id, index] of looked) {
    const { places, fault } = matchingPlaces(
      index,
      { query, words: [], statuses: new Set(), tags: new Set() },
      { nowMs: clock.nowMs, isArchived: true, ...compiled },
    );
    if (fault !== undefined) {
      chosen.fault = fault;
      break;
    }
    const showsArchived = isArchivedAsked || loaded.get(id)?.payload.archived === true;
    const passing = places.flatMap((place) => index.runs[place] ?? []);
    const kept = showsArchived ? passing : passing.filter(({ archived }) => !archived);
    chosen.archivedLeftOut += passing.length - kept.length;
    take(kept);
  }
  return chosen;
}
