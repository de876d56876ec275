import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { formatDay } from './time-text.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The runs that were last heard of on one day. */
export interface ActivityDay {
  /** `2026-03-04`, a day in UTC. */
  day: string;
  /** Latest first. */
  runs: { run: Run; timeMs: number }[];
}

/** A week of the calendar: seven cells, Monday first; undefined outside the span. */
export interface CalendarWeek {
  monday: string;
  days: ({ day: string; count: number; level: 0 | 1 | 2 | 3 | 4 } | undefined)[];
}

/** The activity of a site, from the times in its logs alone: the same logs give the same page. */
export interface Activity {
  /** Latest first. */
  days: ActivityDay[];
  /** 53 weeks up to that of the latest activity, oldest first; empty without any time. */
  weeks: CalendarWeek[];
  /** Runs whose logs carry no time. */
  untimed: number;
}

/** Sorts runs by the day of their end, else of their last record, else of their start. Archived runs are left out. */
export function activity(store: Store): Activity {
  const timed: { run: Run; timeMs: number }[] = [];
  let untimed = 0;
  for (const run of store.runs.values()) {
    if (run.archived) continue;
    const timeMs = run.endedAtMs ?? run.lastRecordMs ?? run.startedAtMs;
    if (timeMs === undefined) untimed += 1;
    else timed.push({ run, timeMs });
  }
  timed.sort((a, b) => b.timeMs - a.timeMs || (a.run.id < b.run.id ? -1 : 1));
  const byDay = new Map<string, ActivityDay>();
  for (const entry of timed) {
    const day = formatDay(entry.timeMs);
    const list = byDay.get(day);
    if (list === undefined) byDay.set(day, { day, runs: [entry] });
    else list.runs.push(entry);
  }
  return { days: [...byDay.values()], weeks: calendar(byDay, timed[0]?.timeMs), untimed };
}

function calendar(byDay: ReadonlyMap<string, ActivityDay>, latestMs: number | undefined): CalendarWeek[] {
  if (latestMs === undefined) return [];
  const lastDayMs = Math.floor(latestMs / dayMs) * dayMs;
  const weekday = (new Date(lastDayMs).getUTCDay() + 6) % 7; // Monday is 0
  const lastMondayMs = lastDayMs - weekday * dayMs;
  const most = Math.max(...[...byDay.values()].map(({ runs }) => runs.length));
  return Array.from({ length: 53 }, (_, week) => {
    const mondayMs = lastMondayMs - (52 - week) * 7 * dayMs;
    return {
      monday: formatDay(mondayMs),
      days: Array.from({ length: 7 }, (_unused, offset) => {
        const timeMs = mondayMs + offset * dayMs;
        if (timeMs > lastDayMs) return undefined;
        const day = formatDay(timeMs);
        const count = byDay.get(day)?.runs.length ?? 0;
        return { day, count, level: levelOf(count, most) };
      }),
    };
  });
}

/** 0 for none, else 1 to 4 by the share of the busiest day, on a root scale so that quiet days are seen. */
function levelOf(count: number, most: number): 0 | 1 | 2 | 3 | 4 {
  if (count === 0) return 0;
  const level = Math.ceil(4 * Math.sqrt(count / most));
  return Math.min(4, level) as 1 | 2 | 3 | 4;
}
