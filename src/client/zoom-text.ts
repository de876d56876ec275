import type { XKind } from '../charts/line-chart.ts';

/** A part of x. */
export type Range = readonly [from: number, to: number];

/**
 * Writes a range for the address: `100..2500` for steps and seconds, `2026-03-04T09:12:00Z..2026-03-04T10:00:00Z` for wall
 * time. No more digits than a screen can show of the range, so that links stay short.
 */
export function formatZoom([from, to]: Range, kind: XKind): string {
  return `${formatBound(from, to - from, kind)}..${formatBound(to, to - from, kind)}`;
}

/** One end of a range as text, as the fields and the address show it. */
export function formatBound(value: number, span: number, kind: XKind): string {
  if (kind === 'wall') {
    const date = new Date(value);
    if (!Number.isNaN(date.getTime()))
      return span >= 60_000 ? `${date.toISOString().slice(0, 19)}Z` : date.toISOString();
  }
  const decimals = Math.max(0, Math.min(15, 4 - Math.floor(Math.log10(Math.abs(span) || 1))));
  return String(Number(value.toFixed(decimals)));
}

/** Reads what `formatZoom` wrote; undefined for what is no rising range of finite numbers. */
export function parseZoom(text: string | undefined, kind: XKind): Range | undefined {
  const parts = text?.split('..') ?? [];
  const [from, to] = parts.map((part) => parseBound(part, kind));
  if (parts.length !== 2 || from === undefined || to === undefined || !(from < to)) return undefined;
  return [from, to];
}

/** Reads one end of a range; undefined for what is no finite number (or, for wall time, no date either). */
export function parseBound(text: string, kind: XKind): number | undefined {
  const plain = text.trim();
  if (plain === '') return undefined;
  if (kind === 'wall' && /^\d{4}-\d\d-\d\d/.test(plain)) {
    const zoned = /(?:[zZ]|[+-]\d\d:?\d\d)$/.test(plain) || plain.length <= 10 ? plain : `${plain.replace(' ', 'T')}Z`;
    const ms = Date.parse(zoned);
    return Number.isNaN(ms) ? undefined : ms;
  }
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}
