import { describeChart } from '../charts/describe-chart.ts';
import type { RunColour } from '../charts/run-colour.ts';
import type { PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import { decodeMetricSeries } from '../payload/metric-series.ts';
import type { RunSeriesPayload } from '../payload/run-series.ts';
import { decodeRunSeries } from '../payload/run-series.ts';
import type { SourceLine } from './chart-lines.ts';
import type { CompareData } from './compare-data.ts';
import { make, makeButton } from './element.ts';
import { FetchFault, fetchText } from './fetch-text.ts';
import type { LivePanel } from './live-panel.ts';

/** Past this many runs the files by metric are loaded, where there are any, not one file a run. */
const byRunLimit = 20;

/** What the charts need to know of the view. */
export interface ChartsView {
  data: CompareData;
  baselineId: string | undefined;
  colours: ReadonlyMap<string, RunColour>;
  base: string;
  /** True where one legend names the runs for all charts. */
  isNamedOnce: boolean;
  /** Told of each run whose file did not come, and of each that came after all. */
  onFault: (runId: string, reason: string | undefined) => void;
}

const decoded = new Map<string, Promise<RunSeriesPayload>>();

/** The charts of some metrics; each loads its data when it comes near the window. `destroy` ends them all. */
export function compareCharts(
  metrics: readonly PayloadMetric[],
  view: ChartsView,
): { element: HTMLElement; destroy: () => void } {
  const element = make('div', { class: 'panels' });
  const mounted = new Set<LivePanel>();
  const starts = new Map<Element, () => void>();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (!isIntersecting) continue;
        observer.unobserve(target);
        starts.get(target)?.();
      }
    },
    { rootMargin: '400px' },
  );
  for (const metric of metrics) {
    const figure = chartFigure(metric, view, mounted);
    element.append(figure.element);
    starts.set(figure.element, figure.start);
    observer.observe(figure.element);
  }
  return {
    element,
    destroy: () => {
      observer.disconnect();
      for (const chart of mounted) chart.destroy();
    },
  };
}

function chartFigure(metric: PayloadMetric, view: ChartsView, mounted: Set<LivePanel>) {
  const title = metric.label ?? metric.name;
  const runs = view.data.runs.filter((run) => run.metrics.has(metric.name));
  const box = make('div', { class: 'rf-chart-box' });
  const legend = view.isNamedOnce ? undefined : make('ul', { class: 'rf-legend', hidden: true });
  const isLong = view.data.runs.length > byRunLimit;
  const legendPart =
    legend !== undefined && isLong ? make('details', {}, make('summary', {}, 'Runs drawn singly'), legend) : legend;
  const caption = make('figcaption', {}, `${title}, ${runs.length} of ${view.data.runs.length} runs.`);
  const heading = make('h3', { class: 'rf-chart-title' }, title);
  if (metric.unit !== undefined) heading.append(make('span', { class: 'rf-unit' }, ` ${metric.unit}`));
  const element = make('figure', { class: 'rf-chart' }, heading, box, ...(legendPart ? [legendPart] : []), caption);
  let chart: LivePanel | undefined;

  const start = async () => {
    const [{ dressPanel }, { lines, faults }] = await Promise.all([
      import('./panel-host.ts'),
      loadLines(metric.name, runs, view),
    ]);
    if (!element.isConnected) return;
    if (chart !== undefined) {
      chart.destroy();
      mounted.delete(chart);
    }
    // Sentences on what is chosen are put at the end of the caption by the panel.
    const words = make('span');
    caption.replaceChildren(words);
    if (lines.length > 0) {
      const source = {
        metric: metric.name,
        label: title,
        goal: metric.goal,
        unit: metric.unit,
        stepLabel: 'step',
        lines,
        keep: view.baselineId === undefined ? [] : [view.baselineId],
        colours: view.colours,
        isNamed: !view.isNamedOnce,
        notes: [],
        groupBy: [],
        // Lines of a few runs bring their times with them; those of many say that they have none.
        loadTimes: async () => {},
        loadMetric: async (name: string) => {
          const other = await loadLines(name, runs, view);
          return new Map(other.lines.map(({ runId, series }) => [runId, series]));
        },
        loadParams: async () => new Map(view.data.runs.map((run) => [run.id, run.params])),
      };
      chart = await dressPanel(box, source, { host: element, figure: element });
      mounted.add(chart);
    }
    const facts = {
      metric: title,
      unit: metric.unit,
      goal: metric.goal,
      runsInAll: lines.length + view.data.runs.length - runs.length,
    };
    words.textContent = lines.length > 0 ? describeChart(lines, facts) : '';
    for (const [runId, reason] of faults) view.onFault(runId, reason);
    if (faults.size > 0) {
      const named = [...faults].slice(0, 3).map(([runId, reason]) => `${runId} (${reason})`);
      const rest = faults.size > 3 ? ` and ${faults.size - 3} more` : '';
      words.append(
        make('span', { class: 'rf-fault' }, ` Could not load ${named.join(', ')}${rest}. `),
        makeButton('Retry', () => void start()),
      );
    }
  };
  return { element, start: () => void start().catch(() => failWhole(box, start)) };
}

function failWhole(box: HTMLElement, again: () => Promise<void>): void {
  const retry = makeButton('Retry', () => {
    box.replaceChildren();
    void again().catch(() => failWhole(box, again));
  });
  box.replaceChildren(make('p', { class: 'rf-notice', role: 'status' }, 'Could not load the chart code. ', retry));
}

async function loadLines(metric: string, runs: readonly PayloadRun[], view: ChartsView) {
  const faults = new Map<string, string>();
  const fromMetricFiles =
    view.data.runs.length > byRunLimit ? await loadByMetric(metric, runs, view) : new Map<string, SourceLine>();
  const found = await Promise.all(
    runs.map(async (run): Promise<SourceLine | undefined> => {
      const known = fromMetricFiles.get(run.id);
      if (known !== undefined) return { ...known, label: run.name };
      try {
        if (run.seriesUrl === undefined) throw new FetchFault('its log could not be read');
        const payload = await loadRun(view.base + run.seriesUrl);
        view.onFault(run.id, undefined);
        const series = payload.metrics.get(metric);
        const fine = payload.fineUrls?.get(metric);
        const fineUrl = fine === undefined ? undefined : view.base + fine;
        return series && { runId: run.id, label: run.name, series, startedAtMs: payload.startedAtMs, fineUrl };
      } catch (error) {
        faults.set(run.id, error instanceof FetchFault ? error.reason : 'not readable');
        return undefined;
      }
    }),
  );
  return { lines: found.filter((line) => line !== undefined), faults };
}

/** Lines out of the files by metric; runs whose experiment has none, or whose file did not come, are not among them. */
async function loadByMetric(
  metric: string,
  runs: readonly PayloadRun[],
  { data, base }: ChartsView,
): Promise<Map<string, SourceLine>> {
  const lines = new Map<string, SourceLine>();
  const experiments = new Set(runs.map(({ id }) => id.slice(0, id.lastIndexOf('/'))));
  await Promise.all(
    [...experiments].map(async (experiment) => {
      const url = data.metricUrls.get(`${experiment}\0${metric}`);
      if (url === undefined) return;
      try {
        for (const line of decodeMetricSeries(await fetchText(url)).runs) {
          const fineUrl = line.fineUrl === undefined ? undefined : base + line.fineUrl;
          lines.set(line.runId, { ...line, fineUrl });
        }
      } catch {
        // The runs' own files are the second way.
      }
    }),
  );
  return lines;
}

function loadRun(url: string): Promise<RunSeriesPayload> {
  const known = decoded.get(url);
  if (known !== undefined) return known;
  const payload = fetchText(url).then(decodeRunSeries);
  decoded.set(url, payload);
  payload.catch(() => decoded.delete(url));
  return payload;
}
