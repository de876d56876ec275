import { csvCell } from './csv.ts';
import type { ExportFormat } from './export-formats.ts';
import { encodeJson } from './json.ts';

/** A value of a chosen column: undefined where the run has none. */
export type ColumnValue = string | number | bigint | boolean | null | undefined;

/**
 * Writes chosen columns of runs, a row a run: CSV with the names as its head, or objects whose keys are the names. A missing
 * value is an empty cell, and a key that is left out.
 */
export function encodeColumns(
  names: readonly string[],
  rows: readonly (readonly ColumnValue[])[],
  format: ExportFormat,
): string {
  if (format === 'csv') {
    const line = (cells: readonly ColumnValue[]) => `${cells.map((cell) => csvCell(cell)).join(',')}\n`;
    return [line(names), ...rows.map(line)].join('');
  }
  const objects = rows.map((row) =>
    encodeJson(new Map(names.flatMap((name, i) => (row[i] === undefined ? [] : [[name, row[i]] as const])))),
  );
  if (format === 'jsonl') return objects.map((object) => `${object}\n`).join('');
  return objects.length === 0 ? '[]\n' : `[\n${objects.join(',\n')}\n]\n`;
}
