import { encodeValue } from '../payload/param-value.ts';
import { isSeedKey } from '../series/seed-key.ts';
import type { Run } from './run.ts';

/** The seed that a run names: its own field, else a param whose last part is a seed's name. */
export function seedOf(run: Run): string | undefined {
  if (run.seed !== undefined) return run.seed;
  for (const [key, value] of run.params) {
    if (isSeedKey(key) && value !== null) return encodeValue(value);
  }
  return undefined;
}
