import type { CaptureName } from './capture-names.ts';
import type { LoggerHost } from './host.ts';
import type { JsonMap } from './json-line.ts';
import type { LogFile } from './log-file.ts';
import type { RunClock } from './run-clock.ts';

/** Where values stand. */
export interface LogOptions {
  /** A number, whole or not. Without it steps are counted. */
  step?: number | bigint;
  /** Without a step: `false` stays at the counted step. With one: `true` goes on to the next. */
  commit?: boolean;
}

/** What is said of an artifact beside its content. */
export interface ArtifactOptions {
  name?: string;
  /** `image`, `table`, `text`, `audio`, `video`, `model`, `data` or `file`; by default told by the file's ending. */
  kind?: string;
  caption?: string;
  step?: number | bigint;
}

/** What makes a {@link Run}; `init` gathers it. */
export interface RunParts {
  experiment: string;
  id: string;
  name: string;
  params: Map<string, unknown>;
  tags: readonly string[];
  notes: string | undefined;
  group: string | undefined;
  runs: string;
  host: LoggerHost;
  clock: RunClock;
  captures: ReadonlySet<CaptureName>;
  /** Undefined where nothing is written: another rank, `mode: 'disabled'`. */
  log: LogFile | undefined;
  resumed: boolean;
  /** True where another process has this run open: it writes the end. */
  joined: boolean;
  /** False for a run that another process began, without a start of its own here: how long it took is not known. */
  begunHere: boolean;
  /** True for a run that is opened after its end, to say something about it; values begin it again. */
  ended: boolean;
  nextStep: number;
  /** Fields of the start record, for a run that goes on. */
  startFields: () => JsonMap;
  /** The folder that paths of an error are told from. */
  base: string;
  signals: boolean;
}
