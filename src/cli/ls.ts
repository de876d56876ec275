import { encodeRunsJson } from '../exporters/json.ts';
import { describeRun } from '../exporters/run-object.ts';
import { isSeedKey } from '../series/seed-key.ts';
import { countOf } from '../site/views/number-text.ts';
import { differingParams } from '../site/views/param-differences.ts';
import { namesOf, type RunEntry } from '../store/run-entry.ts';
import type { Environment } from './environment.ts';
import { chooseRuns } from './terminal/choose-run.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { type RunColumn, readColumns, readName, textColumn } from './terminal/run-columns.ts';
import { openScreen, readCurves } from './terminal/screen.ts';
import { type Selection, type SelectOptions, selectRuns } from './terminal/select-runs.ts';

export interface LsOptions extends ReadingOptions, SelectOptions {
  columns?: string;
}

/** Lists runs in a table, or as the objects that `export` writes. */
export async function ls(environment: Environment, names: readonly string[], options: LsOptions): Promise<number> {
  const book = await openRunBook(environment, options);
  const chosen = chooseRuns(book, names);
  const selection = selectRuns(chosen, book, options);
  if (options.json === true) {
    environment.stdout.write(
      encodeRunsJson(selection.runs.map(({ run, experiment }) => describeRun(run, experiment, book.clock))),
    );
  } else await printRuns(environment, book, chosen, selection, options);
  tellProblems(environment, book, options);
  return 0;
}

async function printRuns(
  environment: Environment,
  book: RunBook,
  chosen: readonly RunEntry[],
  selection: Selection,
  options: LsOptions,
): Promise<void> {
  const { runs, total, archived } = selection;
  const say = (text: string): void => {
    if (options.quiet !== true) environment.stderr.write(`${text}\n`);
  };
  if (runs.length === 0) {
    if (book.runs.length === 0) say('There are no runs yet. Begin with: runfolio log my-first/try-1 loss=0.5');
    else if (options.limit === 0) say(`0 of ${countOf(total, 'run')} shown (--limit 0).`);
    else say(options.where === undefined ? 'No run to show.' : 'No run passes the filter.');
  } else {
    const screen = openScreen(environment, options);
    const names = namesOf(chosen);
    const columns = options.columns === undefined ? defaultColumns(runs) : readColumns(options.columns, names);
    const curve = columns.find(({ kind }) => kind === 'curve');
    const curves =
      curve === undefined
        ? undefined
        : await readCurves(book, runs, (own) => curve.name || own.experiment.primary[0]?.name, screen.glyphs);
    const texts = columns.map((column) =>
      textColumn(column, runs, { glyphs: screen.glyphs, ...(curves && { curves }) }),
    );
    const ranked = texts[columns.findIndex(({ kind }) => kind === 'metric')];
    if (ranked !== undefined) ranked.isKept = true;
    screen.table(texts, { hint: '--columns chooses' });
    if (runs.length < total) say(`${runs.length.toLocaleString('en')} of ${countOf(total, 'run')} shown (--limit).`);
  }
  if (archived > 0) say(`${countOf(archived, 'archived run')} left out; --archived shows them.`);
}

const mostMetrics = 3;
const mostParams = 6;

/** Id, status, start, duration, what the runs are ranked by, and the params in which they differ. */
function defaultColumns(runs: readonly RunEntry[]): RunColumn[] {
  const names = namesOf(runs);
  const primary = new Set(runs.flatMap(({ experiment }) => experiment.primary.slice(0, 1).map(({ name }) => name)));
  const metrics = [...primary].filter((name) => names.metrics.has(name)).slice(0, mostMetrics);
  const groupBy = runs.flatMap(({ experiment }) => experiment.settings.group_by ?? []);
  const experiments = new Set(runs.map(({ run }) => run.experiment));
  const params =
    experiments.size > 1
      ? []
      : differingParams(
          runs.map(({ run }) => run),
          { first: [...new Set(groupBy)] },
        );
  const shown = params.filter((key) => !isSeedKey(key)).slice(0, mostParams);
  return [
    ...['id', 'status', 'started', 'duration'].map((name) => readName(name, names, '--columns')),
    ...metrics.map((name) => readName(`metric:${name}`, names, '--columns')),
    ...shown.map((name) => readName(`param:${name}`, names, '--columns')),
  ];
}
