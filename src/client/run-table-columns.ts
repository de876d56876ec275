import type { ExperimentRunsPayload, PayloadMetric } from '../payload/experiment-runs.ts';
import type { FilterValue, MetricPart } from '../query/filter.ts';
import { metricParts } from '../query/filter.ts';
import { printName, splitMetricPart } from '../query/resolve-names.ts';
import { summaryWords } from '../series/summary-words.ts';
import type { RunIndex, Values } from './run-table-index.ts';

/** Fields that can be a column, with their heads. Those of the first column are no columns of their own. */
const fieldHeads: ReadonlyMap<string, string> = new Map([
  ['status', 'Status'],
  ['tags', 'Tags'],
  ['duration', 'Duration'],
  ['started', 'Started'],
  ['ended', 'Ended'],
  ['updated', 'Last record'],
  ['seed', 'Seed'],
  ['group', 'Group'],
  ['job', 'Job'],
  ['host', 'Host'],
  ['user', 'User'],
  ['commit', 'Commit'],
  ['branch', 'Branch'],
  ['parent', 'Parent'],
  ['resumes', 'Resumes'],
  ['edits', 'Edits after finish'],
  ['artifacts', 'Artifacts'],
  ['records', 'Records'],
  ['id', 'Id'],
]);

/** A column that the table can show. */
export interface TableColumn {
  /** Its name in the address, which is its name in a filter: `status`, `val/acc`, `param:lr` where a metric is called `lr` too. */
  id: string;
  kind: 'field' | 'metric' | 'param';
  name: string;
  /** Which figure of a metric; the value that stands for it when absent. */
  part?: MetricPart;
  label: string;
  /** Which value of a run it shows, in a word; undefined where that goes without saying. */
  rule?: string;
  unit: string | undefined;
  goal: 'min' | 'max' | undefined;
  values: Values<FilterValue>;
  isNumeric: boolean;
  /** True when it tells runs apart. */
  isVarying: boolean;
}

/** All columns there can be, by id: fields, then metrics, ranked ones first, then params, then the figures of metrics. */
export function tableColumns(index: RunIndex): Map<string, TableColumn> {
  const columns: TableColumn[] = [];
  for (const [name, label] of fieldHeads) {
    const values = index.field(name);
    if (values.every((value) => value === undefined || value === 0)) continue;
    const isNumeric = name === 'duration' || values.every((value) => value === undefined || typeof value === 'number');
    const isTime = name === 'started' || name === 'ended' || name === 'updated';
    columns.push(makeColumn({ id: name, kind: 'field', name, label, values, isNumeric: isNumeric && !isTime }));
  }
  const metrics = [...index.metrics.values()].sort((a, b) => Number(b.primary ?? false) - Number(a.primary ?? false));
  for (const { name, label = name, unit, goal, summary } of metrics) {
    const rule = summaryWords(summary, goal);
    const id = refId('metric', name, index);
    columns.push(
      makeColumn({ id, kind: 'metric', name, label, rule, unit, goal, values: index.standing(name), isNumeric: true }),
    );
  }
  for (const name of index.names.params) {
    const values = index.param(name);
    const isNumeric = values.every(
      (value) => value === undefined || typeof value === 'number' || typeof value === 'bigint',
    );
    columns.push(makeColumn({ id: refId('param', name, index), kind: 'param', name, label: name, values, isNumeric }));
  }
  for (const metric of metrics) {
    for (const part of metricParts) {
      if (part !== 'best' || metric.goal !== undefined) columns.push(partColumn(metric, part, index));
    }
  }
  return new Map(columns.map((column) => [column.id, column]));
}

/**
 * The columns that the table opens with, as the page has them without script: status, the metrics it is ranked by, the
 * params that differ, duration and start.
 */
export function defaultColumns(
  payload: Pick<ExperimentRunsPayload, 'metrics' | 'paramColumns'>,
  index: RunIndex,
  columns: ReadonlyMap<string, TableColumn>,
): string[] {
  const primary = payload.metrics.filter((metric) => metric.primary === true).slice(0, 3);
  const ids = [
    'status',
    ...primary.map(({ name }) => refId('metric', name, index)),
    ...payload.paramColumns.map((name) => refId('param', name, index)),
    'duration',
    'started',
  ];
  return ids.filter((id) => columns.has(id));
}

function makeColumn(
  column: Omit<TableColumn, 'isVarying' | 'unit' | 'goal'> & Partial<Pick<TableColumn, 'unit' | 'goal'>>,
): TableColumn {
  return { unit: undefined, goal: undefined, ...column, isVarying: varies(column.values) };
}

/** A figure of a metric as a column. There are many and few are looked at, so its values wait until they are. */
function partColumn(metric: PayloadMetric, part: MetricPart, index: RunIndex): TableColumn {
  const isCount = part === 'count';
  return {
    id: refId('metric', `${metric.name}.${part}`, index),
    kind: 'metric',
    name: metric.name,
    part,
    label: `${metric.label ?? metric.name} ${part}`,
    unit: isCount ? undefined : metric.unit,
    goal: isCount ? undefined : metric.goal,
    isNumeric: true,
    get values() {
      return index.metric(metric.name, part);
    },
    get isVarying() {
      return varies(this.values);
    },
  };
}

function varies(values: Values<FilterValue>): boolean {
  const [first] = values;
  return values.some((value) => !Object.is(value, first));
}

/** The shortest name that a filter reads as this very thing. */
function refId(scope: 'metric' | 'param', name: string, { names }: RunIndex): string {
  const printed = printName(name);
  if (printed !== name || fieldNames.has(name) || /^(?:-|pin:)/.test(name)) return `${scope}:${name}`;
  if (scope === 'metric') return names.metrics.has(name) || !names.params.has(name) ? name : `metric:${name}`;
  const figure = splitMetricPart(name);
  return names.metrics.has(name) || (figure !== undefined && names.metrics.has(figure.metric)) ? `param:${name}` : name;
}

const fieldNames: ReadonlySet<string> = new Set([
  ...fieldHeads.keys(),
  'name',
  'experiment',
  'owner',
  'tag',
  'archived',
  'diverged',
]);
