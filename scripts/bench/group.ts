/** One line of figures: what was measured, and each figure with its unit. */
export interface BenchRow {
  name: string;
  cells: readonly string[];
}

/** What one group of measurements found. */
export interface BenchResult {
  /** What was measured, how often, with what. */
  heading: string;
  /** The floor first. */
  rows: readonly BenchRow[];
  /** Sentences about what was not measured. */
  remarks: readonly string[];
  /** The same figures as JSON. */
  report: unknown;
}

/** What the command line may set. */
export interface BenchOptions {
  /** Lines of the log that is read. */
  lines: number;
  /** How often each is measured. */
  times: number;
}

/** Lays out figures in columns, headings first. */
export function formatBench({ heading, rows, remarks }: BenchResult): string {
  const lines = rows.map(({ name, cells }) => `${name.padEnd(38)} ${cells.map((cell) => cell.padStart(14)).join(' ')}`);
  return `${[heading, ...lines, ...remarks].join('\n')}\n`;
}
