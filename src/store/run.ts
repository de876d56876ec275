import type { ArtifactKind, EndStatus, GitState, RunEnvironment } from '../format/run-records.ts';
import type { JsonValue } from '../format/scalars.ts';
import type { MetricSummary } from '../series/metric-summary.ts';

/**
 * How a run stands by its own log: `finished`, `failed` and `killed` were written; `open` has no end but has times
 * (a clock decides between running and crashed, see `series/run-status.ts`); `unknown` has neither.
 */
export type RunState = EndStatus | 'open' | 'unknown';

/** A param's value that changed while the run went on. */
export interface ParamChange {
  key: string;
  from: JsonValue;
  to: JsonValue;
}

/** A line of text from the log. */
export interface LogLine {
  timeMs: number | undefined;
  level: string | undefined;
  message: string;
}

export interface Artifact {
  name: string;
  kind: ArtifactKind;
  /** Path from the root when the file lies beside the log. */
  file: string | undefined;
  /** Only http and https addresses. */
  url: string | undefined;
  step: number | undefined;
  caption: string | undefined;
  sizeBytes: number | undefined;
  sha256: string | undefined;
  /** True when the file named is not there. */
  missing: boolean;
}

export interface Histogram {
  name: string;
  step: number;
  edges: number[];
  counts: number[];
}

export interface DataTable {
  name: string;
  kind: string | undefined;
  step: number | undefined;
  columns: string[];
  rows: JsonValue[][];
}

export interface Alert {
  level: string | undefined;
  title: string;
  text: string | undefined;
  timeMs: number | undefined;
}

/** A file that a run was read from. */
export interface RunFile {
  /** Path from the root, with `/`. */
  path: string;
  /** What this run takes of the file, decompressed. */
  sizeBytes: number;
  /** The same as it lies on disk: less where it is compressed. */
  storedBytes: number;
  lines: number;
  /** Where this run begins, for a file that holds many; undefined where the file is this run's alone. */
  firstLine?: number | undefined;
}

/** One run, folded from its records. Maps keep the order of first appearance. */
export interface Run {
  /** `EXPERIMENT/RUN`, unique in the repository. */
  id: string;
  experiment: string;
  /** The last part of the id. */
  run: string;
  /** What is shown; the last part of the id unless the log says more. */
  name: string;
  state: RunState;
  /** Time of the last record that has one. */
  lastRecordMs: number | undefined;
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
  durationMs: number | undefined;
  diverged: { metric: string; step: number } | undefined;
  /** Flattened with `.`; lists stay whole. */
  params: Map<string, JsonValue>;
  /** How a number among the params was written, where JSON would write it otherwise: `1.10`, `0o17`. */
  paramTexts: Map<string, string>;
  paramChanges: ParamChange[];
  tags: string[];
  /** Markdown, in the order written. */
  notes: { text: string; timeMs: number | undefined }[];
  group: string | undefined;
  job: string | undefined;
  seed: string | undefined;
  parent: string | undefined;
  git: GitState | undefined;
  command: string | undefined;
  host: string | undefined;
  user: string | undefined;
  env: RunEnvironment | undefined;
  gpus: JsonValue | undefined;
  exitCode: number | undefined;
  error: string | undefined;
  /** How often the run was resumed, by its `start` records. */
  resumes: number;
  archived: boolean;
  archiveReason: string | undefined;
  metrics: Map<string, MetricSummary>;
  /** Machine readings, kept apart from metrics. */
  system: Map<string, MetricSummary>;
  /** Text found in a metric's place: the last of it. */
  texts: Map<string, string>;
  /** The key taken as step by most lines, or undefined where lines were only counted. */
  stepKey: string | undefined;
  /** At most `maxLogLines`, the first and the last; `logLineCount` says how many there were. */
  logLines: LogLine[];
  logLineCount: number;
  alerts: Alert[];
  artifacts: Artifact[];
  histograms: Histogram[];
  tables: DataTable[];
  files: RunFile[];
  /** Commits that changed the log after the run had ended, oldest first; empty also where nobody looked (`Store.history`). */
  edits: { commit: string; reason: string | undefined }[];
  /** Records read, all kinds. */
  recordCount: number;
  /** Characters of the lines of each kind of record (`metric`, `table` …); empty for a run that is no stream. */
  charactersByKind: Map<string, number>;
}
