import type { DiagnosticCode } from '../../diagnostics/catalogue.ts';
import type { DiagnosticList } from '../../diagnostics/diagnostic-list.ts';
import { columnAt } from '../explain-line.ts';
import type { ReadLimits } from '../limits.ts';

/** Where a record stands: for diagnostics. `text` is the line itself, when the record is a line. */
export interface RecordPlace {
  file: string;
  line: number;
  /** Column of the record itself, where it is not a line. */
  column?: number;
  text?: string;
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
  /** Looks a declared artifact up: its size, or undefined when it is not there. */
  findArtifact: (path: string) => { file: string; sizeBytes: number } | 'outside' | undefined;
}

/** Reports a finding about a record. With `key`, the place is that key's value on the line. */
export function report(
  { diagnostics }: Pick<RunContext, 'diagnostics'>,
  code: DiagnosticCode,
  place: RecordPlace,
  message: string,
  { key, fold = '' }: { key?: string; fold?: string } = {},
): void {
  const { text, file, line } = place;
  const column = text !== undefined && key !== undefined ? valueColumn(text, key) : (place.column ?? 1);
  const excerpt = text === undefined ? {} : { excerpt: text.slice(0, 400) };
  diagnostics.add({ code, file, line, column, message, fold, ...excerpt });
}

/** Column of the value of a key on a line: the first place where the key stands with a colon behind it. */
export function valueColumn(text: string, key: string): number {
  const quoted = JSON.stringify(key);
  for (let at = text.indexOf(quoted); at !== -1; at = text.indexOf(quoted, at + 1)) {
    const colon = /^\s*:\s*/.exec(text.slice(at + quoted.length, at + quoted.length + 40));
    if (colon !== null) return columnAt(text, at + quoted.length + colon[0].length);
  }
  return 1;
}
