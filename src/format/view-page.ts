import { z } from 'zod';

const name = z.string().min(1);
const scalar = z.union([z.string(), z.number(), z.boolean()]);
const keys = z.array(name).min(1);

/** What a view shows. */
export const viewKind = z.enum(['leaderboard', 'ablation', 'curves']);
export type ViewKind = z.infer<typeof viewKind>;

const viewLink = z.strictObject({ label: z.string().optional(), url: z.string() });

/** `_views/NAME.yaml`: a question across experiments, which becomes a page and a table. Strict; `x-…` keys are free. */
export const viewPageSettings = z.strictObject({
  title: z.string().min(1).optional().meta({ description: 'The question; the name of the file by default.' }),
  description: z.string().optional().meta({ description: 'Markdown.' }),
  kind: viewKind.optional().meta({
    description:
      '`leaderboard` ranks runs or groups; `ablation` holds groups against a baseline; `curves` draws how groups learned.',
    default: 'leaderboard',
  }),
  experiments: keys.optional().meta({
    description:
      'Experiments by their ids, those below them included, or by patterns: `*` for a part of an id, `**` for any. All by default.',
    examples: [['digits/optimizers', 'wine/*']],
  }),
  where: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'The runs, in the filter language.',
      examples: ['optimizer.name != rmsprop and tag:baseline'],
    }),
  metric: name.optional().meta({
    description: 'The metric that ranks, is compared or drawn; the primary one of most runs by default.',
    examples: ['val/acc'],
  }),
  metrics: keys.optional().meta({ description: 'More metrics: the first one ranks where `metric` is not given.' }),
  goal: z
    .enum(['min', 'max'])
    .optional()
    .meta({ description: 'Which way is better for the first metric; as the experiments declare it by default.' }),
  rows: keys.optional().meta({
    description:
      'What the rows of an ablation are: params, or fields such as `group` and `experiment`; `group_by` by default.',
    examples: [['optimizer.weight_decay']],
  }),
  columns: keys.optional().meta({
    description: 'What the columns of an ablation are, in the same words; the metrics by default.',
    examples: [['model.width']],
  }),
  group_by: keys.optional().meta({
    description:
      'What groups of seeds are formed by. A leaderboard without it ranks runs; curves and ablations take it from the experiments, else from the params that differ.',
  }),
  baseline: z
    .union([scalar, z.array(scalar).min(1)], { error: 'expected a run, or the values of a group' })
    .optional()
    .meta({
      description: 'What the others are held against: a run, whose group it is, or the values of a group.',
      examples: ['digits/optimizers/sgd-seed0', 0, ['sgd', 0.1]],
    }),
  lines: z.enum(['best', 'mean']).optional().meta({
    description: 'What curves draw of each group: its best run, or the mean of its runs with its 95 % interval.',
    default: 'best',
  }),
  limit: z.number().int().min(1).max(10_000).optional().meta({ description: 'At most so many rows or lines.' }),
  links: z.array(viewLink).optional(),
});
export type ViewPageSettings = z.infer<typeof viewPageSettings>;

/** Keys that only some kinds of view make use of. */
export const keysOfKinds: Readonly<Partial<Record<keyof ViewPageSettings, readonly ViewKind[]>>> = {
  rows: ['ablation'],
  columns: ['ablation'],
  baseline: ['ablation'],
  lines: ['curves'],
};
