import { asRecord } from './series-payload.ts';

/** What the compare page loads first: which experiments there are, their runs, and where their summaries lie. */
export interface SiteIndexPayload {
  experiments: {
    id: string;
    title: string;
    archived: boolean;
    /** Address of the experiment's `experiment-runs` payload, without the base path. */
    runsUrl: string;
    /** Full ids, `experiment/run`. */
    runIds: string[];
  }[];
}

/** Encodes the index as strict JSON. Run ids are written without their experiment. */
export function encodeSiteIndex(index: SiteIndexPayload): string {
  const experiments = index.experiments.map(({ id, title, archived, runsUrl, runIds }) => ({
    id,
    title,
    archived,
    url: runsUrl,
    runs: runIds.map((runId) => (runId.startsWith(`${id}/`) ? runId.slice(id.length + 1) : [runId])),
  }));
  return JSON.stringify({ kind: 'site-index', experiments });
}

/** Reads what `encodeSiteIndex` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeSiteIndex(text: string): SiteIndexPayload {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'site-index') throw new Error('This file does not hold the index of the site.');
  const experiments = (Array.isArray(payload.experiments) ? payload.experiments : []).map((item) => {
    const record = asRecord(item);
    const id = String(record.id);
    const runs = Array.isArray(record.runs) ? record.runs : [];
    return {
      id,
      title: String(record.title),
      archived: record.archived === true,
      runsUrl: String(record.url),
      runIds: runs.map((run) => (Array.isArray(run) ? String(run[0]) : `${id}/${String(run)}`)),
    };
  });
  return { experiments };
}
