import * as Plot from '@observablehq/plot';
import { tQuantile95 } from '../../series/t-quantile.ts';
import { formatNumber } from '../format-number.ts';
import { layOut, numberAxis, plotPanel, tickCounts, wordAxis } from './axes.ts';
import { maxTextRows, type Panel, type PanelFrame, type PanelText } from './panel.ts';
import { fieldLabel, type PanelField, type PanelRun, readColumn } from './panel-data.ts';
import { rowMarks, rowPlace } from './rows.ts';
import { groupRuns, isPicked, rankedValues, roomForRows, type Statistic, statisticOf } from './run-groups.ts';
import { countWord, leftOut, remarks } from './words.ts';

export interface BarSpec {
  type: 'bar';
  /** The param whose values are the bars; undefined for a bar a run. */
  x?: PanelField;
  y: PanelField;
  stat: Statistic;
}

interface Bar {
  text: string;
  value: number;
  n: number;
  /** Half of the 95 % confidence interval of the mean; undefined below three runs. */
  half: number | undefined;
  runIds: string[];
}

/**
 * Draws a bar for each value of a param (or each run) at the mean or another statistic of a metric over its runs, a mean with
 * its 95 % confidence interval. Bars start at 0 where that leaves their differences to be seen, else dots stand in their place.
 */
export function drawBar(spec: BarSpec, runs: readonly PanelRun[], frame: PanelFrame): Panel {
  const all = barsOf(spec, runs);
  const bars = all.slice(0, roomForRows(frame));
  const ends = bars.flatMap(({ value, half = 0 }) => [value - half, value + half]);
  const isFromZero = spec.stat === 'count' || startsAtZero(ends);
  const box = layOut(
    numberAxis(ends, {
      label: valueLabel(spec),
      count: tickCounts(frame).x,
      ...(isFromZero && ends.every((end) => end >= 0) ? { from: 0 } : isFromZero ? { from: Math.min(0, ...ends) } : {}),
    }),
    wordAxis(
      bars.map(({ text }) => text),
      spec.x === undefined ? '' : spec.x.label,
    ),
    frame,
  );
  const marks = rowMarks(box, bars);
  const rows = bars.map((bar, i) => ({ ...bar, i, isPicked: isPicked(bar.runIds, frame.selected) }));
  for (const picked of [false, true]) {
    const own = rows.filter((row) => row.isPicked === picked);
    if (own.length === 0) continue;
    const faded = picked ? '' : ' rf-faded';
    if (isFromZero)
      marks.push(
        Plot.rect(own, {
          x1: () => 0,
          x2: 'value',
          y1: ({ i }) => i - 0.36,
          y2: ({ i }) => i + 0.36,
          className: `rf-bar rf-plain${faded}`,
        }),
      );
    else marks.push(Plot.dot(own, { x: 'value', y: 'i', r: 4.5, className: `rf-point rf-plain${faded}` }));
    marks.push(
      Plot.ruleY(
        own.filter(({ half }) => half !== undefined),
        {
          y: 'i',
          x1: ({ value, half = 0 }) => value - half,
          x2: ({ value, half = 0 }) => value + half,
          className: `rf-whisker${faded}`,
        },
      ),
    );
  }
  const targets = bars.map((bar, i) => ({
    ...rowPlace(box, { value: bar.value, row: i }, frame),
    title: spec.x === undefined ? bar.text : `${spec.x.label} ${bar.text}`,
    facts: factsOf(bar, spec),
    runIds: bar.runIds,
  }));
  return { svg: plotPanel(frame.document, box, marks), targets, keys: [] };
}

/** Says what the bars show, and lists them. */
export function describeBar(spec: BarSpec, runs: readonly PanelRun[], { room }: { room: number }): PanelText {
  const bars = barsOf(spec, runs);
  const y = readColumn(spec.y, runs);
  const best = bestBar(bars, spec);
  const n = bars.reduce((sum, bar) => sum + bar.n, 0);
  const by = spec.x === undefined ? '' : ` by ${spec.x.label}`;
  const words = [
    `${valueLabel(spec)}${by}, ${countWord(n, 'run')}${best === undefined ? '' : `, best ${formatNumber(best.value)} for ${best.text}`}.`,
  ];
  if (spec.stat === 'mean' && bars.some(({ half }) => half !== undefined))
    words.push('Lines are 95 % confidence intervals (t) from three runs on.');
  if (bars.length > room) words.push(`${room} of ${bars.length} bars in the picture, all in the table.`);
  words.push(...remarks([y, ...(spec.x === undefined ? [] : [readColumn(spec.x, runs)])], runs, []), ...leftOut(runs));
  return {
    caption: words.join(' '),
    columns: [spec.x === undefined ? 'Run' : fieldLabel(spec.x), valueLabel(spec), '± 95 %', 'n'],
    rows: bars.slice(0, maxTextRows).map(({ text, value, half, n: count }) => ({
      cells: [text, formatNumber(value), half === undefined ? '–' : formatNumber(half), String(count)],
    })),
  };
}

function barsOf({ x, y, stat }: BarSpec, runs: readonly PanelRun[]): Bar[] {
  const column = readColumn(y, runs);
  const groups =
    x === undefined ? runs.map(({ name }, i) => ({ text: name, runs: [i] })) : groupRuns(readColumn(x, runs));
  const bars = groups.flatMap((group): Bar[] => {
    const values = rankedValues(group, column, runs);
    const numbers = values.map(({ value }) => value);
    const value = statisticOf(numbers, stat);
    if (value === undefined || values.length === 0) return [];
    return [
      {
        text: group.text,
        value,
        n: values.length,
        half: stat === 'mean' ? halfInterval(numbers, value) : undefined,
        runIds: values.map(({ run }) => runs[run]?.id ?? ''),
      },
    ];
  });
  if (x !== undefined) return bars;
  const sign = y.goal === 'min' ? 1 : -1;
  return bars.sort((a, b) => sign * (a.value - b.value));
}

function halfInterval(values: readonly number[], mean: number): number | undefined {
  const n = values.length;
  if (n < 3) return undefined;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return (tQuantile95(n - 1) * Math.sqrt(variance)) / Math.sqrt(n);
}

/** Bars tell by their length, so they start at 0; where all ends are nearly alike that would show nothing. */
function startsAtZero(ends: readonly number[]): boolean {
  const low = Math.min(...ends);
  const high = Math.max(...ends);
  return low <= 0 || high - low > high * 0.25;
}

function valueLabel({ y, stat, x }: BarSpec): string {
  if (stat === 'count') return `Runs with ${y.label}`;
  return x === undefined
    ? fieldLabel(y)
    : `${stat === 'mean' ? 'Mean' : stat === 'median' ? 'Median' : stat === 'min' ? 'Least' : 'Greatest'} ${fieldLabel(y)}`;
}

function factsOf({ value, half, n }: Bar, spec: BarSpec): [string, string][] {
  const interval = half === undefined ? '' : ` ± ${formatNumber(half)}`;
  return [
    [valueLabel(spec), `${formatNumber(value)}${interval}`],
    ['n', String(n)],
  ];
}

function bestBar(bars: readonly Bar[], { y, stat }: BarSpec): Bar | undefined {
  if (y.goal === undefined || stat === 'count') return undefined;
  const sign = y.goal === 'min' ? 1 : -1;
  return [...bars].sort((a, b) => sign * (a.value - b.value))[0];
}
