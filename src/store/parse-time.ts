/** What a time in a log turned out to be. */
export type ParsedTime = { kind: 'time'; ms: number; zoned: boolean } | { kind: 'duration' } | { kind: 'unreadable' };

const isoPattern =
  /^(\d{4,6})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?\s*(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;

/** No place on earth is further from UTC than this (UTC+14, Line Islands). */
const maxOffsetMs = 14 * 3_600_000;

/** The largest time that a JavaScript Date can hold, in milliseconds since 1970 (ECMA-262, time values). */
const latestMs = 8.64e15;

/**
 * Reads a time as FORMAT.md gives it: ISO 8601 text, or a number since 1970 whose size tells its unit: seconds from
 * 10^8, milliseconds over 10^11, microseconds over 10^14, nanoseconds over 10^17. A smaller number is a duration. Text
 * without an offset is UTC (`zoned: false`). A day that does not exist, and anything else, is `unreadable`.
 */
export function parseTime(value: unknown): ParsedTime {
  if (typeof value === 'number' || typeof value === 'bigint') return fromNumber(Number(value));
  if (typeof value === 'string') return fromText(value.trim());
  return { kind: 'unreadable' };
}

function fromNumber(value: number): ParsedTime {
  if (!Number.isFinite(value)) return { kind: 'unreadable' };
  if (value < 1e8) return { kind: 'duration' };
  const ms = value > 1e17 ? value / 1e6 : value > 1e14 ? value / 1e3 : value > 1e11 ? value : value * 1e3;
  return ms <= latestMs ? { kind: 'time', ms: Math.round(ms * 1000) / 1000, zoned: true } : { kind: 'unreadable' };
}

function fromText(text: string): ParsedTime {
  const match = isoPattern.exec(text);
  if (match === null) return { kind: 'unreadable' };
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match;
  const dayMs = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = new Date(dayMs);
  const exists = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  const isMidnight =
    Number(hour) === 24 && Number(minute) === 0 && Number(second) === 0 && Number(`0.${fraction}0`) === 0;
  const inDay = (Number(hour) < 24 || isMidnight) && Number(minute) < 60 && Number(second) <= 60;
  const offset = offsetMs(zone);
  if (!exists || !inDay || Math.abs(offset) > maxOffsetMs) return { kind: 'unreadable' };
  const fractionMs = fraction === '' ? 0 : Number(`0.${fraction}`) * 1000;
  const clockMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000 + fractionMs;
  const ms = dayMs + clockMs - offset;
  return Math.abs(ms) <= latestMs ? { kind: 'time', ms, zoned: zone !== undefined } : { kind: 'unreadable' };
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '');
  const minutes = Number(digits.slice(2) || '0');
  return minutes < 60 ? sign * (Number(digits.slice(0, 2)) * 60 + minutes) * 60_000 : Number.POSITIVE_INFINITY;
}
