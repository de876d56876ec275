/** How bad it is: an error set something aside, a warning was read but probably not meant, a note is worth knowing. */
export type Severity = 'error' | 'warning' | 'note';

/** One finding about one place in someone's files. */
export interface Diagnostic {
  /** Permanent, kebab-case, listed in the catalogue. */
  code: string;
  severity: Severity;
  /** Path from the root, with `/`. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1, in Unicode code points after any byte order mark. */
  column: number;
  /** One sentence: what is wrong, what was expected, what was found. */
  message: string;
  /** What to do next. */
  hint?: string;
  /** How many times the same fault stands in this file, when more than once. */
  count?: number;
  /** The text of the line, cut and without secrets, where there is one worth showing. */
  excerpt?: string;
}
