import { describeChart } from '../charts/describe-chart.ts';
import type { RunColour } from '../charts/run-colour.ts';
import type { PayloadMetric, PayloadRun } from '../payload/experiment-runs.ts';
import { decodeMetricSeries, decodeMetricTimes } from '../payload/metric-series.ts';
import type { RunSeriesPayload } from '../payload/run-series.ts';
import { decodeRunSeries } from '../payload/run-series.ts';
import type { RunParams, SourceLine } from './chart-lines.ts';
import { type CompareData, experimentOfRun } from './compare-data.ts';
import { make, makeButton } from './element.ts';
import { FetchFault, fetchText } from './fetch-text.ts';
import type { LivePanel } from './live-panel.ts';
import { runFacts } from './run-facts.ts';
import { pageClock } from './run-status.ts';
import { onState, setState, stateText } from './url-state.ts';

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
  const full = followFullScreen(element);
  return {
    element,
    destroy: () => {
      observer.disconnect();
      full.end();
      for (const chart of mounted) chart.destroy();
    },
  };
}

/** Shows the chart that the address names (`panel=METRIC`) over the whole window: the chart itself, which then goes back to its place. */
function followFullScreen(charts: HTMLElement): { end: () => void } {
  let dialog: HTMLDialogElement | undefined;
  const follow = () => {
    const metric = stateText('panel');
    if (dialog?.dataset.metric === metric) return;
    dialog?.close();
    const figure = [...charts.querySelectorAll<HTMLElement>('[data-expands]')].find(
      ({ dataset }) => dataset.expands === metric,
    );
    if (figure === undefined || metric === undefined) return;
    const place = make('div', { hidden: true });
    figure.replaceWith(place);
    const opened = make('dialog', { class: 'rf-full', 'aria-label': `${figure.dataset.title}, full screen` }, figure);
    opened.dataset.metric = metric;
    opened.append(makeButton('Close', () => opened.close()));
    opened.addEventListener('close', () => {
      place.replaceWith(figure);
      opened.remove();
      if (dialog === opened) dialog = undefined;
      if (stateText('panel') === metric) setState({ panel: undefined });
      figure.querySelector<HTMLElement>('.rf-tools button')?.focus();
    });
    dialog = opened;
    document.body.append(opened);
    opened.showModal();
  };
  const stop = onState((changed) => {
    if (changed.has('panel')) follow();
  });
  // The charts are not on the page yet.
  requestAnimationFrame(() => charts.isConnected && follow());
  return {
    end: () => {
      stop();
      dialog?.close();
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
  const element = make(
    'figure',
    { class: 'rf-chart', 'data-expands': metric.name, 'data-title': title },
    heading,
    box,
    ...(legendPart ? [legendPart] : []),
    caption,
  );
  let chart: LivePanel | undefined;

  const start = async () => {
    const [{ dressPanel }, { lines, faults, timesUrls }] = await Promise.all([
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
        groupBy: view.data.groupBy,
        // Lines of a few runs bring their times with them; those of many have them in files of their own.
        loadTimes: () => loadTimes(lines, timesUrls),
        loadMetric: async (name: string) => {
          const other = await loadLines(name, runs, view);
          return new Map(other.lines.map(({ runId, series }) => [runId, series]));
        },
        loadParams: async () => factsOf(view.data.runs),
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

/** What runs can be grouped and coloured by: what they can on a dashboard, and their experiment. */
function factsOf(runs: readonly PayloadRun[]): RunParams {
  const clock = pageClock();
  return new Map(
    runs.map((run) => {
      const experiment = JSON.stringify(experimentOfRun(run.id));
      return [run.id, new Map([['experiment', experiment], ...runFacts(run, clock)])];
    }),
  );
}

function failWhole(box: HTMLElement, again: () => Promise<void>): void {
  const retry = makeButton('Retry', () => {
    box.replaceChildren();
    void again().catch(() => failWhole(box, again));
  });
  box.replaceChildren(make('p', { class: 'rf-notice', role: 'status' }, 'Could not load the chart code. ', retry));
}

interface LoadedLines {
  lines: SourceLine[];
  /** Runs whose points did not come, and why. */
  faults: Map<string, string>;
  /** Addresses of the times of the lines, where these came without. */
  timesUrls: string[];
}

/** Loads the lines of a metric: of a few runs by their own files, of many by those of the metric, one an experiment. */
async function loadLines(metric: string, runs: readonly PayloadRun[], view: ChartsView): Promise<LoadedLines> {
  if (view.data.runs.length > byRunLimit) return loadByMetric(metric, runs, view);
  const faults = new Map<string, string>();
  const found = await Promise.all(
    runs.map(async (run): Promise<SourceLine | undefined> => {
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
  return { lines: found.filter((line) => line !== undefined), faults, timesUrls: [] };
}

/** Lines out of the files by metric. Many runs are never asked for one by one: those whose file did not come are faults. */
async function loadByMetric(
  metric: string,
  runs: readonly PayloadRun[],
  { data, base, onFault }: ChartsView,
): Promise<LoadedLines> {
  const found = new Map<string, SourceLine>();
  const timesUrls: string[] = [];
  const reasons = new Map<string, string>(); // experiment → why its file did not come
  await Promise.all(
    [...new Set(runs.map(({ id }) => experimentOfRun(id)))].map(async (experiment) => {
      const url = data.metricUrls.get(`${experiment}\0${metric}`);
      try {
        if (url === undefined) throw new FetchFault('its experiment has no file of this metric');
        const payload = decodeMetricSeries(await fetchText(url));
        if (payload.timesUrl !== undefined) timesUrls.push(base + payload.timesUrl);
        for (const line of payload.runs) {
          const fineUrl = line.fineUrl === undefined ? undefined : base + line.fineUrl;
          found.set(line.runId, { ...line, fineUrl });
        }
      } catch (error) {
        reasons.set(experiment, error instanceof FetchFault ? error.reason : 'not readable');
      }
    }),
  );
  const faults = new Map<string, string>();
  const lines = runs.flatMap((run) => {
    const line = found.get(run.id);
    if (line === undefined) {
      faults.set(run.id, reasons.get(experimentOfRun(run.id)) ?? 'its log could not be read');
      return [];
    }
    onFault(run.id, undefined);
    return [{ ...line, label: run.name }];
  });
  return { lines, faults, timesUrls };
}

/** Gives lines the times of their points; those that have some keep them. */
async function loadTimes(lines: readonly SourceLine[], urls: readonly string[]): Promise<void> {
  if (lines.every(({ series }) => series.timesMs !== undefined)) return;
  for (const text of await Promise.all(urls.map(fetchText))) {
    const times = decodeMetricTimes(text);
    for (const line of lines) {
      const own = times.get(line.runId);
      if (own === undefined || line.series.timesMs !== undefined) continue;
      line.series = { ...line.series, timesMs: own.timesMs };
      line.startedAtMs = own.startedAtMs;
    }
  }
}

function loadRun(url: string): Promise<RunSeriesPayload> {
  const known = decoded.get(url);
  if (known !== undefined) return known;
  const payload = fetchText(url).then(decodeRunSeries);
  decoded.set(url, payload);
  payload.catch(() => decoded.delete(url));
  return payload;
}
