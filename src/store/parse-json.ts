import type { JsonObject, JsonValue } from '../format/scalars.ts';

/** A key that stands twice in one object. Offsets are indexes into the text. */
export interface DuplicateKey {
  key: string;
  firstOffset: number;
  offset: number;
}

/** Where a text stops being JSON, and what would have fitted there. */
export interface JsonFault {
  offset: number;
  expected: string;
  /** True when the text ended before the value did. */
  atEnd: boolean;
  /** The bound that the value passes, though it is well-formed so far. */
  limit: 'depth' | 'keys' | undefined;
}

export type ParsedJson =
  | { ok: true; value: JsonValue; end: number; duplicates: DuplicateKey[] }
  | { ok: false; fault: JsonFault };

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const words: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
];
const escapes: Record<string, string> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

class Stop extends Error {
  fault: JsonFault;
  constructor(fault: JsonFault) {
    super('not JSON');
    this.fault = fault;
  }
}

/**
 * Reads one JSON value from `text` at `start` and says where it ended, or where and why it is not JSON.
 *
 * The careful reader behind `JSON.parse`: used for the lines that `JSON.parse` refuses and for those whose digits or
 * repeated keys matter. It accepts what RFC 8259 accepts plus the bare words `NaN`, `Infinity` and `-Infinity` that
 * Python's `json` writes. Integers past 2^53 come back as bigint; objects have no prototype, and of equal keys the last
 * wins. Text after the value is left to the caller (`end`). Nothing is thrown.
 */
export function parseJson(
  text: string,
  {
    start = 0,
    maxDepth = 64,
    maxKeys = Number.POSITIVE_INFINITY,
  }: { start?: number; maxDepth?: number; maxKeys?: number } = {},
): ParsedJson {
  let at = start;
  let keys = 0;
  const duplicates: DuplicateKey[] = [];

  function stop(expected: string, offset = at, limit?: JsonFault['limit']): never {
    throw new Stop({ offset, expected, atEnd: offset >= text.length, limit });
  }

  function skipSpace(): void {
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return;
      at += 1;
    }
  }

  function readString(): string {
    at += 1;
    let result = '';
    for (;;) {
      const from = at;
      for (;;) {
        const code = text.charCodeAt(at);
        if (!(code >= 0x20) || code === 0x22 || code === 0x5c) break;
        at += 1;
      }
      result += text.slice(from, at);
      const char = text[at];
      if (char === '"') {
        at += 1;
        return result;
      }
      if (char === undefined) stop('a closing quote for the text that begins here', text.length);
      if (char !== '\\') stop('a control character to be escaped');
      const letter = text[at + 1];
      if (letter === 'u') {
        const hex = text.slice(at + 2, at + 6);
        if (!/^[\da-fA-F]{4}$/.test(hex)) {
          const cut = at + 2 + hex.length === text.length && /^[\da-fA-F]*$/.test(hex);
          stop('four hexadecimal digits after \\u', cut ? text.length : at);
        }
        result += String.fromCharCode(Number.parseInt(hex, 16));
        at += 6;
      } else {
        const plainChar = letter === undefined ? undefined : escapes[letter];
        if (plainChar === undefined)
          stop('an escape such as \\n, \\" or \\u0041', letter === undefined ? text.length : at);
        result += plainChar;
        at += 2;
      }
    }
  }

  function readNumber(): JsonValue {
    numberPattern.lastIndex = at;
    const source = numberPattern.exec(text)?.[0];
    const isCut = (): boolean => text.length - at < 400 && /^-?\d*\.?\d*(?:[eE][+-]?)?$/.test(text.slice(at));
    if (source === undefined) stop('a number', isCut() ? text.length : at);
    if (/[\w.+]/.test(text[at + source.length] ?? ' '))
      stop('the number to end', isCut() ? text.length : at + source.length);
    at += source.length;
    const value = Number(source);
    return Number.isSafeInteger(value) || /[.eE]/.test(source) ? value : BigInt(source);
  }

  function readWord(): JsonValue {
    for (const [word, value] of words) {
      if (text.startsWith(word, at)) {
        at += word.length;
        if (/\w/.test(text[at] ?? ' ')) stop('the word to end');
        return value;
      }
    }
    const rest = text.slice(at, at + 12);
    const isCut = at + rest.length === text.length && words.some(([word]) => word.startsWith(rest));
    return stop('a value', isCut ? text.length : at);
  }

  function readObject(depth: number): JsonObject {
    const object: JsonObject = Object.create(null) as JsonObject;
    const offsets = new Map<string, number>();
    at += 1;
    skipSpace();
    if (text[at] === '}') {
      at += 1;
      return object;
    }
    for (;;) {
      skipSpace();
      const keyOffset = at;
      if (text[at] !== '"') stop('a key in double quotes');
      const key = readString();
      keys += 1;
      if (keys > maxKeys) stop(`at most ${maxKeys} keys`, keyOffset, 'keys');
      const firstOffset = offsets.get(key);
      if (firstOffset === undefined) offsets.set(key, keyOffset);
      else duplicates.push({ key, firstOffset, offset: keyOffset });
      skipSpace();
      if (text[at] !== ':') stop('":"');
      at += 1;
      object[key] = readValue(depth + 1);
      skipSpace();
      if (text[at] === ',') {
        at += 1;
        continue;
      }
      if (text[at] !== '}') stop('"," or "}"');
      at += 1;
      return object;
    }
  }

  function readArray(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    at += 1;
    skipSpace();
    if (text[at] === ']') {
      at += 1;
      return array;
    }
    for (;;) {
      array.push(readValue(depth + 1));
      skipSpace();
      if (text[at] === ',') {
        at += 1;
        continue;
      }
      if (text[at] !== ']') stop('"," or "]"');
      at += 1;
      return array;
    }
  }

  function readValue(depth: number): JsonValue {
    if (depth > maxDepth) stop(`at most ${maxDepth} levels of nesting`, at, 'depth');
    skipSpace();
    const char = text[at];
    if (char === '{') return readObject(depth);
    if (char === '[') return readArray(depth);
    if (char === '"') return readString();
    if (char !== undefined && (/\d/.test(char) || (char === '-' && text[at + 1] !== 'I'))) return readNumber();
    return readWord();
  }

  try {
    const value = readValue(1);
    return { ok: true, value, end: at, duplicates };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault };
    throw error;
  }
}
