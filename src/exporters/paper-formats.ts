import { escapeLatex } from '../series/escape-latex.ts';
import { csvCell } from './csv.ts';
import type { PaperFormat } from './export-formats.ts';
import { type Notation, type NumberText, numberText } from './paper-number.ts';
import { markSigns, type PaperCell, type PaperMetric, type PaperTable } from './paper-table.ts';

/** Writes a table for papers in a format. */
export function printPaperTable(table: PaperTable, format: PaperFormat): string {
  const printers: Record<PaperFormat, (table: PaperTable) => string> = {
    latex: printLatex,
    typst: printTypst,
    markdown: printMarkdown,
    html: printHtml,
    csv: printCsv,
  };
  return printers[format](table);
}

const missing = '–';
const arrows = { min: '↓', max: '↑' } as const;

function headOf({ label, goal }: PaperMetric): string {
  return goal === undefined ? label : `${label} ${arrows[goal]}`;
}

function captionText({ caption }: PaperTable): string {
  return caption.map((sentence) => `${sentence}.`).join(' ');
}

/** Text on one line: what would break a line of a table, and what cannot be seen, becomes a space. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ');
}

/** The cells of the table with their numbers as text, row by row. */
function cellsOf({ metrics, rows }: PaperTable): { cell: PaperCell; text: NumberText | undefined }[][] {
  return rows.map(({ cells }) =>
    cells.map((cell, i) => {
      const notation = metrics[i]?.notation;
      return { cell, text: notation === undefined ? undefined : numberText(cell, notation) };
    }),
  );
}

/** A cell as plain text, `0.912 ± 0.004`; undefined where it has no value. */
export function paperCellText(cell: PaperCell, notation: Notation): string | undefined {
  const text = numberText(cell, notation);
  return text === undefined ? undefined : plainCell(text, (exponent) => ` × 10${superscript(exponent)}`);
}

/** `0.912 ± 0.004`, with the power of ten in the words of a format. */
function plainCell({ values, half, exponent }: NumberText, power: (exponent: number) => string): string {
  const own = half === undefined ? values.join(', ') : `${values.join(', ')} ± ${half}`;
  if (exponent === 0) return own;
  return half === undefined && values.length === 1 ? `${own}${power(exponent)}` : `(${own})${power(exponent)}`;
}

function printLatex(table: PaperTable): string {
  const marks = { better: '^{*}', worse: '^{\\dagger}', differs: '^{*}' };
  const rows = cellsOf(table).map((cells, row) => {
    const labels = (table.rows[row]?.labels ?? []).map(escapeLatex);
    const numbers = cells.map(({ cell, text }) => {
      if (text === undefined) return '--';
      const math = plainCell(text, (exponent) => ` \\times 10^{${exponent}}`)
        .replaceAll('±', '\\pm')
        .replaceAll(', ', ',\\ ');
      return `$${cell.isBest ? `\\mathbf{${math}}` : math}${cell.mark === undefined ? '' : marks[cell.mark]}$`;
    });
    return `    ${[...labels, ...numbers].join(' & ')} \\\\`;
  });
  const head = [...table.heads.map(escapeLatex), ...table.metrics.map((metric) => escapeLatex(headOf(metric)))];
  return [
    '% Needs \\usepackage{booktabs}, and \\usepackage[T1]{fontenc} with pdfLaTeX.',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${escapeLatex(captionText(table))}}`,
    `  \\begin{tabular}{${'l'.repeat(table.heads.length)}${'r'.repeat(table.metrics.length)}}`,
    '    \\toprule',
    `    ${head.join(' & ')} \\\\`,
    '    \\midrule',
    ...rows,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

/** Text as a Typst expression in content: a string, in which only quotes and backslashes mean anything. */
function typstText(text: string): string {
  return `#"${oneLine(text).replace(/[\\"]/g, '\\$&')}"`;
}

function printTypst(table: PaperTable): string {
  const content = (text: string): string => `[${typstText(text)}]`;
  const rows = cellsOf(table).map((cells, row) => {
    const labels = (table.rows[row]?.labels ?? []).map(content);
    const numbers = cells.map(({ cell, text }) => {
      if (text === undefined) return content(missing);
      const power = (exponent: number): string => ` × 10`.concat(superscript(exponent));
      const plain = typstText(plainCell(text, power));
      const mark = cell.mark === undefined ? '' : typstText(markSigns[cell.mark]);
      return `[${cell.isBest ? `#strong[${plain}]` : plain}${mark}]`;
    });
    return `    ${[...labels, ...numbers].join(', ')},`;
  });
  const head = [...table.heads, ...table.metrics.map(headOf)].map(content);
  const align = [...table.heads.map(() => 'left'), ...table.metrics.map(() => 'right')];
  return [
    '#figure(',
    '  table(',
    `    columns: ${align.length},`,
    `    align: (${align.join(', ')},),`,
    '    stroke: none,',
    '    table.hline(stroke: 0.08em),',
    `    table.header(${head.join(', ')}),`,
    '    table.hline(stroke: 0.05em),',
    ...rows,
    '    table.hline(stroke: 0.08em),',
    '  ),',
    `  caption: [${typstText(captionText(table))}],`,
    ')',
    '',
  ].join('\n');
}

function superscript(exponent: number): string {
  const signs: Readonly<Record<string, string>> = {
    '-': '⁻',
    0: '⁰',
    1: '¹',
    2: '²',
    3: '³',
    4: '⁴',
    5: '⁵',
    6: '⁶',
    7: '⁷',
    8: '⁸',
    9: '⁹',
  };
  return Array.from(String(exponent), (sign) => signs[sign] ?? sign).join('');
}

const markdownEntities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Escapes text for a cell of a Markdown table, so that nothing in it is a mark, a link, a formula or a tag. */
export function escapeMarkdown(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|~&$]/g, (sign) => markdownEntities[sign] ?? `\\${sign}`);
}

function printMarkdown(table: PaperTable): string {
  const signs = { better: '\\*', worse: '†', differs: '\\*' };
  const rows = cellsOf(table).map((cells, row) => {
    const labels = (table.rows[row]?.labels ?? []).map(escapeMarkdown);
    const numbers = cells.map(({ cell, text }) => {
      if (text === undefined) return missing;
      const plain = plainCell(text, (exponent) => ` × 10${superscript(exponent)}`);
      return `${cell.isBest ? `**${plain}**` : plain}${cell.mark === undefined ? '' : signs[cell.mark]}`;
    });
    return `| ${[...labels, ...numbers].join(' | ')} |`;
  });
  const head = [...table.heads, ...table.metrics.map(headOf)].map(escapeMarkdown);
  const rule = [...table.heads.map(() => ':--'), ...table.metrics.map(() => '--:')];
  return `| ${head.join(' | ')} |\n| ${rule.join(' | ')} |\n${rows.join('\n')}\n\n${escapeMarkdown(captionText(table))}\n`;
}

/** Escapes text for HTML, in elements and in attributes. */
export function escapeHtml(text: string): string {
  const signs: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return oneLine(text).replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}

function printHtml(table: PaperTable): string {
  const rows = cellsOf(table).map((cells, row) => {
    const labels = (table.rows[row]?.labels ?? []).map((label) => `<th scope="row">${escapeHtml(label)}</th>`);
    const numbers = cells.map(({ cell, text }) => {
      if (text === undefined) return `<td>${missing}</td>`;
      const plain = plainCell(text, (exponent) => ` × 10<sup>${exponent}</sup>`);
      const mark = cell.mark === undefined ? '' : `<sup>${markSigns[cell.mark]}</sup>`;
      return `<td>${cell.isBest ? `<strong>${plain}</strong>` : plain}${mark}</td>`;
    });
    return `    <tr>${[...labels, ...numbers].join('')}</tr>`;
  });
  const head = [...table.heads, ...table.metrics.map(headOf)].map((text) => `<th scope="col">${escapeHtml(text)}</th>`);
  return [
    '<table>',
    `  <caption>${escapeHtml(captionText(table))}</caption>`,
    '  <thead>',
    `    <tr>${head.join('')}</tr>`,
    '  </thead>',
    '  <tbody>',
    ...rows,
    '  </tbody>',
    '</table>',
    '',
  ].join('\n');
}

/** All digits, and each figure in a column of its own. */
function printCsv({ heads, metrics, rows, isOfRuns = false }: PaperTable): string {
  if (isOfRuns) {
    const head = [...heads, ...metrics.map(({ name }) => name)];
    const lines = rows.map(({ labels, cells }) => [...labels, ...cells.map(({ figures }) => figures.values[0])]);
    return csvLines([head, ...lines]);
  }
  const figures = ['n', 'mean', 'sd', 'ci95_low', 'ci95_high', 'median', 'p_holm', 'best', 'mark'];
  const head = [...heads, 'baseline', ...metrics.flatMap(({ name }) => figures.map((figure) => `${name} ${figure}`))];
  const lines = rows.map(({ labels, isBaseline, cells }) => [
    ...labels,
    isBaseline,
    ...cells.flatMap(({ figures: own, p, isBest, mark }) => [
      own.n,
      own.mean,
      own.sd,
      own.ci?.low,
      own.ci?.high,
      own.median,
      p,
      isBest,
      mark,
    ]),
  ]);
  return csvLines([head, ...lines]);
}

function csvLines(lines: readonly (readonly Parameters<typeof csvCell>[0][])[]): string {
  return lines.map((line) => `${line.map((value) => csvCell(value)).join(',')}\n`).join('');
}
