/** Signs that not every terminal can show, and what stands for them there. */
export interface Glyphs {
  isUnicode: boolean;
  /** A missing value. */
  missing: string;
  ellipsis: string;
  plusMinus: string;
  /** Beside a value in the direction that is better. */
  up: string;
  down: string;
  /** Eight levels of a sparkline, lowest first. */
  levels: string;
  /** A stretch of a sparkline without a finite value. */
  hole: string;
  /** A horizontal rule is made of it. */
  rule: string;
}

const unicode: Glyphs = {
  isUnicode: true,
  missing: '–',
  ellipsis: '…',
  plusMinus: '±',
  up: '↑',
  down: '↓',
  levels: '▁▂▃▄▅▆▇█',
  hole: '×',
  rule: '─',
};

const ascii: Glyphs = {
  isUnicode: false,
  missing: '-',
  ellipsis: '...',
  plusMinus: '+/-',
  up: '^',
  down: 'v',
  levels: '.:-=+*#@',
  hole: 'x',
  rule: '-',
};

/**
 * Chooses signs by the locale: the first of LC_ALL, LC_CTYPE and LANG that is set has to name UTF-8. Where none is set, as on
 * Windows, Windows Terminal is known to show them.
 */
export function glyphsFor({ env }: { env: Readonly<Record<string, string | undefined>> }): Glyphs {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '');
  if (locale === undefined) return env.WT_SESSION === undefined ? ascii : unicode;
  return /utf-?8/i.test(locale) ? unicode : ascii;
}
