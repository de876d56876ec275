import { encodeJson, formatNumber, type Json, type JsonMap } from './json-line.ts';
import { maxDepth, maxItems, maxOther, maxText } from './limits.ts';

/** Called with a key and what happened to its value, as the end of a sentence. */
export type Warn = (key: string, text: string) => void;

/**
 * Anything as JSON. Never throws.
 *
 * Numbers, bigints up to 4,096 bits, booleans, texts and null stay; texts are cut at 100,000 characters. Dates become ISO
 * text, URLs their address, regular expressions and symbols text, functions and classes their name, errors `Name: message`.
 * Maps, plain objects and instances of classes become objects; what has `toJSON` becomes what that gives. A set becomes a
 * sorted list. Typed arrays and tensors become lists, a number where they hold one element; buffers UTF-8 text or
 * `base64:…`. `undefined` is left out of objects and null elsewhere. What is nested over 32 levels deep, or holds itself,
 * becomes `<Type>`, and `warn` is called.
 */
export function plainValue(value: unknown, key = '', warn: Warn = () => {}, onPath: readonly object[] = []): Json {
  switch (typeof value) {
    case 'number':
    case 'boolean':
      return value;
    case 'string':
      return plainText(value, key, warn);
    case 'bigint':
      return plainInteger(value);
    case 'undefined':
      return null;
    case 'symbol':
      return value.description ?? '';
    case 'function':
      return value.name === '' ? 'function' : cutText(value.name);
  }
  if (typeof value !== 'object' || value === null) return null;
  try {
    if (onPath.length >= maxDepth || onPath.includes(value)) {
      warn(key, 'holds itself or is nested too deeply; what lies deeper is left out');
      return `<${typeName(value)}>`;
    }
    return plainObject(value, key, warn, [...onPath, value]);
  } catch (error) {
    warn(key, `could not be read (${typeName(error)}); its type is written in its place`);
    return `<${typeName(value)}>`;
  }
}

function plainText(text: string, key: string, warn: Warn): string {
  if (text.length <= maxText) return text;
  const characters = [...text]; // Code points, as Python counts.
  if (characters.length <= maxText) return text;
  warn(key, `is a text of ${characters.length} characters; the first ${maxText} are kept`);
  return `${characters.slice(0, maxText).join('')}…`;
}

const largest = 1n << 4096n;

function plainInteger(value: bigint): Json {
  if (value > -largest && value < largest) return value;
  return `an integer of ${(value < 0n ? -value : value).toString(2).length} bits`;
}

function plainObject(value: object, key: string, warn: Warn, onPath: readonly object[]): Json {
  if (Array.isArray(value)) return plainItems(value, key, warn, onPath);
  if (value instanceof Map) return plainEntries(mapEntries(value), key, warn, onPath);
  if (value instanceof Set) return sortItems(plainItems(value, key, warn, onPath));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof URL) return value.href;
  if (value instanceof RegExp || value instanceof URLSearchParams) return cutText(String(value));
  if (value instanceof Error) return plainText(`${value.name}: ${value.message}`, key, warn);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return plainValue(value.valueOf(), key, warn, onPath);
  }
  if (Buffer.isBuffer(value)) return plainBytes(value, key, warn);
  if (value instanceof ArrayBuffer) return plainBytes(Buffer.from(value), key, warn);
  const array = asArrayOfNumbers(value);
  if (array !== undefined) return plainArray(value, array, key, warn);
  if (value instanceof Promise) {
    warn(key, 'is a Promise: await it before it is logged');
    return '<Promise>';
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') return plainValue(value.toJSON(), key, warn, onPath);
  return plainEntries(entriesOf(value), key, warn, onPath);
}

function plainItems(items: Iterable<unknown>, key: string, warn: Warn, onPath: readonly object[]): Json[] {
  const result: Json[] = [];
  for (const item of items) {
    if (result.length >= maxItems) {
      warn(key, `has more than ${maxItems} items; the first are kept`);
      break;
    }
    result.push(plainValue(item, key, warn, onPath));
  }
  return result;
}

function plainEntries(
  entries: Iterable<readonly [string, unknown]>,
  key: string,
  warn: Warn,
  onPath: readonly object[],
): JsonMap {
  const result: JsonMap = new Map();
  for (const [name, item] of entries) {
    if (item === undefined) continue;
    if (result.size >= maxItems) {
      warn(key, `has more than ${maxItems} keys; the first are kept`);
      break;
    }
    result.set(name, plainValue(item, key === '' ? name : `${key}.${name}`, warn, onPath));
  }
  return result;
}

function sortItems(items: Json[]): Json[] {
  const isNumber = (item: Json) => typeof item === 'number' || typeof item === 'bigint' || typeof item === 'boolean';
  if (items.every(isNumber)) return items.sort((a, b) => (a as number) - (b as number) || 0);
  const text = items.every((item) => typeof item === 'string') ? (item: Json) => item as string : encodeJson;
  return items.sort((a, b) => compareByCodePoint(text(a), text(b)));
}

/** As Python orders texts: UTF-16 order is another one beyond the first plane. */
function compareByCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function plainBytes(bytes: Buffer, key: string, warn: Warn): string {
  if (bytes.length > maxText) warn(key, `is ${bytes.length} bytes; the first ${maxText} are kept`);
  const kept = bytes.subarray(0, maxText);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(kept);
    if (!/\p{C}|(?! )\p{Z}/u.test(text)) return text; // What Python calls printable.
  } catch {
    // No text: written as bytes.
  }
  return `base64:${kept.toString('base64')}`;
}

/** Numbers of a typed array, or of a tensor of TensorFlow.js or ONNX Runtime; with their shape. */
export interface ArrayOfNumbers {
  shape: readonly number[];
  values: () => ArrayLike<number | bigint>;
}

/** The numbers of an array-like object that is no list; undefined for anything else. */
export function asArrayOfNumbers(value: object): ArrayOfNumbers | undefined {
  if (ArrayBuffer.isView(value)) {
    if (value instanceof DataView || Buffer.isBuffer(value)) return undefined;
    const typed = value as Float64Array | BigInt64Array;
    return { shape: [typed.length], values: () => typed };
  }
  const { shape, dims, data, dataSync } = value as Record<string, unknown>;
  const size = isShape(shape) ? shape : isShape(dims) ? dims : undefined;
  if (size === undefined) return undefined;
  if (typeof dataSync === 'function') return { shape: size, values: () => dataSync.call(value) as Float32Array };
  if (ArrayBuffer.isView(data) && !(data instanceof DataView))
    return { shape: size, values: () => data as Float32Array };
  return undefined;
}

function isShape(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => Number.isInteger(item));
}

/** How many elements an array of this shape has. */
export function sizeOf({ shape }: ArrayOfNumbers): number {
  return shape.reduce((product, length) => product * length, 1);
}

function plainArray(value: object, array: ArrayOfNumbers, key: string, warn: Warn): Json {
  const size = sizeOf(array);
  if (size > maxItems) {
    warn(key, `is an array of shape [${array.shape.join(', ')}]; only its shape is written`);
    return `<${typeName(value)} of shape [${array.shape.join(', ')}]>`;
  }
  const flat = Array.from(array.values() as ArrayLike<number>, (item) => plainValue(item));
  if (size === 1) return flat[0] ?? null;
  return nest(flat, array.shape);
}

function nest(flat: Json[], shape: readonly number[]): Json[] {
  const [, ...inner] = shape;
  if (inner.length === 0) return flat;
  const stride = inner.reduce((product, length) => product * length, 1);
  const rows = stride === 0 ? 0 : flat.length / stride;
  return Array.from({ length: rows }, (_, row) => nest(flat.slice(row * stride, (row + 1) * stride), inner));
}

/** A key of a map as text: numbers as they are written, words of JSON as such. */
export function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  if (typeof key === 'number') return formatNumber(key);
  if (key === null || typeof key === 'boolean') return String(key);
  if (typeof key === 'symbol') return key.description ?? '';
  const text = plainValue(key);
  return cutText(typeof text === 'string' ? text : encodeJson(text));
}

function* mapEntries(map: ReadonlyMap<unknown, unknown>): Generator<[string, unknown]> {
  for (const [key, item] of map) yield [keyText(key), item];
}

/** Whether a value has names and values of its own, and no rule of another kind: a map, an object, an instance of a class. */
export function isNamed(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  if (value instanceof Map) return true;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return asArrayOfNumbers(value) === undefined;
  return !(
    value instanceof Set ||
    value instanceof Date ||
    value instanceof URL ||
    value instanceof URLSearchParams ||
    value instanceof RegExp ||
    value instanceof Error ||
    value instanceof Promise ||
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean ||
    value instanceof ArrayBuffer ||
    ArrayBuffer.isView(value) ||
    asArrayOfNumbers(value) !== undefined ||
    ('toJSON' in value && typeof value.toJSON === 'function')
  );
}

/** Names and values of a map or an object, the values untouched. One that throws when it is read is named by its error. */
export function* entriesOf(value: object): Generator<[string, unknown]> {
  if (value instanceof Map) {
    yield* mapEntries(value);
    return;
  }
  for (const name of Object.keys(value)) {
    let item: unknown;
    try {
      item = (value as Record<string, unknown>)[name];
    } catch (error) {
      item = `<${typeName(error)}>`;
    }
    yield [name, item];
  }
}

/** Names and values at the top of params or final values. What has no names is kept under `value`. Never throws. */
export function topLevel(value: unknown): Map<string, unknown> {
  if (value === undefined || value === null) return new Map();
  try {
    if (isNamed(value)) return new Map(entriesOf(value));
    const isPair = (item: unknown): item is [unknown, unknown] => Array.isArray(item) && item.length === 2;
    if (Array.isArray(value) && value.every(isPair)) return new Map(value.map(([name, item]) => [keyText(name), item]));
  } catch {
    // Asking someone's object what it is may throw anything; its type is written.
  }
  const known = plainValue(value);
  return known instanceof Map ? known : new Map([['value', known]]);
}

/** A value as text for a person: texts as they are, anything else as JSON. */
export function textOf(value: unknown): string {
  const known = plainValue(value);
  return typeof known === 'string' ? known : encodeJson(known);
}

/** The name of a value's class; `Object` where there is none. */
export function typeName(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  try {
    const name: unknown = value instanceof Error ? value.name : Object.getPrototypeOf(value)?.constructor?.name;
    return typeof name === 'string' && name !== '' ? name : 'Object';
  } catch {
    return 'Object'; // A proxy may refuse even this.
  }
}

function cutText(text: string): string {
  return text.length > maxOther ? `${text.slice(0, maxOther)}…` : text;
}
