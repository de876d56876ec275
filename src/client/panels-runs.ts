import type { PanelRun } from '../charts/panels/panel-data.ts';
import { decodeExperimentRuns, decodeMoreRuns, type PayloadRun } from '../payload/experiment-runs.ts';
import { siteBase } from './element.ts';
import { fetchText } from './fetch-text.ts';

const loads = new Map<string, Promise<PanelRun[]>>();

/**
 * Loads the runs of an experiment as panels see them, once for all panels of the page; archived ones are left out unless the
 * experiment is archived as a whole. Rejects with a `FetchFault`, or an `Error` where the text is no such file.
 */
export function loadPanelRuns(url: string): Promise<PanelRun[]> {
  const known = loads.get(url);
  if (known !== undefined) return known;
  const runs = load(url);
  loads.set(url, runs);
  runs.catch(() => loads.delete(url));
  return runs;
}

async function load(url: string): Promise<PanelRun[]> {
  const payload = decodeExperimentRuns(await fetchText(url));
  const more = await Promise.all(
    payload.moreUrls.map(async (path) => decodeMoreRuns(await fetchText(siteBase() + path))),
  );
  return [...payload.runs, ...more.flat()].filter(({ archived }) => payload.archived || !archived).map(toPanelRun);
}

/** The same as the build makes of a run: failed, killed, diverged and archived ones do not rank. */
export function toPanelRun({ id, name, state, diverged, archived, params, metrics }: PayloadRun): PanelRun {
  const isRanked = !archived && state !== 'failed' && state !== 'killed' && diverged === undefined;
  return { id, name, isRanked, params, metrics };
}
