import { Artifact } from './artifact.ts';
import { Histogram } from './histogram.ts';
import { Image } from './image.ts';
import type { JsonMap } from './json-line.ts';
import { maxDepth } from './limits.ts';
import { asArrayOfNumbers, entriesOf, isNamed, plainValue, sizeOf, type Warn } from './plain-value.ts';
import { redact, redactText } from './redact.ts';
import { Table } from './table.ts';

/** A value with a record of its own. */
export type Attachment = Image | Table | Histogram | Artifact;

/** What was given to `log`: values under flat names, and attachments. */
export interface FlatValues {
  values: JsonMap;
  attachments: [name: string, attachment: Attachment][];
}

/**
 * Flattens nested values with `/` and turns every value into JSON. Arrays with more than one element become histograms; lists
 * of images one attachment each.
 */
export function flattenValues(data: object, warn: Warn): FlatValues {
  const flat: FlatValues = { values: new Map(), attachments: [] };
  flattenInto(flat, '', data, warn, [data]);
  return flat;
}

function flattenInto(flat: FlatValues, prefix: string, data: object, warn: Warn, onPath: readonly object[]): void {
  for (const [key, value] of entriesOf(data)) {
    const name = prefix + key;
    if (value === undefined) warn(name, 'is undefined; null is written, which counts as not a number');
    if (typeof value === 'string') flat.values.set(name, redactText(String(plainValue(value, name, warn))));
    else if (typeof value === 'object' && value !== null) flattenSafely(flat, name, value, warn, onPath);
    else flat.values.set(name, redact(plainValue(value, name, warn), typeof value === 'function' ? name : ''));
  }
}

/** Asking someone's object what it is may throw anything; the other values are written all the same. */
function flattenSafely(flat: FlatValues, name: string, value: object, warn: Warn, onPath: readonly object[]): void {
  try {
    flattenObject(flat, name, value, warn, onPath);
  } catch {
    flat.values.set(name, plainValue(value, name, warn));
  }
}

function flattenObject(flat: FlatValues, name: string, value: object, warn: Warn, onPath: readonly object[]): void {
  if (isAttachment(value)) {
    flat.attachments.push([name, value]);
  } else if (Array.isArray(value) && value.length > 0 && value.every((item) => item instanceof Image)) {
    flat.attachments.push(...value.map((image, i): [string, Attachment] => [`${name}/${i}`, image]));
  } else if (isNamed(value)) {
    if (onPath.length > maxDepth || onPath.includes(value)) {
      warn(name, 'is nested too deeply; what lies deeper is left out');
    } else {
      flattenInto(flat, `${name}/`, value, warn, [...onPath, value]);
    }
  } else {
    const array = asArrayOfNumbers(value);
    if (array !== undefined && sizeOf(array) > 1) flat.attachments.push([name, new Histogram(value)]);
    else flat.values.set(name, redact(plainValue(value, name, warn), name));
  }
}

function isAttachment(value: object): value is Attachment {
  return value instanceof Image || value instanceof Table || value instanceof Histogram || value instanceof Artifact;
}
