/**
 * Builds every address of the site. Each function gives a path that starts with the base, ends as the server wants it,
 * and has each part percent-encoded, so that ids with `,`, `+`, `=` or anything else survive the round trip.
 */
export interface SiteUrls {
  /** `/`, `/team/ml/`: starts and ends with a slash. */
  base: string;
  home(page?: number): string;
  experiment(id: string, page?: number): string;
  /** A file that belongs to an experiment's page, such as `runs.csv`; `_` keeps it apart from experiments below. */
  experimentFile(id: string, name: string): string;
  run(id: string): string;
  /** The page that shows the raw log of a run, at a line of one of its files (from 0) where one is given. */
  rawLog(id: string, place?: { file: number; line: number }): string;
  tag(tag: string): string;
  tags(): string;
  leaderboard(metric?: string): string;
  /** The list of views, or one of them. */
  views(name?: string): string;
  activity(): string;
  diagnostics(): string;
  /** The guide, or one page of it; `diagnostics` is the catalogue of codes. */
  docs(page?: string): string;
  diagnosticCode(code: string): string;
  about(): string;
  format(): string;
  search(): string;
  /** The compare page with these runs chosen, in this order. */
  compare(runIds?: readonly string[]): string;
  /** A published copy of a file, by its path from the root. */
  raw(file: string): string;
  /** A file of the site by its plain path, for assets that have no function of their own. */
  asset(path: string): string;
}

/** Percent-encodes one part of a path or a query value; a lone surrogate, which no address can carry, becomes U+FFFD. */
export function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

/** Percent-encodes a path, part by part, keeping its slashes. */
export function encodePath(path: string): string {
  return path.split('/').map(encodePart).join('/');
}

/**
 * Gives a base path as Astro and the links want it: one slash at either end. `./` and an empty text stand for the root.
 *
 * @throws for an address with a scheme or a query, which is no path.
 */
export function normaliseBase(base: string | undefined): string {
  const text = base ?? '/';
  if (/^[a-z][a-z0-9+.-]*:/i.test(text) || /[?#\s"'<>\\]/.test(text)) {
    throw new Error(`The base must be a path such as /team/ml/, found "${text}".`);
  }
  const parts = text.split('/').filter((part) => part !== '' && part !== '.');
  return parts.length === 0 ? '/' : `/${parts.join('/')}/`;
}

/** Gives the address builder for one base path. */
export function createUrls(baseInput: string | undefined): SiteUrls {
  const base = normaliseBase(baseInput);
  const folder = (...parts: string[]) => `${base}${parts.map(encodePath).join('/')}/`;
  return {
    base,
    home: (page = 1) => (page === 1 ? base : folder('page', String(page))),
    experiment: (id, page = 1) => (page === 1 ? folder('e', id) : folder('e', id, '_page', String(page))),
    experimentFile: (id, name) => `${base}e/${encodePath(id)}/_${encodePart(name)}`,
    run: (id) => folder('r', id),
    rawLog: (id, place) => `${folder('log', id)}${place === undefined ? '' : `#${lineAnchor(place)}`}`,
    tag: (tag) => folder('tags', slug(tag)),
    tags: () => folder('tags'),
    leaderboard: (metric) => (metric === undefined ? folder('leaderboard') : folder('leaderboard', slug(metric))),
    views: (name) => (name === undefined ? folder('views') : folder('views', name)),
    activity: () => folder('activity'),
    diagnostics: () => folder('diagnostics'),
    docs: (page) => (page === undefined ? folder('docs') : folder('docs', page)),
    diagnosticCode: (code) => folder('docs', 'diagnostics', code),
    about: () => folder('about'),
    format: () => folder('about', 'format'),
    search: () => folder('search'),
    compare: (runIds = []) => {
      const query = runIds.map((id) => `run=${encodePath(id)}`).join('&');
      return `${folder('compare')}${query === '' ? '' : `?${query}`}`;
    },
    raw: (file) => `${base}raw/${encodePath(publishedRawPath(file))}`,
    asset: (path) => `${base}${encodePath(path)}`,
  };
}

/** Id of a line on the page of a raw log: `L128`, in the second file `F2L128`. */
export function lineAnchor({ file, line }: { file: number; line: number }): string {
  return `${file === 0 ? '' : `F${file + 1}`}L${line}`;
}

/** File endings that a browser could run or style a page with; their copies are published as plain text. */
const activeEnding = /\.(x?html?|shtml?|xml|xsl|xslt|svgz?|js|mjs|cjs|css|wasm|swf|mht|mhtml|htc|php|phtml)$/i;

/** Where a file of the experiments folder is published below `raw/`: active documents get `.txt` added. */
export function publishedRawPath(file: string): string {
  return activeEnding.test(file) ? `${file}.txt` : file;
}

/**
 * Turns any text into one address part: kebab-case ASCII, and six hex digits of its hash where that changed the text,
 * so that two texts never share a slug.
 *
 * @example slug('val/acc') // "val-acc-4f2a91"
 */
export function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  if (plain === text && plain !== '') return plain;
  return `${plain === '' ? 'x' : plain}-${hash24(text)}`;
}

/** FNV-1a over the UTF-8 bytes, folded to 24 bits, as six hex digits. */
function hash24(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return (((hash >>> 24) ^ hash) & 0xffffff).toString(16).padStart(6, '0');
}
