import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { readToolVersion } from './package-facts.ts';
import { createSession, type Session } from './session.ts';
import type { SiteData } from './site-data.ts';

/** Opens a session for `astro dev`: pages are drawn from the logs themselves and nothing is published. */
export async function openSession(root: string): Promise<Session> {
  const store = await openStore(root);
  return createSession(store, {
    base: store.settings.base,
    site: store.settings.site,
    toolVersion: readToolVersion(),
    commit: undefined,
    data: liveData(store),
  });
}

/** Reads series straight from the logs, with no file for script to load. */
export function liveData(store: Store): SiteData {
  return {
    indexUrl: undefined,
    runUrl: () => undefined,
    metricUrl: () => undefined,
    runsUrl: () => undefined,
    runFault: () => undefined,
    readRun: (runId) => store.readSeries(runId),
    readMetric: async (experimentId, metric) => {
      const lines = new Map();
      for (const runId of store.experiments.get(experimentId)?.runIds ?? []) {
        const series = (await store.readSeries(runId)).metrics.get(metric);
        if (series !== undefined) lines.set(runId, series);
      }
      return lines;
    },
  };
}
