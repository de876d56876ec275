import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import { type DuplicateKey, type JsonFault, parseJson } from './parse-json.ts';
import { stepKeys, timeKeys } from './read-value.ts';

/** What a line turned out to hold. */
export interface LineReading {
  /** The records on it, in order: usually one. */
  records: JsonObject[];
  duplicates: DuplicateKey[];
  /** Why some or all of the line was set aside. */
  fault: LineFault | undefined;
}

/** Bounds on one record. */
export interface JsonBounds {
  maxDepth: number;
  maxKeys: number;
}

/** Keys that tell a record from an object nested in one. */
const recordKeys: ReadonlySet<string> = new Set(['event', ...stepKeys, ...timeKeys]);

/** Why a line, or a part of it, was set aside. `offset` is an index into the line. */
export interface LineFault {
  code: DiagnosticCode;
  offset: number;
  message: string;
  /** True when the line is sound as far as it goes and merely ends too soon. */
  isCut?: boolean;
}

/** Salvage tries at most this many places of one line, so that no line costs more than a few readings of it. */
const maxSalvageTries = 32;

/**
 * Reads a line that `JSON.parse` refused (or whose digits or repeated keys matter) with care: gives the record, or says
 * why it is none, and salvages whole records that were glued onto it.
 */
export function readLineCarefully(
  text: string,
  bounds: JsonBounds,
  { unended = false }: { unended?: boolean } = {},
): LineReading {
  const parsed = parseJson(text, bounds);
  if (parsed.ok) {
    const rest = skipSpaces(text, parsed.end);
    if (rest === text.length) return fromValue(parsed.value, parsed.duplicates);
    if (isObject(parsed.value) && text.slice(rest).trim() === ',') {
      const message =
        'A comma follows the record, as in a list; a log has none between its lines. The record was read.';
      return {
        records: [parsed.value],
        duplicates: parsed.duplicates,
        fault: { code: 'trailing-comma', offset: rest, message },
      };
    }
    if (text[rest] === '{' && isObject(parsed.value)) return glued(text, [parsed.value], rest, bounds);
    return explain(text, { offset: rest, expected: 'the line to end', atEnd: false, limit: undefined });
  }
  if (parsed.fault.limit !== undefined) {
    const isDeep = parsed.fault.limit === 'depth';
    const message = isDeep
      ? `The value is nested deeper than ${bounds.maxDepth} levels. The line is set aside.`
      : `The record has more than ${bounds.maxKeys} keys. The line is set aside.`;
    const code = isDeep ? 'nested-too-deep' : 'too-many-keys';
    return { records: [], duplicates: [], fault: { code, offset: parsed.fault.offset, message } };
  }
  const salvaged = salvage(text, bounds, { unended });
  if (salvaged !== undefined) return salvaged;
  return explain(text, parsed.fault);
}

/**
 * Finds a whole record after a tear: one that begins inside another which was never finished. Only a line that a newline
 * ends can hold one in a value's place: a line cut short by a kill has no newline.
 */
export function salvage(
  text: string,
  bounds: JsonBounds,
  { unended = false }: { unended?: boolean } = {},
): LineReading | undefined {
  const firstKey = /^\s*\{\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1];
  let tries = 0;
  for (let at = text.indexOf('{', 1); at !== -1 && tries < maxSalvageTries; at = text.indexOf('{', at + 1)) {
    if (!/^\{\s*["}]/.test(text.slice(at, at + 20))) continue;
    const isNested = isValuePlace(text, at);
    if (isNested && unended) continue;
    tries += 1;
    const parsed = parseJson(text, { start: at, ...bounds });
    if (!parsed.ok || !isObject(parsed.value)) continue;
    if (isNested && !looksLikeRecord(parsed.value, firstKey)) continue;
    const rest = skipSpaces(text, parsed.end);
    if (rest === text.length) {
      return {
        records: [parsed.value],
        duplicates: [],
        fault: {
          code: 'glued-line',
          offset: at,
          message:
            'A record was cut short here and the next one joined onto it. The whole one was read; the torn one is set aside.',
        },
      };
    }
    if (text[rest] === '{' && !isNested) return glued(text, [parsed.value], rest, bounds);
  }
  return undefined;
}

/** A brace behind a colon, a comma or a bracket opens a nested object, or the next record after a tear right there. */
function isValuePlace(text: string, at: number): boolean {
  const before = text
    .slice(Math.max(0, at - 8), at)
    .trimEnd()
    .at(-1);
  return before === ':' || before === ',' || before === '[';
}

/** Loggers keep their key order, and a record says what or when it is. */
function looksLikeRecord(value: JsonObject, firstKey: string | undefined): boolean {
  const keys = Object.keys(value);
  return (
    keys.some((key) => recordKeys.has(key)) || (firstKey !== undefined && JSON.stringify(keys[0] ?? '') === firstKey)
  );
}

function glued(text: string, records: JsonObject[], from: number, bounds: JsonBounds): LineReading {
  let at = from;
  let torn = false;
  while (at < text.length) {
    const parsed = parseJson(text, { start: at, ...bounds });
    if (!parsed.ok || !isObject(parsed.value)) {
      const tail = salvage(text.slice(at), bounds);
      if (tail !== undefined) records.push(...tail.records);
      torn = true;
      break;
    }
    records.push(parsed.value);
    at = skipSpaces(text, parsed.end);
  }
  const message = torn
    ? 'Several records stand on one line and one of them is torn. The whole ones were read; the torn one is set aside.'
    : `${records.length} records stand on one line. All of them were read.`;
  return { records, duplicates: [], fault: { code: 'glued-line', offset: from, message } };
}

function fromValue(value: JsonValue, duplicates: DuplicateKey[]): LineReading {
  if (Array.isArray(value) && value.length > 0 && value.every(isObject)) {
    const message = 'The line is a list of objects; a log has one object on each line and no brackets around them.';
    return { records: [], duplicates: [], fault: { code: 'json-array', offset: 0, message } };
  }
  if (isObject(value)) return { records: [value], duplicates, fault: undefined };
  const found =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'a list'
        : typeof value === 'string'
          ? 'text'
          : typeof value === 'boolean'
            ? 'true or false'
            : 'a number';
  return {
    records: [],
    duplicates: [],
    fault: {
      code: 'not-an-object',
      offset: 0,
      message: `A record is an object, found ${found}. The line is set aside.`,
    },
  };
}

function explain(text: string, fault: JsonFault): LineReading {
  const trimmed = text.trim();
  const setAside = 'The line is set aside.';
  const at = fault.atEnd ? 'found the end of the line' : `found ${quote(text, fault.offset)}`;
  const result = (code: DiagnosticCode, message: string, offset = fault.offset): LineReading => ({
    records: [],
    duplicates: [],
    fault: { code, offset, message, isCut: fault.atEnd },
  });
  if (trimmed === '{' || trimmed === '[{')
    return result(
      'indented-json',
      'An object begins here and goes on over further lines; a log has one whole object on each line.',
      text.length - text.trimStart().length,
    );
  if (trimmed === '[')
    return result(
      'json-array',
      'A list begins here; a log has one object on each line and no brackets around them.',
      text.indexOf('['),
    );
  if (
    trimmed.startsWith('{') &&
    (/^\{\s*'/.test(trimmed) || /:\s*(?:True|False|None|nan|inf)\b/.test(trimmed.slice(0, 10_000)))
  ) {
    return result('python-repr', `This is how Python prints a dict; JSON was expected. ${setAside}`);
  }
  if (trimmed.startsWith('//') || trimmed.startsWith('#') || trimmed.startsWith('/*'))
    return result('json-comment', `JSON has no comments. ${setAside}`, text.length - text.trimStart().length);
  if (text[fault.offset] === '}' || text[fault.offset] === ']') {
    const before = text.slice(0, fault.offset).trimEnd();
    if (before.endsWith(','))
      return result(
        'trailing-comma',
        `A comma stands before the closing "${text[fault.offset]}". ${setAside}`,
        before.length - 1,
      );
  }
  return result('not-json', `The line is not JSON: expected ${fault.expected}, ${at}. ${setAside}`);
}

function quote(text: string, offset: number): string {
  const char = String.fromCodePoint(text.codePointAt(offset) ?? 0xfffd);
  const code = char.codePointAt(0) ?? 0;
  if (
    code < 0x20 ||
    (code >= 0x7f && code < 0xa0) ||
    code === 0x2028 ||
    code === 0x2029 ||
    (code >= 0xd800 && code <= 0xdfff)
  ) {
    return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  }
  return char === '"' ? "'\"'" : `"${char}"`;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (at < text.length && /\s/.test(text[at] as string)) at += 1;
  return at;
}

/** Turns an index into a text into a column: Unicode code points from 1. */
export function columnAt(text: string, offset: number): number {
  let column = 1;
  for (let at = 0; at < offset && at < text.length; column += 1)
    at += (text.codePointAt(at) as number) > 0xffff ? 2 : 1;
  return column;
}
