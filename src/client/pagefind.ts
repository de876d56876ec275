import { FetchFault } from './fetch-text.ts';

/** What we use of Pagefind's browser module (https://pagefind.app/docs/api/). */
interface PagefindModule {
  options: (options: { baseUrl: string; excerptLength?: number }) => Promise<void>;
  init: () => Promise<void>;
  filters: () => Promise<FilterCounts>;
  search: (
    words: string | null,
    options: { filters?: Record<string, unknown>; sort?: Record<string, 'asc' | 'desc'> },
  ) => Promise<{ results: { data: () => Promise<PagefindRecord> }[]; filters?: FilterCounts }>;
}

/** Filter name → value → how many hits have it. */
export type FilterCounts = Record<string, Record<string, number>>;

interface PagefindRecord {
  url: string;
  raw_url?: string;
  excerpt: string;
  meta: Record<string, string>;
}

/** One hit, ready to show; every text is plain text. */
export interface SearchHit {
  /** Address with the base path. */
  url: string;
  title: string;
  kind: string;
  experiment: string | undefined;
  status: string | undefined;
  value: string | undefined;
  /** Stretches of the excerpt; those that match are marked. */
  excerpt: { text: string; isMarked: boolean }[];
}

/** What was found. Hits are loaded as they are asked for. */
export interface SearchAnswer {
  count: number;
  filters: FilterCounts;
  load: (from: number, to: number) => Promise<SearchHit[]>;
}

let module: Promise<PagefindModule> | undefined;

/** Loads Pagefind and its index on first use. Rejects with a `FetchFault` when they are not there; the next call tries anew. */
function loadPagefind(bundle: string): Promise<PagefindModule> {
  module ??= (async () => {
    try {
      const address = new URL(`${bundle}pagefind.js`, location.href).href;
      const loaded = (await import(/* @vite-ignore */ address)) as PagefindModule;
      await loaded.options({ baseUrl: '/' });
      await loaded.init();
      return loaded;
    } catch (cause) {
      throw new FetchFault('Search index not found; rebuild with runfolio build', { cause });
    }
  })();
  module.catch(() => {
    module = undefined;
  });
  return module;
}

/** Searches. Empty words give everything. `filters` names the values wanted; of one filter any, of several all. */
export async function searchSite(
  words: string,
  options: {
    bundle: string;
    base: string;
    filters?: ReadonlyMap<string, readonly string[]>;
    isNewestFirst?: boolean;
    /** Whether the answer has counts by filter; they cost a few more files. */
    isCounted?: boolean;
  },
): Promise<SearchAnswer> {
  const pagefind = await loadPagefind(options.bundle);
  const filters = Object.fromEntries(
    [...(options.filters ?? [])]
      .filter(([, values]) => values.length > 0)
      .map(([name, values]) => [name, { any: values }]),
  );
  if (options.isCounted) await pagefind.filters();
  const found = await pagefind.search(words === '' ? null : words, {
    filters,
    ...(options.isNewestFirst && { sort: { date: 'desc' } }),
  });
  return {
    count: found.results.length,
    filters: found.filters ?? {},
    load: async (from, to) => {
      const records = await Promise.all(found.results.slice(from, to).map((result) => result.data()));
      return records.map((record) => toHit(record, options.base));
    },
  };
}

function toHit(record: PagefindRecord, base: string): SearchHit {
  const path = (record.raw_url ?? record.url).replace(/^\/+/, '');
  const { title, kind, experiment, status, value } = record.meta;
  return {
    url: base + path,
    title: title ?? path,
    kind: kind ?? 'Page',
    experiment,
    status,
    value,
    excerpt: splitMarks(record.excerpt),
  };
}

/** Takes an excerpt apart at Pagefind's own marks. Whatever else looks like HTML stays text. */
export function splitMarks(excerpt: string): { text: string; isMarked: boolean }[] {
  const pieces: { text: string; isMarked: boolean }[] = [];
  let isMarked = false;
  for (const piece of excerpt.split(/(<\/?mark>)/)) {
    if (piece === '<mark>' || piece === '</mark>') isMarked = piece === '<mark>';
    else if (piece !== '') pieces.push({ text: piece.replaceAll('&lt;', '<').replaceAll('&gt;', '>'), isMarked });
  }
  return pieces;
}
