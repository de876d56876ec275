/// <reference lib="esnext.disposable" />
// The public types of `runfolio/logger`, by themselves: `tsc` of a program that logs need not read our source.

/** What `init` takes; all of it may be left out. */
export interface InitOptions {
  /** Its id, which may nest: `vision/cifar10`. By default RUNFOLIO_EXPERIMENT, else the script's name. */
  experiment?: string;
  /** Inputs fixed before training: an object, a map, or pairs. */
  params?: unknown;
  /** What is shown; also what the id is made of. */
  name?: string;
  /** The run's id. One that is taken gets `-2`, `-3` …, unless `resume` says to go on with it. By default RUNFOLIO_RUN_ID. */
  id?: string;
  tags?: string | readonly string[];
  /** Markdown. */
  notes?: string;
  group?: string;
  job?: string;
  seed?: number | bigint | string;
  /** The run that this one belongs to, as EXPERIMENT/RUN. By default RUNFOLIO_RUN, which `runfolio run` sets. */
  parent?: string;
  /**
   * `true`, `'allow'` and `'auto'` go on with the run of that id if there is one; `'must'` throws where there is none;
   * `false` and `'never'` begin anew. By default RUNFOLIO_RESUME. A SLURM job that was requeued goes on by itself.
   */
  resume?: boolean | 'allow' | 'auto' | 'must' | 'never';
  /** The folder of experiments, looked for here and upwards in the git repository. By default RUNFOLIO_DIR, else `experiments`. */
  dir?: string;
  /** What is captured on its own. By default everything, or what RUNFOLIO_CAPTURE says. */
  capture?: Capture;
  /** The command line that is told, as words; by default this process's own. */
  command?: readonly string[];
  /** The program's file; `false` for none. By default this process's own. Its repository counts where the working folder is in none. */
  script?: string | false;
  /** Seconds between machine readings; 0 for none. */
  systemInterval?: number;
  /** `false` leaves what this process uses out of the readings: for a program that records another. */
  readsItself?: boolean;
  /** Bytes of records that wait in memory while the disk refuses; 64 MiB by default. */
  bufferBytes?: number;
  /**
   * `'zero'` writes from rank 0 only; `'own'` gives each rank its own `rankN.jsonl` in the run (give an `id`); `'all'` a run of
   * its own.
   */
  ranks?: 'zero' | 'own' | 'all';
  /** Whether SIGTERM, SIGINT and uncaught errors are watched to write the `end` record. */
  signals?: boolean;
  /** `'disabled'` writes nothing. By default RUNFOLIO_MODE. */
  mode?: 'online' | 'disabled';
  /**
   * `false` goes on with a run that exists without a new start record, and without a look at who else writes to it: for a
   * program that adds a few records to someone's run and then calls `detach`. A run that has ended stays so until values
   * are logged, which write that start; notes, tags, alerts and archiving do not.
   */
  announce?: boolean;
}

/** What a run captures on its own, each of which can be switched off. */
export type CaptureName =
  | 'git'
  | 'patch'
  | 'command'
  | 'cwd'
  | 'node'
  | 'packages'
  | 'host'
  | 'user'
  | 'gpu'
  | 'slurm'
  | 'system'
  | 'energy'
  | 'error'
  | 'exit';

export declare const captureNames: readonly CaptureName[];

/** Everything, nothing, names to take, or names with on or off (what is not named is on). */
export type Capture = boolean | readonly CaptureName[] | Partial<Record<CaptureName, boolean>>;

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

/** How a run is ended. All of it may be left out. */
export interface FinishOptions {
  /** The process's exit code, where it is known. */
  exitCode?: number;
  /** By default `killed` after SIGTERM or SIGINT, `failed` with an error or an exit code other than 0, else `finished`. */
  status?: 'finished' | 'failed' | 'killed';
  error?: unknown;
  /** Final values, which win in the summary. */
  metrics?: unknown;
}

/** Labels to add to a run and to take away: one text or many. */
export interface TagChange {
  add?: string | readonly string[];
  remove?: string | readonly string[];
}

/** How a metric is to be drawn, and which of its values the end record tells. */
export interface MetricDefinition {
  /** `min`, `max`, `mean`, `first`, `best` (by `goal`), or several with commas. The last value is always the summary. */
  summary?: string;
  goal?: 'min' | 'max' | 'minimize' | 'maximize';
  /** The metric whose last value is the step of this one. */
  stepMetric?: string;
}

/** A distribution that was counted already: one edge more than counts. */
export interface CountedHistogram {
  counts: readonly number[];
  edges: readonly number[];
}

/** What a {@link Table} is made from. */
export interface TableOptions {
  columns?: readonly unknown[];
  /** Rows of cells; or objects, whose keys are then the columns. */
  rows?: Iterable<readonly unknown[] | Readonly<Record<string, unknown>>>;
  /** `confusion`, `pr`, `roc` and `calibration` have charts of their own. */
  kind?: string;
}

/** Pixels in one array, row by row from the top, as `ImageData` of a canvas has them. */
export interface Pixels {
  width: number;
  height: number;
  data: ArrayLike<number>;
  /** 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA; by default as many as the length of `data` tells. */
  channels?: number;
}

/** Params or final values, by property and by name. */
export interface NamedValues {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  has(name: string): boolean;
  keys(): Iterable<string>;
  /** Adds or changes many: an object, a map, or pairs. */
  update(values: unknown): void;
}

/** A run's params. What is set later, and is new or has changed, is logged at once. */
export interface Config extends NamedValues {
  /** Adds the params that are not there yet. */
  setDefaults(values: unknown): void;
}

/** Final values by metric name; reading falls back to the last value logged. */
export type Summary = NamedValues;

/** A distribution at a step: of values that are counted here, or counted already. */
export declare class Histogram {
  readonly counts: readonly number[];
  /** One more than counts, ascending. */
  readonly edges: readonly number[];
  /** Numbers in an array, a typed array, a tensor or nested lists, in 64 bins of one width by default; or {@link CountedHistogram}. */
  constructor(values: unknown, options?: { bins?: number });
}

/** A small table at a step: names of columns, and rows of cells. An {@link Image} may be a cell. */
export declare class Table {
  readonly columns: string[];
  readonly rows: unknown[][];
  readonly kind: string | undefined;
  constructor(options?: TableOptions);
  addRow(...cells: unknown[]): void;
  addColumn(name: string, cells: readonly unknown[]): void;
}

/** A picture: a path or a `file:` URL, the bytes of a PNG, or pixels. */
export declare class Image {
  readonly caption: string | undefined;
  constructor(data: string | URL | Uint8Array | Pixels | readonly unknown[] | object, options?: { caption?: string });
}

/** Files and addresses under one name, for `logArtifact`. */
export declare class Artifact {
  readonly name: string;
  /** `model`, `dataset`, `checkpoint`, or a kind of the format. */
  readonly type: string;
  readonly description: string | undefined;
  readonly files: { path: string; name: string | undefined }[];
  readonly references: { address: string; name: string | undefined }[];
  constructor(name: string, options?: { type?: string; description?: string });
  addFile(path: string, options?: { name?: string }): this;
  addFolder(folder: string, options?: { name?: string }): this;
  addReference(address: string | URL, options?: { name?: string }): this;
}

/**
 * One run that is being written; made by {@link init}. None of the methods throws, but for `during`, which passes on what its
 * function throws. When `log` returns, a kill cannot lose what it wrote.
 */
export interface Run {
  readonly experiment: string;
  readonly id: string;
  readonly name: string;
  readonly group: string | undefined;
  readonly notes: string | undefined;
  readonly tags: readonly string[];
  readonly resumed: boolean;
  readonly ended: boolean;
  /** True where nothing is written: another rank, `mode: 'disabled'`. */
  readonly disabled: boolean;
  readonly config: Config & Record<string, unknown>;
  readonly summary: Summary & Record<string, unknown>;
  /** The step that the next `log` without one takes. */
  readonly step: number | bigint;
  /** The log's path now; it moves when the run keeps its first file. */
  readonly path: string | undefined;
  /** The folder for files of the run. Asking for it makes it. */
  readonly dir: string | undefined;
  /** Writes values at a step. Nested objects are flattened with `/`; without a step it is counted. */
  log(data: object, options?: LogOptions): void;
  /** Keeps a line of text, with a level such as `info`, `warning` or `error`. */
  message(text: unknown, level?: string): void;
  /** Says something about the run, in Markdown; after its end as well. */
  note(text: unknown): void;
  /** Adds and removes labels; after the run's end as well. */
  tag(change: TagChange): void;
  /** Puts the run out of the lists, or back with `archived: false`. */
  archive(reason?: unknown, options?: { archived?: boolean }): void;
  /** Something a person should see. Levels: `info`, `warn`, `error`. */
  alert(title: unknown, text?: unknown, level?: string): void;
  /** What a metric is drawn over, and which of its values the end record tells. A name may end in `*`. */
  defineMetric(name: string, definition?: MetricDefinition): void;
  /** Copies a file or a folder beside the log, or keeps an http(s) address. */
  logArtifact(artifact: Artifact | string | URL, options?: ArtifactOptions): void;
  /** Copies the files of a pattern beside the log, now and, where they have changed or come later, when the run ends. */
  save(pattern: string, options?: { base?: string }): void;
  /** Writes a file below the run's folder, and its record. Gives the path from there. */
  keepFile(place: string, content: string | Uint8Array, options?: ArtifactOptions): string | undefined;
  /** Writes one machine reading, beside those that are read at an interval. */
  system(values: object): void;
  /** Calls a function with this run as the current one, then ends the run: failed with what it throws, which is passed on. */
  during<T>(body: (run: Run) => T): T;
  /** Writes the `end` record, syncs and closes. */
  finish(options?: FinishOptions): void;
  /** Closes the log without an end: the run goes on elsewhere, or later with `resume`. */
  detach(): void;
  /** Ends the run with its `using` block. */
  [Symbol.dispose](): void;
}

/** Begins a run and writes its `start` record; all of it synchronously. */
export declare function init(options?: InitOptions): Run;

/** The current run: the innermost `during` or `track`, else the one begun last. */
export declare function current(): Run | undefined;

/**
 * Makes each call of a function a run: its first argument is the params, an object that it returns the final values. It
 * receives the run as its second argument.
 */
export declare function track<Params, Result>(
  experiment: string,
  body: (params: Params, run: Run) => Result,
  options?: Omit<InitOptions, 'experiment' | 'params'>,
): (params: Params) => Result;

/** The methods of the current run. */
export declare function log(data: object, options?: LogOptions): void;
export declare function message(text: unknown, level?: string): void;
export declare function note(text: unknown): void;
export declare function tag(change: TagChange): void;
export declare function archive(reason?: unknown, options?: { archived?: boolean }): void;
export declare function alert(title: unknown, text?: unknown, level?: string): void;
export declare function defineMetric(name: string, definition?: MetricDefinition): void;
export declare function logArtifact(artifact: Artifact | string | URL, options?: ArtifactOptions): void;
export declare function save(pattern: string, options?: { base?: string }): void;
export declare function finish(options?: FinishOptions): void;
