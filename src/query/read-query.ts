import type { Filter, FilterFault } from './filter.ts';
import { parseFilter } from './parse-filter.ts';
import type { KnownNames } from './resolve-names.ts';
import { tokenize } from './tokenize.ts';

/** What somebody typed into a filter field. */
export type Query =
  | { kind: 'empty' }
  /** Plain words, in lower case: each must stand in the run's name, id, tags or params. */
  | { kind: 'words'; words: string[] }
  | { kind: 'filter'; filter: Filter }
  | { kind: 'fault'; fault: FilterFault };

/**
 * Tells plain words from a filter. Text with a comparison, a list, a bracket or a prefix such as `tag:` is meant as a
 * filter, and what is wrong with it is a fault; anything else is searched for.
 */
export function readQuery(text: string, options: { names?: KnownNames } = {}): Query {
  if (text.trim() === '') return { kind: 'empty' };
  const { tokens } = tokenize(text);
  const isFilter = tokens.some(
    (token) =>
      token.kind === 'operator' ||
      token.kind === '(' ||
      token.kind === '[' ||
      (token.kind === 'word' && /^(?:tag|is|metric|param):/i.test(token.text)),
  );
  if (!isFilter) return { kind: 'words', words: readWords(text) };
  const parsed = parseFilter(text, options);
  return parsed.ok ? { kind: 'filter', filter: parsed.filter } : { kind: 'fault', fault: parsed.fault };
}

/** The words of a search, in lower case. */
export function readWords(text: string): string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean);
}

/** The text of a run that plain words are looked for in: in lower case, its parts kept apart. */
export function searchableText({
  id,
  name,
  tags,
  params,
}: {
  id: string;
  name: string;
  tags: readonly string[];
  /** Names and values as they are shown. */
  params: Iterable<readonly [name: string, value: string]>;
}): string {
  const pairs = Array.from(params, ([param, value]) => `${param}=${value}\n${param} ${value}`);
  return [id, name, ...tags, ...pairs].join('\n').toLowerCase();
}
