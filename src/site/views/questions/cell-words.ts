import { formatNumber } from '../../../charts/format-number.ts';
import type { PaperCell } from '../../../exporters/paper-table.ts';
import { leastSeeds } from '../../../series/describe-sample.ts';
import { pText } from '../../../series/p-text.ts';

/**
 * What a test says of a cell against the baseline, in words: `better, p = 0.012`, or why nothing was tested. Undefined for an
 * empty cell, and where the table has no baseline.
 *
 * @param baseline - the cell that this one is held against
 */
export function cellVerdict(cell: PaperCell, baseline: PaperCell | undefined): string | undefined {
  if (cell.figures.n === 0 || baseline === undefined) return undefined;
  if (cell.isBaseline) return 'baseline';
  if (baseline.figures.n === 0) return 'not tested: the baseline has no value here';
  if (cell.p === undefined) {
    if (cell.figures.n < leastSeeds) return `not tested: fewer than ${leastSeeds} seeds`;
    if (baseline.figures.n < leastSeeds) return `not tested: the baseline has fewer than ${leastSeeds} seeds`;
    return 'not tested: no spread to judge by';
  }
  const p = pText(cell.p);
  const value = p.startsWith('<') ? `p ${p}` : `p = ${p}`;
  if (cell.mark === undefined) return `no significant difference, ${value}`;
  return `significantly ${cell.mark === 'differs' ? 'different' : cell.mark}, ${value}`;
}

/** A difference with its sign: `+0.012`, `−0.3`, `±0`. */
export function differenceText(difference: number): string {
  if (difference === 0) return '±0';
  return `${difference > 0 ? '+' : '−'}${formatNumber(Number(Math.abs(difference).toPrecision(2)))}`;
}
