import { z } from 'zod';
import { experimentSettings, metricSettings } from './experiment-settings.ts';
import { formatVersion, recordSchemas, runDocument } from './run-records.ts';
import { siteSettings } from './site-settings.ts';

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Record<string, unknown>;

/** What each published schema describes, by its file name under `schema/v1/`. */
const sources = {
  'run-record': { schema: z.union(Object.values(recordSchemas)), title: 'One line of a run stream (runs/RUN.jsonl)' },
  'run-document': {
    schema: runDocument,
    title: 'A whole run: a line of runs.jsonl, a document of runs.yaml, or runs/RUN.yaml',
  },
  experiment: { schema: experimentSettings, title: 'Settings of one experiment (experiment.yaml)' },
  site: { schema: siteSettings, title: 'Settings of the site (_site.yaml)' },
} as const;

export type SchemaName = keyof typeof sources;

/** Names of the published schemas. */
export const schemaNames = Object.keys(sources) as SchemaName[];

/** Gives a zod schema as JSON Schema; what JSON Schema cannot say becomes "anything". */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
}

/**
 * Gives a published schema, generated from the zod schema that checks the file. Strict files allow keys of one's own that
 * start with `x-`.
 */
export function publishedSchema(name: SchemaName): JsonSchema {
  const { schema, title } = sources[name];
  const json = toJsonSchema(schema);
  const { $schema, ...rest } = json;
  const result: JsonSchema = { $schema, $id: `${name}.json`, title, ...rest };
  allowOwnKeys(result);
  const properties = result.properties as Record<string, JsonSchema> | undefined;
  if ((name === 'experiment' || name === 'site') && properties?.metrics !== undefined) {
    const { $schema: _dialect, ...metric } = toJsonSchema(metricSettings);
    properties.metrics = {
      ...properties.metrics,
      additionalProperties: { anyOf: [{ ...metric, patternProperties: ownKeys }, { type: 'null' }] },
    };
  }
  if (properties?.derived !== undefined) properties.derived.additionalProperties = { type: ['string', 'number'] };
  return result;
}

/** Keys of one's own: every strict mapping of a settings file allows them, at every level, as the validator does. */
const ownKeys = { '^x-': {} };

function allowOwnKeys(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return;
  for (const part of Object.values(schema)) allowOwnKeys(part);
  const own = schema as JsonSchema;
  if (own.additionalProperties === false) own.patternProperties = ownKeys;
}

/** Path of a schema below a site, with the version that it belongs to. */
export function schemaPath(name: SchemaName): string {
  return `schema/v${formatVersion}/${name}.json`;
}
