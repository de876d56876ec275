import { readFileSync } from 'node:fs';
import { closest, distance } from 'fastest-levenshtein';
import { z } from 'zod';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { chartSettings } from '../format/chart-settings.ts';
import {
  type ExperimentSettings,
  experimentSettings,
  extensionKey,
  type MetricSettings,
  metricSettings,
} from '../format/experiment-settings.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import { type SiteSettings, siteSettings } from '../format/site-settings.ts';
import { type DerivedMetric, readFormulas } from './derive-metrics.ts';
import type { ReadLimits } from './limits.ts';
import { findInvalidUtf8 } from './line-reader.ts';
import { readYaml, type YamlDocument } from './read-yaml.ts';

/** What reading a settings file needs. */
export interface Reading {
  limits: ReadLimits;
  diagnostics: DiagnosticList;
}

/** Settings of one `experiment.yaml`: what was sound of them, and each metric's own. */
export interface ReadExperimentSettings {
  settings: ExperimentSettings;
  metrics: Map<string, MetricSettings>;
  /** Metrics that are worked out from others, each after those that it builds on. */
  derived: DerivedMetric[];
  /** Where each of `settings.charts` stands in the list that the file holds. */
  chartPlaces: number[];
  positionOf: YamlDocument['positionOf'];
}

/** Reads `experiment.yaml`. Each fault is reported at its place, all in one pass; what is sound is kept. */
export function readExperimentSettings(root: string, path: string, reading: Reading): ReadExperimentSettings {
  const document = readOne(root, path, reading);
  const positionOf: YamlDocument['positionOf'] = document?.positionOf ?? (() => ({ line: 1, column: 1 }));
  if (document?.value === undefined)
    return { settings: {}, metrics: new Map(), derived: [], chartPlaces: [], positionOf };
  return judgeExperimentSettings({ ...document, value: document.value }, path, reading);
}

/** Judges the settings of one experiment that a document of a file holds. */
export function judgeExperimentSettings(
  document: YamlDocument & { value: JsonObject },
  path: string,
  reading: Reading,
): ReadExperimentSettings {
  const settings = judge(experimentSettings, document.value, { ...reading, path, document });
  return {
    settings,
    metrics: readMetrics(document, path, reading),
    derived: readDerived(document, settings, path, reading),
    chartPlaces: placesOf(document.value.charts),
    positionOf: document.positionOf,
  };
}

/** The places of the sound entries of `charts:`. */
function placesOf(charts: JsonValue | undefined): number[] {
  if (!Array.isArray(charts)) return [];
  return charts.flatMap((chart, place) => (chartSettings.safeParse(withoutExtensions(chart)).success ? [place] : []));
}

/** Reads `_site.yaml`. `broken` is true where it had any error: a site is not built from settings half understood. */
export function readSiteSettings(
  root: string,
  path: string,
  reading: Reading,
): { settings: SiteSettings; metrics: Map<string, MetricSettings>; derived: DerivedMetric[]; broken: boolean } {
  const before = reading.diagnostics.sorted().length;
  const document = readOne(root, path, reading);
  const value = document?.value;
  const settings =
    document === undefined || value === undefined ? {} : judge(siteSettings, value, { ...reading, path, document });
  const metrics = document === undefined ? new Map<string, MetricSettings>() : readMetrics(document, path, reading);
  const derived = document === undefined ? [] : readDerived(document, settings, path, reading);
  const found = reading.diagnostics.sorted();
  const broken =
    found.length > before && found.some((diagnostic) => diagnostic.file === path && diagnostic.severity === 'error');
  return { settings, metrics, derived, broken };
}

function readOne(root: string, path: string, { limits, diagnostics }: Reading): YamlDocument | undefined {
  const text = readText(root, path, diagnostics);
  return text === undefined ? undefined : readYaml(text, { file: path, limits, diagnostics })[0];
}

/** Reads a text file as strict UTF-8. A fault is reported and gives undefined. */
export function readText(root: string, path: string, diagnostics: DiagnosticList): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(`${root}/${path}`);
  } catch (error) {
    diagnostics.add({
      code: 'cannot-read',
      file: path,
      message: `The system refused to read the file: ${(error as Error).message.split(',')[0]}.`,
    });
    return undefined;
  }
  if (bytes.subarray(0, 40).toString('latin1').startsWith('version https://git-lfs.github.com/spec/')) {
    diagnostics.add({
      code: 'lfs-pointer',
      file: path,
      message: 'The file is the pointer that Git LFS leaves in place of the real one.',
    });
    return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const before = utf16 ? '' : bytes.toString('utf8', 0, findInvalidUtf8(bytes)).replace(/^\ufeff/, '');
    const lastLine = before.slice(before.lastIndexOf('\n') + 1);
    diagnostics.add({
      code: utf16 ? 'utf16' : 'invalid-utf8',
      file: path,
      line: before.split('\n').length,
      column: Array.from(lastLine).length + 1,
      message: utf16 ? 'The file is UTF-16; it should be UTF-8.' : 'A byte here is not UTF-8. The file is set aside.',
    });
    return undefined;
  }
}

function readDerived(
  document: YamlDocument,
  { derived }: Pick<ExperimentSettings, 'derived'>,
  path: string,
  { diagnostics }: Reading,
): DerivedMetric[] {
  if (derived === undefined) return [];
  return readFormulas(derived, {
    file: path,
    diagnostics,
    positionOf: (name) => document.positionOf(['derived', name]),
  });
}

function readMetrics(document: YamlDocument, path: string, reading: Reading): Map<string, MetricSettings> {
  const result = new Map<string, MetricSettings>();
  const metrics = document.value?.metrics;
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) return result;
  for (const name of Object.keys(metrics)) {
    const own = metrics[name] as JsonValue;
    if (own === null) {
      result.set(name, {});
      continue;
    }
    if (typeof own !== 'object' || Array.isArray(own)) {
      reading.diagnostics.add({
        code: 'wrong-type',
        file: path,
        ...document.positionOf(['metrics', name]),
        message: `"${name}" under metrics should hold keys such as goal or label.`,
        fold: null,
      });
      continue;
    }
    result.set(name, judge(metricSettings, own as JsonObject, { ...reading, path, document, at: ['metrics', name] }));
  }
  return result;
}

/**
 * Holds a mapping against a strict schema; `at` is its path in the document. Unknown keys and values of the wrong kind
 * are reported at their places and left out; what remains is parsed again, so that one fault costs one key, or one entry of
 * a list.
 */
export function judge<Schema extends z.ZodObject>(
  schema: Schema,
  value: JsonObject,
  {
    path,
    document,
    diagnostics,
    at = [],
  }: Reading & { path: string; document: YamlDocument; at?: readonly PropertyKey[] },
): z.infer<Schema> {
  const known = Object.keys(schema.shape);
  const kept: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    if (!extensionKey.test(key) && key !== '__proto__')
      kept[key] = freeMaps.has(key) ? value[key] : withoutExtensions(value[key] as JsonValue);
  }
  if (Object.hasOwn(value, '__proto__')) reportUnknown('__proto__', [...at, '__proto__']);

  function reportUnknown(key: string, where: readonly PropertyKey[], names: readonly string[] = known): void {
    const nearest = names.length === 0 ? key : closest(key, [...names]);
    const near =
      names.length > 0 && distance(key, nearest) <= Math.max(2, key.length / 3) ? ` Did you mean "${nearest}"?` : '';
    diagnostics.add({
      code: 'unknown-key',
      file: path,
      ...document.positionOf(where, { key: true }),
      message: `"${key}" is not a known key.${near} Keys of your own start with "x-".`,
      fold: null,
    });
  }

  const first = schema.safeParse(kept);
  if (first.success) return first.data;
  const wrongEntries = new Map<string, Set<number>>(); // "charts" → places of entries that are left out
  for (const issue of first.error.issues) {
    const [head, place] = issue.path;
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        reportUnknown(key, [...at, ...issue.path, key], keysAt(schema, issue.path, kept));
        if (head === undefined) delete kept[key];
      }
    } else {
      diagnostics.add({
        code: 'wrong-type',
        file: path,
        ...document.positionOf([...at, ...issue.path]),
        message: `"${issue.path.map(String).join('.')}" ${describe(issue)}. It is left out.`,
        fold: null,
      });
    }
    if (head === undefined) continue;
    if (typeof place === 'number')
      wrongEntries.set(String(head), (wrongEntries.get(String(head)) ?? new Set()).add(place));
    else delete kept[String(head)];
  }
  for (const [key, places] of wrongEntries) {
    const list = kept[key];
    if (Array.isArray(list)) kept[key] = list.filter((_, place) => !places.has(place));
  }
  const second = schema.safeParse(kept);
  return second.success ? second.data : ({} as z.infer<Schema>);
}

/** Keys of these mappings are names that people choose. */
const freeMaps: ReadonlySet<string> = new Set(['metrics', 'derived', 'plugins', 'feeds', 'header']);

/** Leaves out keys of one's own (`x-…`) at every level. */
function withoutExtensions(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutExtensions);
  if (typeof value !== 'object' || value === null) return value;
  const rest: JsonObject = Object.create(null) as JsonObject;
  for (const key of Object.keys(value))
    if (!extensionKey.test(key)) rest[key] = withoutExtensions(value[key] as JsonValue);
  return rest;
}

/** The keys that a strict schema knows at a path inside it; none where the path leads to no mapping. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[], value: unknown): string[] {
  let inner: z.ZodType | undefined = unwrap(schema, value);
  let own = value;
  for (const part of path) {
    own = (own as Record<PropertyKey, unknown> | undefined)?.[part];
    if (inner instanceof z.ZodObject) inner = unwrap(inner.shape[String(part)] as z.ZodType | undefined, own);
    else if (inner instanceof z.ZodArray) inner = unwrap(inner.element as z.ZodType, own);
    else return [];
  }
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

/** The mapping or list within `optional` and within a choice; of a choice by a key, the one that the value names. */
function unwrap(schema: z.ZodType | undefined, value: unknown): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional) return unwrap(schema.unwrap() as z.ZodType, value);
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const key = schema.def.discriminator;
    const named = (value as Record<string, unknown> | undefined)?.[key];
    return schema.options.find(
      (option) => option instanceof z.ZodObject && (option.shape[key] as z.ZodLiteral).values.has(named as string),
    ) as z.ZodType | undefined;
  }
  if (schema instanceof z.ZodUnion)
    return unwrap(schema.options.find((option) => option instanceof z.ZodObject) as z.ZodType | undefined, value);
  return schema;
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type')
    return `${issue.message.endsWith('received undefined') ? 'is missing; it' : ''} should be ${article(issue.expected)}`.trim();
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return `should be one of ${issue.options.map(String).join(', ')}`;
  if (issue.code === 'invalid_value')
    return `should be one of ${issue.values.map((value) => String(value)).join(', ')}`;
  return `is not as it should be: ${issue.message.replace(/^Invalid input: /, '')}`;
}

function article(kind: string): string {
  const words: Record<string, string> = {
    string: 'text',
    array: 'a list',
    boolean: 'true or false',
    object: 'keys and values',
    number: 'a number',
  };
  return words[kind] ?? kind;
}
