import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import type { PaperFormat } from '../exporters/export-formats.ts';
import { printPaperTable } from '../exporters/paper-formats.ts';
import { buildPaperTable, type PaperTable } from '../exporters/paper-table.ts';
import { answerView, paperTables } from '../site/views/questions/answer-view.ts';
import { groupName, groupRuns, type SeedRuns } from '../site/views/questions/seed-runs.ts';
import { paperGroup } from '../site/views/questions/view-groups.ts';
import { viewMetric } from '../site/views/questions/view-metrics.ts';
import { maybeBaseline } from '../site/views/ranked-runs.ts';
import { findGroup } from './compare-groups.ts';
import { type Environment, UsageError } from './environment.ts';
import { chooseRuns } from './terminal/choose-run.ts';
import { chooseMetrics, groupColumns } from './terminal/group-runs.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { type SelectOptions, selectRuns } from './terminal/select-runs.ts';
import { plainLine } from './terminal/text-width.ts';

export interface TableOptions extends ReadingOptions, SelectOptions {
  format: PaperFormat;
  view?: string;
  group?: string;
  metrics?: string;
  baseline?: string;
  out?: string;
}

/** Writes a table for a paper: groups of seeds by metrics, or what a view of the repository asks for. */
export async function table(
  environment: Environment,
  names: readonly string[],
  options: TableOptions,
): Promise<number> {
  if (options.view !== undefined) refuseChoices(names, options);
  const book = await openRunBook(environment, options);
  const tables = options.view === undefined ? [chosenTable(book, names, options)] : viewTables(book, options.view);
  const text = tables.map((own) => printPaperTable(own, options.format)).join('\n');
  if (options.out === undefined) environment.stdout.write(text);
  else writeFileSync(resolve(environment.cwd, options.out), text);
  tellProblems(environment, book, options);
  return 0;
}

function chosenTable(book: RunBook, names: readonly string[], options: TableOptions): PaperTable {
  const { runs } = selectRuns(chooseRuns(book, names), book, options);
  if (runs.length === 0) throw new UsageError('No run to make a table of.');
  const columns = groupColumns(runs, options.group);
  const all = groupRuns(runs, columns);
  const groups = all.filter((group) => group.runs.length > 0);
  if (groups.length === 0)
    throw new UsageError(
      'Every run failed, was killed, crashed, diverged, is running or archived: there is nothing to make a table of.',
    );
  const metrics = chooseMetrics(runs, options.metrics).map((name) => viewMetric(name, runs));
  const named = groups.map((group) => ({ group, name: groupName(group, columns) }));
  return buildPaperTable(
    groups.map((group) => paperGroup(group, metrics)),
    metrics,
    {
      heads: columns.map(({ head }) => head),
      baseline: options.baseline === undefined ? declaredBaseline(book, groups) : findGroup(named, options.baseline),
      leftOut: all.reduce((sum, { runs: own, leftOut }) => sum + (own.length === 0 ? leftOut.length : 0), 0),
    },
  );
}

/** A view says which runs, groups, metrics and baseline: nothing else may. */
function refuseChoices(names: readonly string[], options: TableOptions): void {
  const given = (['where', 'group', 'metrics', 'baseline', 'archived'] as const).filter(
    (key) => options[key] !== undefined && options[key] !== false,
  );
  const said = names.length > 0 ? 'Names' : given[0] === undefined ? undefined : `--${given[0]}`;
  if (said !== undefined)
    throw new UsageError(
      `${said} cannot stand beside --view, whose file says what the table is of. Change the file, or leave --view out.`,
    );
}

function viewTables({ store }: RunBook, name: string): PaperTable[] {
  const view = store.views.get(name.replace(/^.*\//, '').replace(/\.yaml$/, ''));
  if (view === undefined) {
    const known = [...store.views.keys()];
    const guess =
      known.length === 0 ? 'There are none in experiments/_views/.' : `Did you mean "${closest(name, known)}"?`;
    throw new UsageError(`There is no view "${plainLine(name)}". ${guess}`);
  }
  const given = answerView(view);
  if (given.kind === 'nothing') throw new UsageError(`${view.path}: ${plainLine(given.reason)}`);
  return paperTables(given);
}

/** The group that holds the run which the experiment declares as its baseline. */
function declaredBaseline({ store }: RunBook, groups: readonly SeedRuns[]): number | undefined {
  const experiments = new Set(groups.flatMap(({ runs }) => runs.map(({ experiment }) => experiment)));
  const [experiment] = experiments;
  const run = experiment === undefined || experiments.size > 1 ? undefined : maybeBaseline(store, experiment);
  const place = groups.findIndex(({ runs }) => runs.some((own) => own.run === run));
  return run === undefined || place === -1 ? undefined : place;
}
