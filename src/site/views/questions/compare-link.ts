import { printName } from '../../../query/resolve-names.ts';
import type { RunEntry } from '../../../store/run-entry.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import type { SiteUrls } from '../../urls.ts';

/** Runs up to this many are named one by one where there is no filter to name them by. */
const namedRuns = 30;

/**
 * The compare page with the runs of a view: by the view's own filter within its experiments, else by their names, and where these
 * are many by their experiments.
 */
export function viewCompareLink({ settings, runs }: ViewPage, urls: Pick<SiteUrls, 'compare'>): string {
  const experiments = [...new Set(runs.map(({ run }) => run.experiment))];
  if (settings.where === undefined && runs.length <= namedRuns) return urls.compare(runs.map(({ run }) => run.id));
  const where = settings.where ?? `experiment in [${experiments.map(quoted).join(', ')}]`;
  const scope = settings.where === undefined || settings.experiments === undefined ? [] : experiments;
  const query = new URLSearchParams([...scope.map((id) => ['e', id]), ['where', where]]);
  return `${urls.compare()}?${query.toString()}`;
}

/** The compare page with these runs, 40 at most. */
export function runsCompareLink(runs: readonly RunEntry[], urls: Pick<SiteUrls, 'compare'>): string {
  return urls.compare(runs.slice(0, 40).map(({ run }) => run.id));
}

function quoted(id: string): string {
  return printName(id) === id ? id : JSON.stringify(id);
}
