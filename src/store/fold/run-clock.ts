import type { JsonObject } from '../../format/scalars.ts';
import { jsonText } from '../flatten.ts';
import { parseTime } from '../parse-time.ts';
import { elapsedKeys, timeKeys } from '../read-value.ts';
import { cut } from './json-fields.ts';
import { type RecordPlace, type RunContext, report } from './run-context.ts';

const asides: ReadonlySet<string> = new Set(['note', 'tag', 'alert', 'artifact', 'archive', 'log']);

/** Follows the times of a run's records: when it began, when it was last heard of, how long it took. */
export class RunClock {
  #context: RunContext;
  #firstMs: number | undefined;
  #lastMs: number | undefined;
  #elapsedSeconds: number | undefined;
  /** Time of the first start record. */
  startMs: number | undefined;
  /** Time of the last end record. */
  endMs: number | undefined;

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** When the run began, as far as is known. */
  get startedMs(): number | undefined {
    return this.startMs ?? this.#firstMs;
  }

  /** Time of the last record that has one. What was said after the end does not count: it is no sign of life. */
  get lastMs(): number | undefined {
    return this.#lastMs;
  }

  /** From start to end, or to the last record; by `_runtime` or `elapsed` where there is no clock. Never negative. */
  durationMs(endedMs: number | undefined): number | undefined {
    const lastMs = endedMs ?? this.#lastMs;
    const spanMs =
      this.startedMs !== undefined && lastMs !== undefined ? Math.max(0, lastMs - this.startedMs) : undefined;
    const elapsedMs = this.#elapsedSeconds === undefined ? undefined : this.#elapsedSeconds * 1000;
    return spanMs === undefined || (spanMs === 0 && elapsedMs !== undefined) ? elapsedMs : spanMs;
  }

  /**
   * Reads a record's time and takes note of it. On a metric line a small number is a duration and so a metric; on other
   * records it is a mistake. The clock of another rank goes its own way.
   */
  read(
    record: JsonObject,
    place: RecordPlace,
    { isMetricLine, hasEnded, isRank }: { isMetricLine: boolean; hasEnded: boolean; isRank: boolean },
  ): number | undefined {
    let found: number | undefined;
    for (const key of timeKeys) {
      const value = record[key];
      if (value === undefined || value === null || !Object.hasOwn(record, key)) continue;
      const time = parseTime(value);
      if (time.kind === 'time') {
        if (!time.zoned)
          report(this.#context, 'time-without-zone', place, `"${key}" has no offset; it is read as UTC.`, { key });
        found ??= time.ms;
      } else if (time.kind === 'unreadable' && key === 'time' && !(isMetricLine && typeof value === 'object')) {
        const message = `"time" is neither ISO 8601 text nor a number since 1970, found ${cut(jsonText(value))}.`;
        report(this.#context, 'time-unreadable', place, message, { key });
      } else if (time.kind === 'duration' && !isMetricLine) {
        const message = `"${key}" is too small to be a time since 1970, found ${cut(jsonText(value))}.`;
        report(this.#context, 'time-unreadable', place, message, { key });
      }
    }
    for (const key of elapsedKeys) {
      const value = record[key];
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) {
        this.#elapsedSeconds = Math.max(this.#elapsedSeconds ?? 0, value);
      }
    }
    if (found !== undefined)
      this.note(found, place, {
        isAside: isRank || (typeof record.event === 'string' && asides.has(record.event)),
        hasEnded,
      });
    return found;
  }

  /** Takes note of a time on a metric line unless something would have to be told of it; says whether it did. */
  maybeNote(ms: number, { isRank }: { isRank: boolean }): boolean {
    if (this.#lastMs !== undefined && ms < this.#lastMs - 1000 && !isRank) return false;
    this.#firstMs ??= ms;
    this.#lastMs = Math.max(this.#lastMs ?? ms, ms);
    return true;
  }

  /** Takes note of a time. */
  note(
    ms: number,
    place: RecordPlace,
    { isAside = false, hasEnded = false }: { isAside?: boolean; hasEnded?: boolean } = {},
  ): void {
    this.#firstMs ??= ms;
    if (isAside && hasEnded) return;
    if (this.#lastMs !== undefined && ms < this.#lastMs - 1000 && !isAside) {
      const message = `The time is ${Math.round((this.#lastMs - ms) / 1000)} s earlier than the one before it.`;
      report(this.#context, 'clock-went-back', place, message, { key: 'time' });
    }
    this.#lastMs = Math.max(this.#lastMs ?? ms, ms);
  }
}
