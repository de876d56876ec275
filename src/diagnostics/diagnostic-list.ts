import { catalogue, type DiagnosticCode } from './catalogue.ts';
import type { Diagnostic, Severity } from './diagnostic.ts';

/** What is told of one finding; its severity comes from the catalogue. */
export interface Finding {
  code: DiagnosticCode;
  file: string;
  line?: number;
  column?: number;
  message: string;
  /** What to do; the catalogue's words when absent. */
  hint?: string;
  excerpt?: string;
  /** Findings of one code in one file are folded when this is equal too; every finding stands alone when it is `null`. */
  fold?: string | null;
}

const excerptLength = 200;

/** Collects findings. A thousand of one kind in one file become one, with a count and the first place. */
export class DiagnosticList {
  #all: Diagnostic[] = [];
  #folded = new Map<string, Diagnostic>(); // "file\0code\0fold" → the first of them

  /** Counts one more of a finding that was told already, and says whether it was: so that a repeat costs nothing to describe. */
  countRepeat(code: DiagnosticCode, file: string, fold = ''): boolean {
    const first = this.#folded.get(`${file}\0${code}\0${fold}`);
    if (first !== undefined) first.count = (first.count ?? 1) + 1;
    return first !== undefined;
  }

  add({ code, file, line = 1, column = 1, message, hint = catalogue[code].mend, excerpt, fold = '' }: Finding): void {
    const key = fold === null ? undefined : `${file}\0${code}\0${fold}`;
    if (fold !== null && this.countRepeat(code, file, fold)) return;
    const diagnostic: Diagnostic = { code, severity: catalogue[code].severity, file, line, column, message, hint };
    if (excerpt !== undefined) diagnostic.excerpt = cutExcerpt(excerpt);
    this.#all.push(diagnostic);
    if (key !== undefined) this.#folded.set(key, diagnostic);
  }

  /** Says whether an error was found in a file. */
  hasErrorIn(file: string): boolean {
    return this.#all.some((diagnostic) => diagnostic.file === file && diagnostic.severity === 'error');
  }

  /** By file, line, column and code. */
  sorted(): Diagnostic[] {
    return [...this.#all].sort(
      (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.code, b.code),
    );
  }
}

/** Counts occurrences of a severity: a folded diagnostic counts as often as it happened. */
export function countSeverity(diagnostics: readonly Diagnostic[], severity: Severity): number {
  return diagnostics.reduce((sum, { severity: own, count = 1 }) => (own === severity ? sum + count : sum), 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function cutExcerpt(text: string): string {
  if (text.length <= excerptLength) return text;
  const last = text.charCodeAt(excerptLength - 1);
  // Never cut inside a character that takes two units.
  return `${text.slice(0, last >= 0xd800 && last <= 0xdbff ? excerptLength - 1 : excerptLength)}…`;
}
