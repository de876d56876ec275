import type { Diagnostic, Severity } from './diagnostic.ts';
import { countSeverity } from './diagnostic-list.ts';
import { terminalText } from './terminal-text.ts';

/** Paints a piece of text; the identity where colour is off. */
export type Paint = (style: 'red' | 'yellow' | 'cyan' | 'dim' | 'bold' | 'green', text: string) => string;

const styles: Record<Severity, 'red' | 'yellow' | 'cyan'> = { error: 'red', warning: 'yellow', note: 'cyan' };
const excerptWidth = 100;

/** Text for people: the place, the code, the sentence, the line with a caret, and what to do. */
export function printPretty(
  diagnostics: readonly Diagnostic[],
  { paint = (_style, text) => text }: { paint?: Paint } = {},
): string {
  return diagnostics.map((diagnostic) => printOne(diagnostic, paint)).join('');
}

function printOne(diagnostic: Diagnostic, paint: Paint): string {
  const { file, line, column, severity, code, message, hint, count, excerpt } = diagnostic;
  const times = count === undefined ? '' : `  ${paint('dim', `(${count} times in this file)`)}`;
  const head = `${terminalText(file)}:${line}:${column}  ${paint(styles[severity], severity)}  ${paint('bold', code)}${times}\n`;
  const caret = excerpt === undefined || column < 1 ? '' : printCaret(excerpt, column, paint);
  return `${head}  ${terminalText(message)}\n${caret}${hint === undefined ? '' : `  ${paint('dim', terminalText(hint))}\n`}`;
}

/** The part of the line around the column, and a caret under it. */
function printCaret(excerpt: string, column: number, paint: Paint): string {
  const points = Array.from(excerpt);
  if (column > points.length + 1 || points.length === 0) return '';
  const from = Math.max(0, Math.min(column - 1 - excerptWidth / 2, points.length - excerptWidth));
  const shown = terminalText(points.slice(from, from + excerptWidth).join(''));
  const before = Array.from(terminalText(points.slice(from, column - 1).join(''))).length;
  const lead = from > 0 ? '…' : '';
  return `    ${paint('dim', lead + shown)}\n    ${' '.repeat(before + lead.length)}${paint('red', '^')}\n`;
}

/** "2 errors, 0 warnings, 1 note in 3 of 312 files". */
export function printTotals(diagnostics: readonly Diagnostic[], { files }: { files: number }): string {
  const errors = countSeverity(diagnostics, 'error');
  const warnings = countSeverity(diagnostics, 'warning');
  const notes = countSeverity(diagnostics, 'note');
  const affected = new Set(diagnostics.map(({ file }) => file)).size;
  const plural = (count: number, word: string): string =>
    `${count.toLocaleString('en')} ${word}${count === 1 ? '' : 's'}`;
  return `${plural(errors, 'error')}, ${plural(warnings, 'warning')}, ${plural(notes, 'note')} in ${affected === 0 ? '' : `${affected} of `}${plural(files, 'file')}`;
}
