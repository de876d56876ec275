import type { MetricSummary } from '../series/metric-summary.ts';
import type { PayloadRun, PayloadRunInput } from './experiment-runs.ts';
import { decodeMaybe, encodeMaybe } from './numbers.ts';
import { encodeValue } from './param-value.ts';
import { asList, maybeText } from './plain-values.ts';
import { Positions } from './positions.ts';
import { asRecord } from './series-payload.ts';

/** Values of one kind for all runs of a file: all of them, or only those that are there, with their places. */
type Column<T> = (T | null)[] | { at: number[]; of: T[] };

const textFacts = [
  'state',
  'group',
  'job',
  'seed',
  'host',
  'user',
  'commit',
  'branch',
  'parent',
  'duplicateOf',
] as const;
const numberFacts = ['startedAtMs', 'durationMs', 'resumes', 'edits', 'artifacts', 'records'] as const;
const counts: ReadonlySet<string> = new Set(['resumes', 'edits', 'artifacts', 'records']);
/** Times that mostly lie a short way after the start, which they are counted from where there is one. */
const laterTimes = ['endedAtMs', 'lastRecordMs'] as const;

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

/** Fields that are 0 for nearly every metric, and are left out then. */
const mostlyZero: ReadonlySet<string> = new Set(['nonFinite', 'stepsBack', 'stepsRepeated']);

/**
 * Writes runs column by column: what is alike stands together, so that it compresses well. Texts, params' values and their
 * names are listed once and named by position; nothing from a log is a key.
 */
export function encodeRunColumns(experiment: string, runs: readonly PayloadRunInput[]): Record<string, unknown> {
  const texts = new Positions();
  const values = new Positions();
  const paramNames = new Set(runs.flatMap((run) => [...run.params.keys()]));
  const metricNames = new Set(runs.flatMap((run) => [...run.metrics.keys()]));
  const column = <T>(read: (run: PayloadRunInput) => T | null | undefined) =>
    encodeColumn(runs.map((run) => read(run) ?? null));
  return leaveOutMissing({
    ids: runs.map(({ id }) => shortenId(experiment, id)),
    names: column(({ id, name }) => (name === lastPart(id) ? null : name)),
    ...Object.fromEntries(
      textFacts.map((fact) => [fact, column((run) => (run[fact] === undefined ? null : texts.of(run[fact])))]),
    ),
    ...Object.fromEntries(
      numberFacts.map((fact) => [
        fact,
        column((run) => (counts.has(fact) && run[fact] === 0 ? null : encodeMaybe(run[fact]))),
      ]),
    ),
    ...Object.fromEntries(laterTimes.map((fact) => [fact, column((run) => encodeLater(run[fact], run.startedAtMs))])),
    archived: column(({ archived }) => (archived ? 1 : null)),
    tags: column(({ tags }) => (tags.length === 0 ? null : tags.map((tag) => texts.of(tag)))),
    diverged: column(({ diverged }) => diverged && [texts.of(diverged.metric), encodeMaybe(diverged.step)]),
    urls: column(({ seriesUrl }) => seriesUrl),
    params: Array.from(paramNames, (name) => [
      name,
      column(({ params }) => {
        const value = params.get(name);
        return value === undefined ? null : values.of(encodeValue(value));
      }),
    ]),
    metrics: Array.from(metricNames, (name) => [
      name,
      ...summaryFields.map((field) => column(({ metrics }) => encodeFigure(metrics.get(name), field)) ?? 0),
    ]),
    texts: texts.list,
    values: values.list,
  });
}

/** Reads what `encodeRunColumns` wrote. */
export function decodeRunColumns(experiment: string, columns: Record<string, unknown>): PayloadRun[] {
  const texts = asList(columns.texts).map(String);
  const values = asList(columns.values).map(String);
  const ids = asList(columns.ids).map((short) => lengthenId(experiment, String(short)));
  const at = (name: string) => decodeColumn(columns[name], ids.length);
  const names = at('names');
  const facts = new Map<string, unknown[]>(
    [...textFacts, ...numberFacts, ...laterTimes].map((fact) => [fact, at(fact)]),
  );
  const text = (fact: (typeof textFacts)[number], i: number) => {
    const position = facts.get(fact)?.[i];
    return typeof position === 'number' ? texts[position] : undefined;
  };
  const number = (fact: (typeof numberFacts)[number], i: number) => decodeMaybe(facts.get(fact)?.[i]);
  const archived = at('archived');
  const tags = at('tags');
  const diverged = at('diverged');
  const urls = at('urls');
  const runs = ids.map((id, i): PayloadRun => {
    const startedAtMs = number('startedAtMs', i);
    const odd = asList(diverged[i]);
    return {
      id,
      name: maybeText(names[i]) ?? lastPart(id),
      state: runStates.find((known) => known === text('state', i)) ?? 'unknown',
      startedAtMs,
      endedAtMs: decodeLater(facts.get('endedAtMs')?.[i], startedAtMs),
      lastRecordMs: decodeLater(facts.get('lastRecordMs')?.[i], startedAtMs),
      durationMs: number('durationMs', i),
      diverged:
        odd.length === 2 ? { metric: texts[Number(odd[0])] ?? '', step: decodeMaybe(odd[1]) ?? Number.NaN } : undefined,
      archived: archived[i] === 1,
      tags: asList(tags[i]).map((position) => texts[Number(position)] ?? ''),
      seed: text('seed', i),
      group: text('group', i),
      job: text('job', i),
      host: text('host', i),
      user: text('user', i),
      commit: text('commit', i),
      branch: text('branch', i),
      parent: text('parent', i),
      duplicateOf: text('duplicateOf', i),
      resumes: number('resumes', i) ?? 0,
      edits: number('edits', i) ?? 0,
      artifacts: number('artifacts', i) ?? 0,
      records: number('records', i) ?? 0,
      seriesUrl: maybeText(urls[i]),
      params: new Map(),
      metrics: new Map(),
    };
  });
  for (const [name, column] of asList(columns.params).map(asList)) {
    for (const [i, position] of decodeColumn(column, ids.length).entries())
      if (position !== null) runs[i]?.params.set(String(name), values[Number(position)] ?? 'null');
  }
  for (const [name, ...figures] of asList(columns.metrics).map(asList)) {
    const read = figures.map((column) => decodeColumn(column, ids.length));
    for (const [i, run] of runs.entries()) {
      const summary = decodeSummary(read.map((column) => column[i]));
      if (summary !== undefined) run.metrics.set(String(name), summary);
    }
  }
  return runs;
}

const runStates = ['finished', 'failed', 'killed', 'open', 'unknown'] as const;

function encodeFigure(summary: MetricSummary | undefined, field: (typeof summaryFields)[number]) {
  if (summary === undefined) return null;
  const value = summary[field];
  if (mostlyZero.has(field) && value === 0) return null;
  if (field === 'lastFinite' && value === summary.last) return null;
  return encodeMaybe(value);
}

/** The figures of a metric of a run, in the order of `summaryFields`; undefined where the run has no such metric. */
function decodeSummary(figures: readonly unknown[]): MetricSummary | undefined {
  if (figures[0] === null || figures[0] === undefined) return undefined;
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

/** A whole number of milliseconds after the start as that; any other time as text, which keeps it exact. */
function encodeLater(ms: number | undefined, startedAtMs: number | undefined): number | string | null {
  if (ms === undefined) return null;
  const after = ms - (startedAtMs ?? Number.NaN);
  return Number.isSafeInteger(after) && (startedAtMs ?? 0) + after === ms ? after : String(ms);
}

function decodeLater(encoded: unknown, startedAtMs: number | undefined): number | undefined {
  if (typeof encoded === 'number') return (startedAtMs ?? 0) + encoded;
  return typeof encoded === 'string' ? Number(encoded) : undefined;
}

/** A column in which at least half the runs have nothing names the places of the rest. Undefined when there is nothing. */
function encodeColumn<T>(values: readonly (T | null)[]): Column<T> | undefined {
  const at = [...values.keys()].filter((i) => values[i] !== null);
  if (at.length === 0) return undefined;
  if (at.length * 2 > values.length) return values.slice(0, (at.at(-1) ?? 0) + 1);
  return { at, of: at.map((i) => values[i] as T) };
}

function decodeColumn(column: unknown, length: number): unknown[] {
  const values: unknown[] = Array.from({ length }, () => null);
  if (Array.isArray(column)) for (const [i, value] of column.slice(0, length).entries()) values[i] = value;
  else if (typeof column === 'object' && column !== null) {
    const { at, of } = asRecord(column);
    const items = asList(of);
    for (const [k, i] of asList(at).entries()) {
      if (typeof i === 'number' && i < length) values[i] = items[k] ?? null;
    }
  }
  return values;
}

/** A text of the experiment's own runs without the experiment; others whole, behind a slash. */
function shortenId(experiment: string, id: string): string {
  const rest = id.startsWith(`${experiment}/`) ? id.slice(experiment.length + 1) : '/';
  return rest.startsWith('/') ? `/${id}` : rest;
}

function lengthenId(experiment: string, short: string): string {
  return short.startsWith('/') ? short.slice(1) : `${experiment}/${short}`;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function leaveOutMissing(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}
