import MarkdownIt from 'markdown-it';
import type { SiteUrls } from './urls.ts';

/** One page of the user's guide. */
export interface Guide {
  slug: string;
  title: string;
  /** Markdown without the title. */
  text: string;
}

const sources = import.meta.glob<string>('../content/docs/*.md', { query: '?raw', import: 'default', eager: true });
const renderer = new MarkdownIt({ html: false });
renderer.renderer.rules.fence = (tokens, index) => {
  const code = renderer.utils.escapeHtml(tokens[index]?.content.trimEnd() ?? '');
  const number = tokens.slice(0, index + 1).filter(({ type }) => type === 'fence').length; // landmarks need unlike names
  return `<pre tabindex="0" role="region" aria-label="Example ${number}"><code>${code}</code></pre>\n`;
};

/** The guide's pages, in the order in which a newcomer reads them. */
export function listGuides(): Guide[] {
  const order = [
    'starting',
    'python-logger',
    'shell',
    'checking-logs',
    'run-table',
    'derived-metrics',
    'line-charts',
    'panels',
    'saved-views',
    'compare',
    'statistics',
    'terminal',
    'views',
    'walk-through',
    'editors',
    'cluster',
    'format-promise',
  ];
  const place = (slug: string): number => (order.includes(slug) ? order.indexOf(slug) : order.length);
  return Object.entries(sources)
    .map(([path, source]) => readGuide(/([^/]+)\.md$/.exec(path)?.[1] ?? path, source))
    .sort((a, b) => place(a.slug) - place(b.slug) || (a.slug < b.slug ? -1 : 1));
}

/** Takes a guide's title off its first line. */
export function readGuide(slug: string, source: string): Guide {
  const [first = '', ...rest] = source.split('\n');
  return { slug, title: first.replace(/^#\s*/, ''), text: rest.join('\n').trim() };
}

/** Renders a guide's text. Addresses that begin with `site:` lead below the site's base. The text is our own. */
export function renderGuide({ text }: Guide, { base }: Pick<SiteUrls, 'base'>): string {
  return renderer.render(text).replace(/href="site:([^"]*)"/g, (_match, path: string) => `href="${base}${path}"`);
}
