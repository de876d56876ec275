import { linearTicks, type TickedDomain } from './ticks.ts';

const second = 1;
const minute = 60;
const hour = 3600;
const day = 86_400;

/** Round spans of time in seconds, finest first. */
const spans = [
  1,
  2,
  5,
  10,
  15,
  30,
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  28 * day,
  91 * day,
  182 * day,
  365 * day,
] as const;

/** Ticks of relative time in seconds, at round seconds, minutes, hours or days; under a second at decimals. */
export function durationTicks(low: number, high: number, count: number): TickedDomain {
  const raw = (high - low) / Math.max(1, count);
  const span = spans.find((candidate) => candidate >= raw);
  if (span === undefined || !(raw > second / 2)) return linearTicks(low, high, count);
  return everySpan(low, high, span);
}

/** Ticks of wall time in milliseconds since 1970, at round times of UTC. */
export function wallTicks(lowMs: number, highMs: number, count: number): TickedDomain {
  const { domain, ticks } = durationTicks(lowMs / 1000, highMs / 1000, count);
  return { domain: [domain[0] * 1000, domain[1] * 1000], ticks: ticks.map((tick) => tick * 1000) };
}

function everySpan(low: number, high: number, span: number): TickedDomain {
  const ticks: number[] = [];
  for (let k = Math.ceil(low / span - 1e-9); k * span <= high && ticks.length < 50; k++) ticks.push(k * span + 0); // no minus zero
  return { domain: [low, high], ticks };
}

/** Prints relative time in little room: `0`, `45 s`, `1.5 s`, `2 min`, `1:30 h`, `3 d`. */
export function formatShortDuration(seconds: number): string {
  const size = Math.abs(seconds);
  const sign = seconds < 0 ? '-' : '';
  if (size === 0) return '0';
  if (size < minute) return `${sign}${Number(size.toPrecision(4))} s`;
  if (size < hour) return parted(sign, size, minute, second, 'min');
  if (size < 2 * day) return parted(sign, size, hour, minute, 'h');
  return `${sign}${Number((size / day).toFixed(1))} d`;
}

/** `1:30 min`, and `2 min` where nothing is left over. */
function parted(sign: string, size: number, unit: number, part: number, word: string): string {
  const parts = Math.round(size / part);
  const perUnit = unit / part;
  const rest = parts % perUnit;
  const whole = Math.floor(parts / perUnit);
  return rest === 0 ? `${sign}${whole} ${word}` : `${sign}${whole}:${String(rest).padStart(2, '0')} ${word}`;
}

/** Prints times so that neighbours differ: the date where it changes, the time of day in UTC else. */
export function formatWallTicks(ticks: readonly number[]): string[] {
  const spacing = ticks.length > 1 ? ((ticks[1] ?? 0) - (ticks[0] ?? 0)) / 1000 : day;
  let lastDate = '';
  return ticks.map((tick) => {
    const text = isoText(tick);
    const date = text.slice(5, 10);
    if (spacing >= 365 * day) return text.slice(0, 7);
    if (spacing >= day) return date;
    const time = text.slice(11, spacing < minute ? 19 : 16);
    const isNew = date !== lastDate;
    lastDate = date;
    return isNew ? `${date} ${time}` : time;
  });
}

/** `2026-03-04 09:12:00 UTC`; a number past what a date can say stays a number. */
export function formatWall(ms: number): string {
  const text = isoText(ms);
  return `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

function isoText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}
