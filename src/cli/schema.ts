import { closest } from 'fastest-levenshtein';
import { publishedSchema, type SchemaName, schemaNames } from '../format/json-schemas.ts';
import { type Environment, UsageError } from './environment.ts';

/** Prints a JSON Schema, or the names of all when none is asked for. */
export function schema({ stdout }: Environment, name: string | undefined): number {
  if (name === undefined) {
    stdout.write(`${schemaNames.join('\n')}\n`);
    return 0;
  }
  if (!(schemaNames as string[]).includes(name)) {
    throw new UsageError(`There is no schema "${name}". Did you mean "${closest(name, schemaNames)}"?`);
  }
  stdout.write(`${JSON.stringify(publishedSchema(name as SchemaName), null, 2)}\n`);
  return 0;
}
