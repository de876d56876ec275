import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { PaperFormat } from '../exporters/export-formats.ts';
import { printPaperTable } from '../exporters/paper-formats.ts';
import { buildPaperTable, type PaperGroup, type PaperMetric } from '../exporters/paper-table.ts';
import { rankedWords } from '../site/views/metric-values.ts';
import { groupName, groupRuns, groupValues, type SeedRuns } from '../site/views/questions/seed-runs.ts';
import { maybeBaseline } from '../site/views/ranked-runs.ts';
import { goalOf } from '../store/metric-goal.ts';
import type { RunEntry } from '../store/run-entry.ts';
import { seedOf } from '../store/seed-of.ts';
import { findGroup } from './compare-groups.ts';
import { type Environment, UsageError } from './environment.ts';
import { chooseRuns } from './terminal/choose-run.ts';
import { chooseMetrics, groupColumns } from './terminal/group-runs.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { type SelectOptions, selectRuns } from './terminal/select-runs.ts';

export interface TableOptions extends ReadingOptions, SelectOptions {
  format: PaperFormat;
  group?: string;
  metrics?: string;
  baseline?: string;
  out?: string;
}

/** Writes a table for a paper: groups of seeds by metrics. */
export async function table(
  environment: Environment,
  names: readonly string[],
  options: TableOptions,
): Promise<number> {
  const book = await openRunBook(environment, options);
  const { runs } = selectRuns(chooseRuns(book, names), book, options);
  if (runs.length === 0) throw new UsageError('No run to make a table of.');
  const columns = groupColumns(runs, options.group);
  const groups = groupRuns(runs, columns).filter((group) => group.runs.length > 0);
  if (groups.length === 0)
    throw new UsageError(
      'Every run failed, was killed, crashed, diverged, is running or archived: there is nothing to make a table of.',
    );
  const metrics = chooseMetrics(runs, options.metrics).map((name) => describeMetric(name, runs));
  const named = groups.map((group) => ({ group, name: groupName(group, columns) }));
  const baseline = options.baseline === undefined ? declaredBaseline(book, groups) : findGroup(named, options.baseline);
  const built = buildPaperTable(
    groups.map((group) => describeGroup(group, metrics)),
    metrics,
    { heads: columns.map(({ head }) => head), baseline },
  );
  const text = printPaperTable(built, options.format);
  if (options.out === undefined) environment.stdout.write(text);
  else writeFileSync(resolve(environment.cwd, options.out), text);
  tellProblems(environment, book, options);
  return 0;
}

function describeGroup(group: SeedRuns, metrics: readonly PaperMetric[]): PaperGroup {
  return {
    labels: group.labels.map((label) => label ?? 'none'),
    seeds: group.runs.flatMap(({ run }) => seedOf(run) ?? []),
    leftOut: group.leftOut.length,
    values: new Map(metrics.map(({ name }) => [name, groupValues(group, name)])),
  };
}

function describeMetric(name: string, runs: readonly RunEntry[]): PaperMetric {
  const experiment = runs.find(({ run }) => run.metrics.has(name))?.experiment;
  const settings = experiment?.metricSettings.get(name);
  const goal = goalOf(experiment, name);
  const unit = settings?.unit === undefined ? '' : ` (${settings.unit})`;
  return {
    name,
    label: `${settings?.label ?? name}${unit}`,
    goal,
    rule: goal === undefined && settings?.summary === undefined ? 'last value' : rankedWords(goal, settings),
  };
}

/** The group that holds the run which the experiment declares as its baseline. */
function declaredBaseline({ store }: RunBook, groups: readonly SeedRuns[]): number | undefined {
  const experiments = new Set(groups.flatMap(({ runs }) => runs.map(({ experiment }) => experiment)));
  const [experiment] = experiments;
  const run = experiment === undefined || experiments.size > 1 ? undefined : maybeBaseline(store, experiment);
  const place = groups.findIndex(({ runs }) => runs.some((own) => own.run === run));
  return run === undefined || place === -1 ? undefined : place;
}
