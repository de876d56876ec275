import { binEdges, binOf } from '../../series/bin-edges.ts';
import { quantile } from '../../series/quantile.ts';
import { formatNumber } from '../format-number.ts';
import type { PanelFrame } from './panel.ts';
import type { Column, PanelRun } from './panel-data.ts';

/** Runs that share a value of a param, or a stretch of its values. */
export interface RunGroup {
  text: string;
  /** The same in few characters: `≥0.01` for a stretch that begins there. */
  short?: string;
  /** Places of its runs. */
  runs: number[];
}

/** More different numbers than this are parted into stretches. */
const mostValues = 12;

/**
 * Parts runs by a column: one group a word or number in its order; numbers of more than twelve kinds in about eight
 * stretches of one width, on a log scale where they are positive and span two decades. Runs without a value are left out.
 */
export function groupRuns(column: Column): RunGroup[] {
  const { isNumeric, categories, texts, numbers } = column;
  if (!isNumeric || categories.length <= mostValues) {
    const places = new Map(categories.map((text, i) => [text, i]));
    const groups = categories.map((text): RunGroup => ({ text, runs: [] }));
    for (const [run, text] of texts.entries()) groups[places.get(text ?? '') ?? -1]?.runs.push(run);
    return groups.filter(({ runs }) => runs.length > 0);
  }
  const known = numbers.filter((value) => value !== undefined);
  const low = Math.min(...known);
  const isLog = low > 0 && Math.max(...known) / low >= 100;
  const toUnit = isLog ? Math.log10 : (value: number) => value;
  const edges = binEdges(known.map(toUnit), { count: 8 });
  const fromUnit = (value: number) => formatNumber(Number((isLog ? 10 ** value : value).toPrecision(2)));
  const groups = edges.slice(1).map((to, i): RunGroup => {
    const from = fromUnit(edges[i] ?? 0);
    return { text: `${from} to ${fromUnit(to)}`, short: `≥${from}`, runs: [] };
  });
  for (const [run, value] of numbers.entries()) {
    const bin = value === undefined ? undefined : binOf(toUnit(value), edges);
    if (bin !== undefined) groups[bin]?.runs.push(run);
  }
  return groups.filter(({ runs }) => runs.length > 0);
}

/** What stands for a group: one of these of its finite values, or their number. */
export type Statistic = 'mean' | 'median' | 'min' | 'max' | 'count';

/** The statistic of finite values; undefined when there are none, but for their count. */
export function statisticOf(values: readonly number[], statistic: Statistic): number | undefined {
  if (statistic === 'count') return values.length;
  if (values.length === 0) return undefined;
  switch (statistic) {
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'median':
      return quantile(
        [...values].sort((a, b) => a - b),
        0.5,
      );
    case 'min':
      return Math.min(...values);
    case 'max':
      return Math.max(...values);
  }
}

/** The values of a group's runs that rank, finite ones only, with the places of their runs. */
export function rankedValues(
  { runs }: RunGroup,
  column: Column,
  all: readonly PanelRun[],
): { run: number; value: number }[] {
  return runs.flatMap((run) => {
    const value = column.numbers[run];
    return value === undefined || all[run]?.isRanked !== true ? [] : [{ run, value }];
  });
}

/** Rows that a picture has room for; the others are in the table. */
export function roomForRows({ heightPx }: Pick<PanelFrame, 'heightPx'>): number {
  return Math.max(4, Math.floor((heightPx - 64) / 14));
}

/** True when any of a group's runs is picked, or nothing is. */
export function isPicked(runIds: readonly string[], selected: ReadonlySet<string> | undefined): boolean {
  return selected === undefined || selected.size === 0 || runIds.some((id) => selected.has(id));
}
