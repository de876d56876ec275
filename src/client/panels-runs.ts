import type { PanelRun } from '../charts/panels/panel-data.ts';
import { decodeExperimentRuns, decodeMoreRuns, type PayloadRun } from '../payload/experiment-runs.ts';
import { decodeRunSet } from '../payload/run-set.ts';
import { siteBase } from './element.ts';
import { fetchText } from './fetch-text.ts';

/** A run as panels see it, and whether a panel without a filter draws it. */
interface ListedRun {
  run: PanelRun;
  isShown: boolean;
}

const loads = new Map<string, Promise<ListedRun[]>>();

/**
 * Loads the runs of an experiment as panels see them, once for all panels of the page: those of `runSet` where the panel has a
 * filter, else all but archived ones, which are there where the experiment is archived as a whole. Rejects with a `FetchFault`,
 * or an `Error` where the text is no such file.
 */
export async function loadPanelRuns(url: string, runSet?: string): Promise<PanelRun[]> {
  const listed = await loadListed(url);
  const isChosen = runSet === undefined ? undefined : decodeRunSet(runSet);
  return listed.filter(({ isShown }, place) => isChosen?.(place) ?? isShown).map(({ run }) => run);
}

function loadListed(url: string): Promise<ListedRun[]> {
  const known = loads.get(url);
  if (known !== undefined) return known;
  const runs = load(url);
  loads.set(url, runs);
  runs.catch(() => loads.delete(url));
  return runs;
}

async function load(url: string): Promise<ListedRun[]> {
  const payload = decodeExperimentRuns(await fetchText(url));
  const more = await Promise.all(
    payload.moreUrls.map(async (path) => decodeMoreRuns(await fetchText(siteBase() + path))),
  );
  return [...payload.runs, ...more.flat()].map((run) => ({
    run: toPanelRun(run),
    isShown: payload.archived || !run.archived,
  }));
}

/** The same as the build makes of a run: failed, killed, diverged and archived ones do not rank. */
export function toPanelRun({ id, name, state, diverged, archived, params, metrics }: PayloadRun): PanelRun {
  const isRanked = !archived && state !== 'failed' && state !== 'killed' && diverged === undefined;
  return { id, name, isRanked, params, metrics };
}
