import { escapeText } from '../charts/serialise-svg.ts';
import type { RawExcerpt } from './raw-excerpt.ts';
import { lineAnchor } from './urls.ts';
import { formatCount } from './views/number-text.ts';

/**
 * Writes the lines of a raw log as the items of a list, and a sentence where lines are left out. By hand, against the habit of this
 * code: a page has 250 lines, and as components they took 11 ms a page, as long as all else of a run's pages. Everything that is
 * not a number of our own is escaped.
 */
export function rawLinesHtml(
  { lines, firstLine, lineCount }: Pick<RawExcerpt, 'lines' | 'firstLine' | 'lineCount'>,
  { file, address }: { file: number; address: string },
): string {
  const link = escapeText(address);
  const gap = (from: number, to: number): string => {
    const words = from === to ? `Line ${formatCount(from)} is` : `Lines ${formatCount(from)} to ${formatCount(to)} are`;
    return `<li class="raw-gap" data-from="${from}" data-to="${to}"><span>${words} in <a href="${link}">the file</a>.</span></li>`;
  };
  const html: string[] = [];
  let next = firstLine;
  for (const { number, text, cut } of lines) {
    if (number > next) html.push(gap(next, number - 1));
    const anchor = lineAnchor({ file, line: number });
    const rest = cut > 0 ? `<span class="raw-cut"> … ${formatCount(cut)} more</span>` : '';
    html.push(
      `<li id="${anchor}"><a href="#${anchor}">${number}</a><code>${escapeText(text.toWellFormed())}${rest}</code></li>`,
    );
    next = number + 1;
  }
  const last = firstLine + lineCount - 1;
  if (next <= last) html.push(gap(next, last));
  return html.join('');
}
