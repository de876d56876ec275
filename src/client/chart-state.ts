import { chartKeys } from './chart-keys.ts';
import type { ChartSettings, SettingsSource } from './chart-settings.ts';
import { changeOwn, changeZoom, readSettings, settingsOf } from './chart-settings.ts';
import { showIgnored } from './ignored.ts';
import { onState, type StateChange, type StateKey, setState, stateTexts } from './url-state.ts';
import type { Range } from './zoom-text.ts';

/** Choices that a finger still holds: they are drawn, but stand in no address yet. */
let passing: StateChange = {};

/** What the charts of the page are drawn by now. */
export const chartSource: SettingsSource = (key) => {
  if (!(key in passing)) return stateTexts(key);
  const value = passing[key];
  return typeof value === 'string' ? [value] : (value ?? []);
};

type Listener = () => void;
const listeners = new Set<Listener>();
let frame = 0;

/** Calls back once a frame after changes that charts are drawn by. Gives a function that ends it. */
export function onChartState(listener: Listener): () => void {
  if (listeners.size === 0) {
    onState((changed) => {
      if ([...changed].some((key) => chartKeys.has(key))) tellSoon();
    });
    report();
  }
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * Makes a choice. While it is passing (a slider under a finger) charts follow but the address stays; the choice that
 * ends it is one entry of the history, so that Back undoes the whole drag.
 */
export function choose(change: StateChange, { isPassing = false }: { isPassing?: boolean } = {}): void {
  if (isPassing) {
    passing = { ...passing, ...change };
    tellSoon();
    return;
  }
  passing = {};
  setState(change);
  tellSoon();
}

export function sharedSettings(): ChartSettings {
  return readSettings(chartSource).settings;
}

export function settingsOfChart(metric: string): { settings: ChartSettings; isOwn: boolean } {
  return settingsOf(metric, chartSource);
}

export function zoomChart(metric: string, zoom: Range | undefined, options: { isPassing?: boolean } = {}): void {
  choose(changeZoom(metric, chartSource, zoom), options);
}

/** Gives one chart something of its own, or with undefined takes all of it back. */
export function chooseOwn(
  metric: string,
  change: Parameters<typeof changeOwn>[2],
  options: { isPassing?: boolean } = {},
): void {
  choose(changeOwn(metric, chartSource, change), options);
}

/** Takes a run (or group) out of the charts or back in. */
export function toggleHidden(id: string): void {
  const { hidden, only } = sharedSettings();
  const next = new Set(only === undefined ? hidden : []);
  if (next.has(id)) next.delete(id);
  else next.add(id);
  choose({ hide: [...next].sort(), only: undefined });
}

/** Shows one run (or group) alone, or all again. */
export function toggleOnly(id: string): void {
  choose({ only: sharedSettings().only === id ? undefined : id, hide: undefined });
}

/** The text of a key, for controls. */
export function chosenText(key: StateKey): string | undefined {
  return chartSource(key)[0];
}

function tellSoon(): void {
  if (frame !== 0) return;
  frame = requestAnimationFrame(() => {
    frame = 0;
    report();
    for (const listener of [...listeners]) listener();
  });
}

function report(): void {
  showIgnored('charts', readSettings(chartSource).ignored);
}
