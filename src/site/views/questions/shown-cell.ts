import { paperCellText } from '../../../exporters/paper-formats.ts';
import { markSigns, type PaperTable } from '../../../exporters/paper-table.ts';
import type { RunEntry } from '../../../store/run-entry.ts';
import { countOf } from '../number-text.ts';
import { cellVerdict, differenceText } from './cell-words.ts';

/** A cell of a table as a page shows it. */
export interface ShownCell {
  /** `0.912 ± 0.004`; undefined where there is no value. */
  text: string | undefined;
  /** The mean with all its digits, to sort by and to look at. */
  mean: number | undefined;
  isBest: boolean;
  isBaseline: boolean;
  /** The sign of the mark that the caption explains. */
  sign: string | undefined;
  /** How many seeds, in words; undefined where the table is one of single runs. */
  count: string | undefined;
  /** Difference to the baseline, signed. */
  difference: string | undefined;
  /** What the test says of it, or why there is none. */
  verdict: string | undefined;
  runs: readonly RunEntry[];
}

/** The cells of a table, row by row, with the words that stand beside the numbers. `cellRuns` are the runs behind each. */
export function shownCells(paper: PaperTable, cellRuns?: readonly (readonly RunEntry[][])[]): ShownCell[][] {
  const baselines = paper.metrics.map((_, column) => paper.rows.map(({ cells }) => cells[column]).find(isBaseline));
  const only = paper.rows.flatMap(({ cells }) => cells).filter(isBaseline);
  return paper.rows.map(({ cells }, row) =>
    cells.map((cell, column): ShownCell => {
      const notation = paper.metrics[column]?.notation;
      const { figures, isBest, difference } = cell;
      return {
        text: notation === undefined ? undefined : paperCellText(cell, notation),
        mean: figures.mean,
        isBest,
        isBaseline: cell.isBaseline,
        sign: cell.mark && markSigns[cell.mark],
        count: paper.isOfRuns || figures.n === 0 ? undefined : `n = ${figures.n}${leftOutText(figures.leftOut)}`,
        difference: difference === undefined ? undefined : differenceText(difference),
        verdict: cellVerdict(cell, baselines[column] ?? (only.length === 1 ? only[0] : undefined)),
        runs: cellRuns?.[row]?.[column] ?? [],
      };
    }),
  );
}

function isBaseline(cell: { isBaseline: boolean } | undefined): boolean {
  return cell?.isBaseline === true;
}

function leftOutText(count: number): string {
  return count === 0 ? '' : `, ${countOf(count, 'value')} not finite`;
}
