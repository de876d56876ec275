import { type ChartSource, loadSource } from './chart-source.ts';
import { onChartState, sharedSettings } from './chart-state.ts';
import { highlightRun } from './draw-live-chart.ts';
import { make } from './element.ts';
import { type LegendItem, showLegend } from './legend.ts';
import { type LivePanel, mountPanel } from './live-panel.ts';
import type { Removable } from './panel-menu.ts';

/**
 * Brings a `<runfolio-chart>` alive: loads its data, mounts it in its box, and gives its figure what goes with it: the
 * sentence on what is shown, the menu, the legend, and the settings of its section. Undefined when the file has no such metric.
 */
export async function openPanel(host: HTMLElement, box: HTMLElement, url: string): Promise<LivePanel | undefined> {
  const source = await loadSource(url, host);
  if (source === undefined || !host.isConnected) return undefined;
  return dressPanel(box, source, { host, figure: host.closest('figure') });
}

/** Mounts the chart of a source in a box and gives the figure around it what goes with a chart. */
export async function dressPanel(
  box: HTMLElement,
  source: ChartSource,
  { host, figure }: { host: HTMLElement; figure: HTMLElement | null },
): Promise<LivePanel> {
  const section = host.closest<HTMLElement>('[data-panels]');
  const legend = figure?.querySelector<HTMLElement>('.rf-legend:not(.shared-legend)') ?? undefined;
  const shared = section === null ? undefined : sharedLegend(section);
  const drawing = figure?.querySelector<HTMLElement>('.rf-drawing');
  const state = make('span', { class: 'rf-state' });
  const fault = make('span', { class: 'rf-fault', role: 'status' });
  const panel = await mountPanel(box, source, {
    onState: (text, isDefault) => {
      state.textContent = text === '' ? '' : ` ${text}`;
      if (drawing) drawing.hidden = !isDefault;
    },
    onFault: (reason) => {
      fault.textContent = reason === undefined ? '' : ` Could not load all data (${reason}).`;
    },
    onLines: (items, mode) => shared?.offer(source.metric, items, mode),
    onOwn: (isOwn) => figure?.toggleAttribute('data-own', isOwn),
    legend,
  });
  figure?.querySelector('figcaption')?.append(state, fault);
  let menu: Removable | undefined;
  let isEnded = false;
  void import('./panel-chrome.ts').then(
    ({ addPanelMenu, showControls }) => {
      if (isEnded) return;
      if (figure !== null) menu = addPanelMenu(figure, host, panel);
      if (section !== null) showControls(section);
    },
    () => {},
  );
  return {
    source,
    get drawn() {
      return panel.drawn;
    },
    destroy: () => {
      isEnded = true;
      panel.destroy();
      state.remove();
      if (drawing) drawing.hidden = false;
      fault.remove();
      menu?.remove();
    },
  };
}

/** What of the settings a legend shows. */
function legendState(): string {
  const { hidden, only } = sharedSettings();
  return JSON.stringify([[...hidden], only]);
}

interface SharedLegend {
  offer: (panel: string, items: readonly LegendItem[], mode: string) => void;
}

const sharedLegends = new WeakMap<Element, SharedLegend>();

/** The one legend of a section: it names what its panels draw, in the order of the list that was built with the page. */
function sharedLegend(section: HTMLElement): SharedLegend | undefined {
  const list = section.querySelector<HTMLElement>('.shared-legend');
  if (list === null) return undefined;
  const known = sharedLegends.get(section);
  if (known !== undefined) return known;
  const order = JSON.parse(section.dataset.drawnRuns ?? '[]') as string[];
  const place = ({ id }: LegendItem) => (order.includes(id) ? order.indexOf(id) : order.length);
  let mode = '';
  let byPanel = new Map<string, readonly LegendItem[]>();
  let drawn = '';
  const show = () => {
    const items = new Map([...byPanel.values()].flat().map((item) => [item.id, item]));
    const sorted = [...items.values()].sort((a, b) => place(a) - place(b));
    const isNeeded = sorted.length > 1 || sharedSettings().hidden.size > 0;
    showLegend(list, isNeeded ? sorted : [], { onHighlight: highlightRun });
  };
  const legend: SharedLegend = {
    offer: (panel, items, itsMode) => {
      if (itsMode !== mode) byPanel = new Map();
      mode = itsMode;
      byPanel.set(panel, items);
      const text = JSON.stringify([...byPanel.values()]);
      if (text === drawn) return;
      drawn = text;
      show();
    },
  };
  let shownState = legendState();
  const stop = onChartState(() => {
    if (!list.isConnected) stop();
    else if (legendState() !== shownState) show();
    shownState = legendState();
  });
  sharedLegends.set(section, legend);
  return legend;
}
