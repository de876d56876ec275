import { RE2JS, RE2JSException } from 're2js';

/** Longest pattern, in UTF-16 units. */
export const maxPatternLength = 2_000;
/** Most instructions of a compiled pattern: what a match costs is this times the length of the text, at worst. */
export const maxPatternSize = 1_000;

/** A regular expression that answers in a time linear in the length of the text, whoever wrote it. */
export interface SafePattern {
  source: string;
  /** Number of groups, the whole match not counted. */
  groupCount: number;
  /** Named groups and their numbers, from 1. */
  groupNames: ReadonlyMap<string, number>;
  /** Whether the pattern matches anywhere in the text. */
  test(text: string): boolean;
  /** The groups of the first match, the whole match at 0; a group that took no part is undefined. Undefined without a match. */
  match(text: string): (string | undefined)[] | undefined;
}

export type CompiledPattern = { ok: true; pattern: SafePattern } | { ok: false; message: string };

/**
 * Compiles a regular expression in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax): no backreferences and no
 * look-around, and so nothing that could take exponential time. What cannot be compiled comes back as the end of a
 * sentence; nothing is thrown.
 */
export function compilePattern(source: string, { ignoreCase = false }: { ignoreCase?: boolean } = {}): CompiledPattern {
  if (source.length > maxPatternLength)
    return { ok: false, message: `is longer than ${maxPatternLength} characters (${source.length})` };
  let compiled: RE2JS;
  try {
    compiled = RE2JS.compile(source, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return { ok: false, message: `cannot be read as a regular expression: ${explain(error.message)}` };
  }
  if (compiled.programSize() > maxPatternSize)
    return { ok: false, message: 'is too large; use fewer or smaller repeats such as {100}' };
  return { ok: true, pattern: wrap(source, compiled) };
}

function wrap(source: string, compiled: RE2JS): SafePattern {
  const groupCount = compiled.groupCount();
  return {
    source,
    groupCount,
    groupNames: new Map(Object.entries(compiled.namedGroups())),
    test: (text) => compiled.test(text),
    match: (text) => {
      const matcher = compiled.matcher(text);
      if (!matcher.find()) return undefined;
      return Array.from({ length: groupCount + 1 }, (_, group) => matcher.group(group) ?? undefined);
    },
  };
}

/** Says what is missing in the words of this syntax. */
function explain(message: string): string {
  const plain = message.replace(/^error parsing regexp: /, '');
  return /\(\?<?[=!]/.test(plain) ? `${plain} (look-around is not supported)` : plain;
}
