import { z } from 'zod';
import { experimentSettings, metricSettings } from './experiment-settings.ts';
import { formatVersion, recordSchemas, runDocument } from './run-records.ts';
import { siteSettings } from './site-settings.ts';
import { templateSettings, templateVariable } from './template-settings.ts';
import { viewPageSettings } from './view-page.ts';

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
  template: { schema: templateSettings, title: 'What a new experiment starts from (_templates/NAME.yaml)' },
  view: { schema: viewPageSettings, title: 'A question across experiments (_views/NAME.yaml)' },
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
  if (properties?.metrics?.type === 'object' && name !== 'run-record' && name !== 'run-document') {
    const { $schema: _dialect, ...metric } = toJsonSchema(metricSettings);
    properties.metrics = {
      ...properties.metrics,
      additionalProperties: { anyOf: [{ ...metric, patternProperties: ownKeys }, { type: 'null' }] },
    };
  }
  if (properties?.derived !== undefined) properties.derived.additionalProperties = { type: ['string', 'number'] };
  if (name === 'template' && properties !== undefined) describeTemplate(properties);
  return result;
}

/** A template's values may each be a variable in place of what they are in the experiment. */
function describeTemplate(properties: Record<string, JsonSchema>): void {
  const { template, ...settings } = properties;
  for (const [key, schema] of Object.entries(settings)) properties[key] = allowVariable(schema) as JsonSchema;
  const { $schema: _dialect, ...variable } = toJsonSchema(templateVariable);
  allowOwnKeys(variable);
  const variables = (template?.properties as Record<string, JsonSchema> | undefined)?.variables;
  if (variables !== undefined) variables.additionalProperties = { anyOf: [variable, { type: 'null' }] };
}

const aVariable = { type: 'string', pattern: '^\\{\\{[ \\t]*[A-Za-z][A-Za-z0-9_]*[ \\t]*\\}\\}$' };

/** Adds a variable as an alternative wherever a schema asks for more than any text. */
function allowVariable(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(allowVariable);
  if (typeof schema !== 'object' || schema === null) return schema;
  const own = { ...(schema as JsonSchema) };
  for (const key of ['items', 'additionalProperties', 'anyOf', 'oneOf'])
    if (key in own) own[key] = allowVariable(own[key]);
  if (typeof own.properties === 'object' && own.properties !== null)
    own.properties = Object.fromEntries(
      Object.entries(own.properties).map(([name, part]) => [name, allowVariable(part)]),
    );
  const { description, ...rest } = own;
  const isNarrow =
    ['number', 'integer', 'boolean', 'array'].includes(String(own.type)) || 'enum' in own || 'pattern' in own;
  return isNarrow ? { ...(description === undefined ? {} : { description }), anyOf: [rest, aVariable] } : own;
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
