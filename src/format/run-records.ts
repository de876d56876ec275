import { z } from 'zod';
import { jsonObject, jsonValue, logNumber, logTime, seedValue } from './scalars.ts';

export { formatVersion } from './version.ts';

const label = z.string().min(1);

/** Where the code came from. */
export const gitState = z.looseObject({
  commit: z.string().optional().meta({ description: 'Full commit hash.' }),
  branch: z.string().nullish(),
  dirty: z.boolean().nullish().meta({ description: 'Whether the working tree had uncommitted changes.' }),
  remote: z.string().nullish(),
});

/** The software a run used. */
export const runEnvironment = z.looseObject({
  python: z.string().optional(),
  packages: jsonObject.optional().meta({ description: 'Package name to version.' }),
  cuda: z.string().nullish(),
});

const startFields = {
  time: logTime.optional(),
  name: z.string().optional().meta({ description: 'The name shown; the file name when absent.' }),
  params: jsonObject.optional().meta({ description: 'Inputs fixed before training, nested as you like.' }),
  tags: z.array(label).optional(),
  notes: z.string().optional().meta({ description: 'Markdown.' }),
  group: z.string().nullish().meta({ description: 'Runs of one job, or of one sweep.' }),
  job: z.string().nullish(),
  seed: seedValue.optional(),
  parent: z.string().nullish(),
  git: gitState.nullish(),
  command: z.union([z.string(), z.array(z.string())]).nullish(),
  host: z.string().nullish(),
  user: z.string().nullish(),
  env: runEnvironment.nullish(),
  gpus: z
    .union([z.number(), z.array(jsonValue)])
    .nullish()
    .meta({ description: 'A count, or one entry a device.' }),
  schema: z.number().int().optional().meta({ description: 'Version of this format; 1 when absent.' }),
};

/** How a run ended, as it was written. */
export const endStatus = z.enum(['finished', 'failed', 'killed']);

const endFields = {
  status: endStatus,
  metrics: jsonObject.optional().meta({ description: 'Final values; they win in the summary.' }),
  exit_code: z.number().int().nullish(),
  error: z.union([z.string(), jsonObject]).nullish(),
};

export const startRecord = z.looseObject({
  event: z.literal('start'),
  ...startFields,
  resumed: z.boolean().optional().meta({ description: 'True where a stopped run goes on.' }),
});

export const metricRecord = z.looseObject({ event: z.literal('metric').optional(), time: z.unknown().optional() });

export const paramsRecord = z.looseObject({ event: z.literal('params'), params: jsonObject, time: logTime.optional() });

export const systemRecord = z.looseObject({ event: z.literal('system'), time: logTime.optional() });

export const logRecord = z.looseObject({
  event: z.literal('log'),
  time: logTime.optional(),
  level: z.string().optional(),
  message: z.string(),
});

export const noteRecord = z.looseObject({ event: z.literal('note'), text: z.string(), time: logTime.optional() });

export const tagRecord = z
  .looseObject({
    event: z.literal('tag'),
    add: z.union([label, z.array(label)]).optional(),
    remove: z.union([label, z.array(label)]).optional(),
    time: logTime.optional(),
  })
  .refine((record) => record.add !== undefined || record.remove !== undefined, {
    message: 'a tag record needs "add" or "remove"',
  });

export const artifactKind = z.enum(['image', 'table', 'text', 'audio', 'video', 'model', 'data', 'file']);

export const artifactRecord = z
  .looseObject({
    event: z.literal('artifact'),
    path: z.string().optional().meta({ description: "A file in the run's folder, relative to it." }),
    url: z.string().optional(),
    name: z.string().optional(),
    kind: artifactKind.optional(),
    step: logNumber.optional(),
    caption: z.string().optional(),
    bytes: z.number().nonnegative().optional(),
    sha256: z.string().optional(),
    time: logTime.optional(),
  })
  .refine((record) => record.path !== undefined || record.url !== undefined, {
    message: 'an artifact needs "path" or "url"',
  });

export const histogramRecord = z
  .looseObject({
    event: z.literal('histogram'),
    name: label,
    step: logNumber.optional(),
    edges: z.array(logNumber),
    counts: z.array(logNumber),
    time: logTime.optional(),
  })
  .refine((record) => record.edges.length === record.counts.length + 1, {
    message: '"edges" must be one longer than "counts"',
  });

export const tableRecord = z.looseObject({
  event: z.literal('table'),
  name: label,
  kind: z.string().optional().meta({ description: 'confusion, pr, roc and calibration have charts of their own.' }),
  step: logNumber.optional(),
  columns: z.array(z.string()),
  rows: z.array(z.array(jsonValue)),
  time: logTime.optional(),
});

export const alertRecord = z.looseObject({
  event: z.literal('alert'),
  level: z.string().optional(),
  title: z.string().optional(),
  text: z.string().optional(),
  time: logTime.optional(),
});

export const archiveRecord = z.looseObject({
  event: z.literal('archive'),
  archived: z.boolean().optional(),
  reason: z.string().optional(),
  time: logTime.optional(),
});

export const endRecord = z.looseObject({ event: z.literal('end'), ...endFields, time: logTime.optional() });

/** Every kind of record that a run stream may hold, by the value of its `event`. */
export const recordSchemas = {
  start: startRecord,
  metric: metricRecord,
  params: paramsRecord,
  system: systemRecord,
  log: logRecord,
  note: noteRecord,
  tag: tagRecord,
  artifact: artifactRecord,
  histogram: histogramRecord,
  table: tableRecord,
  alert: alertRecord,
  archive: archiveRecord,
  end: endRecord,
} as const;

export type RecordEvent = keyof typeof recordSchemas;
export type StartRecord = z.infer<typeof startRecord>;
export type EndRecord = z.infer<typeof endRecord>;
export type EndStatus = z.infer<typeof endStatus>;
export type ArtifactRecord = z.infer<typeof artifactRecord>;
export type ArtifactKind = z.infer<typeof artifactKind>;
export type GitState = z.infer<typeof gitState>;
export type RunEnvironment = z.infer<typeof runEnvironment>;

/** A metric's whole series inside a run document. `step` may be left out: values then stand at 0, 1, 2 … */
export const documentSeries = z.looseObject({
  step: z.array(logNumber).optional(),
  value: z.array(logNumber),
  time: z.array(logTime).optional(),
});

/** A whole run as one object: a line of `runs.jsonl`, a document of `runs.yaml`, or all of `runs/RUN.yaml`. */
export const runDocument = z.looseObject({
  ...startFields,
  id: z.string().optional().meta({ description: 'Required in `runs.jsonl` and `runs.yaml`.' }),
  ...endFields,
  status: endStatus.optional(),
  series: jsonObject.optional().meta({ description: 'Metric name to {step, value}.' }),
  ended: logTime.optional().meta({ description: 'When it ended.' }),
  archived: z.boolean().optional(),
});
export type RunDocument = z.infer<typeof runDocument>;
