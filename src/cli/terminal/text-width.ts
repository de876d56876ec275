import stringWidth from 'string-width';
import { terminalText } from '../../diagnostics/terminal-text.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes in a terminal: two for wide characters, none for those that join the one before. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Cuts a text to a width, never inside of a character; what was cut shows as `ellipsis`. */
export function cutText(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  const room = width - textWidth(ellipsis);
  if (room < 1) return ellipsis.slice(0, Math.max(0, width));
  let kept = '';
  let used = 0;
  for (const { segment } of segmenter.segment(text)) {
    const own = textWidth(segment);
    if (used + own > room) break;
    kept += segment;
    used += own;
  }
  return kept + ellipsis;
}

/** Text from a log as one line of a terminal: nothing in it can move the cursor, colour or begin a new line. */
export function plainLine(text: string): string {
  return terminalText(text.replace(/[\r\n]+/g, ' '));
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/**
 * Keeps what is written from right to left from drawing the cells beside it into its order: a terminal that turns it would
 * otherwise swap the columns of a row. The mark takes no room.
 */
export function holdDirection(text: string): string {
  return rightToLeft.test(text) ? `\u200e${text}\u200e` : text;
}
