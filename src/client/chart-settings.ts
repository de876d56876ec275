import { type YScaleKind, yScaleKinds } from '../charts/chart-scale.ts';
import type { XKind } from '../charts/line-chart.ts';
import { type GroupBand, groupBands } from '../series/aggregate-series.ts';
import { type Smoothing, type SmoothingKind, smoothingKinds } from '../series/smooth-series.ts';
import { type OwnKey, ownKeys } from './chart-keys.ts';
import type { StateChange, StateKey } from './url-state.ts';
import { formatZoom, parseZoom, type Range } from './zoom-text.ts';

/** What all line charts of a page are drawn by, as its address says. */
export interface ChartSettings {
  /** `step`, `time`, `wall`, `fraction` or the name of a metric. */
  x: string;
  smoothing: Smoothing;
  /** Undefined where the values decide. */
  y: YScaleKind | undefined;
  isWithoutOutliers: boolean;
  /** Params whose equal values put runs into a group; empty for single runs. */
  group: readonly string[];
  band: GroupBand;
  /** `run`, `group` or a param. */
  colour: string;
  /** Runs (or groups) that the legend has taken out. */
  hidden: ReadonlySet<string>;
  /** The one run (or group) that is shown alone. */
  only: string | undefined;
  /** Runs picked in the table. */
  selected: ReadonlySet<string>;
  hasSuperseded: boolean;
  zoom: Range | undefined;
}

/** What the address says, key by key. */
export type SettingsSource = (key: StateKey) => readonly string[];

/** What the numbers of an x setting are. */
export function xKindOf(x: string): XKind {
  return x === 'time' || x === 'wall' ? x : 'step';
}

/** True for an x that is a metric by its name. */
export function isMetricX(x: string): boolean {
  return x !== 'step' && x !== 'time' && x !== 'wall' && x !== 'fraction';
}

/** The words for an x; the step goes by its own word. */
export function xWords(x: string, stepLabel: string): string {
  if (x === 'step') return stepLabel;
  if (x === 'time') return 'time since start';
  if (x === 'wall') return 'wall time (UTC)';
  return x === 'fraction' ? 'fraction of the run' : x;
}

/** Reads the settings out of an address. What is not understood stands at its default; `ignored` names it as `key=value`. */
export function readSettings(source: SettingsSource): { settings: ChartSettings; ignored: string[] } {
  const ignored: string[] = [];
  const first = (key: StateKey): string | undefined => source(key)[0];
  const oneOf = <T extends string>(key: StateKey, allowed: readonly T[]): T | undefined => {
    const text = first(key);
    const found = allowed.find((candidate) => candidate === text);
    if (text !== undefined && found === undefined) ignored.push(`${key}=${text}`);
    return found;
  };
  const x = first('x') ?? 'step';
  const zoomText = first('zoom');
  const zoom = parseZoom(zoomText, xKindOf(x));
  if (zoomText !== undefined && zoom === undefined) ignored.push(`zoom=${zoomText}`);
  const kind = oneOf('smk', smoothingKinds) ?? 'ema';
  const amount = readAmount(kind, first('sm'));
  if (amount === undefined) ignored.push(`sm=${first('sm')}`);
  return {
    settings: {
      x,
      smoothing: { kind, amount: amount ?? 0 },
      y: oneOf('y', yScaleKinds),
      isWithoutOutliers: oneOf('out', ['1']) === '1',
      group: source('group'),
      band: oneOf('band', groupBands) ?? 'ci',
      colour: first('colour') ?? 'run',
      hidden: new Set(source('hide')),
      only: first('only'),
      selected: new Set(source('sel')),
      hasSuperseded: oneOf('old', ['0']) !== '0',
      zoom,
    },
    ignored,
  };
}

function readAmount(kind: SmoothingKind, text: string | undefined): number | undefined {
  if (text === undefined) return 0;
  const amount = Number(text);
  if (text.trim() === '' || !(amount >= 0) || amount === Number.POSITIVE_INFINITY) return undefined;
  return kind === 'ema' || kind === 'time' ? Math.min(amount, 0.999) : amount;
}

/** The settings of one chart: the shared ones, with what it has of its own in their place. `own` are the texts of the key `own`. */
export function settingsOf(metric: string, source: SettingsSource): { settings: ChartSettings; isOwn: boolean } {
  const own = ownOf(metric, source('own'));
  if (own === undefined) return { settings: readSettings(source).settings, isOwn: false };
  const { settings } = readSettings((key) => {
    if (!isOwnKey(key)) return source(key);
    const text = own.get(key);
    // A chart with an x of its own has a zoom of its own too.
    if (key === 'zoom' && own.has('x')) return text ? [text] : [];
    if (text === undefined) return source(key);
    return text === '' ? [] : [text];
  });
  return { settings, isOwn: true };
}

function isOwnKey(key: StateKey): key is OwnKey {
  return (ownKeys as readonly StateKey[]).includes(key);
}

/** What one chart has of its own: `own=val%2Facc?y=log&sm=`; an empty value stands for the default. Undefined for none. */
function ownOf(metric: string, texts: readonly string[]): Map<OwnKey, string> | undefined {
  const prefix = `${encodeURIComponent(metric)}?`;
  const text = texts.find((candidate) => candidate.startsWith(prefix));
  if (text === undefined) return undefined;
  const own = new Map<OwnKey, string>();
  for (const [key, value] of new URLSearchParams(text.slice(prefix.length))) {
    if (isOwnKey(key as StateKey)) own.set(key as OwnKey, value);
  }
  return own;
}

/** The change of the address that gives one chart something of its own; undefined takes all of it back. */
export function changeOwn(
  metric: string,
  source: SettingsSource,
  change: Partial<Record<OwnKey, string>> | undefined,
): StateChange {
  const texts = source('own');
  const prefix = `${encodeURIComponent(metric)}?`;
  const others = texts.filter((text) => !text.startsWith(prefix));
  if (change === undefined) return { own: others };
  const own = new Map([...(ownOf(metric, texts) ?? []), ...(Object.entries(change) as [OwnKey, string][])]);
  const query = new URLSearchParams(ownKeys.flatMap((key) => (own.has(key) ? [[key, own.get(key) ?? '']] : [])));
  return { own: [...others, `${prefix}${query}`] };
}

/** The change of the address that zooms one chart, and with it all that share its x. */
export function changeZoom(metric: string, source: SettingsSource, zoom: Range | undefined): StateChange {
  const { settings } = settingsOf(metric, source);
  const text = zoom && formatZoom(zoom, xKindOf(settings.x));
  const hasOwnX = ownOf(metric, source('own'))?.has('x') === true;
  return hasOwnX ? changeOwn(metric, source, { zoom: text ?? '' }) : { zoom: text };
}

/** Says whether a run (or group) is shown. Runs may be named by their last part alone, as a table of one experiment does. */
export function isShown(id: string, { hidden, only }: Pick<ChartSettings, 'hidden' | 'only'>): boolean {
  const short = id.slice(id.lastIndexOf('/') + 1);
  if (only !== undefined) return id === only || short === only;
  return !hidden.has(id) && !hidden.has(short);
}

/** Two settings that differ in nothing but how much is smoothed: then the axes of a chart stay. */
export function differInAmountOnly(a: ChartSettings, b: ChartSettings): boolean {
  if (a.smoothing.kind !== b.smoothing.kind || !(a.smoothing.amount > 0) || !(b.smoothing.amount > 0)) return false;
  return plain(a) === plain(b);
}

function plain({ smoothing: _, hidden, selected, ...rest }: ChartSettings): string {
  return JSON.stringify([rest, [...hidden], [...selected]]);
}
