import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { printTotals } from '../../diagnostics/print-pretty.ts';
import { crashedAfterMs } from '../../exporters/export-runs.ts';
import type { JsonValue } from '../../format/scalars.ts';
import { encodeValue } from '../../payload/param-value.ts';
import type { FilterRow, FilterValue, MetricPart } from '../../query/filter.ts';
import type { KnownNames } from '../../query/resolve-names.ts';
import { type RunStatus, runStatus } from '../../series/run-status.ts';
import { bestOf, rankValue, summaryValue } from '../../series/summary-value.ts';
import { goalOf } from '../../site/views/metric-goal.ts';
import { seedOf } from '../../site/views/seed-groups.ts';
import type { Experiment } from '../../store/experiment.ts';
import { openStore } from '../../store/open-store.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { type Environment, findRoot, readNow } from '../environment.ts';
import { startProgress } from '../progress.ts';

/** What every command that shows runs takes. */
export interface ReadingOptions {
  root?: string;
  now?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
  where?: string;
  columns?: string;
  sort?: readonly string[];
}

/** A run with what is known of it here and now. */
export interface BookRun {
  run: Run;
  experiment: Experiment;
  status: RunStatus;
  /** As the filter language looks at it. */
  row: FilterRow;
}

/** All runs of a repository, as commands show and filter them. */
export interface RunBook {
  store: Store;
  clock: { nowMs: number; crashedAfterMs: number };
  /** In natural order of experiments and runs; archived ones too. */
  runs: BookRun[];
}

/** Opens the store with a progress line, and makes its runs ready to be filtered. */
export async function openRunBook(environment: Environment, options: ReadingOptions): Promise<RunBook> {
  const root = findRoot(environment, options);
  const progress = startProgress(environment, options);
  const store = await openStore(root, {
    history: speaksOfEdits(options),
    onProgress: ({ files, totalFiles }) =>
      progress.show(`reading ${files.toLocaleString('en')} of ${totalFiles.toLocaleString('en')} files`),
  });
  progress.clear();
  const clock = { nowMs: readNow(environment, options), crashedAfterMs: crashedAfterMs(store) };
  const runs = [...store.experiments.values()].flatMap((experiment) =>
    experiment.runIds.flatMap((id) => {
      const run = store.runs.get(id);
      return run === undefined ? [] : [describe(run, experiment, runStatus(run, clock))];
    }),
  );
  return { store, clock, runs };
}

/** Whether git's history has to be looked through, which takes its time: only for what asks about edits of finished runs. */
function speaksOfEdits({ where = '', columns = '', sort = [] }: ReadingOptions): boolean {
  return [where, columns, ...sort].some((text) => /\bedit(?:s|ed)\b/i.test(text));
}

/** Tells on stderr how many problems the logs have, where there are any that matter. */
export function tellProblems({ stderr }: Environment, { store }: RunBook, { quiet }: ReadingOptions): void {
  const isTelling = ({ severity }: Diagnostic): boolean => severity !== 'note';
  if (quiet !== true && store.diagnostics.some(isTelling))
    stderr.write(`${printTotals(store.diagnostics, { files: store.fileCount })}; see runfolio validate\n`);
}

/** What any of the runs has. */
export function namesOf(runs: readonly BookRun[]): KnownNames {
  return {
    metrics: new Set(runs.flatMap(({ run }) => [...run.metrics.keys()])),
    params: new Set(runs.flatMap(({ run }) => [...run.params.keys()])),
  };
}

/** The value that stands for a metric of a run: the one it is ranked by, else the last; undefined where it has none. */
export function standingValue(
  { run, experiment }: Pick<BookRun, 'run' | 'experiment'>,
  name: string,
): number | undefined {
  const summary = run.metrics.get(name);
  if (summary === undefined) return undefined;
  const rule = experiment.metricSettings.get(name)?.summary;
  const goal = goalOf(experiment, name);
  return rankValue(summary, rule, goal) ?? summaryValue(summary, rule, goal) ?? summary.last;
}

function describe(run: Run, experiment: Experiment, status: RunStatus): BookRun {
  const row: FilterRow = {
    tags: run.tags,
    field: (name) => readField(run, experiment, status, name),
    metric: (name, part) => readMetric(run, experiment, name, part),
    param: (name) => {
      const value = run.params.get(name);
      return value === undefined ? undefined : asFilterValue(value);
    },
  };
  return { run, experiment, status, row };
}

function asFilterValue(value: JsonValue): FilterValue {
  return typeof value === 'object' && value !== null ? encodeValue(value) : value;
}

function readMetric(run: Run, experiment: Experiment, name: string, part: MetricPart | undefined): number | undefined {
  const summary = run.metrics.get(name);
  if (summary === undefined) return undefined;
  const goal = goalOf(experiment, name);
  if (part === undefined) return rankValue(summary, experiment.metricSettings.get(name)?.summary, goal);
  return part === 'best' ? bestOf(summary, goal)?.value : summary[part];
}

function readField(run: Run, experiment: Experiment, status: RunStatus, name: string): FilterValue | undefined {
  switch (name) {
    case 'status':
      return status;
    case 'owner':
      return experiment.settings.owner;
    case 'started':
      return run.startedAtMs;
    case 'ended':
      return run.endedAtMs;
    case 'updated':
      return run.lastRecordMs;
    case 'duration':
      return run.durationMs;
    case 'diverged':
      return run.diverged !== undefined;
    case 'tag':
    case 'tags':
      return run.tags.length === 0 ? undefined : run.tags.join(', ');
    case 'seed':
      return seedOf(run);
    case 'commit':
      return run.git?.commit;
    case 'branch':
      return run.git?.branch ?? undefined;
    case 'edits':
      return run.edits.length;
    case 'artifacts':
      return run.artifacts.length;
    case 'records':
      return run.recordCount;
    case 'id':
    case 'name':
    case 'experiment':
    case 'group':
    case 'job':
    case 'host':
    case 'user':
    case 'parent':
    case 'archived':
    case 'resumes':
      return run[name];
    default:
      return undefined;
  }
}
