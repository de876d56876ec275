import type { ViewQuery } from '../../format/view-settings.ts';
import type { Experiment } from '../../store/experiment.ts';

/** A saved view as a link. */
export interface SavedView {
  name: string;
  /** `?sort=-val%2Facc`; empty for the dashboard as it is. */
  query: string;
  note: string | undefined;
}

/** The views that `experiment.yaml` keeps, in its order. */
export function savedViews(experiment: Experiment): SavedView[] {
  return (experiment.settings.views ?? []).map(({ name, query, note }) => ({ name, query: queryText(query), note }));
}

/** Writes a view's query as an address has it; keys keep their order. */
export function queryText(query: ViewQuery): string {
  const params = new URLSearchParams();
  if (typeof query === 'string') for (const [key, value] of new URLSearchParams(query)) params.append(key, value);
  else {
    for (const [key, value] of Object.entries(query))
      for (const one of Array.isArray(value) ? value : [value]) params.append(key, String(one).toWellFormed());
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}
