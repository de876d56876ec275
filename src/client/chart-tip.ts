import { formatNumber, formatStep } from '../charts/format-number.ts';
import type { DrawnLine, XKind } from '../charts/line-chart.ts';
import { colourClasses } from '../charts/run-colour.ts';
import { formatShortDuration, formatWall } from '../charts/time-ticks.ts';
import { make, makeSvg, siteBase } from './element.ts';
import type { NearValue } from './nearest-values.ts';

/** Runs a tooltip lists; the rest is a count. */
const tipRows = 8;

const oddWords = { nan: 'NaN', high: '+inf', low: '-inf' } as const;

/** What the words of a chart depend on. */
export interface TipWords {
  stepLabel: string;
  xKind: XKind;
  unit: string | undefined;
}

/** Where the pointer stands on x, in words: `step 5,000`, `1:30 h`, `2026-03-04 09:12:00 UTC`. */
export function placeText(x: number, { stepLabel, xKind }: TipWords): string {
  if (xKind === 'wall') return formatWall(x);
  return xKind === 'time' ? `after ${formatShortDuration(x)}` : `${stepLabel} ${formatStep(x)}`;
}

/** The value of a line in words: of a group with n and its band, or with both values where there are two. */
export function valueText({ line, value, kind, step }: NearValue, unit: string | undefined): string {
  if (kind !== undefined) return oddWords[kind];
  const withUnit = unit === undefined ? formatNumber(value) : `${formatNumber(value)} ${unit}`;
  const { n } = line.line;
  if (n === undefined) return withUnit;
  return `${withUnit}${spreadText(line, step)}, n = ${n}`;
}

function spreadText({ band, members }: DrawnLine, step: number): string {
  const at = band.find(({ x }) => x === step);
  if (at !== undefined && Number.isFinite(at.low)) return ` (${formatNumber(at.low)} to ${formatNumber(at.high)})`;
  const values = members.map((points) => points.find(({ x }) => x === step)?.y).filter((y) => y !== undefined);
  return values.length > 1 ? ` (${values.map(formatNumber).join(' and ')})` : '';
}

/** The box with the values under the pointer: the nearest line bold, the smoothed value behind the raw one. */
export class ChartTip {
  readonly element = make('div', { class: 'rf-tip', hidden: true });

  show(x: number, values: readonly NearValue[], row: number, words: TipWords): void {
    const first = Math.max(0, Math.min(row - tipRows + 1, values.length - tipRows));
    const rows = values.slice(first, first + tipRows).map((value, i) => tipRow(value, first + i === row, words));
    const rest = values.length - rows.length;
    this.element.replaceChildren(
      make('p', {}, placeText(x, words)),
      make('ul', {}, ...rows),
      ...(rest > 0 ? [make('p', {}, `+${rest}`)] : []),
    );
    this.element.hidden = false;
  }

  /** Beside the rule, on the side with more room. */
  place(x: number, boxWidth: number): void {
    const width = this.element.offsetWidth;
    const left = x + 12 + width <= boxWidth ? x + 12 : Math.max(0, x - 12 - width);
    this.element.style.transform = `translate(${Math.round(left)}px, 8px)`;
  }

  /** A pinned box stays, and its names can be followed. */
  pin(isPinned: boolean): void {
    this.element.classList.toggle('rf-pinned', isPinned);
    for (const link of this.element.querySelectorAll('a')) link.tabIndex = isPinned ? 0 : -1;
  }

  hide(): void {
    this.element.hidden = true;
    this.pin(false);
  }

  get isHidden(): boolean {
    return this.element.hidden === true;
  }
}

function tipRow(value: NearValue, isNear: boolean, { unit }: TipWords): HTMLElement {
  const { line, smoothed } = value;
  const swatch = makeSvg('svg', { class: 'rf-swatch', viewBox: '0 0 18 8', width: 18, height: 8 });
  swatch.append(makeSvg('path', { d: 'M1 4h16', class: colourClasses(line.colour) }));
  const { label, runId, n } = line.line;
  const name =
    n === undefined
      ? make('a', { class: 'rf-name', href: `${siteBase()}r/${encodeId(runId)}/`, tabindex: '-1' }, label)
      : make('span', { class: 'rf-name' }, label);
  const item = make('li', { class: isNear ? 'rf-near' : undefined });
  item.append(swatch, name, make('b', {}, valueText(value, unit)));
  if (smoothed !== undefined)
    item.append(
      make('i', { title: 'smoothed' }, make('span', { class: 'hidden-text' }, 'smoothed '), formatNumber(smoothed)),
    );
  return item;
}

function encodeId(runId: string): string {
  return runId.split('/').map(encodeURIComponent).join('/');
}
