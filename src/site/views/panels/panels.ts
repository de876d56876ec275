import {
  describePanel,
  type PanelHeight,
  type PanelSpec,
  panelHeight,
  panelHeights,
} from '../../../charts/panels/draw-panel.ts';
import { isBlind } from '../../../charts/panels/importance.ts';
import type { PanelText } from '../../../charts/panels/panel.ts';
import { type PanelRun, readColumn } from '../../../charts/panels/panel-data.ts';
import type { ChartSettings } from '../../../format/chart-settings.ts';
import { rankCorrelation } from '../../../series/rank-correlation.ts';
import type { Dashboard } from '../dashboard.ts';
import { thinCurve } from './logged-curves.ts';
import { toPanelField } from './panel-runs.ts';
import { chooseRuns, panelSource } from './panel-source.ts';
import { type PanelSource, panelName, resolvePanel } from './resolve-panel.ts';

/** A panel as the page shows it. */
export interface PanelView {
  /** What the address calls it: `panel=scatter:lr:val/acc`. */
  name: string;
  title: string;
  size: 'half' | 'full';
  height: PanelHeight;
  /** Undefined where it cannot be drawn; then `fault` says why. */
  spec: PanelSpec | undefined;
  text: PanelText | undefined;
  fault: string | undefined;
  /** The runs that it draws. */
  runs: readonly PanelRun[];
  /** Which of the experiment's runs they are, for its script; undefined where its filter does not choose them. */
  runSet: string | undefined;
}

/** Runs with a value of the primary metric, below which nothing is shown that nobody asked for. */
const fewestRuns = 4;
/** Axes of the parallel coordinates that are shown by default. */
const mostAxes = 6;

/**
 * Gives the panels of a dashboard: what `charts:` asks for, in its order, then the defaults that are not among them. Filters
 * that ask for the time, as `started > -7d` does, count from the newest record of the experiment.
 */
export function panelViews(view: Dashboard, { crashedAfterMs }: { crashedAfterMs?: number } = {}): PanelView[] {
  const source = panelSource(view, view.runs);
  const declared = view.experiment.settings.charts ?? [];
  const charts = [...declared, ...defaultPanels(source, declared)];
  const taken = new Map<string, number>();
  return charts.map((chart): PanelView => {
    const base = panelName(chart, source);
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    const name = count === 1 ? base : `${base}:${count}`;
    const size = chart.size ?? (chart.type === 'parallel' && chart.axes.length > 4 ? 'full' : 'half');
    const faulty = ({ title, fault }: { title: string; fault: string }): PanelView => ({
      name,
      title,
      size,
      height: 'low',
      spec: undefined,
      text: undefined,
      fault,
      runs: [],
      runSet: undefined,
    });
    const chosen = chooseRuns(chart, view, { all: source, crashedAfterMs });
    if ('fault' in chosen) return faulty(chosen);
    const resolved = resolvePanel(chart, chosen.source);
    if ('fault' in resolved) return faulty(resolved);
    const { panelRuns: runs } = chosen.source;
    const height = panelHeight(resolved.spec, runs);
    const text = describePanel(resolved.spec, runs, { heightPx: panelHeights[height] });
    return {
      name,
      title: resolved.title,
      size,
      height,
      spec: thinned(resolved.spec),
      text: { ...text, caption: `${text.caption}${chosen.words}` },
      fault: undefined,
      runs,
      runSet: chosen.runSet,
    };
  });
}

/**
 * What is shown without being asked for, where there are enough runs: the primary metric against the numeric param that it
 * follows most, how the metric is spread, importance where a forest tells anything, parallel coordinates of the differing params.
 */
function defaultPanels(source: PanelSource, declared: readonly ChartSettings[]): ChartSettings[] {
  const { experiment, panelRuns, params } = source;
  const primary = experiment.primary[0];
  if (primary === undefined || !source.names.metrics.has(primary.name)) return [];
  const metric = toPanelField({ kind: 'metric', name: primary.name }, experiment);
  const values = readColumn(metric, panelRuns).numbers;
  const valued = panelRuns.filter((_, i) => values[i] !== undefined);
  if (valued.length < fewestRuns) return [];
  const has = (type: ChartSettings['type']) => declared.some((chart) => chart.type === type);
  const found: ChartSettings[] = [];
  const telling = tellingParam(source);
  const y = `metric:${primary.name}`;
  if (telling !== undefined && !has('scatter'))
    found.push({
      type: 'scatter',
      x: `param:${telling.name}`,
      y,
      ...(telling.isLog ? { x_scale: 'log' as const } : {}),
    });
  if (valued.length >= 12 && !declared.some((chart) => chart.type === 'histogram' && chart.name === undefined))
    found.push({ type: 'histogram', metric: primary.name });
  const ranked = valued.filter(({ isRanked }) => isRanked);
  if (ranked.length >= 8 && params.length >= 2 && !has('importance')) {
    const importance: ChartSettings = { type: 'importance' };
    const resolved = resolvePanel(importance, source);
    const tells = 'spec' in resolved && resolved.spec.type === 'importance' && !isBlind(resolved.spec);
    if (tells) found.push(importance);
  }
  if (params.length >= 2 && !has('parallel'))
    found.push({ type: 'parallel', axes: [...params.slice(0, mostAxes).map((name) => `param:${name}`), y] });
  return found;
}

/** The numeric param whose order the primary metric follows most, over the runs that rank. */
function tellingParam({ experiment, panelRuns, params }: PanelSource): { name: string; isLog: boolean } | undefined {
  const [primary] = experiment.primary;
  if (primary === undefined) return undefined;
  const ranked = panelRuns.filter(({ isRanked }) => isRanked);
  const values = readColumn(toPanelField({ kind: 'metric', name: primary.name }, experiment), ranked).numbers;
  let best: { name: string; isLog: boolean; size: number } | undefined;
  for (const name of params) {
    const { isNumeric, numbers, categories } = readColumn({ kind: 'param', name, label: name }, ranked);
    if (!isNumeric || categories.length < 3) continue;
    const orNaN = (list: readonly (number | undefined)[]) => list.map((value) => value ?? Number.NaN);
    const size = Math.abs(rankCorrelation(orNaN(numbers), orNaN(values))?.rho ?? 0);
    const known = numbers.filter((value) => value !== undefined);
    const isLog = Math.min(...known) > 0 && Math.max(...known) / Math.min(...known) >= 30;
    if (best === undefined || size > best.size) best = { name, isLog, size };
  }
  return best;
}

/** What is sent along with the page: curves without the points that a picture does not show. */
function thinned(spec: PanelSpec): PanelSpec {
  return 'curves' in spec ? { ...spec, curves: spec.curves.map(thinCurve) } : spec;
}
