import { formatNumber } from '../../charts/format-number.ts';
import { showValue } from '../../payload/param-value.ts';
import { type FieldKind, fields } from '../../query/fields.ts';
import type { FilterValue } from '../../query/filter.ts';
import type { KnownNames } from '../../query/resolve-names.ts';
import type { RunStatus } from '../../series/run-status.ts';
import { formatDuration, formatUtc } from '../../site/views/time-text.ts';
import type { RunEntry } from '../../store/run-entry.ts';
import { findRunField, type RunField } from '../../store/run-field.ts';
import { UsageError } from '../environment.ts';
import type { Glyphs } from './glyphs.ts';
import type { CellStyle, TextCell, TextColumn } from './text-table.ts';
import { plainLine } from './text-width.ts';

/** What a name on the command line stands for. */
export interface RunColumn extends Omit<RunField, 'kind'> {
  head: string;
  kind: RunField['kind'] | 'curve';
}

/**
 * Finds what a name stands for, as the filter language does.
 *
 * @throws UsageError for a name that no run has, with the nearest
 */
export function readName(text: string, names: KnownNames, option: string): RunColumn {
  const found = findRunField(text, names);
  if (found.ok) return { head: plainLine(found.written), ...found.field };
  const { name, wanted, nearest } = found.unknown;
  const guess = nearest === undefined ? '' : ` Did you mean "${plainLine(nearest)}"?`;
  throw new UsageError(`${option}: no run has a ${wanted} "${plainLine(name)}".${guess}`);
}

/** Cuts `id,val/acc,param:lr` into names; a comma inside of backquotes parts nothing. */
export function splitNames(text: string): string[] {
  return (text.match(/(?:`(?:[^`]|``)*`|[^,`])+/g) ?? []).map((name) => name.trim()).filter((name) => name !== '');
}

/**
 * Finds the columns that were asked for. `curve` is a sparkline of the primary metric, `curve:NAME` of another.
 *
 * @throws UsageError for a name that no run has
 */
export function readColumns(text: string, names: KnownNames): RunColumn[] {
  return splitNames(text).map((name) => {
    if (name === 'curve' && !names.metrics.has(name) && !names.params.has(name)) return curveColumn(undefined);
    const metric = /^curve:(.*)$/s.exec(name)?.[1];
    if (metric === undefined) return readName(name, names, '--columns');
    return curveColumn(readName(`metric:${metric}`, names, '--columns').name);
  });
}

/** A sparkline of a metric, or of the primary metric of each run's experiment. */
export function curveColumn(metric: string | undefined): RunColumn {
  return {
    head: metric === undefined ? 'curve' : `curve ${plainLine(metric)}`,
    kind: 'curve',
    name: metric ?? '',
    read: () => undefined,
  };
}

/** How a status is painted. */
export function statusStyle(status: RunStatus): CellStyle {
  const styles: Record<RunStatus, CellStyle> = {
    finished: 'green',
    failed: 'red',
    crashed: 'red',
    killed: 'yellow',
    running: 'cyan',
    unknown: 'dim',
  };
  return styles[status];
}

/** A column of a table of runs. Curves come from `curves`, by run id. */
export function textColumn(
  column: RunColumn,
  runs: readonly RunEntry[],
  { glyphs, curves }: { glyphs: Glyphs; curves?: ReadonlyMap<string, string> },
): TextColumn {
  const { head, kind, name } = column;
  if (kind === 'curve') return { head, cells: runs.map(({ run }) => curves?.get(run.id) ?? '') };
  const values = runs.map((run) => column.read(run));
  const fieldKind = kind === 'field' ? fields.get(name) : undefined;
  const isNumeric =
    fieldKind === undefined
      ? values.every((value) => value === undefined || value === null || typeof value === 'number') &&
        values.some((value) => typeof value === 'number')
      : fieldKind === 'number';
  return {
    head,
    align: fieldKind === 'duration' ? 'right' : isNumeric ? 'number' : 'left',
    cells: values.map((value, i) => showCell(value, kind, fieldKind, runs[i], glyphs)),
  };
}

function showCell(
  value: FilterValue | undefined,
  kind: RunColumn['kind'],
  fieldKind: FieldKind | undefined,
  run: RunEntry | undefined,
  glyphs: Glyphs,
): TextCell {
  if (value === undefined) return { text: glyphs.missing, style: 'dim' };
  if (fieldKind === 'time') return { text: formatUtc(Number(value)).replace(/ UTC$/, 'Z') };
  if (fieldKind === 'duration') return { text: formatDuration(Number(value)) };
  if (fieldKind === 'commit') return { text: String(value).slice(0, 8) };
  if (fieldKind === 'status' && run !== undefined) {
    const diverged = run.run.diverged === undefined ? '' : ', diverged';
    return { text: `${run.status}${diverged}`, style: diverged === '' ? statusStyle(run.status) : 'red' };
  }
  if (kind === 'metric' && typeof value === 'number') {
    return { text: formatNumber(value), style: Number.isFinite(value) ? undefined : 'red' };
  }
  return { text: showValue(value) };
}
