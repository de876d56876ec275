import { compilePattern } from '../../format/safe-pattern.ts';
import { compileFilter } from '../../query/compile-filter.ts';
import type { Filter, FilterFault, FilterValue } from '../../query/filter.ts';
import { parseFilter } from '../../query/parse-filter.ts';
import { speaksOfArchived } from '../../query/speaks-of-archived.ts';
import { namesOf, type RunEntry } from '../../store/run-entry.ts';
import { UsageError } from '../environment.ts';
import type { RunBook } from './run-book.ts';
import { readName } from './run-columns.ts';
import { plainLine, textWidth } from './text-width.ts';

export interface SelectOptions {
  where?: string;
  /** Names to sort by, the first one first; `-` before a name turns its order. */
  sort?: readonly string[];
  limit?: number;
  archived?: boolean;
}

/** The runs that a command is about, and what was left out on the way. */
export interface Selection {
  runs: RunEntry[];
  /** Runs that passed the filter, before the limit. */
  total: number;
  /** Archived runs left out. */
  archived: number;
}

/**
 * Filters, sorts and cuts a list of runs. Archived runs are left out unless they were asked for, by `archived` or by a filter
 * that speaks of it. Runs without the value sorted by come last, either way.
 *
 * @throws UsageError for a filter that does not parse, with a caret under the fault, and for names that no run has
 */
export function selectRuns(
  runs: readonly RunEntry[],
  { clock }: Pick<RunBook, 'clock'>,
  { where, sort = [], limit, archived = false }: SelectOptions,
): Selection {
  const filter = where === undefined || where.trim() === '' ? undefined : readFilter(where, runs);
  const test = filter === undefined ? () => true : compile(filter, clock.nowMs);
  const passed = runs.filter(({ row }) => test(row));
  const isShowingAll = archived || (filter !== undefined && speaksOfArchived(filter.root));
  const kept = isShowingAll ? passed : passed.filter(({ run, experiment }) => !run.archived && !experiment.archived);
  const sorted = sortRuns(kept, sort, runs);
  const cut = limit === undefined ? sorted : sorted.slice(0, limit);
  return { runs: cut, total: kept.length, archived: passed.length - kept.length };
}

function readFilter(text: string, runs: readonly RunEntry[]): Filter {
  const parsed = parseFilter(text, { names: namesOf(runs) });
  if (!parsed.ok) throw new UsageError(faultText(text, parsed.fault));
  return parsed.filter;
}

function compile(filter: Filter, nowMs: number): (row: RunEntry['row']) => boolean {
  const compiled = compileFilter(filter, { nowMs, compilePattern });
  if (!compiled.ok) throw new UsageError(faultText(filter.text, compiled.fault));
  return compiled.test;
}

/** A filter's fault as lines of text: the sentence, the filter, and carets under what is wrong. */
export function faultText(text: string, { message, nearest, offset, length }: FilterFault): string {
  const guess = nearest === undefined ? '' : ` Did you mean ${plainLine(nearest)}?`;
  const before = textWidth(plainLine(text.slice(0, offset)));
  const under = Math.max(1, textWidth(plainLine(text.slice(offset, offset + length))));
  return `--where: ${plainLine(message)}${guess}\n  ${plainLine(text)}\n  ${' '.repeat(before)}${'^'.repeat(under)}`;
}

function sortRuns(runs: readonly RunEntry[], sort: readonly string[], all: readonly RunEntry[]): RunEntry[] {
  if (sort.length === 0) return [...runs];
  const names = namesOf(all);
  const keys = sort.map((text) => {
    const isDown = text.startsWith('-');
    const { read } = readName(isDown ? text.slice(1) : text, names, '--sort');
    return { sign: isDown ? -1 : 1, read };
  });
  const rows = runs.map((own) => ({ own, values: keys.map(({ read }) => read(own)) }));
  rows.sort((a, b) => {
    for (const [i, { sign }] of keys.entries()) {
      const order = compareValues(a.values[i], b.values[i], sign);
      if (order !== 0) return order;
    }
    return 0;
  });
  return rows.map(({ own }) => own);
}

function compareValues(a: FilterValue | undefined, b: FilterValue | undefined, sign: number): number {
  const isGone = (value: FilterValue | undefined): boolean =>
    value === undefined || value === null || Number.isNaN(value);
  if (isGone(a) || isGone(b)) return Number(isGone(a)) - Number(isGone(b));
  if (isNumber(a) && isNumber(b)) return sign * (a < b ? -1 : a > b ? 1 : 0);
  if (isNumber(a) !== isNumber(b)) return isNumber(a) ? -1 : 1;
  return sign * String(a).localeCompare(String(b), 'en', { numeric: true });
}

function isNumber(value: FilterValue | undefined): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}
