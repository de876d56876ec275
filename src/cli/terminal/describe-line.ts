import { formatNumber, formatStep } from '../../charts/format-number.ts';
import { stepKeys, timeKeys } from '../../format/metric-keys.ts';
import type { JsonObject, JsonValue } from '../../format/scalars.ts';
import { showValue } from '../../payload/param-value.ts';
import { isoTime } from '../../site/views/time-text.ts';
import { parseJson } from '../../store/parse-json.ts';
import { parseTime } from '../../store/parse-time.ts';
import type { Screen } from './screen.ts';
import { cutText, plainLine } from './text-width.ts';

/** A line of a log in words. */
export interface DescribedLine {
  /** Undefined for a line with nothing in it. */
  text: string | undefined;
  /** Whether the run begins, goes on after a stop, or ends here. */
  event: 'start' | 'end' | undefined;
}

/** Longest text of one value. */
const longestValue = 200;

/**
 * Says what a line of a log says: the time of day in UTC, then step and metrics, or the kind of record and what is in it. A line
 * that is no JSON object is given as it is.
 */
export function describeLine(line: string, { paint, glyphs }: Pick<Screen, 'paint' | 'glyphs'>): DescribedLine {
  if (line.trim() === '') return { text: undefined, event: undefined };
  const parsed = parseJson(line.trim());
  const record = parsed.ok ? parsed.value : undefined;
  if (typeof record !== 'object' || record === null || Array.isArray(record))
    return { text: plainLine(line), event: undefined };
  const kind = typeof record.event === 'string' ? record.event : 'metric';
  const cut = (value: JsonValue): string => cutText(plainLine(showValue(value)), longestValue, glyphs.ellipsis);
  const time = timeOf(record);
  const lead = time === undefined ? '' : `${paint('dim', time)}  `;
  const pairs = (object: JsonObject): string =>
    Object.entries(object)
      .map(
        ([key, value]) =>
          `${paint('dim', plainLine(key))} ${typeof value === 'number' ? formatNumber(value) : cut(value)}`,
      )
      .join('  ');
  switch (kind) {
    case 'metric':
      return { text: lead + describeMetrics(record, pairs), event: undefined };
    case 'log': {
      const level = typeof record.level === 'string' ? record.level : 'info';
      const shown = /^(?:error|critical|fatal)$/i.test(level)
        ? paint('red', plainLine(level))
        : paint('cyan', plainLine(level));
      return { text: `${lead}${shown}  ${cut(record.message ?? '')}`, event: undefined };
    }
    case 'end': {
      const status = typeof record.status === 'string' ? record.status : 'ended';
      const error = typeof record.error === 'string' ? `  ${cut(record.error.split('\n').at(-1) ?? '')}` : '';
      return {
        text: `${lead}${paint(status === 'finished' ? 'green' : 'red', plainLine(status))}${error}`,
        event: 'end',
      };
    }
    default: {
      const { event: _event, ...rest } = withoutTime(record);
      const inside = kind === 'start' && isObject(rest.params) ? rest.params : rest;
      return {
        text: `${lead}${paint('bold', plainLine(kind))}  ${pairs(inside)}`.trimEnd(),
        event: kind === 'start' ? 'start' : undefined,
      };
    }
  }
}

function describeMetrics(record: JsonObject, pairs: (object: JsonObject) => string): string {
  const { event: _event, ...rest } = withoutTime(record);
  const stepKey = stepKeys.find((key) => typeof rest[key] === 'number');
  if (stepKey === undefined) return pairs(rest);
  const { [stepKey]: step, ...metrics } = rest;
  return `${stepKey.replace(/^_/, '')} ${formatStep(Number(step))}  ${pairs(metrics)}`.trimEnd();
}

function withoutTime(record: JsonObject): JsonObject {
  const rest: JsonObject = Object.assign(Object.create(null), record);
  for (const key of timeKeys) if (parseTime(rest[key]).kind === 'time') delete rest[key];
  return rest;
}

function timeOf(record: JsonObject): string | undefined {
  for (const key of timeKeys) {
    const time = parseTime(record[key]);
    if (time.kind === 'time') return isoTime(time.ms).slice(11, 19);
  }
  return undefined;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
