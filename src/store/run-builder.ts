import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import {
  type EndStatus,
  endRecord,
  endStatus,
  formatVersion,
  type RecordEvent,
  recordSchemas,
  runDocument,
  startRecord,
} from '../format/run-records.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import { statusSynonyms } from '../format/status-words.ts';
import type { Series } from '../series/series.ts';
import type { JoinedMetric } from './derive-metrics.ts';
import { jsonText } from './flatten.ts';
import { AttachmentFold } from './fold/attachment-fold.ts';
import { asText, asTexts, cut, cutAt, isObject } from './fold/json-fields.ts';
import { MetricFold } from './fold/metric-fold.ts';
import { ParamFold } from './fold/param-fold.ts';
import { RunClock } from './fold/run-clock.ts';
import { type RecordPlace, type RunContext, report } from './fold/run-context.ts';
import { SecretGuard } from './fold/secret-guard.ts';
import { parseTime } from './parse-time.ts';
import { paramsKeys, readMetricValue, timeKeys } from './read-value.ts';
import type { Run, RunFile } from './run.ts';

export type { RecordPlace, RunContext };

/** A run and, where they were asked for, its points. */
export interface BuiltRun {
  run: Run;
  series: { metrics: Map<string, Series>; system: Map<string, Series> };
  /** What was worked out for a derived metric while the records came. */
  joined: (name: string) => JoinedMetric | undefined;
}

const knownEvents = Object.keys(recordSchemas);
const startFields = Object.keys(startRecord.shape);
const endFields = Object.keys(endRecord.shape);
const documentFields = ['run', ...Object.keys(runDocument.shape)];
/** Records with fields of their own alone: the fields of a start and an end are judged as they are read. */
const asideEvents: ReadonlySet<string> = new Set<RecordEvent>([
  'params',
  'log',
  'note',
  'tag',
  'artifact',
  'histogram',
  'table',
  'alert',
  'archive',
]);
const maxNameLength = 20_000;

/** Folds the records of one run, in the order written, into a {@link Run}. Knows nothing of files. */
export class RunBuilder {
  #context: RunContext;
  #guard: SecretGuard;
  #clock: RunClock;
  #params: ParamFold;
  #metrics: MetricFold;
  #attachments: AttachmentFold;
  #facts: Partial<Run> = {};
  #tags: string[] = [];
  #notes: Run['notes'] = [];
  #files: RunFile[] = [];
  /** True inside `rankN.jsonl`, N from 1: whether the run began or ended is said by its own log or by rank 0. */
  isRank = false;
  #starts = 0;
  #startTexts = new Set<string>();
  #resumes = 0;
  #status: EndStatus | 'unknown' | undefined;
  #recordCount = 0;
  #characters = new Map<string, number>();

  constructor(context: RunContext) {
    this.#context = context;
    this.#guard = new SecretGuard(context);
    this.#clock = new RunClock(context);
    this.#params = new ParamFold(context, this.#guard);
    this.#metrics = new MetricFold(context, this.#guard, this.#params);
    this.#attachments = new AttachmentFold(context, this.#guard);
  }

  /** Says which file the next records come from, and what its metric names begin with (`rank3/`). */
  beginFile(file: RunFile, prefix = ''): void {
    this.#files.push(file);
    this.#metrics.file = this.#files.length - 1;
    this.#metrics.prefix = prefix;
    this.isRank = prefix !== '' && prefix !== 'rank0/';
  }

  /** Takes one record of a run stream. */
  addRecord(record: JsonObject, place: RecordPlace): void {
    this.#recordCount += 1;
    const { event } = record;
    const kind = typeof event === 'string' && Object.hasOwn(recordSchemas, event) ? event : 'metric';
    this.#characters.set(kind, (this.#characters.get(kind) ?? 0) + (place.text?.length ?? 0));
    if (event === undefined || event === 'metric' || typeof event !== 'string') {
      this.#addMetrics(record, place);
      if (event === undefined && place.text !== undefined) this.#metrics.learnLine(place.text);
    } else if (!Object.hasOwn(recordSchemas, event)) this.#addUnknown(event, record, place);
    else this.#addKnown(event as RecordEvent, this.#judgeRecord(event as RecordEvent, record, place), place);
  }

  /**
   * Takes a line that differs in its numbers alone from a metric line that was read with care before; gives false, having
   * changed nothing, for any other.
   */
  maybeTakeLine(bytes: Buffer, from: number, to: number, line: number): boolean {
    if (this.#status !== undefined && !this.isRank) return false;
    const clock = this.#clock;
    const noteTime = (ms: number) => clock.maybeNote(ms, this);
    if (!this.#metrics.maybeTakeLine(bytes, { from, to, line, noteTime })) return false;
    this.#recordCount += 1;
    this.#characters.set('metric', (this.#characters.get('metric') ?? 0) + to - from);
    return true;
  }

  /** Takes a whole run written as one object: a line of `runs.jsonl` or a YAML document. */
  addDocument(document: JsonObject, place: RecordPlace, paramTexts: ReadonlyMap<string, string> = new Map()): void {
    this.#recordCount += 1;
    this.#starts += 1;
    const sound = this.#judge(runDocument, 'run', document, place);
    this.#clock.startMs = this.#readTime(sound, place);
    this.#readStart(sound, place);
    if (sound.archived === true) this.#facts.archived = true;
    const { series } = sound;
    if (isObject(series)) {
      for (const name of Object.keys(series)) this.#metrics.addSeries(name, series[name] as JsonValue, place);
    }
    this.#readEnd(sound, this.#readEnded(sound, place), place);
    this.#keepUnknownFields(sound, documentFields, place);
    for (const [key, text] of paramTexts)
      if (typeof this.#params.params.get(key) === 'number') this.#params.texts.set(key, text);
  }

  build(): BuiltRun {
    const { experiment, run } = this.#context;
    const { metrics, system, series } = this.#metrics.build();
    const facts = this.#facts;
    const lastRecordMs = this.#clock.lastMs;
    const ended = this.#status !== undefined && this.#status !== 'unknown';
    const endedAtMs = ended ? (this.#clock.endMs ?? lastRecordMs) : undefined;
    const built: Run = {
      id: `${experiment}/${run}`,
      experiment,
      run,
      name: facts.name ?? run,
      state: this.#status ?? (lastRecordMs === undefined ? 'unknown' : 'open'),
      lastRecordMs,
      startedAtMs: this.#clock.startedMs,
      endedAtMs,
      durationMs: this.#clock.durationMs(endedAtMs),
      diverged: undefined,
      params: this.#params.params,
      paramTexts: this.#params.texts,
      paramChanges: this.#params.changes,
      tags: this.#tags,
      notes: this.#notes,
      group: facts.group,
      job: facts.job,
      seed: facts.seed ?? this.#params.seed(),
      parent: facts.parent,
      git: facts.git,
      command: facts.command,
      host: facts.host,
      user: facts.user,
      env: facts.env,
      gpus: facts.gpus,
      exitCode: facts.exitCode,
      error: facts.error,
      resumes: this.#resumes,
      archived: facts.archived ?? false,
      archiveReason: facts.archiveReason,
      metrics,
      system,
      texts: this.#metrics.texts,
      stepKey: this.#metrics.stepKey,
      logLines: this.#attachments.logLines,
      logLineCount: this.#attachments.logLineCount,
      alerts: this.#attachments.alerts,
      artifacts: this.#attachments.artifacts,
      histograms: this.#attachments.histograms,
      tables: this.#attachments.tables,
      files: this.#files,
      edits: [],
      recordCount: this.#recordCount,
      charactersByKind: this.#characters,
    };
    return { run: built, series, joined: (name) => this.#metrics.joined(name) };
  }

  /** Holds a record of a stream against its schema, and warns of fields that are nearly known ones. */
  #judgeRecord(event: RecordEvent, record: JsonObject, place: RecordPlace): JsonObject {
    const schema = recordSchemas[event];
    if (asideEvents.has(event)) {
      const known = [...Object.keys(schema.shape), ...timeKeys];
      for (const key of Object.keys(record)) {
        if (known.includes(key) || this.#warnOfSlip(key, known, place)) continue;
        const message = `"${cut(key)}" is not a field of the ${event} record. It stays in the raw log and is shown nowhere else.`;
        report(this.#context, 'extra-field', place, message, { key, fold: `${event}.${key}` });
      }
    }
    return this.#judge(schema, event, record, place);
  }

  /**
   * Holds a record against its schema; fields that do not fit are reported, left out and kept as texts. An end's status is
   * judged where it is read.
   */
  #judge(schema: z.ZodType, kind: string, record: JsonObject, place: RecordPlace): JsonObject {
    const result = schema.safeParse(record);
    if (result.success) return record;
    const kept: JsonObject = Object.assign(Object.create(null) as JsonObject, record);
    for (const issue of result.error.issues) {
      const [head, ...rest] = issue.path.map(String);
      if ((kind === 'end' || kind === 'run') && head === 'status') continue;
      const name = head === undefined ? `The ${kind} record` : `"${[head, ...rest].join('.')}" of the ${kind} record`;
      const message = `${name} is not as it should be: ${issue.message.replace(/^Invalid input: /, '')}.`;
      report(this.#context, 'record-invalid', place, message, {
        key: head ?? 'event',
        fold: `${kind}.${head}`,
      });
      if (head === undefined || kept[head] === undefined) continue;
      this.#metrics.keepText(head, kept[head], place);
      delete kept[head];
    }
    return kept;
  }

  /** When a whole-run record says that the run ended. */
  #readEnded({ ended: written }: JsonObject, place: RecordPlace): number | undefined {
    if (written === undefined || written === null) return undefined;
    const ended = parseTime(written);
    if (ended.kind !== 'time') {
      const message = `"ended" is neither ISO 8601 text nor a number since 1970, found ${cut(jsonText(written))}.`;
      report(this.#context, 'time-unreadable', place, message, { key: 'ended' });
      return undefined;
    }
    if (!ended.zoned) {
      const message = '"ended" has no offset; it is read as UTC.';
      report(this.#context, 'time-without-zone', place, message, { key: 'ended' });
    }
    this.#clock.note(ended.ms, place);
    return ended.ms;
  }

  #readTime(record: JsonObject, place: RecordPlace, isMetricLine = false): number | undefined {
    return this.#clock.read(record, place, {
      isMetricLine,
      hasEnded: this.#status !== undefined,
      isRank: this.isRank,
    });
  }

  #addKnown(event: RecordEvent, record: JsonObject, place: RecordPlace): void {
    const timeMs = this.#readTime(record, place);
    switch (event) {
      case 'start':
        if (!this.isRank) this.#addStart(record, timeMs, place);
        break;
      case 'params':
        if (isObject(record.params)) this.#params.add(record.params, place);
        break;
      case 'system':
        this.#metrics.addSystem(record, { timeMs, startedMs: this.#clock.startedMs }, place);
        break;
      case 'log':
        this.#attachments.addLogLine(record, timeMs, place);
        break;
      case 'note':
        this.#notes.push({ text: this.#guard.text(asText(record.text) ?? '', place), timeMs });
        break;
      case 'tag':
        this.#addTags(record.add);
        for (const tag of asTexts(record.remove)) this.#tags = this.#tags.filter((own) => own !== tag);
        break;
      case 'artifact':
        this.#attachments.addArtifact(record, place);
        break;
      case 'histogram':
        this.#attachments.addHistogram(record, this.#metrics.lastStep);
        break;
      case 'table':
        this.#attachments.addTable(record);
        break;
      case 'alert':
        this.#attachments.addAlert(record, timeMs, place);
        break;
      case 'archive':
        this.#facts.archived = record.archived !== false;
        this.#facts.archiveReason = this.#facts.archived ? asText(record.reason) : undefined;
        break;
      case 'end':
        if (this.isRank) {
          if (isObject(record.metrics)) this.#metrics.addFinal(record.metrics, timeMs ?? Number.NaN, place);
          break;
        }
        this.#readEnd(record, timeMs, place);
        this.#keepUnknownFields(record, endFields, place);
        break;
      case 'metric':
        this.#addMetrics(record, place);
        break;
    }
  }

  /** Keeps the fields that the format does not know as texts, and warns of one that is nearly a known one. */
  #keepUnknownFields(record: JsonObject, known: readonly string[], place: RecordPlace): void {
    for (const key of Object.keys(record)) {
      const value = record[key] as JsonValue;
      if (known.includes(key) || ((paramsKeys as readonly string[]).includes(key) && isObject(value))) continue;
      this.#warnOfSlip(key, known, place);
      if (value !== null) this.#metrics.keepText(key, value, place);
    }
  }

  /** Warns of a field that is nearly a known one, and says whether it did. */
  #warnOfSlip(key: string, known: readonly string[], place: RecordPlace): boolean {
    if (key.length <= 3) return false;
    const nearest = closest(key, [...known]);
    if (distance(key, nearest) > Math.min(nearEnough(key), 2)) return false;
    const message = `"${cut(key)}" is not a field of this record. Did you mean "${nearest}"?`;
    report(this.#context, 'unknown-field', place, message, { key, fold: key });
    return true;
  }

  #addStart(record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    const { text } = place;
    if (text !== undefined && this.#startTexts.has(text)) {
      report(this.#context, 'repeated-header', place, 'This start stands in the log already, letter for letter.');
      return;
    }
    if (text !== undefined) this.#startTexts.add(text);
    if (this.#starts > 0 && record.resumed !== true && this.#status === undefined) {
      const message = 'A second start follows the first with neither an end before it nor "resumed": true.';
      report(this.#context, 'second-start', place, message);
    }
    if (this.#starts > 0) this.#resumes += 1;
    this.#starts += 1;
    this.#status = undefined;
    this.#clock.endMs = undefined;
    this.#clock.startMs ??= timeMs;
    this.#readStart(record, place);
    this.#keepUnknownFields(record, startFields, place);
  }

  #readStart(record: JsonObject, place: RecordPlace): void {
    const { schema, seed, command } = record;
    if (typeof schema === 'number' && schema > formatVersion) {
      const message = `The record is written in version ${schema} of the format; this Runfolio reads version ${formatVersion}.`;
      report(this.#context, 'newer-schema', place, message, { key: 'schema' });
    }
    const facts = this.#facts;
    facts.name = this.#guard.maybeText(record.name, place) ?? facts.name;
    if (facts.name !== undefined) facts.name = cutAt(facts.name, maxNameLength);
    for (const key of ['group', 'job', 'parent', 'host', 'user'] as const) {
      facts[key] = this.#guard.maybeText(record[key], place) ?? facts[key];
    }
    if (seed !== undefined && seed !== null) facts.seed = typeof seed === 'string' ? seed : jsonText(seed);
    const words = Array.isArray(command) ? command.map((part) => quoteArgument(asText(part) ?? '')).join(' ') : command;
    facts.command = this.#guard.maybeText(words, place) ?? facts.command;
    if (isObject(record.git)) facts.git = this.#guard.object(record.git, place) as Run['git'];
    if (isObject(record.env)) facts.env = this.#guard.object(record.env, place) as Run['env'];
    if (record.gpus !== undefined && record.gpus !== null) facts.gpus = record.gpus;
    for (const key of paramsKeys) if (isObject(record[key])) this.#params.add(record[key], place);
    this.#addTags(record.tags);
    const notes = this.#guard.maybeText(record.notes, place);
    if (notes !== undefined && notes !== '') this.#notes.push({ text: notes, timeMs: undefined });
  }

  #readEnd(record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    const status = endStatus.safeParse(record.status);
    if (!status.success && record.status !== undefined) {
      const written = record.status;
      const nearest =
        typeof written === 'string'
          ? (statusSynonyms.get(written.toLowerCase()) ?? closest(written, endStatus.options))
          : undefined;
      const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
      report(
        this.#context,
        'unknown-status',
        place,
        `The status ${cut(jsonText(record.status))} is none that is known.${hint}`,
        {
          key: 'status',
        },
      );
    }
    this.#status = status.success ? status.data : 'unknown';
    this.#clock.endMs = timeMs;
    for (const key of paramsKeys) if (isObject(record[key])) this.#params.add(record[key], place);
    if (typeof record.exit_code === 'number') this.#facts.exitCode = record.exit_code;
    const error = isObject(record.error) ? errorText(record.error) : record.error;
    this.#facts.error = this.#guard.maybeText(error, place) ?? this.#facts.error;
    if (isObject(record.metrics)) this.#metrics.addFinal(record.metrics, timeMs ?? Number.NaN, place);
  }

  #addMetrics(record: JsonObject, place: RecordPlace): void {
    const timeMs = this.#readTime(record, place, true) ?? Number.NaN;
    if (!this.isRank && this.#status !== undefined) {
      report(
        this.#context,
        'record-after-end',
        place,
        'Values follow the end of the run with no resumed start between. They are read.',
      );
    }
    this.#metrics.addLine(record, timeMs, place);
  }

  /** A record of no known kind: kept, its numbers read; a line of settings gives params too. */
  #addUnknown(event: string, record: JsonObject, place: RecordPlace): void {
    const nearest = closest(event, knownEvents);
    const hint = distance(event, nearest) <= nearEnough(event) ? ` Did you mean "${nearest}"?` : '';
    const message = `"${cut(event)}" is no kind of record that the format knows.${hint} The record is kept and its numbers are read.`;
    report(this.#context, 'unknown-event', place, message, { key: 'event', fold: event });
    const rest: JsonObject = Object.assign(Object.create(null) as JsonObject, record);
    delete rest.event;
    if (/^(?:config|hparams|args|settings|hyperparameters)$/.test(event)) {
      const settings: JsonObject = Object.assign(Object.create(null) as JsonObject, rest);
      for (const key of timeKeys) delete settings[key];
      this.#params.add(settings, place);
      for (const key of Object.keys(rest)) if (readMetricValue(rest[key]) === undefined) delete rest[key];
    }
    this.#addMetrics(rest, place);
  }

  #addTags(value: JsonValue | undefined): void {
    for (const tag of asTexts(value)) if (!this.#tags.includes(tag)) this.#tags.push(tag);
  }
}

/** How many letters apart a slip of the pen may be: more in a long word. */
function nearEnough(word: string): number {
  return Math.max(1, Math.min(2, Math.floor(word.length / 2.5)));
}

function errorText(error: JsonObject): string {
  const head = [asText(error.type), asText(error.message)].filter((part) => part !== undefined).join(': ');
  const trace = asText(error.traceback);
  if (head === '' && trace === undefined) return jsonText(error);
  return trace === undefined ? head : `${head}\n${trace}`.trim();
}

function quoteArgument(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
