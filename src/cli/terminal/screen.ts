import type { Paint } from '../../diagnostics/print-pretty.ts';
import type { RunEntry } from '../../store/run-entry.ts';
import { type Environment, painterFor } from '../environment.ts';
import { type Glyphs, glyphsFor } from './glyphs.ts';
import type { RunBook } from './run-book.ts';
import { sparklineText } from './sparkline-text.ts';
import { printTable, type TextColumn } from './text-table.ts';

/** What a command prints on: the signs, colours and width of stdout. */
export interface Screen {
  glyphs: Glyphs;
  paint: Paint;
  /** Columns of the terminal; undefined where stdout is none. */
  width: number | undefined;
  isTerminal: boolean;
  write(text: string): void;
  /** Prints a table, and says on stderr which columns found no room, and how else to see them. */
  table(columns: readonly TextColumn[], options?: { hint?: string }): void;
}

/** Looks at what stdout is. */
export function openScreen(environment: Environment, options: { color?: boolean; quiet?: boolean }): Screen {
  const { stdout, stderr } = environment;
  const glyphs = glyphsFor(environment);
  const paint = painterFor(stdout, environment, options);
  const isTerminal = stdout.isTTY === true;
  const width = isTerminal ? Math.max(20, stdout.columns ?? 80) : undefined;
  return {
    glyphs,
    paint,
    width,
    isTerminal,
    write: (text) => void stdout.write(text),
    table(columns, { hint = '--json has them' } = {}) {
      const { text, dropped } = printTable(columns, { glyphs, paint, width, isTerminal });
      stdout.write(text);
      if (dropped.length > 0 && options.quiet !== true)
        stderr.write(`No room for ${dropped.join(', ')}: widen the terminal; ${hint}.\n`);
    },
  };
}

/** Draws the curve of one metric of each run; runs that do not have it are left out. */
export async function readCurves(
  { store }: RunBook,
  runs: readonly RunEntry[],
  metricOf: (run: RunEntry) => string | undefined,
  glyphs: Glyphs,
): Promise<Map<string, string>> {
  const curves = new Map<string, string>();
  for (const own of runs) {
    const metric = metricOf(own);
    if (metric === undefined || !own.run.metrics.has(metric)) continue;
    const series = (await store.readSeries(own.run.id)).metrics.get(metric);
    if (series !== undefined) curves.set(own.run.id, sparklineText(series.values, glyphs, { width: 16 }));
  }
  return curves;
}
