import type { IntervalPoint, IntervalRow } from '../../../charts/intervals-chart.ts';
import type { PaperCell, PaperTable } from '../../../exporters/paper-table.ts';
import { countOf } from '../number-text.ts';
import type { AblationTable } from './ablation.ts';

/** A chart of a table: groups as rows, with a point for each of the table's columns where these are values. */
export interface AblationChart {
  /** What is measured. */
  label: string;
  rowLabel: string;
  rows: IntervalRow[];
  /** The columns that colours stand for; empty for one. */
  series: string[];
  /** Mean of the baseline, where there is one for the whole chart. */
  baseline: number | undefined;
  caption: string;
}

/** Rows that a chart holds. */
const maxRows = 40;
/** Charts of one table. */
const maxCharts = 6;

/** Gives the charts of a table: one over all columns where these are values of a param, else one a metric. */
export function ablationCharts({ paper, subject }: AblationTable): AblationChart[] {
  if (subject !== undefined)
    return [chart(paper, { label: subject.label, columns: paper.metrics.map((_, i) => i), series: seriesOf(paper) })];
  return paper.metrics
    .slice(0, maxCharts)
    .map(({ label }, column) => chart(paper, { label, columns: [column], series: [] }));
}

function seriesOf({ metrics }: PaperTable): string[] {
  return metrics.length > 1 ? metrics.map(({ label }) => label) : [];
}

function chart(
  paper: PaperTable,
  { label, columns, series }: { label: string; columns: number[]; series: string[] },
): AblationChart {
  const cells = (row: PaperTable['rows'][number]): (PaperCell | undefined)[] => columns.map((at) => row.cells[at]);
  const baselines = paper.rows.flatMap(cells).filter((cell) => cell?.isBaseline === true);
  const few = paper.rows
    .flatMap(cells)
    .filter((cell) => cell !== undefined && cell.figures.n > 0 && cell.half === undefined);
  const cut = paper.rows.length - maxRows;
  const baseline = baselines.length === 1 ? baselines[0]?.figures.mean : undefined;
  const sentences = [
    `${label}: large dots are means, small ones the values of single runs, lines the 95 % confidence interval of the mean (Student).`,
    ...(few.length > 0
      ? [`${countOf(few.length, 'group')} without an interval: fewer than 3 seeds, or no spread.`]
      : []),
    ...(baseline === undefined ? [] : ['The dashed line is the mean of the baseline.']),
    ...(cut > 0 ? [`The first ${maxRows} of ${countOf(paper.rows.length, 'row')}; the table has all.`] : []),
  ];
  return {
    label,
    rowLabel: paper.heads.join(', '),
    rows: paper.rows.slice(0, maxRows).map((row) => ({ label: row.labels.join(', '), points: cells(row).map(point) })),
    series,
    baseline,
    caption: sentences.join(' '),
  };
}

function point(cell: PaperCell | undefined): IntervalPoint | undefined {
  if (cell?.figures.mean === undefined) return undefined;
  const { mean, values, ci } = cell.figures;
  return { mean, low: ci?.low, high: ci?.high, values };
}
