import type { Run } from '../../store/run.ts';
import { formatDay } from './time-text.ts';

/** Starts and ends in one week. */
export interface ActivityWeek {
  /** `2026-03-02`, its Monday in UTC. */
  monday: string;
  starts: number;
  ends: number;
  startLevel: 0 | 1 | 2 | 3 | 4;
  endLevel: 0 | 1 | 2 | 3 | 4;
}

/** The weeks of an experiment, oldest first, up to the last in which something happened. */
export interface WeeklyActivity {
  weeks: ActivityWeek[];
  /** Starts and ends before the first week shown. */
  earlier: number;
  /** Runs that tell no time at all. */
  untimed: number;
}

const weekMs = 7 * 24 * 3_600_000;
const maxWeeks = 26;
/** 1970-01-05 was a Monday. */
const firstMondayMs = 4 * 24 * 3_600_000;

/** Counts starts and ends of runs by week; undefined where no run tells a time. */
export function weeklyActivity(runs: readonly Run[]): WeeklyActivity | undefined {
  const starts = countByWeek(runs.map(({ startedAtMs }) => startedAtMs));
  const ends = countByWeek(runs.map(({ endedAtMs }) => endedAtMs));
  const all = [...starts.keys(), ...ends.keys()];
  if (all.length === 0) return undefined;
  const last = all.reduce((most, week) => Math.max(most, week));
  const first = Math.max(
    all.reduce((least, week) => Math.min(least, week)),
    last - maxWeeks + 1,
  );
  const most = Math.max(...starts.values(), ...ends.values());
  const weeks = Array.from({ length: last - first + 1 }, (_, index): ActivityWeek => {
    const week = first + index;
    const own = { starts: starts.get(week) ?? 0, ends: ends.get(week) ?? 0 };
    return {
      monday: formatDay(firstMondayMs + week * weekMs),
      ...own,
      startLevel: levelOf(own.starts, most),
      endLevel: levelOf(own.ends, most),
    };
  });
  const before = (counts: ReadonlyMap<number, number>) =>
    [...counts].reduce((sum, [week, count]) => (week < first ? sum + count : sum), 0);
  return {
    weeks,
    earlier: before(starts) + before(ends),
    untimed: runs.filter(({ startedAtMs, endedAtMs }) => startedAtMs === undefined && endedAtMs === undefined).length,
  };
}

function countByWeek(timesMs: readonly (number | undefined)[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const timeMs of timesMs) {
    if (timeMs === undefined || Math.abs(timeMs) > 8.64e15) continue;
    const week = Math.floor((timeMs - firstMondayMs) / weekMs);
    counts.set(week, (counts.get(week) ?? 0) + 1);
  }
  return counts;
}

/** 0 for none, else 1 to 4 on a root scale, so that quiet weeks are seen. */
function levelOf(count: number, most: number): ActivityWeek['startLevel'] {
  if (count === 0) return 0;
  return Math.min(4, Math.ceil(4 * Math.sqrt(count / most))) as ActivityWeek['startLevel'];
}
