import { formatVersion } from './run-records.ts';
import type { JsonObject } from './scalars.ts';

/** Turns a record of one version of the format into the next one. */
export interface Migration {
  /** The version that it reads. */
  from: number;
  /** What changed, in a sentence. */
  what: string;
  migrate: (record: JsonObject) => JsonObject;
}

/**
 * The steps from each older version to the next. Empty: the format is in its first version. A version comes only for a
 * change that an older reader would misunderstand; a new record kind, a new optional field or a new key of a settings file
 * is none.
 */
export const migrations: readonly Migration[] = [];

/** Takes a record through every step from its own version to the present one; undefined where it is of the present one. */
export function migrateRecord(
  record: JsonObject,
  { steps = migrations, target = formatVersion }: { steps?: readonly Migration[]; target?: number } = {},
): JsonObject | undefined {
  let version = typeof record.schema === 'number' ? record.schema : 1;
  if (version >= target) return undefined;
  let result = record;
  for (; version < target; version += 1) {
    const step = steps.find(({ from }) => from === version);
    if (step === undefined) throw new Error(`There is no step from version ${version} of the format.`);
    result = { ...step.migrate(result), schema: version + 1 };
  }
  return result;
}
