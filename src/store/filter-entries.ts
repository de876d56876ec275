import { compilePattern } from '../format/safe-pattern.ts';
import { compileFilter } from '../query/compile-filter.ts';
import type { FilterFault } from '../query/filter.ts';
import { parseFilter } from '../query/parse-filter.ts';
import { resolveNames } from '../query/resolve-names.ts';
import { speaksOfArchived } from '../query/speaks-of-archived.ts';
import { namesOf, type RunEntry } from './run-entry.ts';

/** The runs that pass a filter, or what is wrong with it. */
export type FilteredEntries =
  | { ok: true; passed: RunEntry[] /** How many runs were asked. */; of: number }
  | { ok: false; fault: FilterFault };

/** Holds runs against a filter. Those `isPutAway` tells are neither asked nor counted unless it speaks of archived ones. */
export function filterEntries(
  entries: readonly RunEntry[],
  where: string,
  { nowMs, isPutAway = isArchived }: { nowMs: number; isPutAway?: (entry: RunEntry) => boolean },
): FilteredEntries {
  const parsed = parseFilter(where);
  if (!parsed.ok) return parsed;
  const resolved = resolveNames(parsed.filter, namesOf(entries));
  if (!resolved.ok) return resolved;
  const compiled = compileFilter(resolved.filter, { nowMs, compilePattern });
  if (!compiled.ok) return compiled;
  const asked = speaksOfArchived(resolved.filter.root) ? entries : entries.filter((entry) => !isPutAway(entry));
  return { ok: true, passed: asked.filter(({ row }) => compiled.test(row)), of: asked.length };
}

function isArchived({ run }: RunEntry): boolean {
  return run.archived;
}

/** The sentence for a fault, with the name that comes nearest. */
export function faultText({ message, nearest }: FilterFault): string {
  return `${message}${nearest === undefined ? '' : ` Did you mean ${nearest}?`}`;
}
