import { formatNumber, type Json, type JsonMap } from './json-line.ts';
import { plainValue, textOf, type Warn } from './plain-value.ts';

/** A step: a finite number, or a whole one of any size. */
export type Step = number | bigint;

const stepKeys = ['step', '_step', 'global_step'] as const;
const clockKeys = ['_timestamp', 'timestamp', 'wall_time', 'date'] as const;
const reserved = new Set<string>(['event', 'time', ...clockKeys, ...stepKeys]);

const encodedKeys = new Map<string, string>(); // 'train/loss' → ',"train/loss":'

function encodeKey(key: string): string {
  const known = encodedKeys.get(key);
  if (known !== undefined) return known;
  const text = `,${JSON.stringify(key)}:`;
  if (encodedKeys.size < 10_000) encodedKeys.set(key, text);
  return text;
}

/** The line of a plain object of numbers and booleans, which most records are; undefined for anything else. */
export function encodePlainMetrics(data: object, step: unknown, now: () => string): Buffer | undefined {
  if (typeof step !== 'number' || !Number.isFinite(step) || typeof data !== 'object' || data === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(data);
  if (prototype !== Object.prototype && prototype !== null) return undefined;
  let body = '';
  for (const key of Object.keys(data)) {
    const value: unknown = (data as Record<string, unknown>)[key];
    if (reserved.has(key)) return undefined;
    if (typeof value === 'number') body += encodeKey(key) + formatNumber(value);
    else if (typeof value === 'boolean') body += encodeKey(key) + String(value);
    else return undefined;
  }
  return body === '' ? undefined : Buffer.from(`{"step":${formatNumber(step)},"time":"${now()}"${body}}\n`);
}

/** The step given, or the one that the values carry, whose key is then no value; undefined where steps are counted. */
export function stepOf(values: JsonMap, given: unknown, warn: Warn): Step | undefined {
  let step = given === undefined || given === null ? undefined : asStep(plainValue(given));
  if (step === undefined && given !== undefined && given !== null) {
    warn('step', `should be a number, found "${textOf(given).slice(0, 40)}"; a counted step is written`);
  }
  for (const name of stepKeys) {
    const own = asStep(values.get(name));
    const isTaken = own !== undefined && (step === undefined || isSameStep(own, step));
    if (isTaken) {
      step = own;
      values.delete(name);
    } else if (name === 'step' && values.has(name)) {
      const value = values.get(name) ?? null;
      values.delete(name);
      values.set('step/logged', value);
    }
  }
  return step;
}

/** 5n and 5 are one step. */
function isSameStep(a: Step, b: Step): boolean {
  return !(a < b || a > b);
}

function asStep(value: Json | undefined): Step | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A record of values at a step. Values whose names mean something else in a record get a name beside it. */
export function metricRecord(step: Step, now: string, given: JsonMap): JsonMap {
  const values = new Map(given);
  const record: JsonMap = new Map<string, Json>([['step', step]]);
  const event = values.get('event');
  if (typeof event === 'string') {
    values.delete('event');
    values.set('event/text', event);
  }
  const time = values.get('time');
  if (time === undefined) {
    record.set('time', now);
  } else if (typeof time === 'string') {
    record.set('time', now);
    values.delete('time');
    values.set('time/text', time);
  } else {
    record.set('time', time); // A duration under the name of the clock keeps it, and the clock takes its other one.
    if (!clockKeys.some((key) => values.has(key))) record.set('_timestamp', now);
    values.delete('time');
  }
  for (const [key, value] of values) record.set(key === 'step' ? 'step/logged' : key, value);
  return record;
}
