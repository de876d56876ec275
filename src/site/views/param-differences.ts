import type { JsonValue } from '../../format/scalars.ts';
import { encodeValue } from '../../payload/param-value.ts';
import { isSeedKey } from '../../series/seed-key.ts';
import type { Run } from '../../store/run.ts';

/** A param that one run has otherwise than another. Undefined means that the run has no such param. */
export interface ParamDifference {
  key: string;
  value: JsonValue | undefined;
  other: JsonValue | undefined;
}

/**
 * Gives the keys of those params that are not the same in all of `runs`, by first appearance. A missing param differs
 * from every value, null too. Keys named in `first` lead, and keys that only tell seeds apart come last.
 */
export function differingParams(runs: readonly Run[], { first = [] }: { first?: readonly string[] } = {}): string[] {
  if (runs.length < 2) return [];
  const seen = new Map<string, { text: string; count: number; differs: boolean }>();
  for (const run of runs) {
    for (const [key, value] of run.params) {
      const text = encodeValue(value);
      const entry = seen.get(key);
      if (entry === undefined) seen.set(key, { text, count: 1, differs: false });
      else {
        entry.count += 1;
        if (entry.text !== text) entry.differs = true;
      }
    }
  }
  const keys = [...seen].filter(([, entry]) => entry.differs || entry.count < runs.length).map(([key]) => key);
  const rank = (key: string) => {
    const place = first.indexOf(key);
    if (place !== -1) return place - first.length;
    return isSeedKey(key) ? 1 : 0;
  };
  return keys.sort((a, b) => rank(a) - rank(b));
}

/** Gives the params in which `run` differs from `other`, by the order of `run`, then of `other`. */
export function paramsAgainst(run: Run, other: Run): ParamDifference[] {
  const keys = new Set([...run.params.keys(), ...other.params.keys()]);
  const differences: ParamDifference[] = [];
  for (const key of keys) {
    const value = run.params.get(key);
    const otherValue = other.params.get(key);
    if (value === undefined && otherValue === undefined) continue;
    const isSame = value !== undefined && otherValue !== undefined && encodeValue(value) === encodeValue(otherValue);
    if (!isSame) differences.push({ key, value, other: otherValue });
  }
  return differences;
}
