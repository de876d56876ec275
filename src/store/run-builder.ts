import { closest, distance } from 'fastest-levenshtein';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import {
  artifactKind,
  type EndStatus,
  endStatus,
  formatVersion,
  type RecordEvent,
  recordSchemas,
} from '../format/run-records.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import type { MetricSummary } from '../series/metric-summary.ts';
import type { Series } from '../series/series.ts';
import { SeriesBuilder } from '../series/series-builder.ts';
import { SummaryBuilder } from '../series/summary-builder.ts';
import { columnAt } from './explain-line.ts';
import { forEachLeaf, jsonText } from './flatten.ts';
import type { ReadLimits } from './limits.ts';
import { parseTime } from './parse-time.ts';
import { elapsedKeys, paramsKeys, readMetricValue, stepKeys, timeKeys } from './read-value.ts';
import type { Alert, Artifact, DataTable, Histogram, LogLine, ParamChange, Run, RunFile } from './run.ts';
import { isSecretParam, redacted, redactText } from './secrets.ts';

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

/** A run and, where they were asked for, its points. */
export interface BuiltRun {
  run: Run;
  series: { metrics: Map<string, Series>; system: Map<string, Series> };
}

class Metric {
  summary = new SummaryBuilder();
  series: SeriesBuilder | undefined;
  constructor(keepSeries: boolean) {
    this.series = keepSeries ? new SeriesBuilder() : undefined;
  }
  /** Nulls before the first number: "no value yet" if one follows (as RLlib writes it), else not-a-number. */
  #nulls: { step: number; timeMs: number }[] = [];

  add(step: number, value: number, timeMs: number): void {
    this.#nulls = [];
    this.summary.add(step, value);
    this.series?.add(step, value, timeMs);
  }

  addNull(step: number, timeMs: number): void {
    if (this.summary.count > 0) this.add(step, Number.NaN, timeMs);
    else this.#nulls.push({ step, timeMs });
  }

  /** Settles what the leading nulls were, once no more values can come. */
  close(): void {
    for (const { step, timeMs } of this.#nulls) {
      this.summary.add(step, Number.NaN);
      this.series?.add(step, Number.NaN, timeMs);
    }
    this.#nulls = [];
  }
}

const knownEvents = Object.keys(recordSchemas);
const noteEvents = new Set(['note', 'tag', 'alert', 'artifact', 'archive', 'log']);
const timeKeySet: ReadonlySet<string> = new Set(timeKeys);
const elapsedKeySet: ReadonlySet<string> = new Set(elapsedKeys);
const textLength = 10_000;

/** Folds the records of one run, in the order written, into a {@link Run}. Knows nothing of files. */
export class RunBuilder {
  #context: RunContext;
  #metrics = new Map<string, Metric>();
  #system = new Map<string, Metric>();
  #texts = new Map<string, string>();
  #params = new Map<string, JsonValue>();
  #paramChanges: ParamChange[] = [];
  #paramTexts = new Map<string, string>(); // "config" → its text when last seen, so that a repeat costs one comparison
  #tags: string[] = [];
  #notes: Run['notes'] = [];
  #logHead: LogLine[] = [];
  #logTail: LogLine[] = [];
  #logCount = 0;
  #alerts: Alert[] = [];
  #artifacts: Artifact[] = [];
  #histograms: Histogram[] = [];
  #tables: DataTable[] = [];
  #files: RunFile[] = [];
  #facts: Partial<Run> = {};
  #stepKeyCounts = new Map<string, number>();
  #prefix = '';
  #ordinals = new Map<string, number>(); // metric prefix → metric lines so far
  #lastStep = 0;
  #firstTimeMs: number | undefined;
  #startTimeMs: number | undefined;
  #lastTimeMs: number | undefined;
  #endTimeMs: number | undefined;
  #elapsedSeconds: number | undefined;
  #starts = 0;
  #resumes = 0;
  #status: EndStatus | 'unknown' | undefined;
  #recordCount = 0;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** Says which file the next records come from, and what its metric names begin with (`rank3/`). */
  beginFile(file: RunFile, prefix = ''): void {
    this.#files.push(file);
    this.#prefix = prefix;
  }

  /** Takes one record of a run stream. */
  addRecord(record: JsonObject, place: RecordPlace): void {
    this.#recordCount += 1;
    const event = record.event;
    if (event === undefined || event === 'metric' || typeof event !== 'string') {
      this.#addMetrics(record, place);
      return;
    }
    if (!Object.hasOwn(recordSchemas, event)) {
      this.#addUnknown(event, record, place);
      return;
    }
    const known = this.#judge(event as RecordEvent, record, place);
    const timeMs = this.#readTime(known, place, false);
    this.#addKnown(event as RecordEvent, known, timeMs, place);
  }

  /** Takes a whole run written as one object: a line of `runs.jsonl` or a YAML document. */
  addDocument(document: JsonObject, place: RecordPlace): void {
    this.#recordCount += 1;
    this.#starts += 1;
    const startedMs = this.#readTime(document, place, false);
    this.#startTimeMs = startedMs;
    this.#readStart(document, place);
    if (document.archived === true) this.#facts.archived = true;
    const series = document.series;
    if (isObject(series)) {
      for (const name of Object.keys(series)) this.#addSeries(name, series[name] as JsonValue, place);
    }
    const ended = parseTime(document.ended);
    const endedMs = ended.kind === 'time' ? ended.ms : undefined;
    if (endedMs !== undefined) this.#noteTime(endedMs, place);
    this.#readEnd(document, endedMs, place);
  }

  /** Number of records taken so far. */
  get recordCount(): number {
    return this.#recordCount;
  }

  build(): BuiltRun {
    for (const metric of this.#metrics.values()) metric.close();
    const { experiment, run } = this.#context;
    const startedAtMs = this.#startTimeMs ?? this.#firstTimeMs;
    const lastRecordMs = this.#lastTimeMs;
    const ended = this.#status !== undefined && this.#status !== 'unknown';
    const endedAtMs = ended ? (this.#endTimeMs ?? lastRecordMs) : undefined;
    const lastMs = endedAtMs ?? lastRecordMs;
    const spanMs = startedAtMs !== undefined && lastMs !== undefined ? Math.max(0, lastMs - startedAtMs) : undefined;
    const elapsedMs = this.#elapsedSeconds === undefined ? undefined : this.#elapsedSeconds * 1000;
    const built: Run = {
      id: `${experiment}/${run}`,
      experiment,
      run,
      name: this.#facts.name ?? run,
      state: this.#status ?? (lastRecordMs === undefined ? 'unknown' : 'open'),
      lastRecordMs,
      startedAtMs,
      endedAtMs,
      durationMs: spanMs === undefined || (spanMs === 0 && elapsedMs !== undefined) ? elapsedMs : spanMs,
      diverged: undefined,
      params: this.#params,
      paramChanges: this.#paramChanges,
      tags: this.#tags,
      notes: this.#notes,
      group: this.#facts.group,
      job: this.#facts.job,
      seed: this.#facts.seed ?? this.#seedFromParams(),
      parent: this.#facts.parent,
      git: this.#facts.git,
      command: this.#facts.command,
      host: this.#facts.host,
      user: this.#facts.user,
      env: this.#facts.env,
      gpus: this.#facts.gpus,
      exitCode: this.#facts.exitCode,
      error: this.#facts.error,
      resumes: this.#resumes,
      archived: this.#facts.archived ?? false,
      archiveReason: this.#facts.archiveReason,
      metrics: summariesOf(this.#metrics),
      system: summariesOf(this.#system),
      texts: this.#texts,
      stepKey: [...this.#stepKeyCounts].sort((a, b) => b[1] - a[1])[0]?.[0],
      logLines: [...this.#logHead, ...this.#logTail],
      logLineCount: this.#logCount,
      alerts: this.#alerts,
      artifacts: this.#artifacts,
      histograms: this.#histograms,
      tables: this.#tables,
      files: this.#files,
      recordCount: this.#recordCount,
    };
    return { run: built, series: { metrics: seriesOf(this.#metrics), system: seriesOf(this.#system) } };
  }

  #report(
    code: DiagnosticCode,
    place: RecordPlace,
    message: string,
    { key, fold }: { key?: string; fold?: string } = {},
  ): void {
    const { text, file, line } = place;
    this.#context.diagnostics.add({
      code,
      file,
      line,
      column: text !== undefined && key !== undefined ? valueColumn(text, key) : (place.column ?? 1),
      message,
      fold: fold ?? '',
      ...(text === undefined ? {} : { excerpt: text.slice(0, 400) }),
    });
  }

  /** Holds a record against its schema; fields that do not fit are reported and left out. */
  #judge(event: RecordEvent, record: JsonObject, place: RecordPlace): JsonObject {
    const result = recordSchemas[event].safeParse(record);
    if (result.success) return record;
    const kept: JsonObject = Object.assign(Object.create(null) as JsonObject, record);
    for (const issue of result.error.issues) {
      const key = issue.path[0];
      if (event === 'end' && key === 'status') continue;
      const name = key === undefined ? `the ${event} record` : `"${String(key)}" of the ${event} record`;
      const detail = issue.message.replace(/^Invalid input: /, '');
      this.#report('record-invalid', place, `${name} is not as it should be: ${detail}.`, {
        key: String(key ?? 'event'),
        fold: `${event}.${String(key)}`,
      });
      if (key !== undefined && typeof key !== 'symbol') delete kept[String(key)];
    }
    return kept;
  }

  #addKnown(event: RecordEvent, record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    switch (event) {
      case 'start':
        this.#addStart(record, timeMs, place);
        break;
      case 'params':
        if (isObject(record.params)) this.#addParams(record.params, place);
        break;
      case 'system':
        this.#addSystem(record, timeMs);
        break;
      case 'log':
        this.#addLogLine({
          timeMs,
          level: asText(record.level),
          message: this.#safeText(asText(record.message) ?? '', place),
        });
        break;
      case 'note':
        this.#notes.push({ text: this.#safeText(asText(record.text) ?? '', place), timeMs });
        break;
      case 'tag':
        this.#addTags(record.add);
        for (const tag of asTexts(record.remove)) this.#tags = this.#tags.filter((own) => own !== tag);
        break;
      case 'artifact':
        this.#addArtifact(record, place);
        break;
      case 'histogram':
        this.#addHistogram(record);
        break;
      case 'table':
        this.#addTable(record);
        break;
      case 'alert':
        this.#alerts.push({
          level: asText(record.level),
          title: this.#safeText(asText(record.title) ?? '', place),
          text: this.#maybeSafe(record.text, place),
          timeMs,
        });
        break;
      case 'archive':
        this.#facts.archived = record.archived !== false;
        this.#facts.archiveReason = this.#facts.archived ? asText(record.reason) : undefined;
        break;
      case 'end':
        this.#readEnd(record, timeMs, place);
        break;
      case 'metric':
        break;
    }
  }

  #addStart(record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    const resumed = record.resumed === true;
    if (this.#starts > 0 && !resumed && this.#status === undefined) {
      this.#report(
        'second-start',
        place,
        'A second start follows the first with neither an end before it nor "resumed": true.',
      );
    }
    if (this.#starts > 0) this.#resumes += 1;
    this.#starts += 1;
    this.#status = undefined;
    this.#endTimeMs = undefined;
    this.#startTimeMs ??= timeMs;
    this.#readStart(record, place);
  }

  #readStart(record: JsonObject, place: RecordPlace): void {
    const schema = record.schema;
    if (typeof schema === 'number' && schema > formatVersion) {
      this.#report(
        'newer-schema',
        place,
        `The record is written in version ${schema} of the format; this Runfolio reads version ${formatVersion}.`,
        { key: 'schema' },
      );
    }
    const facts = this.#facts;
    facts.name = asText(record.name)?.slice(0, textLength) ?? facts.name;
    facts.group = asText(record.group) ?? facts.group;
    facts.job = asText(record.job) ?? facts.job;
    facts.parent = asText(record.parent) ?? facts.parent;
    facts.host = asText(record.host) ?? facts.host;
    facts.user = asText(record.user) ?? facts.user;
    const seed = record.seed;
    if (seed !== undefined && seed !== null) facts.seed = typeof seed === 'string' ? seed : jsonText(seed);
    const command = record.command;
    if (typeof command === 'string') facts.command = this.#safeText(command, place);
    if (Array.isArray(command))
      facts.command = this.#safeText(command.map((part) => quoteArgument(asText(part) ?? '')).join(' '), place);
    if (isObject(record.git)) facts.git = this.#safeObject(record.git, place) as Run['git'];
    if (isObject(record.env)) facts.env = this.#safeObject(record.env, place) as Run['env'];
    if (record.gpus !== undefined && record.gpus !== null) facts.gpus = record.gpus;
    if (isObject(record.params)) this.#addParams(record.params, place);
    this.#addTags(record.tags);
    const notes = this.#maybeSafe(record.notes, place);
    if (notes !== undefined && notes !== '') this.#notes.push({ text: notes, timeMs: undefined });
  }

  #readEnd(record: JsonObject, timeMs: number | undefined, place: RecordPlace): void {
    const written = record.status;
    const status = endStatus.safeParse(written);
    if (status.success) this.#status = status.data;
    else {
      this.#status = 'unknown';
      if (written !== undefined) {
        const nearest = typeof written === 'string' ? closest(written, endStatus.options) : undefined;
        const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
        this.#report('unknown-status', place, `The status ${jsonText(written)} is none that is known.${hint}`, {
          key: 'status',
        });
      }
    }
    this.#endTimeMs = timeMs;
    const exitCode = record.exit_code;
    if (typeof exitCode === 'number') this.#facts.exitCode = exitCode;
    const error = record.error;
    if (typeof error === 'string') this.#facts.error = this.#safeText(error, place);
    else if (isObject(error)) this.#facts.error = this.#safeText(errorText(error), place);
    const metrics = record.metrics;
    if (!isObject(metrics)) return;
    forEachLeaf(metrics, '/', (name, value) => {
      const number = readMetricValue(value);
      if (number === undefined) {
        this.#addText(name, value, place);
        return;
      }
      const metric = this.#metric(name, place);
      const { summary } = metric ?? {};
      if (metric === undefined || summary === undefined) return;
      if (summary.count > 0 && Object.is(summary.last, number)) return;
      metric.add(summary.count > 0 ? summary.lastStep : this.#lastStep, number, timeMs ?? Number.NaN);
    });
  }

  #addUnknown(event: string, record: JsonObject, place: RecordPlace): void {
    const nearest = closest(event, knownEvents);
    const hint = distance(event, nearest) <= Math.min(2, event.length / 4) ? ` Did you mean "${nearest}"?` : '';
    this.#report(
      'unknown-event',
      place,
      `"${cut(event)}" is no kind of record that the format knows.${hint} The record is kept and its numbers are read.`,
      {
        key: 'event',
        fold: event,
      },
    );
    const rest: JsonObject = Object.assign(Object.create(null) as JsonObject, record);
    delete rest.event;
    if (/^(?:config|hparams|args|settings|hyperparameters)$/.test(event)) {
      const settings: JsonObject = Object.create(null) as JsonObject;
      for (const key of Object.keys(rest)) {
        if (!(timeKeys as readonly string[]).includes(key)) settings[key] = rest[key] as JsonValue;
      }
      this.#addParams(settings, place);
      for (const key of Object.keys(rest)) if (readMetricValue(rest[key]) === undefined) delete rest[key];
    }
    this.#addMetrics(rest, place);
  }

  #addMetrics(record: JsonObject, place: RecordPlace): void {
    const timeMs = this.#readTime(record, place, true) ?? Number.NaN;
    const ordinal = this.#ordinals.get(this.#prefix) ?? 0;
    let step = ordinal;
    let stepKey: string | undefined;
    for (const key of this.#context.stepKey === undefined ? stepKeys : [this.#context.stepKey, ...stepKeys]) {
      if (record[key] === undefined || !Object.hasOwn(record, key)) continue;
      const value = record[key] as JsonValue;
      stepKey = key;
      if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint') step = Number(value);
      else {
        this.#report(
          'step-not-a-number',
          place,
          `"${key}" should be a number, found ${cut(jsonText(value))}. The line's values are kept at its place in the file.`,
          {
            key,
            fold: key,
          },
        );
      }
      break;
    }
    this.#ordinals.set(this.#prefix, ordinal + 1);
    if (stepKey !== undefined) this.#stepKeyCounts.set(stepKey, (this.#stepKeyCounts.get(stepKey) ?? 0) + 1);
    this.#lastStep = step;
    if (this.#status !== undefined && this.#endTimeMs !== undefined) {
      this.#report(
        'record-after-end',
        place,
        'Values follow the end of the run with no resumed start between. They are read.',
      );
    }
    for (const key of Object.keys(record)) {
      if (key === stepKey) continue;
      const value = record[key] as JsonValue;
      if (typeof value === 'number') {
        if (!isTimeKey(key, value)) this.#metric(key, place)?.add(step, value, timeMs);
        continue;
      }
      if (key === 'event' && typeof value === 'string') continue;
      if (isTimeKey(key, value)) continue;
      if (!isObject(value)) {
        this.#addValue(key, value, step, timeMs, place);
      } else if ((paramsKeys as readonly string[]).includes(key)) {
        this.#addRepeatedParams(key, value, place);
      } else {
        const shallow = forEachLeaf(value, '/', (name, leaf) => this.#addValue(name, leaf, step, timeMs, place), {
          prefix: key,
          maxDepth: this.#context.limits.depth,
        });
        if (!shallow)
          this.#report('nested-too-deep', place, `"${cut(key)}" is nested too deeply; what lies deeper is set aside.`, {
            key,
          });
      }
    }
  }

  #addValue(name: string, value: JsonValue, step: number, timeMs: number, place: RecordPlace): void {
    const number = readMetricValue(value);
    if (value === null) this.#metric(name, place)?.addNull(step, timeMs);
    else if (number !== undefined) this.#metric(name, place)?.add(step, number, timeMs);
    else this.#addText(name, value, place);
  }

  #addText(name: string, value: JsonValue, place: RecordPlace): void {
    if (!this.#texts.has(name) && this.#texts.size >= 1000) return;
    const text = typeof value === 'string' ? value : jsonText(value);
    this.#texts.set(name, String(this.#safeParam(name, text.slice(0, textLength), place)));
    this.#report(
      'text-in-metric',
      place,
      `"${cut(name)}" holds ${Array.isArray(value) ? 'a list' : 'text'}, not a number. It is shown as text and charted nowhere.`,
      { key: name },
    );
  }

  #metric(name: string, place: RecordPlace): Metric | undefined {
    const full = this.#prefix + name;
    const known = this.#metrics.get(full);
    if (known !== undefined) return known;
    if (this.#metrics.size >= this.#context.limits.metricsPerRun) {
      this.#report(
        'too-many-metrics',
        place,
        `The run has more than ${this.#context.limits.metricsPerRun} different metric names; "${cut(full)}" is set aside.`,
      );
      return undefined;
    }
    const metric = new Metric(this.#context.keepSeries);
    this.#metrics.set(full, metric);
    return metric;
  }

  #addSystem(record: JsonObject, timeMs: number | undefined): void {
    const from = this.#startTimeMs ?? this.#firstTimeMs;
    forEachLeaf(record, '/', (name, value) => {
      if (name === 'event' || isTimeKey(name, value)) return;
      const number = readMetricValue(value);
      if (number === undefined) return;
      let metric = this.#system.get(name);
      if (metric === undefined) {
        if (this.#system.size >= this.#context.limits.metricsPerRun) return;
        metric = new Metric(this.#context.keepSeries);
        this.#system.set(name, metric);
      }
      const step =
        timeMs !== undefined && from !== undefined ? Math.max(0, (timeMs - from) / 1000) : metric.summary.count;
      metric.add(step, number, timeMs ?? Number.NaN);
    });
  }

  #addSeries(name: string, value: JsonValue, place: RecordPlace): void {
    const values = Array.isArray(value) ? value : isObject(value) ? value.value : undefined;
    const steps = isObject(value) ? value.step : undefined;
    const times = isObject(value) ? value.time : undefined;
    if (!Array.isArray(values) || (steps !== undefined && (!Array.isArray(steps) || steps.length !== values.length))) {
      this.#report(
        'record-invalid',
        place,
        `The series "${cut(name)}" should be {"step": […], "value": […]} with lists of one length.`,
        { key: name, fold: `series.${name}` },
      );
      return;
    }
    const metric = this.#metric(name, place);
    values.forEach((item, index) => {
      const number = readMetricValue(item);
      if (number === undefined) {
        this.#addText(name, item, place);
        return;
      }
      const step = Array.isArray(steps) ? readMetricValue(steps[index]) : index;
      const time = Array.isArray(times) ? parseTime(times[index]) : undefined;
      const at = step !== undefined && Number.isFinite(step) ? step : index;
      metric?.add(at, number, time?.kind === 'time' ? time.ms : Number.NaN);
      this.#lastStep = Math.max(this.#lastStep, at);
    });
  }

  #addRepeatedParams(key: string, params: JsonObject, place: RecordPlace): void {
    const text = jsonText(params);
    if (this.#paramTexts.get(key) === text) return;
    this.#paramTexts.set(key, text);
    this.#addParams(params, place);
  }

  #addParams(params: JsonObject, place: RecordPlace): void {
    const shallow = forEachLeaf(
      params,
      '.',
      (key, value) => {
        const safe = this.#safeParam(key, value, place);
        const known = this.#params.get(key);
        if (known !== undefined && jsonText(known) !== jsonText(safe))
          this.#paramChanges.push({ key, from: known, to: safe });
        this.#params.set(key, safe);
      },
      { maxDepth: this.#context.limits.depth },
    );
    if (!shallow)
      this.#report('nested-too-deep', place, 'The params are nested too deeply; what lies deeper is set aside.', {
        key: 'params',
      });
  }

  #safeParam(key: string, value: JsonValue, place: RecordPlace): JsonValue {
    if (this.#context.allowedSecrets.has(key)) return value;
    if (isSecretParam(key, value)) {
      this.#reportSecret(place, `The param "${cut(key)}" looks like a secret by its name.`, key, String(value));
      return redacted;
    }
    if (typeof value === 'string') {
      const { text, secrets } = redactText(value);
      for (const secret of secrets)
        this.#reportSecret(place, `The param "${cut(key)}" holds what looks like a key or a password.`, key, secret);
      return text;
    }
    if (Array.isArray(value))
      return value.map((item) => (typeof item === 'string' ? this.#safeParam(key, item, place) : item));
    return value;
  }

  #reportSecret(place: RecordPlace, message: string, key: string, secret: string): void {
    this.#context.onSecret(place.file, secret);
    const column =
      place.text === undefined ? (place.column ?? 1) : valueColumn(place.text, key.split('.').at(-1) ?? key);
    this.#context.diagnostics.add({
      code: 'secret',
      file: place.file,
      line: place.line,
      column,
      message: `${message} It is set aside and never published.`,
      fold: key,
    });
  }

  #safeText(text: string, place: RecordPlace): string {
    const { text: safe, secrets } = redactText(text);
    for (const secret of secrets)
      this.#reportSecret(place, 'The text holds what looks like a key or a password.', 'text', secret);
    return safe;
  }

  #maybeSafe(value: JsonValue | undefined, place: RecordPlace): string | undefined {
    const text = asText(value);
    return text === undefined ? undefined : this.#safeText(text, place);
  }

  #safeObject(object: JsonObject, place: RecordPlace, depth = 8): JsonObject {
    const safe: JsonObject = Object.create(null) as JsonObject;
    for (const key of Object.keys(object)) {
      const value = object[key] as JsonValue;
      if (isObject(value)) safe[key] = depth > 0 ? this.#safeObject(value, place, depth - 1) : {};
      else safe[key] = this.#safeParam(key, value, place);
    }
    return safe;
  }

  #addTags(value: JsonValue | undefined): void {
    for (const tag of asTexts(value)) if (!this.#tags.includes(tag)) this.#tags.push(tag);
  }

  #addLogLine(line: LogLine): void {
    const half = this.#context.limits.logLines / 2;
    this.#logCount += 1;
    if (this.#logHead.length < half) {
      this.#logHead.push(line);
      return;
    }
    this.#logTail.push(line);
    if (this.#logTail.length > half) this.#logTail.shift();
  }

  #addArtifact(record: JsonObject, place: RecordPlace): void {
    const path = asText(record.path);
    const address = asText(record.url);
    if (path === undefined && address === undefined) return;
    let file: string | undefined;
    let sizeBytes = typeof record.bytes === 'number' ? record.bytes : undefined;
    let missing = false;
    if (path !== undefined) {
      const found = this.#context.findArtifact(path);
      if (found === 'outside') {
        this.#report(
          'artifact-outside',
          place,
          `The path "${cut(path)}" leads out of the run's folder. The artifact is set aside.`,
          { key: 'path' },
        );
        return;
      }
      if (found === undefined) {
        missing = true;
        this.#report('artifact-missing', place, `No file stands at "${cut(path)}" beside the log.`, {
          key: 'path',
          fold: path,
        });
      } else {
        file = found.file;
        sizeBytes = found.sizeBytes;
      }
    }
    const isLink = address !== undefined && /^https?:\/\/[^\s]+$/i.test(address);
    if (address !== undefined && !isLink) {
      this.#report('link-not-allowed', place, `"${cut(address)}" is no http or https address; it is shown as text.`, {
        key: 'url',
      });
    }
    const kind = artifactKind.safeParse(record.kind);
    const step = readMetricValue(record.step);
    const name = asText(record.name) ?? path ?? address ?? 'artifact';
    this.#artifacts.push({
      name: this.#safeText(name, place),
      kind: kind.success ? kind.data : guessKind(path ?? address ?? ''),
      file,
      url: isLink ? this.#safeText(address, place) : undefined,
      step,
      caption: this.#maybeSafe(record.caption, place),
      sizeBytes,
      sha256: asText(record.sha256),
      missing,
    });
  }

  #addHistogram(record: JsonObject): void {
    const edges = asNumbers(record.edges);
    const counts = asNumbers(record.counts);
    if (edges === undefined || counts === undefined || edges.length !== counts.length + 1) return;
    this.#histograms.push({
      name: asText(record.name) ?? '',
      step: readMetricValue(record.step) ?? this.#lastStep,
      edges,
      counts,
    });
  }

  #addTable(record: JsonObject): void {
    const columns = record.columns;
    const rows = record.rows;
    if (!Array.isArray(columns) || !Array.isArray(rows)) return;
    this.#tables.push({
      name: asText(record.name) ?? '',
      kind: asText(record.kind),
      step: readMetricValue(record.step),
      columns: columns.map((column) => asText(column) ?? ''),
      rows: rows.filter(Array.isArray),
    });
  }

  #readTime(record: JsonObject, place: RecordPlace, isMetricLine: boolean): number | undefined {
    let found: number | undefined;
    for (const key of timeKeys) {
      const value = record[key];
      if (value === undefined || value === null || !Object.hasOwn(record, key)) continue;
      const time = parseTime(value);
      if (time.kind === 'time') {
        if (!time.zoned)
          this.#report('time-without-zone', place, `"${key}" has no offset; it is read as UTC.`, { key });
        found ??= time.ms;
      } else if (time.kind === 'unreadable' && key === 'time') {
        this.#report(
          'time-unreadable',
          place,
          `"time" is neither ISO 8601 text nor a number since 1970, found ${cut(jsonText(value))}.`,
          { key },
        );
      } else if (time.kind === 'duration' && !isMetricLine) {
        this.#report(
          'time-unreadable',
          place,
          `"${key}" is too small to be a time since 1970, found ${cut(jsonText(value))}.`,
          { key },
        );
      }
    }
    for (const key of elapsedKeys) {
      const value = record[key];
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0)
        this.#elapsedSeconds = Math.max(this.#elapsedSeconds ?? 0, value);
    }
    if (found !== undefined) this.#noteTime(found, place, noteEvents.has(String(record.event)));
    return found;
  }

  #noteTime(ms: number, place: RecordPlace, isAside = false): void {
    this.#firstTimeMs ??= ms;
    if (this.#lastTimeMs !== undefined && ms < this.#lastTimeMs - 1000 && !isAside) {
      this.#report(
        'clock-went-back',
        place,
        `The time is ${Math.round((this.#lastTimeMs - ms) / 1000)} s earlier than the one before it.`,
        { key: 'time' },
      );
    }
    // A note or tag said weeks after the end is no sign of life.
    if (!(isAside && this.#status !== undefined)) this.#lastTimeMs = Math.max(this.#lastTimeMs ?? ms, ms);
  }

  #seedFromParams(): string | undefined {
    for (const key of ['seed', 'random_seed', 'random_state']) {
      const value = this.#params.get(key);
      if (value !== undefined && value !== null && typeof value !== 'object') return String(value);
    }
    return undefined;
  }
}

function summariesOf(metrics: Map<string, Metric>): Map<string, MetricSummary> {
  return new Map([...metrics].map(([name, metric]) => [name, metric.summary.build()]));
}

function seriesOf(metrics: Map<string, Metric>): Map<string, Series> {
  const result = new Map<string, Series>();
  for (const [name, metric] of metrics) if (metric.series !== undefined) result.set(name, metric.series.build());
  return result;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTimeKey(key: string, value: JsonValue): boolean {
  if (timeKeySet.has(key)) return key === 'time' && typeof value !== 'number' ? true : parseTime(value).kind === 'time';
  return elapsedKeySet.has(key) && typeof value === 'number';
}

function asText(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined;
}

function asTexts(value: JsonValue | undefined): string[] {
  const items = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => (typeof item === 'string' && item !== '' ? [item] : []));
}

function asNumbers(value: JsonValue | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.map((item) => readMetricValue(item));
  return numbers.every((item) => item !== undefined) ? (numbers as number[]) : undefined;
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

function guessKind(path: string): Artifact['kind'] {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  if (/^(?:png|jpe?g|gif|webp|avif|svg)$/.test(ending)) return 'image';
  if (/^(?:csv|tsv)$/.test(ending)) return 'table';
  if (/^(?:txt|md|log|json|yaml|yml|patch|diff)$/.test(ending)) return 'text';
  if (/^(?:wav|mp3|ogg|flac)$/.test(ending)) return 'audio';
  if (/^(?:mp4|webm)$/.test(ending)) return 'video';
  return 'file';
}

function cut(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`;
}

/** Column of the value of a key on a line: the first place where the key stands with a colon behind it. */
function valueColumn(text: string, key: string): number {
  const quoted = JSON.stringify(key);
  for (let at = text.indexOf(quoted); at !== -1; at = text.indexOf(quoted, at + 1)) {
    const colon = /^\s*:\s*/.exec(text.slice(at + quoted.length, at + quoted.length + 40));
    if (colon !== null) return columnAt(text, at + quoted.length + colon[0].length);
  }
  return 1;
}
