import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

/** Addresses that a text written by a job may link to. */
const safeAddress = /^(https?:\/\/|mailto:)/i;

const renderer = new MarkdownIt({ html: false, linkify: true, typographer: false });
renderer.renderer.rules.table_open = () =>
  '<div class="table-box" tabindex="0" role="region" aria-label="Table"><table>';
renderer.renderer.rules.table_close = () => '</table></div>';
renderer.validateLink = (address) => safeAddress.test(address.trim());

/**
 * Renders Markdown that somebody wrote into a log or a settings file as HTML that is safe to place in a page.
 *
 * Raw HTML in it shows as text. Links lead only to http, https and mailto; a picture becomes a link to it, since a page
 * asks no other origin for anything. Headings start at `headingLevel`, so that the page keeps one order of headings.
 */
export function renderMarkdown(text: string, { headingLevel = 3 }: { headingLevel?: number } = {}): string {
  const html = renderer.render(text.toWellFormed());
  const levels = headingLevels(html, headingLevel);
  return sanitizeHtml(html, {
    allowedTags: [
      ...['p', 'br', 'hr', 'em', 'strong', 's', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a'],
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'div'],
    ],
    allowedAttributes: {
      a: ['href', 'rel', 'title'],
      ol: ['start'],
      div: ['class', 'tabindex', 'role', 'aria-label'],
    },
    allowedSchemes: ['http', 'https', 'mailto'],
    allowProtocolRelative: false,
    transformTags: {
      ...Object.fromEntries([...levels].map(([level, shown]) => [`h${level}`, `h${shown}`] as const)),
      a: (_tag, attributes) => ({ tagName: 'a', attribs: { ...attributes, rel: 'noopener noreferrer' } }),
      img: (_tag, { src = '', alt = '' }): sanitizeHtml.Tag => {
        const text = alt || src || 'picture';
        if (!safeAddress.test(src)) return { tagName: 'em', attribs: {}, text };
        return { tagName: 'a', attribs: { href: src, rel: 'noopener noreferrer' }, text };
      },
    },
  });
}

/** The level that each heading level of a text is shown at: the highest in use starts at `first`, none is skipped. */
function headingLevels(html: string, first: number): Map<number, number> {
  const used = new Set([...html.matchAll(/<h([1-6])>/g)].map(([, level]) => Number(level)));
  return new Map([...used].sort().map((level, place) => [level, Math.min(6, first + place)]));
}

/** Gives the address when it may be linked to (http, https, mailto), else undefined: then it is shown as text. */
export function maybeSafeLink(address: string | undefined): string | undefined {
  const trimmed = address?.trim();
  return trimmed !== undefined && safeAddress.test(trimmed) && URL.canParse(trimmed) ? trimmed : undefined;
}

/** Gives the first paragraph of a Markdown text without its marks, for a line in a table. */
export function firstLine(text: string | undefined, limit = 160): string | undefined {
  const paragraph = text
    ?.split(/\n\s*\n/)
    .map((part) => part.replace(/^#+\s.*$/gm, '').trim())
    .find((part) => part !== '');
  if (paragraph === undefined) return undefined;
  const plain = paragraph
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`>#]+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  if (plain.length <= limit) return plain;
  const cut = plain.slice(0, limit - 1);
  const lastSpace = cut.lastIndexOf(' ');
  return `${(lastSpace > limit / 2 ? cut.slice(0, lastSpace) : cut).replace(/[\s.,;:]+$/, '')}…`;
}

/** Leaves out a heading that opens a text: the page has one of its own. */
export function withoutTitle(text: string): string {
  return text.replace(/^\s*#{1,6}[ \t][^\n]*(\n|$)/, '').replace(/^\s*[^\n#>\-*|`][^\n]*\n=+[ \t]*(\n|$)/, '');
}
