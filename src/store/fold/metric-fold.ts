import type { JsonObject, JsonValue } from '../../format/scalars.ts';
import { packPlace } from '../../series/line-place.ts';
import type { MetricSummary } from '../../series/metric-summary.ts';
import type { Series } from '../../series/series.ts';
import { SeriesBuilder } from '../../series/series-builder.ts';
import { SummaryBuilder } from '../../series/summary-builder.ts';
import type { JoinedMetric } from '../derive-metrics.ts';
import { forEachLeaf, jsonText } from '../flatten.ts';
import { type LineShape, maxShapeNumbers, readNumbers, shapeOf } from '../line-shape.ts';
import { parseTime } from '../parse-time.ts';
import { elapsedKeys, paramsKeys, readMetricValue, stepKeys, timeKeys } from '../read-value.ts';
import { DerivedFold } from './derived-fold.ts';
import { cut, cutAt, isObject } from './json-fields.ts';
import type { ParamFold } from './param-fold.ts';
import { type RecordPlace, type RunContext, report } from './run-context.ts';
import type { SecretGuard } from './secret-guard.ts';

const timeKeySet: ReadonlySet<string> = new Set(timeKeys);
const elapsedKeySet: ReadonlySet<string> = new Set(elapsedKeys);
const paramsKeySet: ReadonlySet<string> = new Set(paramsKeys);
const maxTexts = 1000;
const maxTextLength = 10_000;

class Metric {
  readonly summary = new SummaryBuilder();
  readonly series: SeriesBuilder | undefined;
  /** Nulls before the first number: "no value yet" if one follows (as RLlib writes it), else not-a-number. */
  #nulls: { step: number; timeMs: number; at: number }[] = [];

  #derived: { fold: DerivedFold; name: string } | undefined;

  constructor(keepSeries: boolean, derived?: { fold: DerivedFold; name: string }) {
    this.series = keepSeries ? new SeriesBuilder() : undefined;
    this.#derived = derived;
  }

  /** Takes a value; `at` is where it was written, by `packPlace`. */
  add(step: number, value: number, timeMs: number, at: number): void {
    if (this.#nulls.length > 0) this.#nulls = [];
    this.summary.add(step, value, at);
    this.series?.add(step, value, timeMs);
    this.#derived?.fold.add(this.#derived.name, step, value);
  }

  addNull(step: number, timeMs: number, at: number): void {
    if (this.summary.count > 0) this.add(step, Number.NaN, timeMs, at);
    else this.#nulls.push({ step, timeMs, at });
  }

  /** Settles what the leading nulls were, once no more values can come. */
  close(): void {
    const nulls = this.#nulls;
    for (const { step, timeMs, at } of nulls) this.add(step, Number.NaN, timeMs, at);
  }
}

/** What becomes of each number on a line of one shape. */
interface LinePlan {
  shape: LineShape;
  stepKey: string | undefined;
  slots: (Metric | 'step' | 'time')[];
  /** Slots under the name of a time that hold a duration: one that is large enough is a time. */
  durations: readonly number[];
  prefix: string;
}

/** Shapes that are tried on a line: lines of training and of validation take turns. */
const maxPlans = 4;

/** Folds metric lines, system readings and whole series into summaries and, where they are asked for, points. */
export class MetricFold {
  /** The last text found in each metric's place. */
  readonly texts = new Map<string, string>();
  /** What the names of the metrics that follow begin with, such as `rank3/`. */
  prefix = '';
  /** Number of the file that the records which follow stand in, among those of the run. */
  file = 0;
  #context: RunContext;
  #guard: SecretGuard;
  #params: ParamFold;
  #metrics = new Map<string, Metric>();
  #system = new Map<string, Metric>();
  #ordinals = new Map<string, number>(); // prefix → metric lines so far
  #stepKeyCounts = new Map<string, number>();
  #lastStep = 0;
  #derived: DerivedFold | undefined;
  #plans: LinePlan[] = []; // the one used last first
  #numbers = new Float64Array(maxShapeNumbers);
  #hits = 0;
  #misses = 0;
  #isShapeless = false;

  constructor(context: RunContext, guard: SecretGuard, params: ParamFold) {
    this.#context = context;
    this.#guard = guard;
    this.#params = params;
    if (context.derived.length > 0) this.#derived = new DerivedFold(context.derived, (name) => params.number(name));
  }

  /** What was worked out for a derived metric so far. */
  joined(name: string): JoinedMetric | undefined {
    return this.#derived?.build(name);
  }

  /** Step of the last metric line. */
  get lastStep(): number {
    return this.#lastStep;
  }

  /** The key that most lines took as their step, or undefined where lines were only counted. */
  get stepKey(): string | undefined {
    return [...this.#stepKeyCounts].sort((a, b) => b[1] - a[1])[0]?.[0];
  }

  /** Takes a metric line. `timeMs` is NaN where it has no time. */
  addLine(record: JsonObject, timeMs: number, place: RecordPlace): void {
    const { step, stepKey } = this.#readStep(record, place);
    for (const key of Object.keys(record)) {
      if (key === stepKey) continue;
      const value = record[key] as JsonValue;
      if (isTimeValue(key, value)) continue;
      if (typeof value === 'number') this.#metric(key, place)?.add(step, value, timeMs, this.#at(place));
      else if (key === 'event' && typeof value === 'string') continue;
      else if (!isObject(value)) this.#addValue(key, value, step, timeMs, place);
      else if (paramsKeySet.has(key)) this.#params.addRepeated(key, value, place);
      else this.#addNested(key, value, step, timeMs, place);
    }
    this.#derived?.endLine();
  }

  /** Remembers the shape of a metric line that was just read, for {@link maybeTakeLine}. */
  learnLine(text: string): void {
    if (this.#isShapeless) return;
    const shape = shapeOf(text);
    this.#misses += 1;
    if (shape === undefined) return;
    const bytes = Buffer.from(text);
    if (!readNumbers(shape, bytes, { from: 0, to: bytes.length, numbers: this.#numbers })) return;
    const stepKey = this.#findStepKey(new Set(shape.keys));
    const slots: LinePlan['slots'] = [];
    const durations: number[] = [];
    for (const [index, key] of shape.keys.entries()) {
      const metric = this.#metrics.get(this.prefix + key);
      if (key === stepKey) slots.push('step');
      else if (timeKeySet.has(key) && parseTime(this.#numbers[index]).kind === 'time') slots.push('time');
      else if (metric === undefined || elapsedKeySet.has(key)) return;
      else slots.push(metric);
      if (timeKeySet.has(key) && slots[index] !== 'time') durations.push(index);
    }
    if (slots.indexOf('time') !== slots.lastIndexOf('time')) return;
    this.#plans.unshift({ shape, stepKey, slots, durations, prefix: this.prefix });
    if (this.#plans.length > maxPlans) this.#plans.pop();
    // Where lines have no shape in common, looking for one costs more than it saves.
    this.#isShapeless = this.#misses > 1000 && this.#misses > this.#hits;
  }

  /**
   * Takes a line of numbers whose shape is known, as {@link addLine} would; gives false, having changed nothing, for any other.
   * `noteTime` takes the line's time, or refuses the line by giving false.
   */
  maybeTakeLine(
    bytes: Buffer,
    { from, to, line, noteTime }: { from: number; to: number; line: number; noteTime: (ms: number) => boolean },
  ): boolean {
    const numbers = this.#numbers;
    for (let index = 0; index < this.#plans.length; index += 1) {
      const plan = this.#plans[index] as LinePlan;
      if (plan.prefix !== this.prefix || !readNumbers(plan.shape, bytes, { from, to, numbers })) continue;
      if (index > 0) {
        this.#plans.splice(index, 1);
        this.#plans.unshift(plan);
      }
      if (!this.#takeNumbers(plan, packPlace({ file: this.file, line }), noteTime)) return false;
      this.#hits += 1;
      return true;
    }
    return false;
  }

  #takeNumbers({ slots, stepKey, durations }: LinePlan, at: number, noteTime: (ms: number) => boolean): boolean {
    const numbers = this.#numbers;
    for (const index of durations) if (parseTime(numbers[index]).kind !== 'duration') return false;
    const ordinal = this.#ordinals.get(this.prefix) ?? 0;
    let step = ordinal;
    let timeMs = Number.NaN;
    for (let index = 0; index < slots.length; index += 1) {
      if (slots[index] === 'step') {
        step = numbers[index] as number;
        if (!Number.isFinite(step)) return false;
      } else if (slots[index] === 'time') {
        const time = parseTime(numbers[index]);
        if (time.kind !== 'time') return false;
        timeMs = time.ms;
      }
    }
    if (!Number.isNaN(timeMs) && !noteTime(timeMs)) return false;
    this.#ordinals.set(this.prefix, ordinal + 1);
    if (stepKey !== undefined) this.#stepKeyCounts.set(stepKey, (this.#stepKeyCounts.get(stepKey) ?? 0) + 1);
    this.#lastStep = step;
    for (let index = 0; index < slots.length; index += 1) {
      const slot = slots[index] as LinePlan['slots'][number];
      if (typeof slot !== 'string') slot.add(step, numbers[index] as number, timeMs, at);
    }
    this.#derived?.endLine();
    return true;
  }

  /** Takes machine readings. Their step is seconds since the run began, or their number where there is no clock. */
  addSystem(
    record: JsonObject,
    { timeMs, startedMs }: { timeMs: number | undefined; startedMs: number | undefined },
    place: RecordPlace,
  ): void {
    forEachLeaf(record, '/', (name, value) => {
      if (name === 'event' || isTimeValue(name, value)) return;
      const number = readMetricValue(value);
      if (number === undefined) {
        this.#addText(name, value, place);
        return;
      }
      let metric = this.#system.get(name);
      if (metric === undefined) {
        if (this.#system.size >= this.#context.limits.metricsPerRun) {
          this.#reportTooMany(name, place);
          return;
        }
        metric = new Metric(this.#context.keepSeries);
        this.#system.set(name, metric);
      }
      const hasClock = timeMs !== undefined && startedMs !== undefined;
      const step = hasClock ? Math.max(0, (timeMs - startedMs) / 1000) : metric.summary.count;
      metric.add(step, number, timeMs ?? Number.NaN, this.#at(place));
    });
  }

  /** Takes final values: each is one more value at its metric's last step, unless it equals the last one. */
  addFinal(metrics: JsonObject, timeMs: number, place: RecordPlace): void {
    forEachLeaf(metrics, '/', (name, value) => {
      const number = readMetricValue(value);
      if (number === undefined) {
        this.#addText(name, value, place);
        return;
      }
      const metric = this.#metric(name, place);
      if (metric === undefined) return;
      const { count, last, lastStep } = metric.summary;
      if (count > 0 && Object.is(last, number)) return;
      metric.add(count > 0 ? lastStep : this.#lastStep, number, timeMs, this.#at(placeOf(name, 'metrics', place)));
      this.#derived?.endLine();
    });
  }

  /** Takes a whole series: `{step: […], value: […]}`, or a list of values at 0, 1, 2 … */
  addSeries(name: string, value: JsonValue, place: RecordPlace): void {
    const values = Array.isArray(value) ? value : isObject(value) ? value.value : undefined;
    const steps = isObject(value) ? value.step : undefined;
    const times = isObject(value) ? value.time : undefined;
    const within = { key: name, within: ['series'] };
    const own = placeOf(name, 'series', place);
    const isBeside = (list: JsonValue | undefined): list is JsonValue[] | undefined =>
      list === undefined || (Array.isArray(list) && Array.isArray(values) && list.length === values.length);
    if (!Array.isArray(values) || !isBeside(steps) || !isBeside(times)) {
      const message = `The series "${cut(name)}" should be {"step": […], "value": […]}, "time" if you like, with lists of one length.`;
      report(this.#context, 'record-invalid', place, message, { ...within, fold: `series.${name}` });
      if (value !== null) this.keepText(name, value, place);
      return;
    }
    for (const key of isObject(value) ? Object.keys(value) : []) {
      if (key === 'step' || key === 'value' || key === 'time') continue;
      const message = `The series "${cut(name)}" has "step", "value" and "time"; "${cut(key)}" is none of them. It is left out.`;
      report(this.#context, 'unknown-field', place, message, { ...within, fold: `series.${key}` });
    }
    values.forEach((item, index) => {
      const step = steps === undefined ? index : readMetricValue(steps[index]);
      const time = times === undefined ? undefined : parseTime(times[index]);
      if (step === undefined || !Number.isFinite(step)) {
        const message = `A step of the series "${cut(name)}" should be a number, found ${cut(jsonText(steps?.[index] ?? null))}. The value stands at its place in the list.`;
        report(this.#context, 'step-not-a-number', place, message, { ...within, fold: `series.${name}` });
      }
      if (time !== undefined && time.kind !== 'time') {
        const message = `A time of the series "${cut(name)}" is neither ISO 8601 text nor a number since 1970, found ${cut(jsonText(times?.[index] ?? null))}.`;
        report(this.#context, 'time-unreadable', place, message, { ...within, fold: `series.${name}` });
      }
      const at = step !== undefined && Number.isFinite(step) ? step : index;
      this.#addValue(name, item, at, time?.kind === 'time' ? time.ms : Number.NaN, own);
      this.#derived?.endLine();
      this.#lastStep = Math.max(this.#lastStep, at);
    });
  }

  /** What was folded. Points are empty unless they were asked for. */
  build(): {
    metrics: Map<string, MetricSummary>;
    system: Map<string, MetricSummary>;
    series: { metrics: Map<string, Series>; system: Map<string, Series> };
  } {
    for (const metric of this.#metrics.values()) metric.close();
    return {
      metrics: summariesOf(this.#metrics),
      system: summariesOf(this.#system),
      series: { metrics: seriesOf(this.#metrics), system: seriesOf(this.#system) },
    };
  }

  /** A line's step: the first step key that it carries, else the number of metric lines before it. */
  #readStep(record: JsonObject, place: RecordPlace): { step: number; stepKey: string | undefined } {
    const ordinal = this.#ordinals.get(this.prefix) ?? 0;
    this.#ordinals.set(this.prefix, ordinal + 1);
    let step = ordinal;
    const stepKey = this.#findStepKey({ has: (key) => record[key] !== undefined && Object.hasOwn(record, key) });
    if (stepKey !== undefined) {
      const value = record[stepKey] as JsonValue;
      if ((typeof value === 'number' && Number.isFinite(value)) || typeof value === 'bigint') step = Number(value);
      else {
        const message = `"${stepKey}" should be a number, found ${cut(jsonText(value))}. The line's values are kept at its place in the file.`;
        report(this.#context, 'step-not-a-number', place, message, { key: stepKey, fold: stepKey });
      }
      this.#stepKeyCounts.set(stepKey, (this.#stepKeyCounts.get(stepKey) ?? 0) + 1);
    }
    this.#lastStep = step;
    return { step, stepKey };
  }

  #findStepKey(keys: { has(key: string): boolean }): string | undefined {
    const named = this.#context.stepKey;
    if (named !== undefined && keys.has(named)) return named;
    for (const key of stepKeys) if (keys.has(key)) return key;
    return undefined;
  }

  #addNested(key: string, value: JsonObject, step: number, timeMs: number, place: RecordPlace): void {
    const visit = (name: string, leaf: JsonValue): void => this.#addValue(name, leaf, step, timeMs, place);
    if (!forEachLeaf(value, '/', visit, { prefix: key, maxDepth: this.#context.limits.depth })) {
      report(
        this.#context,
        'nested-too-deep',
        place,
        `"${cut(key)}" is nested too deeply; what lies deeper is set aside.`,
        { key },
      );
    }
  }

  #addValue(name: string, value: JsonValue, step: number, timeMs: number, place: RecordPlace): void {
    const number = readMetricValue(value);
    if (value === null) this.#metric(name, place)?.addNull(step, timeMs, this.#at(place));
    else if (number !== undefined) this.#metric(name, place)?.add(step, number, timeMs, this.#at(place));
    else this.#addText(name, value, place);
  }

  /** Keeps a text under a name, with no note: for fields that are nobody's metric. */
  keepText(name: string, value: JsonValue, place: RecordPlace): void {
    if (!this.texts.has(name) && this.texts.size >= maxTexts) return;
    const text = cutAt(typeof value === 'string' ? value : jsonText(value), maxTextLength);
    this.texts.set(name, String(this.#guard.param(name, text, place)));
  }

  #addText(name: string, value: JsonValue, place: RecordPlace): void {
    this.keepText(this.prefix + name, value, place);
    const what = Array.isArray(value) ? 'a list' : 'text';
    report(
      this.#context,
      'text-in-metric',
      place,
      `"${cut(name)}" holds ${what}, not a number. It is shown as text and charted nowhere.`,
      {
        key: name,
      },
    );
  }

  #metric(name: string, place: RecordPlace): Metric | undefined {
    const full = this.prefix + name;
    const known = this.#metrics.get(full);
    if (known !== undefined) return known;
    if (this.#metrics.size >= this.#context.limits.metricsPerRun) {
      this.#reportTooMany(full, place);
      return undefined;
    }
    const fold = this.#derived?.asksFor(full) === true ? this.#derived : undefined;
    const metric = new Metric(this.#context.keepSeries, fold === undefined ? undefined : { fold, name: full });
    this.#metrics.set(full, metric);
    return metric;
  }

  #at({ line }: RecordPlace): number {
    return packPlace({ file: this.file, line });
  }

  #reportTooMany(name: string, place: RecordPlace): void {
    const message = `The run has more than ${this.#context.limits.metricsPerRun} different metric names; "${cut(name)}" is set aside.`;
    report(this.#context, 'too-many-metrics', place, message);
  }
}

/** The place of a metric inside a record: a line of its own in a YAML document. */
function placeOf(name: string, within: string, place: RecordPlace): RecordPlace {
  const found = place.positionOf?.([within, name]);
  return found === undefined ? place : { ...place, line: found.line };
}

/** Says whether a key holds a time, or seconds since the start: such keys are no metrics. */
function isTimeValue(key: string, value: JsonValue): boolean {
  if (timeKeySet.has(key)) return (key === 'time' && typeof value === 'string') || parseTime(value).kind === 'time';
  return elapsedKeySet.has(key) && typeof value === 'number';
}

function summariesOf(metrics: Map<string, Metric>): Map<string, MetricSummary> {
  return new Map([...metrics].map(([name, metric]) => [name, metric.summary.build()]));
}

function seriesOf(metrics: Map<string, Metric>): Map<string, Series> {
  const result = new Map<string, Series>();
  for (const [name, metric] of metrics) if (metric.series !== undefined) result.set(name, metric.series.build());
  return result;
}
