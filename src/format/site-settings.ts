import { z } from 'zod';
import { byteSizePattern } from './byte-size.ts';
import { durationPattern } from './duration.ts';
import { jsonObject, jsonValue } from './scalars.ts';

const byteSize = z
  .union([z.number().nonnegative(), z.string().regex(byteSizePattern, 'expected a size such as 10 MB')])
  .optional();

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Sizes that logs should stay below; past one, a warning says what takes the space. */
export const budgetSettings = z.strictObject({
  log_bytes: byteSize.meta({ description: "Bytes of one run's logs.", examples: ['5 MB'] }),
  commit_bytes: byteSize.meta({ description: 'Bytes of logs that one commit adds.', examples: ['50 MB'] }),
  artifact_bytes: byteSize.meta({ description: 'Bytes of one artifact.', examples: ['2 MB'] }),
  keys: z.number().int().positive().optional().meta({ description: 'Different metric names of one run.' }),
});
export type BudgetSettings = z.infer<typeof budgetSettings>;

/** `_site.yaml`. Strict, as `experiment.yaml` is; the one file whose faults stop a build. */
export const siteSettings = z.strictObject({
  title: z.string().optional(),
  site: z
    .string()
    .regex(/^https?:\/\/[^\s/]+/, 'expected an address such as https://ml.example.org')
    .optional()
    .meta({ description: 'Public address, for feeds and absolute links.' }),
  base: z.string().optional().meta({ description: 'Path under which the site is served.' }),
  repo: z
    .union([
      z.string(),
      z.strictObject({
        commit: z.string().optional().meta({ description: 'Address of a commit, with {commit} in it.' }),
        file: z.string().optional().meta({ description: 'Address of a file, with {path} and {line} in it.' }),
      }),
    ])
    .optional(),
  time_zone: z
    .string()
    .refine(isTimeZone, 'expected a zone such as Europe/Berlin')
    .optional()
    .meta({ description: "IANA zone shown before the reader's own is known." }),
  crashed_after: z
    .union([z.string().regex(durationPattern, 'expected a span of time such as 12h or 1d'), z.number().nonnegative()])
    .optional()
    .meta({ description: 'How long a run without an end may be silent before it counts as crashed.', default: '1d' }),
  noindex: z.boolean().optional(),
  secrets: z.strictObject({ allow: z.array(z.string()).optional() }).optional(),
  budgets: budgetSettings.optional(),
  metrics: jsonObject.optional(),
  derived: jsonObject.optional(),
  plugins: z.array(jsonValue).optional(),
  feeds: jsonValue.optional(),
  header: jsonValue.optional(),
});
export type SiteSettings = z.infer<typeof siteSettings>;
