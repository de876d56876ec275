import { formatStep } from '../charts/format-number.ts';
import type { LineChart } from '../charts/line-chart.ts';
import type { GroupBand } from '../series/aggregate-series.ts';
import type { PreparedLines } from './chart-lines.ts';
import { type ChartSettings, xKindOf } from './chart-settings.ts';
import type { ChartSource } from './chart-source.ts';
import { placeText } from './chart-tip.ts';
import { describeSmoothing } from './smoothing-scale.ts';

export const bandWords: Record<GroupBand, string> = {
  ci: 'mean with 95 % confidence interval (t)',
  sd: 'mean with standard deviation (n − 1)',
  se: 'mean with standard error',
  minmax: 'mean with least and greatest',
  median: 'median with least and greatest',
  quartiles: 'median with quartiles',
};

/**
 * Says what a live chart shows beyond the sentence under its picture: what was chosen on the page, and what that leaves out.
 * Empty where nothing was chosen.
 */
export function describeState(
  { lines, stepLabel }: ChartSource,
  settings: ChartSettings,
  chart: LineChart,
  prepared: PreparedLines,
): string {
  if (isDefault(settings)) return '';
  const said: string[] = [];
  const smoothing = describeSmoothing(settings.smoothing);
  if (smoothing !== undefined) {
    const isApproximate = prepared.singles.some(({ smoothed }) => smoothed?.isApproximate);
    said.push(`Smoothed${isApproximate ? ', approximate' : ''}: ${smoothing}; the values themselves are faint.`);
  }
  const groups = prepared.lines.filter(({ n }) => n !== undefined);
  if (groups.length > 0) {
    said.push(`${groups.length === 1 ? '1 group' : `${groups.length} groups`}: ${bandWords[settings.band]}.`);
    if (groups.some(({ n }) => n === 2)) said.push('Groups of two show both runs and no interval.');
    if (groups.some(({ n }) => n === 1)) said.push('Groups of one have no interval.');
  }
  if (prepared.withoutX > 0 && settings.x !== 'step') {
    const what = settings.x === 'time' || settings.x === 'wall' ? 'times' : settings.x;
    said.push(`${formatStep(prepared.withoutX)} of ${formatStep(lines.length)} runs have no ${what}.`);
  }
  if (prepared.hidden > 0) said.push(`${formatStep(prepared.hidden)} hidden by the legend.`);
  const { outside, scale } = chart.view;
  if (outside > 0) {
    const points = outside === 1 ? '1 point' : `${formatStep(outside)} points`;
    const limit = settings.isWithoutOutliers ? 'outside the 5th to 95th percentile' : 'beyond the axis';
    said.push(`${points} ${limit}, drawn on its edge.`);
  }
  if (scale !== 'linear') said.push(scale === 'log' ? 'Log scale.' : 'Symlog scale.');
  if (chart.banded > 0) {
    said.push(`${chart.singles.length} of ${formatStep(prepared.lines.length)} drawn singly, the rest as a band.`);
  }
  if (settings.zoom !== undefined) {
    const words = { stepLabel, xKind: xKindOf(settings.x), unit: undefined };
    said.push(`Zoomed: ${placeText(settings.zoom[0], words)} to ${placeText(settings.zoom[1], words)}.`);
  }
  const points = settings.zoom === undefined ? totalOf(prepared) : pointsWithin(prepared, settings.zoom);
  if (points > chart.drawnPoints && groups.length === 0)
    said.push(`${formatStep(chart.drawnPoints)} of ${formatStep(points)} points drawn, every peak kept.`);
  return said.join(' ');
}

/** True where nothing was chosen: then what was said when the page was built still holds. */
export function isDefault(settings: ChartSettings): boolean {
  const { smoothing, y, x, isWithoutOutliers, group, colour, hidden, only, selected, hasSuperseded, zoom } = settings;
  const isUntouched = x === 'step' && y === undefined && zoom === undefined && colour === 'run' && only === undefined;
  const isPlain = smoothing.amount === 0 && !isWithoutOutliers && hasSuperseded;
  return isUntouched && isPlain && group.length === 0 && hidden.size === 0 && selected.size === 0;
}

function totalOf({ lines }: PreparedLines): number {
  return lines.reduce((sum, { series }) => sum + series.total, 0);
}

/** Points of the loaded lines within a range. */
function pointsWithin({ lines }: PreparedLines, [from, to]: readonly [number, number]): number {
  return lines.reduce((sum, { series }) => sum + series.steps.filter((step) => step >= from && step <= to).length, 0);
}
