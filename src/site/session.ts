import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { crashedAfterMs } from '../store/crashed-after.ts';
import type { Store } from '../store/store.ts';
import type { SiteData } from './site-data.ts';
import { createUrls, type SiteUrls } from './urls.ts';
import { indexByFile } from './views/problems.ts';

/**
 * What every page of one build reads. It lives on `globalThis`, since Astro bundles the pages and so gives them another
 * copy of every module than the one that started the build.
 */
export interface Session {
  store: Store;
  urls: SiteUrls;
  /** Address of the site without its base, such as `https://example.org`; undefined when none is configured. */
  site: string | undefined;
  title: string;
  noindex: boolean;
  /** How long a run without an end may be silent before it counts as crashed. */
  crashedAfterMs: number;
  toolVersion: string;
  /** The commit that the repository stands at, or undefined outside of git. */
  commit: string | undefined;
  diagnosticsByFile: ReadonlyMap<string, Diagnostic[]>;
  data: SiteData;
}

const key = Symbol.for('runfolio.session');
type Holder = { [key]?: Promise<Session> | undefined };

/** Puts the session of a build in place; undefined takes it away. */
export function setSession(session: Session | undefined): void {
  (globalThis as Holder)[key] = session === undefined ? undefined : Promise.resolve(session);
}

/**
 * Gives the session of the build that runs. Under `astro dev` there is none: then one is opened from `RUNFOLIO_ROOT`,
 * else from the working directory, and kept.
 */
export function currentSession(): Promise<Session> {
  const holder = globalThis as Holder;
  holder[key] ??= import('./open-session.ts').then(({ openSession }) =>
    openSession(process.env.RUNFOLIO_ROOT ?? process.cwd()),
  );
  return holder[key];
}

/** Builds a session over an open store. */
export function createSession(
  store: Store,
  {
    base,
    site,
    toolVersion,
    commit,
    data,
  }: {
    base: string | undefined;
    site: string | undefined;
    toolVersion: string;
    commit: string | undefined;
    data: SiteData;
  },
): Session {
  return {
    store,
    urls: createUrls(base),
    site,
    title: store.settings.title ?? 'Runfolio',
    noindex: store.settings.noindex ?? true,
    crashedAfterMs: crashedAfterMs(store),
    toolVersion,
    commit,
    diagnosticsByFile: indexByFile(store.diagnostics),
    data,
  };
}
