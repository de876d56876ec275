import { type PaperFormat, paperFormats } from '../../../exporters/export-formats.ts';
import { printPaperTable } from '../../../exporters/paper-formats.ts';
import { paperTables, type ViewAnswer } from './answer-view.ts';

const labels: Readonly<Record<PaperFormat, string>> = {
  latex: 'LaTeX',
  typst: 'Typst',
  markdown: 'Markdown',
  html: 'HTML',
  csv: 'CSV',
};

/** The tables of a view in each format for papers, as `runfolio table --view NAME` prints them. */
export function paperTexts(given: ViewAnswer): { format: PaperFormat; label: string; text: string }[] {
  const tables = paperTables(given);
  return paperFormats.map((format) => ({
    format,
    label: labels[format],
    text: tables.map((table) => printPaperTable(table, format)).join('\n'),
  }));
}
