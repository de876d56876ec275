import type { JsonValue } from '../format/scalars.ts';
import { encodeJson, WrittenNumber } from './json.ts';
import type { MetricObject, RunObject } from './run-object.ts';

const facts = [
  'id',
  'experiment',
  'run',
  'name',
  'status',
  'diverged',
  'archived',
  'startedAt',
  'endedAt',
  'durationMs',
  'seed',
  'group',
] as const;
const figures = [
  'last',
  'lastStep',
  'lastFinite',
  'min',
  'minStep',
  'max',
  'maxStep',
  'mean',
  'count',
  'nonFinite',
  'value',
] as const satisfies readonly (keyof MetricObject)[];

/**
 * A table with one row a run (RFC 4180, `\n` line ends): its facts, tags joined with `;`, then `params.NAME` and
 * `metrics.NAME.FIGURE` columns for every param and metric that any run has. A missing value is an empty cell. Text
 * that a spreadsheet would take for a formula is disarmed with `'`; numbers stay as they are.
 */
export function encodeRunsCsv(runs: readonly RunObject[]): string {
  const params = namesOf(runs, (run) => run.params);
  const metrics = namesOf(runs, (run) => run.metrics);
  const head = [
    ...facts,
    'tags',
    ...params.map((name) => `params.${name}`),
    ...metrics.flatMap((name) => figures.map((figure) => `metrics.${name}.${figure}`)),
  ];
  const rows = runs.map((run) => [
    ...facts.map((fact) => csvCell(run[fact])),
    csvCell(run.tags.join(';')),
    ...params.map((name) => csvCell(run.params.get(name))),
    ...metrics.flatMap((name) => {
      const metric = run.metrics.get(name);
      return figures.map((figure) => csvCell(metric?.[figure]));
    }),
  ]);
  return [head.map((name) => csvCell(name)), ...rows].map((row) => `${row.join(',')}\n`).join('');
}

function namesOf(runs: readonly RunObject[], pick: (run: RunObject) => ReadonlyMap<string, unknown>): string[] {
  return [...new Set(runs.flatMap((run) => [...pick(run).keys()]))];
}

/** A value as a cell of CSV: quoted where it has to be, and disarmed where a spreadsheet would take it for a formula. */
export function csvCell(value: JsonValue | WrittenNumber | undefined): string {
  if (value instanceof WrittenNumber) return value.text;
  if (value === undefined || value === null) return '';
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  const text = typeof value === 'string' ? value : encodeJson(value);
  // Words of non-finite numbers are ours, not a formula.
  const safe = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(text) && text !== '-Infinity' ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
