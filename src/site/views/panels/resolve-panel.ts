import type { PanelSpec } from '../../../charts/panels/draw-panel.ts';
import type { PanelField, PanelRun } from '../../../charts/panels/panel-data.ts';
import type { ChartSettings } from '../../../format/chart-settings.ts';
import { type FoundField, findField } from '../../../series/find-field.ts';
import type { Experiment } from '../../../store/experiment.ts';
import type { Run } from '../../../store/run.ts';
import { metricLabel } from '../metric-groups.ts';
import { importanceSpec } from './importance-spec.ts';
import { groupTables, toConfusionMatrix, toUnitCurve } from './logged-curves.ts';
import { toPanelField } from './panel-runs.ts';

/** What a panel is resolved against. */
export interface PanelSource {
  experiment: Experiment;
  /** Runs of the page, in natural order. */
  runs: readonly Run[];
  panelRuns: readonly PanelRun[];
  /** The same, best first. */
  ranked: readonly Run[];
  /** Params that differ, but for seeds. */
  params: readonly string[];
  names: { metrics: Set<string>; params: Set<string> };
  /** True where a filter of the panel holds runs back. */
  isFiltered: boolean;
}

/** A panel that can be drawn, or why it cannot. */
export type Resolved = { title: string; spec: PanelSpec } | { title: string; fault: string };

/** Curves that one panel draws where nobody says which runs. */
const mostCurves = 8;

/** Thrown within this file where a panel cannot be drawn; its message is shown in the panel's place. */
class PanelFault extends Error {}

/** Turns a panel of `charts:` into what is drawn. What is missing is told in words that the page shows in its place. */
export function resolvePanel(chart: ChartSettings, source: PanelSource): Resolved {
  try {
    const { title, spec } = resolve(chart, source);
    return { title: chart.title ?? title, spec };
  } catch (error) {
    if (!(error instanceof PanelFault)) throw error;
    return { title: chart.title ?? chartNames[chart.type], fault: error.message };
  }
}

/** What a panel of this type is called where nothing more is known of it. */
export function chartName({ type }: ChartSettings): string {
  return chartNames[type];
}

const chartNames: Record<ChartSettings['type'], string> = {
  scatter: 'Scatter plot',
  bar: 'Bars',
  box: 'Box plot',
  strip: 'Strip plot',
  parallel: 'Parallel coordinates',
  heatmap: 'Heat map',
  importance: 'Param importance',
  histogram: 'Histogram',
  confusion: 'Confusion matrix',
  roc: 'ROC curve',
  pr: 'Precision and recall',
  calibration: 'Calibration',
};

function resolve(chart: ChartSettings, source: PanelSource): { title: string; spec: PanelSpec } {
  const field = (text: string) =>
    toPanelField(found(text, 'metric or param', findField(text, source.names), source), source.experiment);
  const metric = (text: string | undefined) => metricField(text, source);
  const param = (text: string) => paramField(text, source);
  switch (chart.type) {
    case 'scatter': {
      const [x, y] = [field(chart.x), field(chart.y)];
      const hasGoals = x.goal !== undefined && y.goal !== undefined;
      if (chart.pareto === true && !hasGoals)
        throw new PanelFault(
          `A Pareto front needs two metrics with a goal; ${x.goal === undefined ? x.label : y.label} has none.`,
        );
      return {
        title: `${y.label} against ${x.label}`,
        spec: {
          type: 'scatter',
          x,
          y,
          ...(chart.color === undefined ? {} : { color: field(chart.color) }),
          ...(chart.x_scale === undefined ? {} : { xScale: chart.x_scale }),
          ...(chart.y_scale === undefined ? {} : { yScale: chart.y_scale }),
          pareto: chart.pareto ?? hasGoals,
        },
      };
    }
    case 'bar': {
      const y = metric(chart.y);
      const stat = chart.stat ?? 'mean';
      if (chart.x === undefined) return { title: `${y.label} by run`, spec: { type: 'bar', y, stat } };
      const x = param(chart.x);
      return { title: `${y.label} by ${x.label}`, spec: { type: 'bar', x, y, stat } };
    }
    case 'box':
    case 'strip': {
      const [x, y] = [param(chart.x), metric(chart.y)];
      const scale = chart.y_scale === undefined ? {} : { yScale: chart.y_scale };
      const title = `${y.label} by ${x.label}`;
      if (chart.type === 'box') return { title, spec: { type: 'box', x, y, ...scale } };
      const color = chart.color === undefined ? {} : { color: field(chart.color) };
      return { title, spec: { type: 'strip', x, y, ...color, ...scale } };
    }
    case 'parallel': {
      const axes = chart.axes.map(field);
      const color = chart.color === undefined ? {} : { color: field(chart.color) };
      const log = chart.log === undefined ? {} : { log: chart.log };
      return { title: chartNames.parallel, spec: { type: 'parallel', axes, ...color, ...log } };
    }
    case 'heatmap': {
      const [x, y, value] = [param(chart.x), param(chart.y), metric(chart.value)];
      return {
        title: `${value.label} by ${x.label} and ${y.label}`,
        spec: { type: 'heatmap', x, y, value, stat: chart.stat ?? 'mean' },
      };
    }
    case 'importance':
      return resolveImportance(chart, source);
    case 'histogram':
      return chart.name === undefined ? resolveHistogram(chart, source) : resolveSteps(chart.name, chart.run, source);
    case 'confusion':
      return resolveConfusion(chart, source);
    case 'roc':
    case 'pr':
    case 'calibration':
      return resolveCurves(chart, source);
  }
}

function resolveImportance({ metric, params }: Extract<ChartSettings, { type: 'importance' }>, source: PanelSource) {
  const y = metricField(metric, source);
  const names = params?.map((name) => paramField(name, source).name) ?? source.params;
  const worked = importanceSpec(y, names, source.panelRuns);
  if ('fault' in worked) throw new PanelFault(worked.fault);
  return { title: `What ${y.label} goes with`, spec: worked.spec };
}

function resolveHistogram({ metric, bins }: Extract<ChartSettings, { type: 'histogram' }>, source: PanelSource) {
  const y = metricField(metric, source);
  return {
    title: `${y.label} over runs`,
    spec: { type: 'histogram' as const, metric: y, ...(bins === undefined ? {} : { bins }) },
  };
}

function resolveSteps(name: string, runName: string | undefined, source: PanelSource) {
  const run = oneRun(
    runName,
    source,
    (each) => each.histograms.some((histogram) => histogram.name === name),
    `histogram "${name}"`,
  );
  const steps = run.histograms.filter((histogram) => histogram.name === name).sort((a, b) => a.step - b.step);
  return { title: `${name} of ${run.name}`, spec: { type: 'step-histogram' as const, name, steps: soundSteps(steps) } };
}

/** Steps of a distribution that a picture can tell apart, the first and the last among them. */
const mostSteps = 120;

/** Steps as a picture needs them. */
export function soundSteps(steps: readonly { step: number; edges: number[]; counts: number[] }[]) {
  const every = Math.max(1, Math.ceil(steps.length / mostSteps));
  return steps
    .filter((_, i) => i % every === 0 || i === steps.length - 1)
    .map(({ step, edges, counts }) => ({ step, edges, counts }));
}

function resolveConfusion({ table, run: runName }: Extract<ChartSettings, { type: 'confusion' }>, source: PanelSource) {
  const isOurs = ({ kind, name }: { kind: string | undefined; name: string }) =>
    kind === 'confusion' && (table === undefined || name === table);
  const what = table === undefined ? 'table of kind confusion' : `confusion table "${table}"`;
  const run = oneRun(runName, source, ({ tables }) => tables.some(isOurs), what);
  const last = groupTables(run.tables.filter(isOurs))[0]?.steps.at(-1);
  const matrix = last && toConfusionMatrix(last);
  if (last === undefined || matrix === undefined)
    throw new PanelFault(`The ${what} of ${run.name} is not square with counts, so there is no matrix to draw.`);
  const title = `${last.name} of ${run.name}`;
  return {
    title,
    spec: { type: 'confusion' as const, title, matrix, ...(last.step === undefined ? {} : { step: last.step }) },
  };
}

function resolveCurves(
  { type, table, runs }: Extract<ChartSettings, { type: 'roc' | 'pr' | 'calibration' }>,
  source: PanelSource,
) {
  const curveOf = (run: Run) => {
    const last = groupTables(
      run.tables.filter(({ kind, name }) => kind === type && (table === undefined || name === table)),
    )[0]?.steps.at(-1);
    return last && toUnitCurve(last, run);
  };
  const asked = runs?.map((name) => runNamed(name, source)) ?? source.ranked;
  const curves = asked.flatMap((run) => curveOf(run) ?? []);
  if (curves.length === 0)
    throw new PanelFault(
      `No ${word(source)} logged a table of kind ${type}${table === undefined ? '' : ` with the name "${table}"`}.`,
    );
  const drawn = runs === undefined ? curves.slice(0, mostCurves) : curves;
  const more = drawn.length < curves.length ? `, the ${drawn.length} best runs of ${curves.length}` : '';
  return { title: `${chartNames[type]}${more}`, spec: { type, title: chartNames[type], curves: drawn } };
}

/** What the runs are called that a panel may draw. */
function word({ isFiltered }: Pick<PanelSource, 'isFiltered'>): string {
  return isFiltered ? 'run that passes the filter' : 'run';
}

function found(
  text: string,
  what: string,
  field: FoundField | undefined,
  source: Pick<PanelSource, 'isFiltered'>,
): FoundField {
  if (field === undefined) throw new PanelFault(`No ${word(source)} has the ${what} "${text}".`);
  return field;
}

function metricField(text: string | undefined, source: PanelSource): PanelField {
  const { experiment, names } = source;
  const name = text ?? experiment.primary[0]?.name;
  if (name === undefined) throw new PanelFault('No metric is named, and the experiment has no primary one.');
  const field = findField(name, { metrics: names.metrics, params: new Set() });
  return toPanelField(found(name, 'metric', field, source), experiment);
}

function paramField(text: string, source: PanelSource): PanelField {
  const { experiment, names } = source;
  const field = findField(text, { metrics: new Set(), params: names.params });
  return toPanelField(found(text, 'param', field, source), experiment);
}

function runNamed(name: string, source: PanelSource): Run {
  const { experiment, runs } = source;
  const run = runs.find(({ id }) => id === name || id === `${experiment.id}/${name}`);
  if (run === undefined) throw new PanelFault(`There is no ${word(source)} "${name}".`);
  return run;
}

/** The run that is named, else the best one that has it. */
function oneRun(name: string | undefined, source: PanelSource, has: (run: Run) => boolean, what: string): Run {
  const run = name === undefined ? source.ranked.find(has) : runNamed(name, source);
  if (run === undefined) throw new PanelFault(`No ${word(source)} logged a ${what}.`);
  if (!has(run)) throw new PanelFault(`The run ${run.name} logged no ${what}.`);
  return run;
}

/** A name for a panel's address: its type and the names in it. */
export function panelName(chart: ChartSettings, { experiment }: Pick<PanelSource, 'experiment'>): string {
  const parts: (string | undefined)[] = (() => {
    switch (chart.type) {
      case 'scatter':
      case 'bar':
      case 'box':
      case 'strip':
        return [chart.x, chart.y];
      case 'parallel':
        return chart.axes;
      case 'heatmap':
        return [chart.x, chart.y, chart.value];
      case 'importance':
        return [chart.metric];
      case 'histogram':
        return [chart.metric ?? chart.name, chart.run];
      case 'confusion':
        return [chart.table, chart.run];
      default:
        return [chart.table];
    }
  })();
  const named = parts.filter((part) => part !== undefined);
  const words = named.length > 0 ? named : [metricLabel(experiment, experiment.primary[0]?.name ?? '')];
  return [chart.type, ...words.filter((word) => word !== '')].join(':');
}
