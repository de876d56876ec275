import type { JsonValue } from '../format/scalars.ts';
import { encodeValue } from '../payload/param-value.ts';
import type { FilterRow, FilterValue, MetricPart } from '../query/filter.ts';
import type { KnownNames } from '../query/resolve-names.ts';
import { type RunFacts, readRunField } from '../query/run-facts.ts';
import type { RunStatus } from '../series/run-status.ts';
import { bestOf, comparedValue, rankValue, summaryValue } from '../series/summary-value.ts';
import type { Experiment } from './experiment.ts';
import { goalOf } from './metric-goal.ts';
import type { Run } from './run.ts';
import { seedOf } from './seed-of.ts';

/** A run with what is known of it at a moment. */
export interface RunEntry {
  run: Run;
  experiment: Experiment;
  status: RunStatus;
  /** As the filter language looks at it. */
  row: FilterRow;
}

/** What any of the runs has. */
export function namesOf(runs: readonly RunEntry[]): KnownNames {
  return {
    metrics: new Set(runs.flatMap(({ run }) => [...run.metrics.keys()])),
    params: new Set(runs.flatMap(({ run }) => [...run.params.keys()])),
  };
}

/** The value that stands for a metric of a run: the one it is ranked by, else the last; undefined where it has none. */
export function standingValue(
  { run, experiment }: Pick<RunEntry, 'run' | 'experiment'>,
  name: string,
): number | undefined {
  const summary = run.metrics.get(name);
  if (summary === undefined) return undefined;
  const rule = experiment.metricSettings.get(name)?.summary;
  const goal = goalOf(experiment, name);
  return rankValue(summary, rule, goal) ?? summaryValue(summary, rule, goal) ?? summary.last;
}

/** Makes a run ready to be listed, grouped and filtered. */
export function runEntry(run: Run, experiment: Experiment, status: RunStatus): RunEntry {
  let facts: RunFacts | undefined;
  const context = { status, experiment: experiment.id, owner: experiment.settings.owner };
  const row: FilterRow = {
    tags: run.tags,
    field: (name) => {
      facts ??= factsOf(run);
      return readRunField(facts, context, name);
    },
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
  if (part === undefined) return comparedValue(summary, experiment.metricSettings.get(name)?.summary, goal);
  return part === 'best' ? bestOf(summary, goal)?.value : summary[part];
}

function factsOf(run: Run): RunFacts {
  const { git, edits, artifacts, recordCount } = run;
  return {
    ...run,
    seed: seedOf(run),
    commit: git?.commit,
    branch: git?.branch ?? undefined,
    edits: edits.length,
    artifacts: artifacts.length,
    records: recordCount,
  };
}
