import { Artifact, guessKind, kindOfType } from './artifact.ts';
import type { CaptureName } from './capture-names.ts';
import { Config } from './config.ts';
import { callWithin, leaveRun } from './current-run.ts';
import { errorRecord } from './error-record.ts';
import { Extremes, type MetricDefinition } from './extremes.ts';
import { reasonOf } from './file-system.ts';
import { type Attachment, flattenValues } from './flatten-values.ts';
import { Histogram } from './histogram.ts';
import type { LoggerHost } from './host.ts';
import { Image } from './image.ts';
import { encodeLine, type Json, type JsonMap, makeRecord } from './json-line.ts';
import { drainMs, maxItems, maxLineBytes } from './limits.ts';
import type { LogFile } from './log-file.ts';
import { encodePlainMetrics, metricRecord, type Step, stepOf } from './metric-line.ts';
import { asProperties } from './named-values.ts';
import { plainValue, textOf, topLevel, typeName } from './plain-value.ts';
import { type FinishOptions, unwatchProcess, watchDisposed, watchProcess, yieldSignals } from './process-end.ts';
import { redact, redactMap, redactText } from './redact.ts';
import type { RunClock } from './run-clock.ts';
import { RunFiles, stepInName } from './run-files.ts';
import { Summary } from './summary.ts';
import type { SystemReadings } from './system-readings.ts';
import { Table } from './table.ts';

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
  nextStep: number;
  /** Fields of the start record, for a run that goes on. */
  startFields: () => JsonMap;
  /** The folder that paths of an error are told from. */
  base: string;
  signals: boolean;
}

/**
 * One run that is being written; made by `init`. None of the methods throws, but for `during`, which passes on what its
 * function throws. When `log` returns, a kill cannot lose what it wrote.
 */
export class Run {
  readonly experiment: string;
  readonly id: string;
  readonly name: string;
  readonly group: string | undefined;
  readonly notes: string | undefined;
  readonly resumed: boolean;
  /** True where nothing is written: another rank, `mode: 'disabled'`. */
  readonly disabled: boolean;
  readonly config: Config & Record<string, unknown>;
  readonly summary: Summary & Record<string, unknown>;
  readonly #parts: RunParts;
  readonly #log: LogFile | undefined;
  readonly #clock: RunClock;
  readonly #files: RunFiles | undefined;
  readonly #last = new Map<string, Json>();
  readonly #extremes = new Extremes();
  readonly #summary: Summary;
  readonly #ending = {
    finish: (options: FinishOptions, drain?: number) => this.#finish(options, drain),
    noteSignal: (number: number) => void this.#signals.push(number),
    forbidMore: () => {
      this.#mayGoOn = false;
    },
  };
  #tags: readonly string[];
  #ended = false;
  #mayGoOn = true;
  #signals: number[] = [];
  #nextStep: number | bigint;
  #lastStep: Step;
  #readings: SystemReadings | undefined;

  constructor(parts: RunParts) {
    const { log, host, clock } = parts;
    this.#parts = parts;
    this.experiment = parts.experiment;
    this.id = parts.id;
    this.name = parts.name;
    this.group = parts.group;
    this.notes = parts.notes;
    this.resumed = parts.resumed;
    this.disabled = log === undefined;
    this.#tags = parts.tags;
    this.#log = log;
    this.#clock = clock;
    this.#nextStep = parts.nextStep;
    this.#lastStep = parts.nextStep;
    this.config = asProperties(new Config(parts.params, (fresh) => this.#logParams(fresh)));
    this.#summary = new Summary(this.#last, (values) => this.#setSummary(values));
    this.summary = asProperties(this.#summary);
    if (log === undefined) return;
    this.#files = new RunFiles({
      host,
      log,
      runs: parts.runs,
      id: parts.id,
      append: (record) => this.#append(record),
      now: () => clock.now(),
      warn: (key, text) => this.#warn(key, text),
    });
    clock.onCheck = () => {
      log.check();
      yieldSignals(host.monotonicMs());
    };
    watchProcess(this.#ending, parts.signals);
  }

  /** The labels as they are now. */
  get tags(): readonly string[] {
    return this.#tags;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The step that the next `log` without one takes. */
  get step(): number | bigint {
    return this.#nextStep;
  }

  /** The log's path now; it moves when the run keeps its first file. Undefined where nothing is written. */
  get path(): string | undefined {
    return this.#log?.path;
  }

  /** The folder for files of the run. Asking for it makes it. Undefined where nothing is written, or the disk refuses. */
  get dir(): string | undefined {
    try {
      return this.#files?.folder();
    } catch (error) {
      this.#trouble('dir', error);
      return undefined;
    }
  }

  /**
   * Writes values at a step. Without a step it is counted: each call takes the next one. After a call with a step, the next
   * one without takes the same, as in W&B. Nested objects are flattened with `/`. {@link Image}, {@link Table},
   * {@link Histogram} and {@link Artifact} values and typed arrays become records of their own kind.
   */
  log(data: object, { step, commit }: LogOptions = {}): void {
    this.#guard('log', () => {
      if (this.#log !== undefined && !this.#ended && !this.#extremes.isAsked) {
        const at = step ?? this.#nextStep;
        const line = encodePlainMetrics(data, at, () => this.#clock.now());
        if (line !== undefined) {
          this.#moveStep(step, commit);
          for (const name in data) this.#last.set(name, (data as Record<string, Json>)[name] ?? null);
          this.#log.append(line);
          return;
        }
      }
      this.#logAny(data, step, commit);
    });
  }

  #logAny(data: unknown, given: unknown, commit: boolean | undefined): void {
    if (this.disabled) return;
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      this.#warn('log', `takes an object of names and values, not ${typeName(data)}; nothing was written`);
      return;
    }
    const { values, attachments } = flattenValues(data, (key, text) => this.#warn(key, text));
    const own = stepOf(values, given, (key, text) => this.#warn(key, text));
    if (!this.#isReady()) return;
    const step = this.#moveStep(own, commit);
    if (values.size > 0) {
      for (const [name, value] of values) this.#last.set(name, value);
      this.#extremes.note(values);
      this.#append(metricRecord(step, this.#clock.now(), values));
    }
    for (const [name, attachment] of attachments) this.#attach(name, attachment, step);
  }

  /** Counts on, and gives the step that a record takes. */
  #moveStep(step: Step | undefined, commit: boolean | undefined): Step {
    const taken = step ?? this.#nextStep;
    const goesOn = step === undefined ? commit !== false : commit === true;
    this.#nextStep = goesOn ? (typeof taken === 'bigint' ? taken + 1n : taken + 1) : taken;
    this.#lastStep = taken;
    return taken;
  }

  #attach(name: string, attachment: Attachment, step: Step): void {
    try {
      if (attachment instanceof Image) this.#files?.addImage(`${name}-${stepInName(step)}`, attachment, name, step);
      else if (attachment instanceof Artifact) this.#files?.addArtifact(attachment, step);
      else if (attachment instanceof Table) this.#appendTable(name, attachment, step);
      else {
        const { edges, counts } = attachment.toRecordFields();
        this.#append(makeRecord({ event: 'histogram', name, step, time: this.#clock.now(), edges, counts }));
      }
    } catch (error) {
      this.#warn(name, `could not be written (${typeName(error)}: ${reasonOf(error).slice(0, 200)})`);
    }
  }

  #appendTable(name: string, { columns, rows, kind }: Table, step: Step): void {
    const cellOf = (cell: unknown, row: number, column: number): Json => {
      if (cell instanceof Image) {
        const place = `${name}-${stepInName(step)}-${row}-${column}`;
        return this.#files?.addImage(place, cell, `${name}/${row}/${column}`, step) ?? null;
      }
      const place = `${name}/${columns[column] ?? column}`;
      return redact(
        plainValue(cell, place, (key, text) => this.#warn(key, text)),
        place,
      );
    };
    if (rows.length > maxItems) this.#warn(name, `has ${rows.length} rows; the first ${maxItems} are kept`);
    const cells = rows.slice(0, maxItems).map((row, i) => row.map((cell, j) => cellOf(cell, i, j)));
    const time = this.#clock.now();
    this.#append(makeRecord({ event: 'table', name, step, time, kind, columns: [...columns], rows: cells }));
  }

  /** Logs the params and tags that the run was begun with: for a run that goes on without a start record. */
  logGiven(): void {
    if (this.#parts.params.size > 0) this.#logParams(this.#parts.params);
    if (this.#tags.length > 0) this.tag({ add: this.#tags });
  }

  /** Keeps a line of text, with a level such as `info`, `warning` or `error`. */
  message(text: unknown, level = 'info'): void {
    this.#emit('message', () => ({ event: 'log', level: level.toLowerCase(), message: redactText(textOf(text)) }));
  }

  /** Says something about the run, in Markdown. */
  note(text: unknown): void {
    this.#emit('note', () => ({ event: 'note', text: redactText(textOf(text)) }));
  }

  /** Adds and removes labels: one text or many. */
  tag({ add, remove }: { add?: string | readonly string[]; remove?: string | readonly string[] }): void {
    const added = labelsOf(add);
    const removed = labelsOf(remove);
    if (added.length + removed.length === 0) return;
    this.#tags = [...new Set([...this.#tags, ...added])].filter((label) => !removed.includes(label));
    this.#emit('tag', () => ({
      event: 'tag',
      add: added.length > 0 ? added : undefined,
      remove: removed.length > 0 ? removed : undefined,
    }));
  }

  /** Something a person should see. Levels: `info`, `warn`, `error`. */
  alert(title: unknown, text: unknown = '', level = 'info'): void {
    this.#emit('alert', () => ({
      event: 'alert',
      level: level.toLowerCase(),
      title: redactText(textOf(title)),
      text: redactText(textOf(text)),
    }));
  }

  /**
   * With `summary` `min`, `max` or `best` (by `goal`), the end record has `NAME/min` or `NAME/max` as well. A name may end in
   * `*`. Goals and axes of charts belong into `experiment.yaml`; this only says so, once.
   */
  defineMetric(name: string, definition: MetricDefinition = {}): void {
    if (this.#extremes.ask(name, definition) || definition.goal === undefined) return;
    this.#parts.host.speaker.tellOnce(
      'defineMetric: goals and summaries belong into experiment.yaml, axes are chosen on the page.',
    );
  }

  /** Copies a file or a folder beside the log, or keeps an http(s) address. Files over 50 MiB stay where they are. */
  logArtifact(artifact: Artifact | string | URL, { name, kind, caption, step }: ArtifactOptions = {}): void {
    try {
      if (!this.#isReady()) return;
      if (artifact instanceof Artifact) this.#files?.addArtifact(artifact, step);
      else this.#files?.addPath(String(artifact), { name, kind, caption, step });
    } catch (error) {
      const shown = name ?? (artifact instanceof Artifact ? artifact.name : String(artifact));
      this.#warn(shown, `could not be kept (${typeName(error)}: ${reasonOf(error).slice(0, 200)})`);
    }
  }

  /** Copies the files of a pattern beside the log, now and, where they have changed or come later, when the run ends. */
  save(pattern: string, { base }: { base?: string } = {}): void {
    this.#guard('save', () => {
      if (this.#isReady()) this.#files?.save(pattern, base);
    });
  }

  /** Writes a file of these bytes below the run's folder, and its record. Gives the path from there; undefined where it failed. */
  keepFile(
    place: string,
    content: string | Uint8Array,
    { name = place, kind, caption, step }: ArtifactOptions = {},
  ): string | undefined {
    let path: string | undefined;
    this.#guard('keepFile', () => {
      if (!this.#isReady()) return;
      const bytes = typeof content === 'string' ? Buffer.from(content.toWellFormed()) : Buffer.from(content);
      const artifact = { name, kind: kindOfType(kind) ?? guessKind(place), caption, step };
      path = this.#files?.add(place, bytes, artifact);
    });
    return path;
  }

  /** Writes one machine reading, as they are read at an interval: `{ 'mem/rss_mib': 120 }`. */
  system(values: object): void {
    this.#emit(
      'system',
      () => ({ event: 'system', ...Object.fromEntries(flattenValues(values, () => {}).values) }),
      false,
    );
  }

  /** Reads the machine at an interval, from now to the end. */
  startReadings(readings: SystemReadings): void {
    this.#readings = readings;
    readings.start((values) => {
      this.#guard('system readings', () => {
        // A reading that comes late is no reason to begin an ended run again.
        if (this.#isReady(false)) this.#append(new Map([...eventHead('system', this.#clock.now()), ...values]));
      });
    });
  }

  /** Calls a function with this run as the current one, then ends the run: failed with what it throws, which is passed on. */
  during<T>(body: (run: Run) => T): T {
    const fail = (error: unknown): never => {
      this.finish({ exitCode: 1, status: 'failed', error });
      throw error;
    };
    let result: T;
    try {
      result = callWithin(this, () => body(this));
    } catch (error) {
      return fail(error);
    }
    if (!(result instanceof Promise)) {
      this.finish();
      return result;
    }
    const ended = result.then((value: unknown) => {
      this.finish();
      return value;
    }, fail);
    return ended as T;
  }

  /** Writes the `end` record, syncs and closes. Calling it again does nothing. */
  finish(options: FinishOptions = {}): void {
    this.#finish(options);
  }

  /** Writes what is held and closes the log without an end: the run goes on elsewhere, or later with `resume`. */
  detach(): void {
    if (this.disabled || this.#ended) return;
    this.#guard('detach', () => this.#close(drainMs));
  }

  /** Ends the run with its `using` block. An error that leaves the block and is caught nowhere still makes it failed. */
  [Symbol.dispose](): void {
    if (this.#ended || this.disabled) return;
    this.finish();
    watchDisposed({
      ...this.#ending,
      finish: (options) => {
        if (this.#ended && this.#beginAgain()) this.#finish(options);
      },
    });
  }

  #finish(options: FinishOptions, drain = drainMs): void {
    if (this.disabled || this.#ended) {
      leaveRun(this);
      return;
    }
    this.#guard('finish', () => {
      this.#readings?.stop();
      const last = this.#readings?.readLast();
      if (last !== undefined && this.#clock.elapsedSeconds() > 1) {
        this.#append(new Map([...eventHead('system', this.#clock.now()), ...last]));
      }
      this.#files?.saveAll();
      const isOurs = !this.#parts.joined || options.status !== undefined || options.exitCode !== undefined;
      if (isOurs) this.#append(this.#endRecord(options), true);
    });
    this.#guard('finish', () => this.#close(drain));
  }

  #close(drain: number): void {
    this.#ended = true;
    this.#readings?.stop();
    unwatchProcess(this.#ending);
    leaveRun(this);
    this.#log?.close(drain);
  }

  #endRecord({ exitCode, status, error, metrics }: FinishOptions): JsonMap {
    const signal = this.#signals.at(-1);
    const isTrouble = (error !== undefined && error !== null) || Boolean(exitCode);
    let own = status ?? (signal !== undefined ? 'killed' : isTrouble ? 'failed' : 'finished');
    if (!['finished', 'failed', 'killed'].includes(own)) {
      this.#warn('status', `is "finished", "failed" or "killed", not "${own}"; "failed" is written`);
      own = 'failed';
    }
    const killedBy = signal === undefined ? undefined : 128 + signal;
    const code = exitCode ?? (own === 'finished' ? 0 : own === 'failed' ? 1 : killedBy);
    const { captures, base } = this.#parts;
    const time = this.#clock.now();
    const final: JsonMap = new Map([...this.#summary.own, ...this.#extremes.values]);
    const given = redact(plainValue(topLevel(metrics), '', (key, text) => this.#warn(key, text)));
    if (given instanceof Map) for (const [name, value] of given) final.set(name, value);
    let told: Json | undefined;
    if (error !== undefined && error !== null && captures.has('error')) {
      told = error instanceof Error ? errorRecord(error, base) : redactText(textOf(error));
    }
    return makeRecord({
      event: 'end',
      status: own,
      time,
      metrics: final.size > 0 ? final : undefined,
      exit_code: code !== undefined && captures.has('exit') ? code : undefined,
      error: told,
      elapsed: Math.round(this.#clock.elapsedSeconds() * 1000) / 1000,
      energy_kwh: captures.has('energy') ? this.#readings?.energyKwh() : undefined,
      dropped: this.#log?.dropped || undefined,
    });
  }

  /** Values after the end: the run goes on with a resumed start. Not after a signal. */
  #beginAgain(): boolean {
    if (!this.#mayGoOn || this.#log === undefined) return false;
    try {
      this.#log.openAgain();
    } catch (error) {
      const once = `${this.experiment}/${this.id} again`;
      this.#parts.host.speaker.warn(
        `${once.slice(0, -6)} has ended and cannot be opened again: ${reasonOf(error)}`,
        once,
      );
      return false;
    }
    this.#ended = false;
    this.#signals = [];
    this.#append(
      new Map([...eventHead('start', this.#clock.now()), ['resumed', true], ...this.#parts.startFields()]),
      true,
    );
    watchProcess(this.#ending, this.#parts.signals);
    return true;
  }

  #isReady(mayBeginAgain = true): boolean {
    if (this.#log === undefined) return false;
    return !this.#ended || (mayBeginAgain && this.#beginAgain());
  }

  #append(record: JsonMap, must = false): void {
    let line = encodeLine(record);
    if (line.length > maxLineBytes) {
      const name = String(record.get('name') ?? record.get('event') ?? 'a metric record').slice(0, 100);
      const size = Math.floor(line.length / 2 ** 20);
      this.#warn(name, `is a record of ${size} MiB, more than a line may have; it is left out`);
      const message = `A record "${name}" of ${line.length} bytes was left out: a line has at most ${maxLineBytes}.`;
      line = encodeLine(makeRecord({ event: 'log', time: this.#clock.now(), level: 'warning', message }));
    }
    this.#log?.append(line, must);
  }

  #emit(
    what: string,
    fieldsOf: () => { event: string } & Record<string, Json | undefined>,
    mayBeginAgain = true,
  ): void {
    this.#guard(what, () => {
      if (!this.#isReady(mayBeginAgain)) return;
      const { event, ...fields } = fieldsOf();
      this.#append(new Map([...eventHead(event, this.#clock.now()), ...makeRecord(fields)]));
    });
  }

  #logParams(fresh: Map<string, unknown>): void {
    this.#emit('params', () => {
      const params = plainValue(fresh, '', (key, text) => this.#warn(key, text));
      return { event: 'params', params: params instanceof Map ? redactMap(params) : params };
    });
  }

  #setSummary(given: unknown): void {
    this.#guard('summary', () => {
      const { values, attachments } = flattenValues(topLevel(given), (key, text) => this.#warn(key, text));
      for (const [name, value] of values) this.#summary.own.set(name, value);
      if (!this.#isReady()) return;
      if (values.size > 0) this.#append(metricRecord(this.#lastStep, this.#clock.now(), values));
      for (const [name, attachment] of attachments) this.#attach(name, attachment, this.#lastStep);
    });
  }

  /** Training goes on, whatever happens here. */
  #guard(what: string, body: () => void): void {
    try {
      body();
    } catch (error) {
      this.#trouble(what, error);
    }
  }

  #trouble(what: string, error: unknown): void {
    const reason = reasonOf(error).slice(0, 300);
    this.#parts.host.speaker.warn(
      `${what} failed inside runfolio (${typeName(error)}: ${reason}); training goes on`,
      `${what} ${typeName(error)}`,
    );
  }

  /** One warning a key and run, on stderr. */
  #warn(key: string, text: string): void {
    const once = `${this.experiment}/${this.id} ${key} ${text.slice(0, 20)}`;
    this.#parts.host.speaker.warn(`"${key.slice(0, 100)}" ${text}.`, once);
  }
}

function eventHead(event: string, time: string): [string, Json][] {
  return [
    ['event', event],
    ['time', time],
  ];
}

/** Labels as texts, empty ones left out. */
export function labelsOf(labels: string | readonly unknown[] | undefined): string[] {
  const items = labels === undefined ? [] : Array.isArray(labels) ? labels : [labels];
  return items
    .filter((item) => item !== null && item !== undefined)
    .map((item) => redactText(textOf(item)))
    .filter((label) => label !== '');
}
