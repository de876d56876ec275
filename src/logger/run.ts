import { Artifact, guessKind, kindOfType } from './artifact.ts';
import { Config } from './config.ts';
import { callWithin, enterRun, leaveRun } from './current-run.ts';
import { endFields } from './end-record.ts';
import { reasonOf } from './file-system.ts';
import { type Attachment, flattenValues } from './flatten-values.ts';
import type { LoggerHost } from './host.ts';
import { type Json, type JsonMap, makeRecord } from './json-line.ts';
import { labelsOf, type TagChange } from './labels.ts';
import { drainMs } from './limits.ts';
import { type MetricDefinition, MetricDefinitions } from './metric-definitions.ts';
import { encodePlainMetrics, metricRecord, type Step, stepOf } from './metric-line.ts';
import { asProperties } from './named-values.ts';
import { plainValue, textOf, topLevel, typeName } from './plain-value.ts';
import { type FinishOptions, unwatchProcess, watchDisposed, watchProcess, yieldSignals } from './process-end.ts';
import { guard, RecordWriter } from './record-writer.ts';
import { redactMap, redactText } from './redact.ts';
import type { RunClock } from './run-clock.ts';
import { RunFiles } from './run-files.ts';
import type { ArtifactOptions, LogOptions, RunParts } from './run-parts.ts';
import { Summary } from './summary.ts';
import type { SystemReadings } from './system-readings.ts';
import { writeAttachment } from './write-attachment.ts';

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
  readonly #host: LoggerHost;
  readonly #clock: RunClock;
  /** What writes; undefined where nothing is written. */
  readonly #output: { writer: RecordWriter; files: RunFiles } | undefined;
  readonly #last = new Map<string, Json>();
  readonly #definitions = new MetricDefinitions();
  readonly #summary: Summary;
  readonly #ending = {
    finish: (options: FinishOptions, drain?: number) => this.#finish(options, { drain, isForeign: this.#parts.joined }),
    noteSignal: (number: number) => void this.#signals.push(number),
    forbidMore: () => {
      this.#mayGoOn = false;
    },
  };
  #tags: readonly string[];
  #ended: boolean;
  #mayGoOn = true;
  #signals: number[] = [];
  #nextStep: Step;
  #lastStep: Step;
  #readings: SystemReadings | undefined;
  #begunHere: boolean;

  constructor(parts: RunParts) {
    const { log, host, clock, experiment, id } = parts;
    this.#parts = parts;
    this.#host = host;
    this.#clock = clock;
    this.experiment = experiment;
    this.id = id;
    this.name = parts.name;
    this.group = parts.group;
    this.notes = parts.notes;
    this.resumed = parts.resumed;
    this.disabled = log === undefined;
    this.#tags = parts.tags;
    this.#begunHere = parts.begunHere;
    this.#ended = parts.ended;
    this.#nextStep = parts.nextStep;
    this.#lastStep = parts.nextStep;
    this.config = asProperties(new Config(parts.params, (fresh) => this.#logParams(fresh)));
    this.#summary = new Summary(this.#last, (values) => this.#setSummary(values));
    this.summary = asProperties(this.#summary);
    if (log === undefined) return;
    const writer = new RecordWriter({ host, log, clock, run: `${experiment}/${id}` });
    this.#output = { writer, files: new RunFiles(writer, parts.runs, id) };
    clock.onCheck = () => {
      log.check();
      yieldSignals(host.monotonicMs());
    };
    if (!parts.ended) watchProcess(this.#ending, parts.signals);
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
    return this.#output?.writer.log.path;
  }

  /** The folder for files of the run. Asking for it makes it. Undefined where nothing is written, or the disk refuses. */
  get dir(): string | undefined {
    let folder: string | undefined;
    guard(this.#host, 'dir', () => {
      folder = this.#output?.files.folder();
    });
    return folder;
  }

  /**
   * Writes values at a step. Without a step it is counted: each call takes the next one. After a call with a step, the next
   * one without takes the same, as in W&B. Nested objects are flattened with `/`. {@link Image}, {@link Table},
   * {@link Histogram} and {@link Artifact} values and typed arrays become records of their own kind.
   */
  log(data: object, { step, commit }: LogOptions = {}): void {
    guard(this.#host, 'log', () => {
      if (this.#output === undefined) return;
      if (!this.#ended && this.#definitions.areEmpty) {
        const line = encodePlainMetrics(data, step ?? this.#nextStep, () => this.#clock.now());
        if (line !== undefined) {
          this.#moveStep(step, commit);
          for (const [name, value] of Object.entries<Json>(data as Record<string, Json>)) this.#last.set(name, value);
          this.#output.writer.log.append(line);
          return;
        }
      }
      this.#logAny(data, step, commit, this.#output.writer.warn);
    });
  }

  #logAny(data: unknown, given: unknown, commit: boolean | undefined, warn: RecordWriter['warn']): void {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      warn('log', `takes an object of names and values, not ${typeName(data)}; nothing was written`);
      return;
    }
    const { values, attachments } = flattenValues(data, warn);
    const own = stepOf(values, given, warn);
    this.#write((output) => {
      const step = this.#moveStep(own, commit);
      for (const [name, value] of values) this.#last.set(name, value);
      this.#definitions.note(values);
      this.#appendAt(step, values, attachments, output);
    });
  }

  #appendAt(
    step: Step,
    values: JsonMap,
    attachments: readonly (readonly [string, Attachment])[],
    output: { writer: RecordWriter; files: RunFiles },
  ): void {
    for (const [at, own] of this.#definitions.byAxis(step, values, this.#last)) {
      if (own.size > 0) output.writer.append(metricRecord(at, output.writer.now(), own));
    }
    for (const [name, attachment] of attachments) writeAttachment(name, attachment, step, output);
  }

  /** Counts on, and gives the step that a record takes. */
  #moveStep(step: Step | undefined, commit: boolean | undefined): Step {
    const taken = step ?? this.#nextStep;
    const goesOn = step === undefined ? commit !== false : commit === true;
    this.#nextStep = goesOn ? (typeof taken === 'bigint' ? taken + 1n : taken + 1) : taken;
    this.#lastStep = taken;
    return taken;
  }

  /** Keeps a line of text, with a level such as `info`, `warning` or `error`. */
  message(text: unknown, level = 'info'): void {
    guard(this.#host, 'message', () => {
      const fields = { level: level.toLowerCase(), message: redactText(textOf(text)) };
      this.#write(({ writer }) => writer.event('log', fields));
    });
  }

  /** Says something about the run, in Markdown; after its end as well. */
  note(text: unknown): void {
    this.#say('note', () => ({ text: redactText(textOf(text)) }));
  }

  /** Adds and removes labels: one text or many; after the run's end as well. */
  tag({ add, remove }: TagChange): void {
    this.#say('tag', () => {
      const added = labelsOf(add);
      const removed = labelsOf(remove);
      if (added.length + removed.length === 0) return undefined;
      this.#tags = [...new Set([...this.#tags, ...added])].filter((label) => !removed.includes(label));
      return { add: added.length > 0 ? added : undefined, remove: removed.length > 0 ? removed : undefined };
    });
  }

  /** Puts the run out of the lists, or back with `archived: false`; after its end as well. */
  archive(reason: unknown = '', { archived = true }: { archived?: boolean } = {}): void {
    this.#say('archive', () => ({ archived, reason: reason ? redactText(textOf(reason)) : undefined }));
  }

  /** Something a person should see; after the run's end as well. Levels: `info`, `warn`, `error`. */
  alert(title: unknown, text: unknown = '', level = 'info'): void {
    this.#say('alert', () => ({
      level: level.toLowerCase(),
      title: redactText(textOf(title)),
      text: redactText(textOf(text)),
    }));
  }

  /** What is said about an ended run does not begin it again. */
  #say(event: string, fieldsOf: () => Record<string, Json | undefined> | undefined): void {
    guard(this.#host, event, () => {
      const fields = fieldsOf();
      if (fields === undefined) return;
      if (this.#ended) this.#output?.writer.eventAfterEnd(event, fields);
      else this.#output?.writer.event(event, fields);
    });
  }

  /**
   * What a metric is drawn over, and which of its values the end record tells; a name may end in `*`. With `stepMetric` values
   * stand at the last value of that metric, in lines of their own that keep the counted step as `_step`. With `summary` the
   * end record has `NAME/min` and so on as well.
   */
  defineMetric(name: string, definition: MetricDefinition = {}): void {
    if (this.#definitions.define(name, definition) || definition.goal === undefined) return;
    this.#host.speaker.tellOnce('defineMetric: goals belong into experiment.yaml.');
  }

  /**
   * Copies a file or a folder beside the log, or keeps an http(s) address. Files over 50 MiB stay where they are; one in `dir`
   * is beside the log already, and kept as it is there.
   */
  logArtifact(artifact: Artifact | string | URL, { name, kind, caption, step }: ArtifactOptions = {}): void {
    try {
      this.#write(({ files }) => {
        if (artifact instanceof Artifact) files.addArtifact(artifact, step);
        else files.addPath(String(artifact), { name, kind, caption, step });
      });
    } catch (error) {
      const shown = name ?? (artifact instanceof Artifact ? artifact.name : String(artifact));
      const reason = `${typeName(error)}: ${reasonOf(error).slice(0, 200)}`;
      this.#output?.writer.warn(shown.slice(0, 100), `could not be kept (${reason})`);
    }
  }

  /** Copies the files of a pattern beside the log, now and, where they have changed or come later, when the run ends. */
  save(pattern: string, { base }: { base?: string } = {}): void {
    guard(this.#host, 'save', () => this.#write(({ files }) => files.save(pattern, base)));
  }

  /** Writes a file below the run's folder, and its record. Gives the path from there; undefined where it could not be. */
  keepFile(
    place: string,
    content: string | Uint8Array,
    { name = place, kind, caption, step }: ArtifactOptions = {},
  ): string | undefined {
    let path: string | undefined;
    guard(this.#host, 'keepFile', () => {
      const bytes = typeof content === 'string' ? Buffer.from(content.toWellFormed()) : Buffer.from(content);
      const facts = { name, kind: kindOfType(kind) ?? guessKind(place), caption, step };
      this.#write(({ files }) => {
        path = files.add(place, bytes, facts);
      });
    });
    return path;
  }

  /** Writes one machine reading, beside those that are read at an interval: `{ 'mem/peak_mib': 120 }`. */
  system(values: object): void {
    guard(this.#host, 'system', () => {
      if (this.#ended || this.#output === undefined) return; // One that comes late begins no ended run again.
      const { writer } = this.#output;
      const known = flattenValues(values, writer.warn).values;
      if (known.size > 0) writer.append(new Map([...makeRecord({ event: 'system', time: writer.now() }), ...known]));
    });
  }

  /** Reads the machine at an interval, from now to the end. */
  startReadings(readings: SystemReadings): void {
    this.#readings = readings;
    readings.start((values) => this.system(values));
  }

  /** Logs the params and tags that the run was begun with: for a run that goes on without a start record. */
  logGiven(): void {
    if (this.#parts.params.size > 0) this.#logParams(this.#parts.params);
    if (this.#tags.length > 0) this.tag({ add: this.#tags });
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

  /**
   * Writes the `end` record, syncs and closes. Calling it again does nothing. Where another process has this run open, the end is
   * left to that one, unless a status or an exit code is given.
   */
  finish(options: FinishOptions = {}): void {
    const isOwnWish = options.status !== undefined || options.exitCode !== undefined;
    this.#finish(options, { isForeign: this.#parts.joined && !isOwnWish });
  }

  /** Writes what is held and closes the log without an end: the run goes on elsewhere, or later with `resume`. */
  detach(): void {
    if (!this.disabled && !this.#ended) guard(this.#host, 'detach', () => this.#close(drainMs));
  }

  /**
   * Ends the run with its `using` block. JavaScript does not tell why a block was left: an error that is caught nowhere makes
   * the run failed all the same, one that is caught further out leaves it finished. `during` knows both.
   */
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

  /** With `isForeign` the log is closed without an end, which another process writes. */
  #finish(
    options: FinishOptions,
    { drain = drainMs, isForeign = false }: { drain?: number; isForeign?: boolean } = {},
  ): void {
    if (this.disabled || this.#ended || this.#output === undefined) {
      leaveRun(this);
      return;
    }
    const { writer, files } = this.#output;
    guard(this.#host, 'finish', () => {
      this.#readings?.stop();
      if (this.#clock.elapsedSeconds() > 1) this.system(this.#readings?.readLast() ?? {});
      files.saveAll();
      writer.log.flush();
      if (!isForeign) writer.append(this.#endRecord(options, writer), true);
    });
    guard(this.#host, 'finish', () => this.#close(drain));
  }

  #endRecord(options: FinishOptions, writer: RecordWriter): JsonMap {
    const { captures, base } = this.#parts;
    const facts = {
      signal: this.#signals.at(-1),
      metrics: new Map([...this.#summary.own, ...this.#definitions.values]),
      elapsedSeconds: this.#begunHere ? this.#clock.elapsedSeconds() : undefined,
      energyKwh: this.#readings?.energyKwh(),
      dropped: writer.log.dropped,
      captures,
      base,
      warn: writer.warn,
    };
    return makeRecord(endFields(options, facts, writer.now()));
  }

  #close(drain: number): void {
    this.#ended = true;
    this.#readings?.stop();
    unwatchProcess(this.#ending);
    leaveRun(this);
    this.#output?.writer.log.close(drain);
  }

  /** Calls a function where something may be written; values after the end begin the run again. */
  #write(body: (output: { writer: RecordWriter; files: RunFiles }) => void): void {
    if (this.#output !== undefined && (!this.#ended || this.#beginAgain())) body(this.#output);
  }

  /** Opens the log again after its end, with a resumed start. Not after a signal. */
  #beginAgain(): boolean {
    if (!this.#mayGoOn || this.#output === undefined) return false;
    const { writer } = this.#output;
    try {
      writer.log.openAgain();
    } catch (error) {
      const name = `${this.experiment}/${this.id}`;
      const text = `${name} has ended and cannot be opened again: ${reasonOf(error)}`;
      this.#host.speaker.warn(text, `${name} again`);
      return false;
    }
    this.#ended = false;
    this.#begunHere = true;
    this.#signals = [];
    const head = makeRecord({ event: 'start', time: writer.now(), resumed: true });
    writer.append(new Map([...head, ...this.#parts.startFields()]), true);
    watchProcess(this.#ending, this.#parts.signals);
    enterRun(this);
    return true;
  }

  #logParams(fresh: Map<string, unknown>): void {
    guard(this.#host, 'params', () => {
      this.#write(({ writer }) => {
        const params = plainValue(fresh, '', writer.warn);
        writer.event('params', { params: params instanceof Map ? redactMap(params) : params });
      });
    });
  }

  #setSummary(given: unknown): void {
    guard(this.#host, 'summary', () => {
      const { values, attachments } = flattenValues(topLevel(given), (key, text) =>
        this.#output?.writer.warn(key, text),
      );
      for (const [name, value] of values) this.#summary.own.set(name, value);
      this.#write((output) => this.#appendAt(this.#lastStep, values, attachments, output));
    });
  }
}
