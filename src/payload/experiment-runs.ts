import type { JsonValue } from '../format/scalars.ts';
import type { MetricSummary } from '../series/metric-summary.ts';
import type { EncodedNumber } from './numbers.ts';
import { decodeMaybe, decodeNumber, encodeMaybe, encodeNumber } from './numbers.ts';
import { encodeValue } from './param-value.ts';
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
  lastRecordMs: number | undefined;
  startedAtMs: number | undefined;
  durationMs: number | undefined;
  diverged: { metric: string; step: number } | undefined;
  archived: boolean;
  tags: string[];
  seed: string | undefined;
  group: string | undefined;
  /** Full commit hash. */
  commit: string | undefined;
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

/** Summaries and params of all runs of one experiment. */
export interface ExperimentRunsPayload<R extends PayloadRunFacts = PayloadRun> {
  experiment: string;
  title: string;
  /** Id of the run that others are held against. */
  baseline: string | undefined;
  metrics: PayloadMetric[];
  /** In natural order. */
  runs: R[];
}

const summaryFields = [
  'last',
  'lastStep',
  'min',
  'minStep',
  'max',
  'maxStep',
  'count',
  'nonFinite',
  'mean',
  'first',
  'firstStep',
  'firstNonFiniteStep',
  'lastFinite',
  'stepsBack',
  'stepsRepeated',
] as const satisfies readonly (keyof MetricSummary)[];

/**
 * Encodes the runs of an experiment as strict JSON. Param names, param values and metric names are listed once and named by
 * position; nothing from a log is a key.
 */
export function encodeExperimentRuns(payload: ExperimentRunsPayload<PayloadRunInput>): string {
  const names = new Positions();
  const values = new Positions();
  const metricNames = new Positions();
  const runs = payload.runs.map((run) => ({
    id: run.id,
    ...(run.name === run.id.slice(run.id.lastIndexOf('/') + 1) ? {} : { name: run.name }),
    state: run.state,
    times: [run.lastRecordMs, run.startedAtMs, run.durationMs].map(encodeMaybe),
    ...(run.diverged && { diverged: [run.diverged.metric, encodeNumber(run.diverged.step)] }),
    ...(run.archived && { archived: true }),
    ...(run.tags.length > 0 && { tags: run.tags }),
    ...(run.seed !== undefined && { seed: run.seed }),
    ...(run.group !== undefined && { group: run.group }),
    ...(run.commit !== undefined && { commit: run.commit }),
    ...(run.seriesUrl !== undefined && { url: run.seriesUrl }),
    params: [...run.params].flatMap(([name, value]) => [names.of(name), values.of(encodeValue(value))]),
    metrics: [...run.metrics].map(([name, summary]) => [metricNames.of(name), ...encodeSummary(summary)]),
  }));
  return JSON.stringify({
    kind: 'experiment-runs',
    experiment: payload.experiment,
    title: payload.title,
    baseline: payload.baseline ?? null,
    declared: payload.metrics,
    paramNames: names.list,
    paramValues: values.list,
    metricNames: metricNames.list,
    runs,
  });
}

/** Reads what `encodeExperimentRuns` wrote. Throws an `Error` when the text is not such a payload. */
export function decodeExperimentRuns(text: string): ExperimentRunsPayload {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'experiment-runs') throw new Error('This file does not hold the runs of an experiment.');
  const lists = {
    names: texts(payload.paramNames),
    values: texts(payload.paramValues),
    metrics: texts(payload.metricNames),
  };
  return {
    experiment: String(payload.experiment),
    title: String(payload.title),
    baseline: maybeText(payload.baseline),
    metrics: asList(payload.declared).map(decodeMetric),
    runs: asList(payload.runs).map((run) => decodeRun(asRecord(run), lists)),
  };
}

function decodeRun(
  run: Record<string, unknown>,
  lists: { names: string[]; values: string[]; metrics: string[] },
): PayloadRun {
  const id = String(run.id);
  const [lastRecordMs, startedAtMs, durationMs] = asList(run.times).map(decodeMaybe);
  const state = runStates.find((known) => known === run.state) ?? 'unknown';
  const pairs = asList(run.params).map(Number);
  const params = new Map<string, string>();
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    params.set(lists.names[pairs[i] ?? -1] ?? '', lists.values[pairs[i + 1] ?? -1] ?? 'null');
  }
  const diverged = Array.isArray(run.diverged)
    ? { metric: String(run.diverged[0]), step: decodeNumber(run.diverged[1]) }
    : undefined;
  return {
    id,
    name: maybeText(run.name) ?? id.slice(id.lastIndexOf('/') + 1),
    state,
    lastRecordMs,
    startedAtMs,
    durationMs,
    diverged,
    archived: run.archived === true,
    tags: texts(run.tags),
    seed: maybeText(run.seed),
    group: maybeText(run.group),
    commit: maybeText(run.commit),
    seriesUrl: maybeText(run.url),
    params,
    metrics: new Map(
      asList(run.metrics).map((entry): [string, MetricSummary] => {
        const [position, ...figures] = asList(entry);
        return [lists.metrics[Number(position)] ?? '', decodeSummary(figures)];
      }),
    ),
  };
}

const runStates = ['finished', 'failed', 'killed', 'open', 'unknown'] as const;

/** Figures in the order of `summaryFields`; absent ones at the end are cut off, and so is a `lastFinite` equal to `last`. */
function encodeSummary(summary: MetricSummary): (EncodedNumber | null)[] {
  const figures = summaryFields.map((field) =>
    field === 'lastFinite' && summary.lastFinite === summary.last ? null : encodeMaybe(summary[field]),
  );
  while (figures.at(-1) === null) figures.pop();
  return figures;
}

function decodeSummary(figures: readonly unknown[]): MetricSummary {
  const at = (field: (typeof summaryFields)[number]) => decodeMaybe(figures[summaryFields.indexOf(field)]);
  const last = at('last') ?? Number.NaN;
  return {
    last,
    lastStep: at('lastStep') ?? Number.NaN,
    lastFinite: at('lastFinite') ?? (Number.isFinite(last) ? last : undefined),
    min: at('min'),
    minStep: at('minStep'),
    max: at('max'),
    maxStep: at('maxStep'),
    mean: at('mean'),
    count: at('count') ?? 0,
    nonFinite: at('nonFinite') ?? 0,
    firstNonFiniteStep: at('firstNonFiniteStep'),
    stepsBack: at('stepsBack') ?? 0,
    stepsRepeated: at('stepsRepeated') ?? 0,
    first: at('first') ?? Number.NaN,
    firstStep: at('firstStep') ?? Number.NaN,
  };
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

/** A list of unlike texts, each named by its position. */
class Positions {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  of(text: string): number {
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    this.#positions.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function texts(value: unknown): string[] {
  return asList(value).map(String);
}

function maybeText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
