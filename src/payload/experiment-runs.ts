import type { JsonValue } from '../format/scalars.ts';
import type { MetricSummary } from '../series/metric-summary.ts';
import { asList, maybeText } from './plain-values.ts';
import { decodeRunColumns, encodeRunColumns } from './run-columns.ts';
import { asRecord } from './series-payload.ts';

/** What is declared of a metric, as far as tables need it. */
export interface PayloadMetric {
  name: string;
  label?: string;
  unit?: string;
  goal?: 'min' | 'max';
  /** Which value stands for the metric; `last` when absent. */
  summary?: 'last' | 'best' | 'min' | 'max' | 'mean' | 'last_finite';
  /** True for the metrics that the experiment is ranked by. */
  primary?: boolean;
  /** Address of the metric's `metric-series` payload, without the base path: what comparing many runs loads. */
  seriesUrl?: string;
}

interface PayloadRunFacts {
  /** `experiment/run`. */
  id: string;
  name: string;
  state: 'finished' | 'failed' | 'killed' | 'open' | 'unknown';
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
  lastRecordMs: number | undefined;
  durationMs: number | undefined;
  diverged: { metric: string; step: number } | undefined;
  archived: boolean;
  tags: string[];
  seed: string | undefined;
  group: string | undefined;
  job: string | undefined;
  host: string | undefined;
  user: string | undefined;
  /** Full commit hash. */
  commit: string | undefined;
  branch: string | undefined;
  /** Id of the run that started this one. */
  parent: string | undefined;
  /** Id of an earlier run with the same seed and params. */
  duplicateOf: string | undefined;
  resumes: number;
  /** Commits that changed the log after the run had ended. */
  edits: number;
  artifacts: number;
  /** Records read, all kinds. */
  records: number;
  /** Address of the run's `run-series` payload, without the base path. */
  seriesUrl: string | undefined;
  metrics: Map<string, MetricSummary>;
}

/** A run to encode. */
export interface PayloadRunInput extends PayloadRunFacts {
  /** Flattened with `.`. */
  params: Map<string, JsonValue>;
}

/** A run as decoded. */
export interface PayloadRun extends PayloadRunFacts {
  /** Param to its value as JSON text: equal values have equal text, and integers past 2^53 keep their digits. */
  params: Map<string, string>;
}

/** Summaries and params of the runs of one experiment; past `runsPerFile` runs the rest are in further files. */
export interface ExperimentRunsPayload<R extends PayloadRunFacts = PayloadRun> {
  experiment: string;
  title: string;
  owner: string | undefined;
  /** True for an experiment that is put away as a whole; its table shows archived runs too. */
  archived: boolean;
  /** Id of the run that others are held against. */
  baseline: string | undefined;
  /** Id of the run that ranks first. */
  best: string | undefined;
  metrics: PayloadMetric[];
  /** Param columns that the table opens with: those that differ, `group_by` first. */
  paramColumns: string[];
  /** Params that runs are grouped by, as declared. */
  groupBy?: string[];
  /** Views that the experiment keeps, each with the query of its dashboard's address. */
  views?: { name: string; query: string }[];
  /** Address of the `run-facts` payload, without the base path; absent where nothing is known beside what is here. */
  factsUrl?: string | undefined;
  /** All runs, those in further files too. */
  runsInAll: number;
  /** Addresses of the further files, without the base path; their runs follow on. */
  moreUrls: string[];
  /** As the run table lists them: best first, then what is not ranked, archived ones last. */
  runs: R[];
}

/** Runs in one file. */
export const runsPerFile = 1000;

/** Encodes the runs of an experiment as strict JSON. */
export function encodeExperimentRuns(payload: ExperimentRunsPayload<PayloadRunInput>): string {
  const { experiment, title, owner, archived, baseline, best, metrics, paramColumns, runsInAll, moreUrls, runs } =
    payload;
  const { groupBy = [], views = [], factsUrl } = payload;
  return JSON.stringify({
    kind: 'experiment-runs',
    experiment,
    title,
    owner,
    archived,
    baseline,
    best,
    declared: metrics,
    paramColumns,
    ...(groupBy.length === 0 ? {} : { groupBy }),
    ...(views.length === 0 ? {} : { views: views.map(({ name, query }) => [name, query]) }),
    factsUrl,
    runsInAll,
    moreUrls,
    columns: encodeRunColumns(experiment, runs),
  });
}

/** Reads what `encodeExperimentRuns` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeExperimentRuns(text: string): ExperimentRunsPayload {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'experiment-runs') throw new Error('This file does not hold the runs of an experiment.');
  const experiment = String(payload.experiment);
  const groupBy = asList(payload.groupBy).map(String);
  const pairs = asList(payload.views).map(asList);
  const views = pairs.map(([name, query]) => ({ name: String(name), query: String(query) }));
  const factsUrl = maybeText(payload.factsUrl);
  return {
    experiment,
    title: String(payload.title),
    owner: maybeText(payload.owner),
    archived: payload.archived === true,
    baseline: maybeText(payload.baseline),
    best: maybeText(payload.best),
    metrics: asList(payload.declared).map(decodeMetric),
    paramColumns: asList(payload.paramColumns).map(String),
    ...(groupBy.length === 0 ? {} : { groupBy }),
    ...(views.length === 0 ? {} : { views }),
    ...(factsUrl === undefined ? {} : { factsUrl }),
    runsInAll: Number(payload.runsInAll),
    moreUrls: asList(payload.moreUrls).map(String),
    runs: decodeRunColumns(experiment, asRecord(payload.columns)),
  };
}

/** Encodes runs that follow those of an `experiment-runs` file. */
export function encodeMoreRuns(experiment: string, runs: readonly PayloadRunInput[]): string {
  return JSON.stringify({ kind: 'more-runs', experiment, columns: encodeRunColumns(experiment, runs) });
}

/** Reads what `encodeMoreRuns` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeMoreRuns(text: string): PayloadRun[] {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'more-runs') throw new Error('This file does not hold further runs of an experiment.');
  return decodeRunColumns(String(payload.experiment), asRecord(payload.columns));
}

function decodeMetric(item: unknown): PayloadMetric {
  const record = asRecord(item);
  const metric: PayloadMetric = { name: String(record.name) };
  const summary = summaryRules.find((rule) => rule === record.summary);
  if (typeof record.label === 'string') metric.label = record.label;
  if (typeof record.unit === 'string') metric.unit = record.unit;
  if (record.goal === 'min' || record.goal === 'max') metric.goal = record.goal;
  if (summary !== undefined) metric.summary = summary;
  if (record.primary === true) metric.primary = true;
  if (typeof record.seriesUrl === 'string') metric.seriesUrl = record.seriesUrl;
  return metric;
}

const summaryRules = ['last', 'best', 'min', 'max', 'mean', 'last_finite'] as const;
