import type { DataTable } from '../../store/run.ts';

/** Columns that each kind of curve is drawn from, by the names in use. */
const curveColumns: Record<string, { x: RegExp; y: RegExp }> = {
  roc: { x: /^(fpr|false[ _]positive[ _]rate)$/i, y: /^(tpr|true[ _]positive[ _]rate|recall)$/i },
  pr: { x: /^recall$/i, y: /^precision$/i },
  calibration: {
    x: /^(predicted|mean[ _]predicted.*|confidence|prob.*)$/i,
    y: /^(observed|fraction.*|accuracy|actual)$/i,
  },
};

/**
 * Gives the points of a table of kind `roc`, `pr` or `calibration`: by the names of its columns, else from the first two, in the
 * order of the table, with the counts of a calibration's bins where it has them. Undefined for other kinds and for tables
 * with fewer than two points in the unit square.
 */
export function curvePoints(
  table: DataTable,
): { points: [number, number][]; counts: number[] | undefined } | undefined {
  const wanted = curveColumns[table.kind ?? ''];
  if (wanted === undefined) return undefined;
  const xAt = placeOf(table.columns, wanted.x, 0);
  const yAt = placeOf(table.columns, wanted.y, 1);
  const countAt = table.columns.findIndex((column) => /^(count|n|samples|support)$/i.test(column.trim()));
  const points: [number, number][] = [];
  const counts: number[] = [];
  for (const row of table.rows) {
    const [x, y] = [row[xAt], row[yAt]];
    if (!isShare(x) || !isShare(y)) continue;
    const count = row[countAt];
    points.push([x, y]);
    if (typeof count === 'number' && count >= 0) counts.push(count);
  }
  if (points.length < 2) return undefined;
  const isCounted = table.kind === 'calibration' && counts.length === points.length;
  return { points, counts: isCounted ? counts : undefined };
}

function placeOf(columns: readonly string[], name: RegExp, fallback: number): number {
  const found = columns.findIndex((column) => name.test(column.trim()));
  return found === -1 ? fallback : found;
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
