import type { ChartGoal, ChartLine } from '../charts/choose-lines.ts';
import { chooseLines, singleLineLimit } from '../charts/choose-lines.ts';
import { assignRunColours, type RunColour } from '../charts/run-colour.ts';
import { aggregateSeries, type GroupBand } from '../series/aggregate-series.ts';
import type { Series } from '../series/series.ts';
import { joinAtSteps, relativeTimes, runFractions, withX } from '../series/with-x.ts';
import type { ChartSettings } from './chart-settings.ts';
import { isShown } from './chart-settings.ts';

/** A run's line as it was loaded. */
export interface SourceLine {
  runId: string;
  label: string;
  series: Series;
  /** When the run began, for relative time. */
  startedAtMs?: number | undefined;
  /** Address of a file with more points, base and all; undefined where there are none. */
  fineUrl?: string | undefined;
}

/** Params of runs as JSON text, by run id and name. */
export type RunParams = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is needed to turn loaded lines into those of a chart. */
export interface LinesInput {
  lines: readonly SourceLine[];
  settings: ChartSettings;
  goal: ChartGoal;
  /** Runs that are drawn singly whatever their rank. */
  keep: readonly string[];
  /** Colours by run; those of the lines alone where absent. */
  colours: ReadonlyMap<string, RunColour> | undefined;
  /** Params that the experiment groups by, for colours. */
  groupBy: readonly string[];
  /** Params, where grouping or colours need them. */
  params?: RunParams | undefined;
  /** Series of the metric that is x, where one is. */
  xSeries?: ReadonlyMap<string, Series> | undefined;
}

/** Lines ready to draw, before smoothing. */
export interface PreparedLines {
  lines: ChartLine[];
  keep: string[];
  /** Those picked in the table. */
  selected: string[];
  colours: ReadonlyMap<string, RunColour>;
  /** What a colour tells of a run, where colours do not stand for runs: `batch_size=32`. */
  tags: ReadonlyMap<string, string>;
  /** Those of `lines` that are drawn singly. */
  singles: ChartLine[];
  /** What a legend names: those drawn singly, and those that would be were they not hidden. */
  listed: ChartLine[];
  /** Runs that the legend has taken out, groups likewise. */
  hidden: number;
  /** Runs that have no value on the x that was asked for. */
  withoutX: number;
}

/**
 * Puts lines over the x that the settings name, gathers them into groups, takes out what the legend hides, and says which
 * are drawn singly and in what colour. Colours do not depend on what is hidden.
 */
export function prepareLines(input: LinesInput): PreparedLines {
  const { lines, settings, goal } = input;
  const placed = lines.map((line) => ({ ...line, series: overX(line, input) }));
  const withX = placed.filter(({ series }) => series.steps.length > 0);
  const params = input.params ?? new Map();
  // A key that no run has would put all into one group: it is a mistake of the address, or means something to the table.
  const keys = settings.group.filter((key) => lines.some(({ runId }) => params.get(runId)?.has(key)));
  const isGrouped = keys.length > 0;
  const all = isGrouped ? groupLines(withX, keys, settings.band, params) : withX;
  const shown = all.filter(({ runId }) => isShown(runId, settings));
  const selected = all.filter(({ runId }) => isSelected(runId, settings.selected)).map(({ runId }) => runId);
  const { singles: listed } = chooseLines(all, {
    goal,
    keep: isGrouped ? [] : [...selected, ...input.keep],
    limit: Math.max(singleLineLimit, selected.length),
  });
  // A line that is hidden makes no room for one of the band: what is drawn singly stays what it was.
  const singles = listed.filter(({ runId }) => isShown(runId, settings));
  return {
    lines: shown,
    keep: singles.map(({ runId }) => runId),
    selected,
    ...coloursOf(all, listed, input, isGrouped),
    singles,
    listed,
    hidden: all.length - shown.length,
    withoutX: lines.length - withX.length,
  };
}

/** Runs of the table are named by their whole id, or by the last part of it within one experiment. */
export function isSelected(runId: string, selected: ReadonlySet<string>): boolean {
  return selected.has(runId) || selected.has(runId.slice(runId.lastIndexOf('/') + 1));
}

function overX({ series, startedAtMs, runId }: SourceLine, { settings, xSeries }: LinesInput): Series {
  const { x } = settings;
  if (x === 'step') return series;
  if (x === 'wall') return withX(series, series.timesMs ?? []);
  if (x === 'time') return withX(series, relativeTimes(series, startedAtMs));
  if (x === 'fraction') return withX(series, runFractions(series));
  const other = xSeries?.get(runId);
  return withX(series, other === undefined ? [] : joinAtSteps(series, other));
}

/** The text that runs of one group share: `lr=0.1, width=64`. A param that a run lacks reads `lr: none`. */
export function groupName(keys: readonly string[], params: ReadonlyMap<string, string> | undefined): string {
  return keys.map((key) => `${key}${valueText(params?.get(key))}`).join(', ');
}

function valueText(json: string | undefined): string {
  if (json === undefined) return ': none';
  // Text without its quotes; everything else as JSON writes it.
  return `=${json.startsWith('"') ? String(JSON.parse(json)) : json}`;
}

function groupLines(
  lines: readonly SourceLine[],
  keys: readonly string[],
  band: GroupBand,
  params: RunParams,
): ChartLine[] {
  const groups = Map.groupBy(lines, ({ runId }) => groupName(keys, params.get(runId)));
  return [...groups].map(([name, members]): ChartLine => {
    const { steps, values, low, high } = aggregateSeries(
      members.map(({ series }) => series),
      { band },
    );
    const series: Series = {
      steps,
      values,
      superseded: [],
      total: steps.length,
      reduced: members.some(({ series: { reduced } }) => reduced),
    };
    return {
      runId: name,
      label: name,
      series,
      n: members.length,
      band: { steps, low, high },
      // Two values are shown as they are: no interval says more than they do.
      ...(members.length === 2 ? { members: members.map((member) => member.series) } : {}),
    };
  });
}

function coloursOf(
  all: readonly ChartLine[],
  singles: readonly ChartLine[],
  { settings, colours, params, groupBy }: LinesInput,
  isGrouped: boolean,
): Pick<PreparedLines, 'colours' | 'tags'> {
  const { colour } = settings;
  if (isGrouped) return { colours: assignRunColours(all.map(({ runId }) => runId)), tags: new Map() };
  if (colour === 'run' || params === undefined) {
    return { colours: colours ?? assignRunColours(singles.map(({ runId }) => runId)), tags: new Map() };
  }
  const keys = colour === 'group' ? groupBy : [colour];
  const nameOf = ({ runId }: ChartLine) => groupName(keys, params.get(runId));
  const byName = assignRunColours(all.map(nameOf));
  return {
    colours: new Map(all.map((line) => [line.runId, byName.get(nameOf(line)) ?? { slot: 0, dash: 0 }])),
    tags: new Map(all.map((line) => [line.runId, nameOf(line)])),
  };
}
