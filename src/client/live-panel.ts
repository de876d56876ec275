import type { LineChart } from '../charts/line-chart.ts';
import type { Series } from '../series/series.ts';
import { type PreparedLines, prepareLines } from './chart-lines.ts';
import { type LoadedNames, understoodNames } from './chart-names.ts';
import { type ChartSettings, differInAmountOnly, isMetricX, xKindOf, xWords } from './chart-settings.ts';
import { type ChartSource, loadFine } from './chart-source.ts';
import { onChartState, settingsOfChart, zoomChart } from './chart-state.ts';
import { describeState, isDefault } from './describe-state.ts';
import { highlightRun, type MountedChart, mountChart } from './draw-live-chart.ts';
import { FetchFault } from './fetch-text.ts';
import { showIgnored } from './ignored.ts';
import { type LegendItem, showLegend } from './legend.ts';
import { LineSmoother } from './smooth-lines.ts';

/** What a panel tells the page around it. */
export interface PanelHandlers {
  /** Sentences on what is drawn by now: smoothing, points outside, what was left out. */
  onState: (text: string, isDefault: boolean) => void;
  /** Lines for a legend that stands for many panels, in a mode: lines of another mode are not theirs. */
  onLines?: (items: readonly LegendItem[], mode: string) => void;
  /** Something could not be loaded; undefined when it came after all. */
  onFault: (reason: string | undefined) => void;
  onOwn?: (isOwn: boolean) => void;
  /** The list that names the lines of this chart, where no shared one does. */
  legend?: HTMLElement | undefined;
}

/** A chart that follows the settings of the page until it is destroyed. */
export interface LivePanel {
  readonly source: ChartSource;
  /** What is drawn by now; undefined before the first drawing. */
  readonly drawn: { chart: LineChart; settings: ChartSettings } | undefined;
  destroy: () => void;
}

/** Mounts a chart of a source in a box and keeps it by the settings of the page, loading what they ask for. */
export async function mountPanel(box: HTMLElement, source: ChartSource, handlers: PanelHandlers): Promise<LivePanel> {
  let settings = settingsOfChart(source.metric).settings;
  let mounted: MountedChart | undefined;
  let prepared: PreparedLines | undefined;
  let turn = 0;
  let isEnded = false;
  const fine = new Map<string, Series>();
  const asked = new Set<string>();

  const smoother = new LineSmoother((line, exact) => {
    line.smoothed = exact;
    // A chart has an order of its own: selected lines come last.
    mounted?.resmooth(mounted.chart?.singles.map((drawn) => (drawn.line === line ? exact : undefined)) ?? []);
    tell();
  });
  const tell = () => {
    const chart = mounted?.chart;
    if (chart !== undefined && prepared !== undefined)
      handlers.onState(describeState(source, settings, chart, prepared), isDefault(settings));
  };

  const draw = (extra: LoadedNames) => {
    const lines = source.lines.map((line) => ({ ...line, series: fine.get(line.runId) ?? line.series }));
    prepared = prepareLines({
      ...extra,
      lines,
      settings,
      goal: source.goal,
      keep: source.keep,
      colours: source.colours,
      groupBy: source.groupBy,
    });
    const smoothed = smoother.smooth(prepared.singles, settings.smoothing);
    for (const [place, line] of prepared.singles.entries()) line.smoothed = smoothed[place];
    const view = {
      lines: prepared.lines,
      label: source.label,
      goal: source.goal,
      unit: source.unit,
      stepLabel: xWords(settings.x, source.stepLabel),
      xKind: xKindOf(settings.x),
      keep: prepared.keep,
      strong: new Set(prepared.selected.length < prepared.listed.length ? prepared.selected : []),
      singleLimit: prepared.keep.length,
      colours: prepared.colours,
      isNamed: source.isNamed,
      yScale: settings.y,
      isWithoutOutliers: settings.isWithoutOutliers,
      hasSuperseded: settings.hasSuperseded,
      zoom: settings.zoom,
      notes: settings.x === 'step' ? source.notes : source.notes.filter(({ step }) => step === undefined),
    };
    if (mounted === undefined) {
      box.replaceChildren(); // the picture made at build time
      mounted = mountChart(box, view, {
        onZoom: (range, options) => zoomChart(source.metric, range, options),
        onDrawn: showLines,
      });
    } else mounted.update(view);
    tell();
  };

  const showLines = (chart: LineChart) => {
    if (prepared === undefined) return;
    const items = legendItems(prepared, chart);
    handlers.onLines?.(items, modeOf(settings));
    const { legend } = handlers;
    if (legend === undefined) return;
    const isNeeded = (!chart.isNamed && items.length > 1) || prepared.hidden > 0;
    showLegend(legend, isNeeded ? items : [], { onHighlight: highlightRun });
  };

  const refresh = async () => {
    const before = settings;
    const found = settingsOfChart(source.metric);
    settings = found.settings;
    handlers.onOwn?.(found.isOwn);
    if (mounted?.chart !== undefined && differInAmountOnly(before, settings)) {
      const lines = mounted.chart.singles.map(({ line }) => line);
      mounted.resmooth(smoother.smooth(lines, settings.smoothing));
      tell();
      return;
    }
    turn += 1;
    const here = turn;
    const wanted = settings;
    try {
      const extra = await loadFor(source, wanted);
      if (here !== turn || isEnded) return;
      const understood = understoodNames(wanted, extra);
      settings = understood.settings;
      showIgnored('chart-names', understood.ignored);
      handlers.onFault(undefined);
      draw(extra);
      void refine(extra);
    } catch (error) {
      if (here !== turn || isEnded) return;
      handlers.onFault(error instanceof FetchFault ? error.reason : 'not readable');
      if (mounted === undefined) throw error;
    }
  };

  /** Loads what the overview left out, of the lines drawn singly, where a picture of it would differ: zoomed or smoothed. */
  const refine = async (extra: LoadedNames) => {
    if (settings.zoom === undefined && !(settings.smoothing.amount > 0)) return;
    const names = new Set(prepared?.singles.map(({ runId }) => runId));
    const isGrouped = settings.group.length > 0;
    const wanted = source.lines.filter(
      ({ runId, series, fineUrl }) =>
        (isGrouped || names.has(runId)) && series.reduced && fineUrl !== undefined && !asked.has(runId),
    );
    if (wanted.length === 0 || (isGrouped && wanted.length > 100)) return;
    const here = turn;
    await Promise.all(
      wanted.map(async (line) => {
        asked.add(line.runId);
        try {
          const series = await loadFine(line, source.metric);
          if (series !== undefined) fine.set(line.runId, series);
        } catch (error) {
          asked.delete(line.runId);
          handlers.onFault(error instanceof FetchFault ? error.reason : 'not readable');
        }
      }),
    );
    if (here === turn && !isEnded) draw(extra);
  };

  let isSeen = true;
  const sight = new IntersectionObserver(([entry]) => {
    isSeen = entry?.isIntersecting ?? true;
  });
  sight.observe(box);
  let later: ReturnType<typeof setTimeout> | undefined;
  const stopListening = onChartState(() => {
    clearTimeout(later);
    // What nobody sees may follow after what is being looked at.
    if (isSeen) void refresh();
    else later = setTimeout(() => void refresh(), laterMs);
  });
  await refresh().catch((error: unknown) => {
    stopListening();
    sight.disconnect();
    throw error;
  });
  return {
    source,
    get drawn() {
      const chart = mounted?.chart;
      return chart === undefined ? undefined : { chart, settings };
    },
    destroy: () => {
      isEnded = true;
      clearTimeout(later);
      stopListening();
      sight.disconnect();
      smoother.stop();
      mounted?.destroy();
    },
  };
}

/** Charts out of sight follow a choice after this pause. */
const laterMs = 120;

async function loadFor(source: ChartSource, { x, group, colour }: ChartSettings): Promise<LoadedNames> {
  const needsParams = group.length > 0 || colour !== 'run';
  const [params, xSeries] = await Promise.all([
    needsParams ? source.loadParams() : undefined,
    isMetricX(x) ? source.loadMetric(x) : undefined,
    x === 'time' || x === 'wall' ? source.loadTimes() : undefined,
  ]);
  return { params, xSeries };
}

function legendItems({ listed, colours, tags }: PreparedLines, chart: LineChart): LegendItem[] {
  const drawn = new Map(chart.singles.map(({ line, colour }) => [line.runId, colour]));
  return listed.map(({ runId, label, n }) => ({
    id: runId,
    label: `${label}${n === undefined ? (tags.has(runId) ? ` (${tags.get(runId)})` : '') : ` (n = ${n})`}`,
    colour: drawn.get(runId) ?? colours.get(runId) ?? { slot: 0, dash: 0 },
  }));
}

function modeOf({ group, colour }: ChartSettings): string {
  return JSON.stringify([group, colour]);
}
