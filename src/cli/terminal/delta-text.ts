import { formatNumber } from '../../charts/format-number.ts';
import type { Goal } from '../../format/experiment-settings.ts';
import type { TextCell } from './text-table.ts';

/** A difference in words: its sign, and whether it is better. Empty where there is none to tell. */
export function deltaCell(value: number | undefined, base: number | undefined, goal: Goal | undefined): TextCell {
  if (value === undefined || base === undefined) return { text: '' };
  if (value === base) return { text: 'same', style: 'dim' };
  const delta = value - base;
  if (!Number.isFinite(delta)) return { text: '' };
  const text = signedNumber(delta);
  if (goal === undefined) return { text };
  const isBetter = goal === 'min' ? delta < 0 : delta > 0;
  return isBetter ? { text: `${text} better`, style: 'green' } : { text: `${text} worse`, style: 'red' };
}

/** A number with its sign, plus too. */
export function signedNumber(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}

/** A difference as a share of what it is held against: `-3.2 %`; empty where that is 0. */
export function percentText(value: number | undefined, base: number | undefined): string {
  if (value === undefined || base === undefined || base === 0 || value === base) return '';
  const share = (100 * (value - base)) / Math.abs(base);
  if (!Number.isFinite(share)) return '';
  const digits = Math.abs(share) < 10 ? 1 : 0;
  return `${share > 0 ? '+' : ''}${share.toFixed(digits)} %`;
}
