import type { DiagnosticCode } from '../../diagnostics/catalogue.ts';
import type { DiagnosticList } from '../../diagnostics/diagnostic-list.ts';
import { redactLine } from '../../format/secrets.ts';
import type { DerivedMetric } from '../derive-metrics.ts';
import { columnAt } from '../explain-line.ts';
import type { ReadLimits } from '../limits.ts';
import type { YamlDocument } from '../read-yaml.ts';

/** Where a record stands: for diagnostics. `text` is the line itself, when the record is a line. */
export interface RecordPlace {
  file: string;
  line: number;
  /** Column of the record itself, where it is not a line. */
  column?: number;
  text?: string;
  /** The place of a value inside a record that is no line, by its path; of its key with `key: true`. */
  positionOf?: YamlDocument['positionOf'];
}

/** What a builder needs to know of the run's surroundings. */
export interface RunContext {
  experiment: string;
  run: string;
  /** The key that `experiment.yaml` names as the step. */
  stepKey: string | undefined;
  /** Param names that look like secrets and are allowed. */
  allowedSecrets: ReadonlySet<string>;
  limits: ReadLimits;
  diagnostics: DiagnosticList;
  /** Called with each secret found, so that the published copy of the file can leave it out. */
  onSecret: (file: string, secret: string) => void;
  /** Whether points are kept, or summaries alone. */
  keepSeries: boolean;
  /** Metrics to work out from others. */
  derived: readonly DerivedMetric[];
  /** Looks a declared artifact up: its size, or undefined when it is not there. */
  findArtifact: (path: string) => { file: string; sizeBytes: number; isPointer: boolean } | 'outside' | undefined;
  /** The file in which each code that is told once a run was first told. Empty at the beginning. */
  firstFiles: Map<DiagnosticCode, string>;
}

/** Codes that are told once a run, however many files the run has. */
const onceARun: ReadonlySet<DiagnosticCode> = new Set(['text-in-metric', 'time-without-zone']);

/** Reports a finding about a record. With `key`, the place is that key's value; `within` leads to it where the record is no line. */
export function report(
  { diagnostics, firstFiles }: Pick<RunContext, 'diagnostics' | 'firstFiles'>,
  code: DiagnosticCode,
  place: RecordPlace,
  message: string,
  { key, fold = '', within = [] }: { key?: string; fold?: string; within?: readonly string[] } = {},
): void {
  const { text, file } = place;
  if (onceARun.has(code)) {
    const first = firstFiles.get(code);
    if (first !== undefined && first !== file) return;
    firstFiles.set(code, file);
  }
  if (diagnostics.countRepeat(code, file, fold)) return;
  const excerpt = text === undefined ? {} : { excerpt: redactLine(text.slice(0, 5000)).text };
  diagnostics.add({ code, file, ...placeOfKey(place, key, within), message, fold, ...excerpt });
}

/** Line and column of a key's value, or of the record where the key is not told or not found. */
export function placeOfKey(
  { text, line, column = 1, positionOf }: RecordPlace,
  key: string | undefined,
  within: readonly string[] = [],
): { line: number; column: number } {
  if (key === undefined) return { line, column };
  if (text !== undefined) return { line, column: valueColumn(text, key) };
  return positionOf?.([...within, key]) ?? { line, column };
}

/** Column of the value of a top-level key on a line, or of the first such key inside where the top level has none. */
export function valueColumn(text: string, key: string): number {
  const offset = valueOffset(text, key)?.offset;
  return offset === undefined ? 1 : columnAt(text, offset);
}

/** Index of the value of a top-level key on a line, or of the first such key inside where the top level has none. */
export function valueOffset(text: string, key: string): { offset: number; isTop: boolean } | undefined {
  const quoted = JSON.stringify(key);
  let nested: number | undefined;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === '"') {
      const end = closingQuote(text, at);
      const isKey = end - at + 1 === quoted.length && text.startsWith(quoted, at);
      const colon = isKey ? /^\s*:\s*/.exec(text.slice(end + 1, end + 41)) : null;
      if (colon !== null) {
        const value = end + 1 + colon[0].length;
        if (depth === 1) return { offset: value, isTop: true };
        nested ??= value;
      }
      at = end;
    }
  }
  return nested === undefined ? undefined : { offset: nested, isTop: false };
}

function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return text.length - 1;
}
