import { closest, distance } from 'fastest-levenshtein';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { ChartSettings } from '../format/chart-settings.ts';
import type { FilterFault } from '../query/filter.ts';
import { findField } from '../series/find-field.ts';
import { runStatus } from '../series/run-status.ts';
import type { Experiment } from './experiment.ts';
import { faultText, filterEntries } from './filter-entries.ts';
import type { ReadExperimentSettings } from './read-settings.ts';
import type { Run } from './run.ts';
import { type RunEntry, runEntry } from './run-entry.ts';

/** A name that a panel asks for, where it stands, and what may stand there. */
interface AskedName {
  text: string;
  path: PropertyKey[];
  kind: 'metric' | 'param' | 'field' | 'table' | 'histogram' | 'run';
}

/**
 * Warns of panels under `charts:` that name a metric, param, table, histogram or run which no run of the experiment has, and
 * reports each `where` that is no filter. The page says so in the panel's place. Without runs no name can be judged.
 */
export function checkCharts(
  experiment: Experiment,
  runs: readonly Run[],
  { chartPlaces, positionOf }: Pick<ReadExperimentSettings, 'chartPlaces' | 'positionOf'>,
  diagnostics: DiagnosticList,
): void {
  const { settings, settingsPath } = experiment;
  const { charts = [] } = settings;
  if (charts.length === 0 || settingsPath === undefined) return;
  const known = knownNames(runs);
  const entries = runs.map((run) => runEntry(run, experiment, runStatus(run, { nowMs: 0 })));
  for (const [i, chart] of charts.entries()) {
    const place = ['charts', chartPlaces[i] ?? i];
    const fault = whereFault(chart, entries);
    if (fault !== undefined)
      diagnostics.add({
        code: fault.isUnknownName === true ? 'unknown-chart-name' : 'filter-invalid',
        file: settingsPath,
        ...positionOf([...place, 'where'], { at: fault.offset }),
        message: faultText(fault),
        fold: null,
      });
    if (runs.length === 0) continue;
    for (const { text, path, kind } of namesOf(chart)) {
      if (isKnown(text, kind, known)) continue;
      diagnostics.add({
        code: 'unknown-chart-name',
        file: settingsPath,
        ...positionOf([...place, ...path]),
        message: `${kind === 'run' ? 'There is no run' : `No run has the ${kindWords[kind]}`} "${text}".${nearest(text, candidates(kind, known))}`,
        fold: null,
      });
    }
  }
}

function whereFault({ where }: ChartSettings, entries: readonly RunEntry[]): FilterFault | undefined {
  const filtered = where === undefined ? undefined : filterEntries(entries, where, { nowMs: 0 });
  if (filtered === undefined || filtered.ok) return undefined;
  return filtered.fault.isUnknownName === true && entries.length === 0 ? undefined : filtered.fault;
}

const kindWords = {
  metric: 'metric',
  param: 'param',
  field: 'metric or param',
  table: 'table',
  histogram: 'histogram',
};

interface Names {
  metrics: Set<string>;
  params: Set<string>;
  tables: Set<string>;
  histograms: Set<string>;
  runs: Set<string>;
}

function knownNames(runs: readonly Run[]): Names {
  return {
    metrics: new Set(runs.flatMap((run) => [...run.metrics.keys()])),
    params: new Set(runs.flatMap((run) => [...run.params.keys()])),
    tables: new Set(runs.flatMap((run) => run.tables.map(({ name }) => name))),
    histograms: new Set(runs.flatMap((run) => run.histograms.map(({ name }) => name))),
    runs: new Set(runs.flatMap((run) => [run.run, run.id])),
  };
}

function isKnown(text: string, kind: AskedName['kind'], known: Names): boolean {
  switch (kind) {
    case 'metric':
      return findField(text, { ...known, params: new Set() }) !== undefined;
    case 'param':
      return findField(text, { ...known, metrics: new Set() }) !== undefined;
    case 'field':
      return findField(text, known) !== undefined;
    default:
      return candidates(kind, known).includes(text);
  }
}

function candidates(kind: AskedName['kind'], known: Names): string[] {
  if (kind === 'field') return [...known.metrics, ...known.params];
  const sets = {
    metric: known.metrics,
    param: known.params,
    table: known.tables,
    histogram: known.histograms,
    run: known.runs,
  };
  return [...sets[kind]];
}

function nearest(text: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  const found = closest(text, [...names]);
  if (distance(text, found) <= Math.max(2, text.length / 3)) return ` Did you mean "${found}"?`;
  const last = names.filter((name) => name.endsWith(`.${text}`) || name.endsWith(`/${text}`)); // lr → optimizer.lr
  return last.length === 1 ? ` Did you mean "${last[0]}"?` : '';
}

/** Every name that a panel holds. */
function namesOf(chart: ChartSettings): AskedName[] {
  const names: AskedName[] = [];
  const ask = (kind: AskedName['kind'], key: string, value: string | readonly string[] | undefined): void => {
    if (typeof value === 'string') names.push({ text: value, path: [key], kind });
    else for (const [i, text] of (value ?? []).entries()) names.push({ text, path: [key, i], kind });
  };
  switch (chart.type) {
    case 'scatter':
      ask('field', 'x', chart.x);
      ask('field', 'y', chart.y);
      ask('field', 'color', chart.color);
      break;
    case 'bar':
    case 'box':
      ask('param', 'x', chart.x);
      ask('metric', 'y', chart.y);
      break;
    case 'strip':
      ask('param', 'x', chart.x);
      ask('metric', 'y', chart.y);
      ask('field', 'color', chart.color);
      break;
    case 'parallel':
      ask('field', 'axes', chart.axes);
      ask('field', 'color', chart.color);
      ask('field', 'log', chart.log);
      break;
    case 'heatmap':
      ask('param', 'x', chart.x);
      ask('param', 'y', chart.y);
      ask('metric', 'value', chart.value);
      break;
    case 'importance':
      ask('metric', 'metric', chart.metric);
      ask('param', 'params', chart.params);
      break;
    case 'histogram':
      ask('metric', 'metric', chart.metric);
      ask('histogram', 'name', chart.name);
      ask('run', 'run', chart.run);
      break;
    case 'confusion':
      ask('table', 'table', chart.table);
      ask('run', 'run', chart.run);
      break;
    case 'roc':
    case 'pr':
    case 'calibration':
      ask('table', 'table', chart.table);
      ask('run', 'runs', chart.runs);
      break;
  }
  return names;
}
