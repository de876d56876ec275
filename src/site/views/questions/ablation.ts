import { buildPaperTable, type PaperGroup, type PaperTable } from '../../../exporters/paper-table.ts';
import type { RunEntry } from '../../../store/run-entry.ts';
import { baselineRun, baselineText, isBaselineGroup, type ViewBaseline } from '../../../store/view-baseline.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import type { SeedRuns } from './seed-runs.ts';
import { type GroupKey, groupKeys, labelOrder, paperGroup, seedsOf, valuesOf, viewGroups } from './view-groups.ts';
import { type ViewMetric, viewMetrics } from './view-metrics.ts';

/** A table of an ablation: groups by metrics, or groups by the values of further keys, of one metric. */
export interface AblationTable {
  paper: PaperTable;
  /** What its cells are of, where the columns are values. */
  subject: ViewMetric | undefined;
  /** The runs behind each cell, those that count. */
  cellRuns: RunEntry[][][];
}

/** What an ablation says. */
export interface Ablation {
  keys: GroupKey[];
  columnKeys: GroupKey[];
  metrics: ViewMetric[];
  tables: AblationTable[];
  /** Runs left out of all groups, and groups of which no run counts. */
  leftOut: number;
  empty: SeedRuns[];
  /** Rows past the limit. */
  cut: number;
  /** What cannot be done as the file asks, in sentences. */
  remarks: string[];
}

/** Works out an ablation: what groups of seeds tell, held against a baseline. */
export function ablation(view: ViewPage): Ablation {
  const { settings, runs } = view;
  const metrics = viewMetrics(view);
  const keys = groupKeys(settings.rows ?? settings.group_by, runs);
  const columnKeys = groupKeys(settings.columns ?? [], runs);
  const { groups, empty, leftOut } = viewGroups(runs, [...keys, ...columnKeys]);
  const common = { keys, columnKeys, metrics, leftOut, empty };
  const { baseline } = settings;
  const run = baseline === undefined ? undefined : baselineRun(baseline, runs);
  const lost = empty.reduce((sum, group) => sum + group.leftOut.length, 0);
  if (columnKeys.length === 0) {
    const kept = groups.slice(0, settings.limit);
    const place = baseline === undefined ? -1 : kept.findIndex((group) => holds(group.labels, group, baseline, run));
    const paper = buildPaperTable(
      kept.map((group) => paperGroup(group, metrics)),
      metrics,
      { heads: keys.map(({ head }) => head), baseline: place === -1 ? undefined : place, leftOut: lost },
    );
    const cellRuns = kept.map((group) =>
      metrics.map(({ name }) => group.runs.filter(({ run: own }) => own.metrics.has(name))),
    );
    const tables = metrics.length === 0 ? [] : [{ paper, subject: undefined, cellRuns }];
    return { ...common, tables, cut: groups.length - kept.length, remarks: baselineRemarks(baseline, place !== -1) };
  }
  return { ...common, ...grids(groups, { keys, columnKeys, metrics, baseline, run, lost, limit: settings.limit }) };
}

interface GridOptions {
  keys: GroupKey[];
  columnKeys: GroupKey[];
  metrics: ViewMetric[];
  baseline: ViewBaseline | undefined;
  run: RunEntry | undefined;
  /** Runs of groups that are in no row. */
  lost: number;
  limit: number | undefined;
}

/** One table a metric: the rows are values of the first keys, the columns those of the others. */
function grids(
  groups: readonly SeedRuns[],
  { keys, columnKeys, metrics, baseline, run, lost, limit }: GridOptions,
): Pick<Ablation, 'tables' | 'cut' | 'remarks'> {
  const split = keys.length;
  const rowsByName = new Map<string, SeedRuns[]>();
  const columnsByName = new Map<string, (string | undefined)[]>();
  for (const group of groups) {
    const [row, column] = [group.labels.slice(0, split), group.labels.slice(split)];
    rowsByName.set(nameOf(row), [...(rowsByName.get(nameOf(row)) ?? []), group]);
    columnsByName.set(nameOf(column), column);
  }
  const columns = sortLabels([...columnsByName.values()]);
  const all = [...rowsByName.values()];
  const rows = all.slice(0, limit);
  const columnOf = (group: SeedRuns): string => nameOf(group.labels.slice(split));
  const wholeOf = (group: SeedRuns): boolean => baseline !== undefined && holds(group.labels, group, baseline, run);
  const whole = rows.findIndex((row) => row.some(wholeOf));
  const partial =
    baseline === undefined
      ? -1
      : rows.findIndex(([group]) => group !== undefined && isBaselineGroup(baseline, group.labels.slice(0, split)));
  const baselineGroup = rows[whole]?.find(wholeOf);
  const place = whole === -1 ? partial : whole;
  const column = baselineGroup && columns.findIndex((labels) => nameOf(labels) === columnOf(baselineGroup));
  const tables = metrics.map((metric): AblationTable => {
    const cellRuns = rows.map((row) =>
      columns.map((labels) =>
        (row.find((group) => columnOf(group) === nameOf(labels))?.runs ?? []).filter(({ run: own }) =>
          own.metrics.has(metric.name),
        ),
      ),
    );
    const paperGroups = rows.map((row, i): PaperGroup => {
      const seeds = new Set(
        (cellRuns[i] ?? []).filter((own) => own.length > 0).map((own) => seedsOf(own).join('\u0000')),
      );
      return {
        labels: (row[0]?.labels.slice(0, split) ?? []).map((label) => label ?? 'none'),
        seeds: seeds.size === 1 ? ([...seeds][0] ?? '').split('\u0000').filter((seed) => seed !== '') : [],
        leftOut: row.reduce((sum, group) => sum + group.leftOut.length, 0),
        values: new Map(columns.map((labels, j) => [nameOf(labels), valuesOf(cellRuns[i]?.[j] ?? [], metric)])),
      };
    });
    const paperColumns = columns.map((labels) => ({
      ...metric,
      name: nameOf(labels),
      label: labels.map((label, i) => `${columnKeys[i]?.head ?? ''} = ${label ?? 'none'}`).join(', '),
    }));
    const paper = buildPaperTable(paperGroups, paperColumns, {
      heads: keys.map(({ head }) => head),
      baseline: place === -1 ? undefined : place,
      leftOut: lost,
      grid: { subject: metric.label, baselineColumn: column },
    });
    const named = paper.metrics.map((own) => ({ ...own, name: `${metric.name} at ${own.label}` }));
    return { paper: { ...paper, metrics: named }, subject: metric, cellRuns };
  });
  return { tables, cut: all.length - rows.length, remarks: baselineRemarks(baseline, place !== -1) };
}

function nameOf(labels: readonly (string | undefined)[]): string {
  return JSON.stringify(labels.map((label) => label ?? null));
}

function sortLabels(lists: (string | undefined)[][]): (string | undefined)[][] {
  const width = lists[0]?.length ?? 0;
  const orders = Array.from({ length: width }, (_, i) => labelOrder(lists.map((labels) => labels[i])));
  return [...lists].sort((a, b) => {
    for (const [i, order] of orders.entries()) {
      const difference = order(a[i]) - order(b[i]);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** Whether a group is the baseline: it holds the run that was named, or has the values. */
function holds(
  labels: readonly (string | undefined)[],
  { runs, leftOut }: SeedRuns,
  baseline: ViewBaseline,
  run: RunEntry | undefined,
): boolean {
  return run === undefined ? isBaselineGroup(baseline, labels) : runs.includes(run) || leftOut.includes(run);
}

function baselineRemarks(baseline: ViewBaseline | undefined, isFound: boolean): string[] {
  if (baseline === undefined || isFound) return [];
  return [`The baseline "${baselineText(baseline)}" is no group of this table: nothing is tested.`];
}
