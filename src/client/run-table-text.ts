import type { FilterValue } from '../query/filter.ts';

/** A table as it leaves the page. */
export interface TextTable {
  heads: { label: string; isNumeric: boolean }[];
  rows: TextCell[][];
}

export interface TextCell {
  /** As it is shown: `0.9312`, `1h 04m`. */
  shown: string;
  /** As it is: all digits, times as ISO 8601; undefined where there is no value. */
  value: FilterValue | undefined;
}

export const textFormats = ['markdown', 'latex', 'csv', 'json'] as const;
export type TextFormat = (typeof textFormats)[number];

/** Writes a table: Markdown and LaTeX as it is shown, CSV and JSON with every digit. */
export function writeTable(table: TextTable, format: TextFormat): string {
  switch (format) {
    case 'markdown':
      return writeMarkdown(table);
    case 'latex':
      return writeLatex(table);
    case 'csv':
      return writeCsv(table);
    case 'json':
      return writeJson(table);
  }
}

function writeMarkdown({ heads, rows }: TextTable): string {
  const escaped = (text: string) => text.replaceAll(/[\\|*_`<>[\]]/g, '\\$&').replaceAll(/\s+/g, ' ');
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  return [
    line(heads.map(({ label }) => escaped(label))),
    line(heads.map(({ isNumeric }) => (isNumeric ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(({ shown }) => escaped(shown)))),
  ].join('');
}

const latexSigns: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '–': '--',
  '±': '$\\pm$',
  '−': '$-$',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
};

/** A tabular with the rules of booktabs (https://ctan.org/pkg/booktabs). */
function writeLatex({ heads, rows }: TextTable): string {
  const escaped = (text: string) =>
    text.replaceAll(/[\\~^–±−<>|]|[&%$#_{}]/g, (sign) => latexSigns[sign] ?? `\\${sign}`).replaceAll(/\s+/g, ' ');
  const line = (cells: string[]) => `  ${cells.join(' & ')} \\\\\n`;
  return [
    '% needs \\usepackage{booktabs}\n',
    `\\begin{tabular}{${heads.map(({ isNumeric }) => (isNumeric ? 'r' : 'l')).join('')}}\n`,
    '  \\toprule\n',
    line(heads.map(({ label }) => escaped(label))),
    '  \\midrule\n',
    ...rows.map((row) => line(row.map(({ shown }) => escaped(shown)))),
    '  \\bottomrule\n',
    '\\end{tabular}\n',
  ].join('');
}

/** RFC 4180 with `\n`; text that a spreadsheet would take for a formula is disarmed with `'`, as `runfolio export` does. */
function writeCsv({ heads, rows }: TextTable): string {
  const quote = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const disarm = (text: string) => (/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text);
  const cell = ({ value }: TextCell) => {
    if (value === undefined || value === null) return '';
    return typeof value === 'string' ? quote(disarm(value)) : numberText(value);
  };
  return [heads.map(({ label }) => quote(disarm(label))), ...rows.map((row) => row.map(cell))]
    .map((row) => `${row.join(',')}\n`)
    .join('');
}

/** A list of objects, one a line; missing values are left out, and non-finite numbers are their words. */
function writeJson({ heads, rows }: TextTable): string {
  const value = (own: FilterValue) => {
    if (typeof own === 'bigint') return String(own);
    return typeof own === 'number' && !Number.isFinite(own) ? JSON.stringify(numberText(own)) : JSON.stringify(own);
  };
  const object = (row: TextCell[]) => {
    const pairs = row.flatMap((cell, i) =>
      cell.value === undefined ? [] : [`${JSON.stringify(heads[i]?.label ?? '')}: ${value(cell.value)}`],
    );
    return `  {${pairs.join(', ')}}`;
  };
  return rows.length === 0 ? '[]\n' : `[\n${rows.map(object).join(',\n')}\n]\n`;
}

function numberText(value: number | bigint | boolean): string {
  return typeof value === 'number' && Number.isNaN(value) ? 'NaN' : String(value);
}
