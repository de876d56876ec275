import { type Migration, migrateRecord, migrations } from '../format/migrations.ts';
import { formatVersion } from '../format/run-records.ts';
import type { JsonObject } from '../format/scalars.ts';
import { jsonText } from './flatten.ts';
import { parseFast } from './read-lines.ts';

/**
 * Takes a log's text to the present version of the format. A version stands in a `start` record and holds until the next
 * one; lines that are of the present version, or cannot be read, stay byte for byte. Gives undefined where nothing changes.
 */
export function migrateLog(
  text: string,
  { steps = migrations, target = formatVersion }: { steps?: readonly Migration[]; target?: number } = {},
): string | undefined {
  let version = 1;
  let changed = false;
  const lines = text.split('\n').map((line) => {
    const record: JsonObject | undefined = parseFast(line);
    if (record === undefined) return line;
    if (record.event === 'start') version = typeof record.schema === 'number' ? record.schema : 1;
    const migrated = migrateRecord({ ...record, schema: version }, { steps, target });
    if (migrated === undefined) return line;
    changed = true;
    const { schema, ...rest } = migrated;
    return jsonText(record.event === 'start' ? { ...rest, schema: schema as number } : rest);
  });
  return changed ? lines.join('\n') : undefined;
}
