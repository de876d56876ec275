import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { type ColumnValue, encodeColumns } from '../exporters/column-table.ts';
import type { ExportFormat } from '../exporters/export-formats.ts';
import { encodeRuns } from '../exporters/export-runs.ts';
import { describeRun } from '../exporters/run-object.ts';
import { fields } from '../query/fields.ts';
import { isoTime } from '../site/views/time-text.ts';
import { namesOf, type RunEntry } from '../store/run-entry.ts';
import { type Environment, UsageError } from './environment.ts';
import { openRunBook, type ReadingOptions, tellProblems } from './terminal/run-book.ts';
import { type RunColumn, readName, splitNames } from './terminal/run-columns.ts';
import { type SelectOptions, selectRuns } from './terminal/select-runs.ts';

export interface ExportOptions extends Omit<ReadingOptions, 'json'>, Omit<SelectOptions, 'archived'> {
  format: ExportFormat;
  experiment?: string;
  out?: string;
}

/**
 * Writes runs to stdout or a file: every one, archived ones too, or those that `where` lets through, sorted and cut. With
 * `columns` it writes these alone. Problems in the data are told on stderr.
 */
export async function exportCommand(environment: Environment, options: ExportOptions): Promise<number> {
  const book = await openRunBook(environment, options);
  const { experiment, columns, format } = options;
  if (experiment !== undefined && !book.store.experiments.has(experiment)) {
    const ids = [...book.store.experiments.keys()];
    const hint = ids.length === 0 ? '' : ` Did you mean "${closest(experiment, ids)}"?`;
    throw new UsageError(`There is no experiment "${experiment}".${hint}`);
  }
  const own = experiment === undefined ? book.runs : book.runs.filter(({ run }) => run.experiment === experiment);
  const { runs } = selectRuns(own, book, { ...options, archived: true });
  const text =
    columns === undefined
      ? encodeRuns(
          runs.map((one) => describeRun(one.run, one.experiment, book.clock)),
          format,
        )
      : exportColumns(columns, { runs, all: own, format });
  if (options.out === undefined) environment.stdout.write(text);
  else writeFileSync(resolve(environment.cwd, options.out), text);
  tellProblems(environment, book, options);
  return 0;
}

function exportColumns(
  text: string,
  { runs, all, format }: { runs: readonly RunEntry[]; all: readonly RunEntry[]; format: ExportFormat },
): string {
  const names = splitNames(text);
  if (names.length === 0) throw new UsageError('--columns should name columns, such as id,val/acc,param:lr.');
  const known = namesOf(all);
  const columns = names.map((name) => readName(name, known, '--columns'));
  return encodeColumns(
    names,
    runs.map((run) => columns.map((column) => columnValue(column, run))),
    format,
  );
}

/** Times are ISO 8601 in UTC, durations milliseconds; all else is as it is. */
function columnValue({ kind, name, read }: RunColumn, run: RunEntry): ColumnValue {
  const value = read(run);
  return kind === 'field' && fields.get(name) === 'time' && typeof value === 'number' ? isoTime(value) : value;
}
