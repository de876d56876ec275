import type { JsonValue } from '../format/scalars.ts';
import { guessGoal } from '../series/primary-metric.ts';
import { type RunStatus, runStatus } from '../series/run-status.ts';
import { summaryValue } from '../series/summary-value.ts';
import type { Experiment } from '../store/experiment.ts';
import type { Run } from '../store/run.ts';
import { WrittenNumber } from './json.ts';

/** A number as strict JSON can say it: a non-finite one is its word. */
export type PlainNumber = number | 'NaN' | 'Infinity' | '-Infinity';

/** A metric's figures as every format gives them. `null` where there is no finite value. */
export interface MetricObject {
  last: PlainNumber;
  lastStep: number;
  lastFinite: number | null;
  min: number | null;
  minStep: number | null;
  max: number | null;
  maxStep: number | null;
  mean: number | null;
  /** Every value written, superseded and non-finite ones too. */
  count: number;
  nonFinite: number;
  /** The declared summary; the last value when none is declared. */
  value: PlainNumber | null;
}

/** One run as exports give it. Times are ISO 8601 in UTC. */
export interface RunObject {
  id: string;
  experiment: string;
  run: string;
  name: string;
  status: RunStatus;
  diverged: boolean;
  divergedAt: { metric: string; step: number } | null;
  archived: boolean;
  startedAt: string | null;
  endedAt: string | null;
  durationMs: number | null;
  seed: string | null;
  group: string | null;
  params: Map<string, JsonValue | WrittenNumber>;
  tags: string[];
  metrics: Map<string, MetricObject>;
}

/** Gives a run as exports show it, its status worked out at `nowMs`. */
export function describeRun(
  run: Run,
  experiment: Experiment,
  clock: { nowMs: number; crashedAfterMs?: number },
): RunObject {
  return {
    id: run.id,
    experiment: run.experiment,
    run: run.run,
    name: run.name,
    status: runStatus(run, clock),
    diverged: run.diverged !== undefined,
    divergedAt: run.diverged ?? null,
    archived: run.archived,
    startedAt: isoTime(run.startedAtMs),
    endedAt: isoTime(run.endedAtMs),
    durationMs: run.durationMs ?? null,
    seed: run.seed ?? null,
    group: run.group ?? null,
    params: describeParams(run),
    tags: run.tags,
    metrics: new Map([...run.metrics].map(([name, summary]) => [name, describeMetric(name, summary, experiment)])),
  };
}

/** Params as they were written, as far as JSON can say it. */
function describeParams({ params, paramTexts }: Run): RunObject['params'] {
  if (paramTexts.size === 0) return params;
  const result: RunObject['params'] = new Map(params);
  for (const [key, text] of paramTexts) {
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text)) result.set(key, new WrittenNumber(text));
  }
  return result;
}

function describeMetric(
  name: string,
  summary: Run['metrics'] extends Map<string, infer Summary> ? Summary : never,
  experiment: Experiment,
): MetricObject {
  const settings = experiment.metricSettings.get(name);
  const value = summaryValue(summary, settings?.summary, guessGoal(name, settings));
  return {
    last: plainNumber(summary.last),
    lastStep: summary.lastStep,
    lastFinite: summary.lastFinite ?? null,
    min: summary.min ?? null,
    minStep: summary.minStep ?? null,
    max: summary.max ?? null,
    maxStep: summary.maxStep ?? null,
    mean: summary.mean ?? null,
    count: summary.count,
    nonFinite: summary.nonFinite,
    value: value === undefined ? null : plainNumber(value),
  };
}

/** Gives a number that strict JSON can hold. */
export function plainNumber(value: number): PlainNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
