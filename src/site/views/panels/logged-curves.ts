import type { ConfusionMatrix } from '../../../charts/panels/confusion.ts';
import type { UnitCurve } from '../../../charts/panels/curves.ts';
import type { JsonValue } from '../../../format/scalars.ts';
import { showValue } from '../../../payload/param-value.ts';
import type { DataTable, Run } from '../../../store/run.ts';
import { curvePoints } from '../curve-view.ts';

/** The curve of a logged table, or undefined where it holds none. */
export function toUnitCurve(table: DataTable, run: Pick<Run, 'id' | 'name'>): UnitCurve | undefined {
  const curve = curvePoints(table);
  if (curve === undefined) return undefined;
  return {
    runId: run.id,
    label: run.name,
    points: curve.points,
    ...(table.step === undefined ? {} : { step: table.step }),
    ...(curve.counts === undefined ? {} : { counts: curve.counts }),
  };
}

/** Points that a picture can tell apart. */
const mostPoints = 120;

/**
 * Leaves points of a curve out that a picture would not show: those on a straight line between their neighbours, then all but
 * about 120, the ends and the corners first. Areas are worked out before.
 */
export function thinCurve(curve: UnitCurve): UnitCurve {
  const { points, counts } = curve;
  if (counts !== undefined || points.length <= mostPoints) return rounded(curve);
  const corners = points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) return true;
    const cross = (point[0] - before[0]) * (after[1] - before[1]) - (point[1] - before[1]) * (after[0] - before[0]);
    return Math.abs(cross) > 1e-7;
  });
  const every = Math.max(1, corners.length / mostPoints);
  const kept = corners.filter(
    (_, i) => i === corners.length - 1 || Math.floor(i / every) !== Math.floor((i - 1) / every),
  );
  return rounded({ ...curve, points: kept });
}

function rounded(curve: UnitCurve): UnitCurve {
  return { ...curve, points: curve.points.map(([x, y]) => [Number(x.toFixed(4)), Number(y.toFixed(4))]) };
}

/**
 * The confusion matrix of a logged table: square, with counts that are no less than 0. A first column of names, or one column
 * more than rows, names the true classes; else the columns do. Undefined where the table is none.
 */
export function toConfusionMatrix({ kind, columns, rows }: DataTable): ConfusionMatrix | undefined {
  if (kind !== 'confusion' || rows.length === 0) return undefined;
  const hasHeads =
    rows.every((row) => row.length > 0 && typeof row[0] !== 'number') || columns.length === rows.length + 1;
  const classes = hasHeads ? rows.map((row) => showValue(row[0] ?? null)) : columns;
  const counts = rows.map((row) => (hasHeads ? row.slice(1) : row));
  const isSquare = counts.every((row) => row.length === rows.length && row.every(isCount));
  if (!isSquare || classes.length !== rows.length) return undefined;
  return { classes, counts: counts as number[][] };
}

function isCount(value: JsonValue): boolean {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}

/** The tables of one name at rising steps. */
export interface TableSteps {
  name: string;
  kind: string | undefined;
  steps: DataTable[];
}

/** Parts the tables of a run by name and kind, in the order of their first record; steps rise, one without a step comes first. */
export function groupTables(tables: readonly DataTable[]): TableSteps[] {
  const groups = new Map<string, TableSteps>();
  for (const table of tables) {
    const key = `${table.kind ?? ''}\u0000${table.name}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { name: table.name, kind: table.kind, steps: [table] });
    else group.steps.push(table);
  }
  return [...groups.values()].map((group) => ({
    ...group,
    steps: [...group.steps].sort((a, b) => (a.step ?? -Infinity) - (b.step ?? -Infinity)),
  }));
}
