import { make } from './element.ts';
import { FetchFault } from './fetch-text.ts';
import { type RawPlace, RawSource } from './raw-source.ts';

/** A log record of a run stream, as far as the list shows it. */
export interface LogRecord {
  timeText: string | undefined;
  level: string | undefined;
  message: string;
}

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', timeStyle: 'medium' });

/** Reads the log records among the lines of a run stream; any other line, and one that is no JSON, is passed over. */
export function readLogRecords(lines: readonly string[]): LogRecord[] {
  return lines.flatMap((line) => {
    if (!line.includes('"log"')) return [];
    let record: unknown;
    try {
      record = JSON.parse(line);
    } catch {
      return [];
    }
    if (typeof record !== 'object' || record === null) return [];
    const { event, time, level, message } = record as Record<string, unknown>;
    if (event !== 'log') return [];
    return {
      timeText: clockText(time),
      level: typeof level === 'string' ? level : undefined,
      message: typeof message === 'string' ? message : JSON.stringify(message ?? ''),
    };
  });
}

/** Hour, minute and second in UTC, of ISO text or of a number since 1970 in seconds, or finer by its size. */
function clockText(time: unknown): string | undefined {
  const ms =
    typeof time === 'string'
      ? Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(time) ? time : `${time}Z`)
      : typeof time === 'number'
        ? toMs(time)
        : Number.NaN;
  return Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? clock.format(ms) : undefined;
}

function toMs(time: number): number {
  if (time < 1e8) return Number.NaN;
  if (time > 1e17) return time / 1e6;
  if (time > 1e14) return time / 1e3;
  return time > 1e11 ? time : time * 1000;
}

/** Puts all lines of a log into its list, in place of the first ones. */
export async function loadAllLines(note: HTMLElement): Promise<void> {
  const list = note.previousElementSibling;
  if (!(list instanceof HTMLOListElement)) return;
  const places = JSON.parse(note.dataset.logMore ?? '[]') as Pick<RawPlace, 'url' | 'sizeBytes' | 'isCompressed'>[];
  const said = note.querySelector('span') ?? note;
  const late = window.setTimeout(() => {
    said.textContent = 'Loading lines.';
  }, 300);
  try {
    const records: LogRecord[] = [];
    for (const place of places) {
      const source = new RawSource({ ...place, marks: [], every: 1 });
      await source.read((lines) => {
        records.push(...readLogRecords(lines));
        return true;
      });
    }
    const hasLevels = records.some(({ level }) => level !== undefined);
    list.replaceChildren(...records.map((record) => makeItem(record, hasLevels)));
    note.replaceChildren(make('span', { role: 'status' }, `All ${records.length.toLocaleString('en-GB')} lines.`));
    list.focus({ preventScroll: true });
  } catch (error) {
    if (!(error instanceof FetchFault)) throw error;
    said.textContent = `${error.message}.`;
  } finally {
    clearTimeout(late);
  }
}

function makeItem({ timeText, level, message }: LogRecord, hasLevels: boolean): HTMLLIElement {
  const item = make('li', { class: level && `log-${level.toLowerCase().replace(/[^a-z]/g, '')}` });
  if (timeText !== undefined) item.append(make('time', {}, timeText));
  if (hasLevels) item.append(make('span', { class: 'log-level' }, level ?? ''));
  item.append(make('span', { dir: 'auto' }, message));
  return item;
}
