import type { Literal } from './filter.ts';

const numberPattern = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Reads a number as people write it in a filter; `nan`, `inf` and `-inf` too. Integers past 2^53 keep their digits. */
export function readNumber(text: string): number | bigint | undefined {
  if (numberPattern.test(text)) {
    const number = Number(text);
    return /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(number) ? BigInt(text.replace('+', '')) : number;
  }
  switch (text.toLowerCase()) {
    case 'nan':
      return Number.NaN;
    case 'inf':
    case '+inf':
    case 'infinity':
      return Number.POSITIVE_INFINITY;
    case '-inf':
    case '-infinity':
      return Number.NEGATIVE_INFINITY;
    default:
      return undefined;
  }
}

/** True for the word `none`, which means that there is no value. In quotes it is a text like any other. */
export function isNone({ text, isQuoted }: Pick<Literal, 'text' | 'isQuoted'>): boolean {
  return !isQuoted && text.toLowerCase() === 'none';
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const spanPattern = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/i;

/** Reads a span of time such as `90s`, `1h30m`, `2d`, or a number of seconds. Gives milliseconds. */
export function readDuration(text: string): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (text.length > 100 || !spanPattern.test(text)) return undefined;
  let sum = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/gi))
    sum += Number(count) * (unitMs[unit.toLowerCase()] ?? 0);
  return sum;
}

/** A stretch of time, from its first millisecond to the one after its last; a moment where both are the same. */
export interface TimeSpan {
  fromMs: number;
  toMs: number;
}

const datePattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?)?$/i;

/**
 * Reads a time: `-7d` is so long before `nowMs`; `2026`, `2026-03`, `2026-03-04`, `2026-03-04T09:12` and finer are the whole
 * year, month, day, minute or second, in UTC unless they name an offset. Undefined for anything else, also for days that do
 * not exist.
 */
export function readTime(text: string, nowMs: number): TimeSpan | undefined {
  if (/^-\d+(?:\.\d+)?[a-z]/i.test(text)) {
    const agoMs = readDuration(text.slice(1));
    return agoMs === undefined ? undefined : { fromMs: nowMs - agoMs, toMs: nowMs - agoMs };
  }
  const match = datePattern.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const numbers = [
    Number(year),
    Number(month ?? 1) - 1,
    Number(day ?? 1),
    Number(hour ?? 0),
    Number(minute ?? 0),
  ] as const;
  const startMs = Date.UTC(...numbers, Number(second ?? 0));
  const start = new Date(startMs);
  const isReal =
    start.getUTCMonth() === numbers[1] && start.getUTCDate() === numbers[2] && numbers[3] < 24 && numbers[4] < 60;
  if (!isReal || Number(second ?? 0) > 59) return undefined;
  const shiftMs = offsetMs(zone);
  if (fraction !== undefined) {
    const ms = startMs + Math.floor(Number(`0.${fraction}`) * 1000) - shiftMs;
    return { fromMs: ms, toMs: ms + 1 };
  }
  const fromMs = startMs - shiftMs;
  if (month === undefined) return { fromMs, toMs: Date.UTC(numbers[0] + 1) };
  if (day === undefined) return { fromMs, toMs: Date.UTC(numbers[0], numbers[1] + 1) };
  return { fromMs, toMs: fromMs + (hour === undefined ? 86_400_000 : second === undefined ? 60_000 : 1000) };
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === 'Z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}
