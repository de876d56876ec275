import { reasonOf } from './file-system.ts';
import type { LoggerHost } from './host.ts';
import { encodeLine, type Json, type JsonMap, makeRecord } from './json-line.ts';
import { maxLineBytes } from './limits.ts';
import type { LogFile } from './log-file.ts';
import { typeName } from './plain-value.ts';
import type { RunClock } from './run-clock.ts';

/** What a {@link RecordWriter} writes to. */
export interface RecordWriterOptions {
  host: LoggerHost;
  log: LogFile;
  clock: RunClock;
  /** The run's full id, for warnings that are said once a run. */
  run: string;
}

/** Writes records of plain values into one run's log, and tells of trouble. */
export class RecordWriter {
  readonly host: LoggerHost;
  readonly log: LogFile;
  readonly #clock: RunClock;
  readonly #run: string;

  constructor({ host, log, clock, run }: RecordWriterOptions) {
    this.host = host;
    this.log = log;
    this.#clock = clock;
    this.#run = run;
  }

  /** The time for a record. */
  now(): string {
    return this.#clock.now();
  }

  /** Writes a record as it is; `must` lets it past the bound of what waits in memory. */
  append(record: JsonMap, must = false): void {
    this.log.append(this.#lineOf(record), must);
  }

  /** Writes an event: `event` and `time`, then the fields that are known. */
  event(event: string, fields: Readonly<Record<string, Json | undefined>>, must = false): void {
    this.append(makeRecord({ event, time: this.now(), ...fields }), must);
  }

  /** Adds an event to a log that is closed, and leaves it closed. Throws what the disk says. */
  eventAfterEnd(event: string, fields: Readonly<Record<string, Json | undefined>>): void {
    this.log.appendClosed(this.#lineOf(makeRecord({ event, time: this.now(), ...fields })));
  }

  /** The line of a record; one that is too long for the reader is a line that says so. */
  #lineOf(record: JsonMap): Buffer {
    const line = encodeLine(record);
    if (line.length <= maxLineBytes) return line;
    const name = String(record.get('name') ?? record.get('event') ?? 'a metric record').slice(0, 100);
    const size = Math.floor(line.length / 2 ** 20);
    this.warn(name, `is a record of ${size} MiB, more than a line may have; it is left out`);
    const message = `A record "${name}" of ${line.length} bytes was left out: a line has at most ${maxLineBytes}.`;
    return encodeLine(makeRecord({ event: 'log', time: this.now(), level: 'warning', message }));
  }

  /** One warning a key and run, on stderr. */
  readonly warn = (key: string, text: string): void => {
    this.host.speaker.warn(`"${key.slice(0, 100)}" ${text}.`, `${this.#run} ${key} ${text.slice(0, 20)}`);
  };
}

/** Calls a function; training goes on, whatever happens in it. Trouble is said once for each kind. */
export function guard({ speaker }: LoggerHost, what: string, body: () => void): void {
  try {
    body();
  } catch (error) {
    const reason = reasonOf(error).slice(0, 300);
    speaker.warn(
      `${what} failed inside runfolio (${typeName(error)}: ${reason}); training goes on`,
      `${what} ${typeName(error)}`,
    );
  }
}
