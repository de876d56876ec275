import type { Goal, SummaryRule } from '../../format/experiment-settings.ts';
import type { MetricPart } from '../../series/find-field.ts';
import type { MetricSummary } from '../../series/metric-summary.ts';
import { bestOf, rankValue } from '../../series/summary-value.ts';
import { formatNumber } from '../format-number.ts';

/** A run as panels over runs see it: the same from the build and from the payload. */
export interface PanelRun {
  /** `experiment/run`. */
  id: string;
  name: string;
  /** False for a failed, killed, diverged or archived run: drawn, and left out of what is best. */
  isRanked: boolean;
  /** Param to its value as JSON text. */
  params: ReadonlyMap<string, string>;
  metrics: ReadonlyMap<string, MetricSummary>;
}

/** What an axis or a colour stands for. Plain data, so that a page can hand it to its script. */
export interface PanelField {
  kind: 'metric' | 'param';
  name: string;
  label: string;
  unit?: string;
  goal?: Goal;
  /** The declared summary of a metric, by which it ranks. */
  rule?: SummaryRule;
  /** The part of the summary that was asked for in place of the value that ranks. */
  part?: MetricPart;
}

/** The values of one field over runs, in their order. */
export interface Column {
  field: PanelField;
  /** True when every value is a number: an axis with a scale. Else an axis of words. */
  isNumeric: boolean;
  /** Finite numbers; undefined where the run has none. All undefined for words. */
  numbers: (number | undefined)[];
  /** What a person reads; undefined where the run has no value. */
  texts: (string | undefined)[];
  /** The different texts: numbers rising, words in natural order. */
  categories: string[];
  /** Values that are not finite numbers. */
  nonFinite: number;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'variant' });

/** Reads a field of all runs. A null among the params is a value, the word `null`: a missing param is something else. */
export function readColumn(field: PanelField, runs: readonly PanelRun[]): Column {
  return field.kind === 'metric' ? readMetric(field, runs) : readParam(field, runs);
}

function readMetric(field: PanelField, runs: readonly PanelRun[]): Column {
  const values = runs.map((run) => {
    const summary = run.metrics.get(field.name);
    return summary && metricValue(summary, field);
  });
  const numbers = values.map((value) => (value !== undefined && Number.isFinite(value) ? value : undefined));
  const nonFinite = values.filter((value) => value !== undefined && !Number.isFinite(value)).length;
  const texts = numbers.map((value) => (value === undefined ? undefined : formatNumber(value)));
  return { field, isNumeric: true, numbers, texts, categories: distinctTexts(numbers, texts), nonFinite };
}

/** The value that stands for a metric on an axis: the part asked for, else what ranks the run, else the last one. */
export function metricValue(summary: MetricSummary, { part, rule, goal }: PanelField): number | undefined {
  if (part === undefined) return rankValue(summary, rule, goal) ?? summary.lastFinite ?? summary.last;
  if (part === 'best') return bestOf(summary, goal)?.value;
  return summary[part];
}

function readParam(field: PanelField, runs: readonly PanelRun[]): Column {
  const values = runs.map((run) => parseValue(run.params.get(field.name)));
  const present = values.filter((value) => value !== undefined);
  const isNumeric = present.length > 0 && present.every((value) => typeof value === 'number');
  const numbers = values.map((value) =>
    isNumeric && typeof value === 'number' && Number.isFinite(value) ? value : undefined,
  );
  const texts = values.map((value) => {
    if (value === undefined) return undefined;
    return typeof value === 'number' ? formatNumber(value) : value;
  });
  const shown = isNumeric ? texts.map((text, i) => (numbers[i] === undefined ? undefined : text)) : texts;
  return {
    field,
    isNumeric,
    numbers,
    texts: shown,
    categories: isNumeric ? distinctTexts(numbers, shown) : distinctWords(shown),
    nonFinite: isNumeric ? present.length - numbers.filter((value) => value !== undefined).length : 0,
  };
}

/** A number, or the text that a person reads; undefined for a missing value. */
function parseValue(json: string | undefined): number | string | undefined {
  if (json === undefined) return undefined;
  if (/^-?\d/.test(json)) return Number(json);
  if (!json.startsWith('"')) return json;
  const text = String(JSON.parse(json));
  if (text === 'NaN') return Number.NaN;
  if (text === 'Infinity' || text === '-Infinity') return Number(text);
  return text;
}

function distinctTexts(numbers: readonly (number | undefined)[], texts: readonly (string | undefined)[]): string[] {
  const byText = new Map<string, number>();
  for (const [i, text] of texts.entries()) {
    const number = numbers[i];
    if (text !== undefined && number !== undefined && !byText.has(text)) byText.set(text, number);
  }
  return [...byText].sort((a, b) => a[1] - b[1]).map(([text]) => text);
}

function distinctWords(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts.filter((text) => text !== undefined))].sort(
    (a, b) => collator.compare(a, b) || (a < b ? -1 : 1),
  );
}

/** The words for a field: label, the part of the summary where one was asked for, unit. */
export function fieldLabel({ label, part, unit }: PanelField): string {
  return `${label}${part === undefined ? '' : ` (${part})`}${unit === undefined ? '' : `, ${unit}`}`;
}
