import type { z } from 'zod';
import { commonChartSettings } from '../../format/chart-settings.ts';
import { experimentSettings, metricSettings } from '../../format/experiment-settings.ts';
import { toJsonSchema } from '../../format/json-schemas.ts';
import { recordSchemas, runDocument } from '../../format/run-records.ts';
import { siteSettings } from '../../format/site-settings.ts';
import { viewPageSettings } from '../../format/view-page.ts';

/** One field of a schema, in words. */
export interface FormatField {
  name: string;
  type: string;
  required: boolean;
  description: string | undefined;
  example: string | undefined;
  fallback: string | undefined;
}

/** One kind of record, or one file. */
export interface FormatSection {
  id: string;
  title: string;
  intro: string;
  fields: FormatField[];
  /** True where keys of one's own are read too. */
  open: boolean;
}

const intros: Record<string, string> = {
  start: 'Who and what. May recur: a resumed run writes another one, with "resumed": true.',
  metric:
    'Values at a step. "event" may be left out; any other key with a number is a metric, nested objects flatten with "/".',
  params: 'Params known later. A change of a known value is kept and shown.',
  system: 'Machine readings, charted apart from metrics. Any other key with a number is a reading.',
  log: 'A line of text worth keeping.',
  note: 'Markdown said about the run afterwards, by a person or a script.',
  tag: 'Labels put on the run or taken off it.',
  artifact: 'A file beside the log, or an address.',
  histogram: 'A distribution at a step.',
  table: 'A small table; confusion, pr, roc and calibration are kinds with charts of their own.',
  alert: 'Something a person should see.',
  archive: 'Puts the run out of the lists, or back.',
  end: 'How the run ended, and final values that win in the summary.',
};

/** Gives the reference of the log format from the very schemas that check it. */
export function formatReference(): { records: FormatSection[]; files: FormatSection[] } {
  return {
    records: Object.entries(recordSchemas).map(([event, schema]) =>
      section(`record-${event}`, event, intros[event] ?? '', schema),
    ),
    files: [
      section(
        'experiment-yaml',
        'experiment.yaml',
        'Settings of one experiment. Strict: an unknown key is an error; keys of your own start with "x-".',
        experimentSettings,
      ),
      section('metric-settings', 'metrics: in experiment.yaml', 'What is declared of one metric.', metricSettings),
      section(
        'chart-settings',
        'charts: in experiment.yaml',
        'What every panel takes. The keys of each type are in the guide, under panels across runs.',
        commonChartSettings,
      ),
      section(
        'view-yaml',
        '_views/NAME.yaml',
        'A question across experiments, which becomes a page and a table. Strict, as experiment.yaml is.',
        viewPageSettings,
      ),
      section(
        'run-document',
        'A whole run as one object',
        'A line of runs.jsonl, a document of runs.yaml, or all of runs/RUN.yaml.',
        runDocument,
      ),
      section(
        'site-yaml',
        '_site.yaml',
        'Settings of the site. Strict, and the one file whose faults stop a build.',
        siteSettings,
      ),
    ],
  };
}

function section(id: string, title: string, intro: string, schema: z.ZodType): FormatSection {
  const json = toJsonSchema(schema);
  return { id, title, intro, fields: fieldsOf(json), open: json.additionalProperties !== false };
}

/** The fields of an object schema; those of an object inside it follow it as `git.commit`. */
function fieldsOf(schema: Record<string, unknown>, prefix = ''): FormatField[] {
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const properties = isRecord(schema.properties) ? schema.properties : {};
  return Object.entries(properties).flatMap(([name, value]): FormatField[] => {
    const property = isRecord(value) ? value : {};
    const examples = property.examples;
    const field = {
      name: `${prefix}${name}`,
      type: typeWords(property),
      required: required.has(name),
      description: text(property.description),
      example: Array.isArray(examples) && examples.length > 0 ? JSON.stringify(examples[0]) : undefined,
      fallback: property.default === undefined ? undefined : JSON.stringify(property.default),
    };
    const inner = objectWithin(property);
    return inner === undefined || prefix !== '' ? [field] : [field, ...fieldsOf(inner, `${name}.`)];
  });
}

/** The schema of the object that a value is, or may be beside null. */
function objectWithin(schema: Record<string, unknown>): Record<string, unknown> | undefined {
  if (isRecord(schema.properties)) return schema;
  const choices = schema.anyOf ?? schema.oneOf;
  return Array.isArray(choices) ? choices.filter(isRecord).find((choice) => isRecord(choice.properties)) : undefined;
}

/** The type of a JSON Schema in a few words: `text`, `number or null`, `list of text`, `one of finished, failed`. */
function typeWords(schema: Record<string, unknown>): string {
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return [...new Set(choices.filter(isRecord).map(typeWords))].join(' or ');
  if (Array.isArray(schema.enum))
    return schema.enum.length === 1 ? JSON.stringify(schema.enum[0]) : `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(schema.type)) return schema.type.map((type) => typeWords({ type })).join(' or ');
  switch (schema.type) {
    case 'string':
      return 'text';
    case 'integer':
      return 'whole number';
    case 'boolean':
      return 'true or false';
    case 'array':
      return isRecord(schema.items) ? `list of ${typeWords(schema.items)}` : 'list';
    case 'object':
      return 'object';
    case 'number':
    case 'null':
      return schema.type;
    default:
      return text(schema.description)?.startsWith('Inputs') ? 'object' : 'any JSON';
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
