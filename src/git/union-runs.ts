import { parseJson } from '../store/parse-json.ts';

/** What `runs.jsonl` becomes when the lines of two sides are put together. */
export interface RunsUnion {
  /** All lines of the base, then those that only the other side has; undefined where there are none. */
  text: string | undefined;
  /** Ids of the runs that were added, in order. */
  added: string[];
  /** Ids that the base has with another line: such a run was changed, not added. */
  changed: string[];
  /** Whether the base has lines that the other side lacks. */
  baseHasMore: boolean;
}

/**
 * Puts the lines of a `runs.jsonl` that a base lacks behind the base's own. Each line is a whole run, so their order means
 * nothing and a line is never taken away. With `isWanted` only lines of these runs are added.
 */
export function uniteRuns(
  base: string,
  own: string,
  { isWanted = () => true }: { isWanted?: (id: string | undefined) => boolean } = {},
): RunsUnion {
  const known = new Set<string>();
  const knownIds = new Set<string>();
  for (const line of linesOf(base)) {
    known.add(line);
    const id = idOf(line);
    if (id !== undefined) knownIds.add(id);
  }
  const ownLines = linesOf(own);
  const ownSet = new Set(ownLines);
  const baseHasMore = [...known].some((line) => !ownSet.has(line));
  const fresh: string[] = [];
  const added: string[] = [];
  const changed: string[] = [];
  for (const line of ownLines) {
    if (known.has(line)) continue;
    const id = idOf(line);
    if (!isWanted(id)) continue;
    known.add(line);
    if (id !== undefined && knownIds.has(id)) {
      changed.push(id);
      continue;
    }
    if (id !== undefined) added.push(id);
    fresh.push(line);
  }
  if (fresh.length === 0) return { text: undefined, added, changed, baseHasMore };
  const lead = base === '' || base.endsWith('\n') ? base : `${base}\n`;
  return { text: `${lead}${fresh.join('\n')}\n`, added, changed, baseHasMore };
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

/** The id of a whole run, as the reader takes it; bare NaN and the like are no hindrance. */
function idOf(line: string): string | undefined {
  const parsed = parseJson(line);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
    return undefined;
  const id = parsed.value.id ?? parsed.value.run;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}
