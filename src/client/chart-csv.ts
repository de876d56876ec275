import type { DrawnLine } from '../charts/line-chart.ts';
import type { Range } from './zoom-text.ts';

/** What a table of a chart says at its top, as comments. */
export interface CsvFacts {
  metric: string;
  /** The word for x. */
  xLabel: string;
  /** What was smoothed and how; undefined for nothing. */
  smoothing: string | undefined;
  zoom: Range | undefined;
  /** Runs of the band, which are not in the table. */
  banded: number;
  address: string;
}

/**
 * Writes the lines that a chart draws singly as CSV, one row a point within the zoom: run, x, value, and the smoothed value
 * where there is one at this x; of groups the mean (or median), its band and n of runs. Lines that begin with `#` say what it
 * is. Text is quoted where it must be; text that a spreadsheet would run as a formula gets a quote mark before it.
 */
export function chartCsv(lines: readonly DrawnLine[], facts: CsvFacts): string {
  const { metric, xLabel, smoothing, zoom, banded, address } = facts;
  const isGrouped = lines.some(({ line }) => line.n !== undefined);
  const comments = [
    `${metric} by ${xLabel}`,
    smoothing === undefined ? 'not smoothed' : `"smoothed" is ${smoothing}`,
    ...(zoom === undefined ? [] : [`${xLabel} from ${zoom[0]} to ${zoom[1]}`]),
    ...(banded === 0 ? [] : [`${banded} more runs stand in the band and are not in this table`]),
    address,
  ];
  const columns = [
    isGrouped ? 'group' : 'run',
    xLabel,
    metric,
    ...(smoothing === undefined ? [] : ['smoothed']),
    ...(isGrouped ? ['low', 'high', 'n'] : []),
  ];
  const rows = lines.flatMap((drawn) => lineRows(drawn, { zoom, isSmoothed: smoothing !== undefined, isGrouped }));
  return [
    ...comments.map((comment) => `# ${comment.replace(/\s+/g, ' ')}`),
    ...[columns, ...rows].map((cells) => cells.map(csvCell).join(',')),
    '',
  ].join('\n');
}

function lineRows(
  { line }: DrawnLine,
  { zoom, isSmoothed, isGrouped }: { zoom: Range | undefined; isSmoothed: boolean; isGrouped: boolean },
): (string | number)[][] {
  const { series, smoothed, band } = line;
  const smoothAt = new Map(smoothed?.steps.map((step, i) => [step, smoothed.values[i] ?? Number.NaN]));
  return series.steps.flatMap((step, i) => {
    if (zoom !== undefined && (step < zoom[0] || step > zoom[1])) return [];
    const row: (string | number)[] = [line.runId, step, series.values[i] ?? Number.NaN];
    if (isSmoothed) row.push(smoothAt.get(step) ?? '');
    if (isGrouped) row.push(band?.low[i] ?? '', band?.high[i] ?? '', line.n ?? '');
    return [row];
  });
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? 'NaN' : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
