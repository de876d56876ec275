import { z } from 'zod';
import { annotation } from './annotation.ts';
import { chartSettings } from './chart-settings.ts';
import { jsonObject } from './scalars.ts';
import { teePatternSetting } from './tee-pattern.ts';
import { viewSettings } from './view-settings.ts';

const goal = z.enum(['min', 'max']);
export type Goal = z.infer<typeof goal>;

/** Which of a metric's values stands for it in tables and rankings. */
export const summaryRule = z.enum(['last', 'best', 'min', 'max', 'mean', 'last_finite']);
export type SummaryRule = z.infer<typeof summaryRule>;

/** Keys of one's own, which every strict file allows. */
export const extensionKey = /^x-/;

/** The grammar of d3-format's specifiers: `[[fill]align][sign][symbol][0][width][,][.precision][~][type]`. */
export const numberFormat = /^(?:.?[<>=^])?[-+( ]?[$#]?0?\d*,?(?:\.\d+)?~?[a-zA-Z%]?$/;

/** What is declared of one metric. */
export const metricSettings = z.strictObject({
  goal: goal.optional().meta({ description: 'Which way is better.' }),
  label: z.string().optional().meta({ description: 'The words shown in place of the name.' }),
  unit: z.string().optional(),
  format: z
    .string()
    .regex(numberFormat, 'expected a d3-format specifier such as .2f or .1%')
    .optional()
    .meta({ description: 'A d3-format specifier.', examples: ['.2f', '.1%'] }),
  summary: summaryRule.optional().meta({ description: 'The value that stands for the metric; `last` by default.' }),
  primary: z.boolean().optional(),
  target: z.number().optional().meta({ description: 'The value to reach.' }),
});
export type MetricSettings = z.infer<typeof metricSettings>;

const checkRule = z.strictObject({
  metric: z.string(),
  at_least: z.number().optional(),
  at_most: z.number().optional(),
  not_worse_than: z.string().optional(),
  by: z.union([z.number(), z.string()]).optional(),
});

const linkSettings = z.strictObject({ label: z.string().optional(), url: z.string() });

/** Judged metric by metric, so that one wrong key costs one key; the JSON Schema says what each may hold. */
const metricsByName = jsonObject.meta({ description: 'Metric name to its settings.' });

/** `experiment.yaml`. Strict: an unknown key is an error, `x-…` keys are free. */
export const experimentSettings = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional().meta({ description: 'Markdown.' }),
  owner: z.string().optional(),
  tags: z.array(z.string().min(1)).optional(),
  status: z.enum(['active', 'paused', 'concluded']).optional(),
  archived: z.boolean().optional(),
  question: z.string().optional().meta({ description: 'What the experiment asks. Markdown.' }),
  hypothesis: z.string().optional(),
  conclusion: z.string().optional(),
  baseline: z.string().optional().meta({ description: 'The run that others are held against.' }),
  group_by: z.array(z.string()).optional(),
  step: z.string().optional().meta({ description: 'The key that is the step.' }),
  metrics: metricsByName.optional(),
  derived: jsonObject.optional().meta({ description: 'Name to formula.' }),
  checks: z.array(checkRule).optional(),
  views: z.array(viewSettings).optional().meta({ description: 'States of the dashboard that are kept under a name.' }),
  required: z.strictObject({ params: z.array(z.string()).optional(), tags: z.array(z.string()).optional() }).optional(),
  tee: z.array(teePatternSetting).optional().meta({ description: 'Patterns that `runfolio tee` reads from text.' }),
  charts: z.array(chartSettings).optional().meta({ description: 'Panels beyond the defaults.' }),
  annotations: z.array(annotation).optional().meta({ description: 'Notes at a step or a value, drawn in the charts.' }),
  links: z.array(linkSettings).optional(),
});
export type ExperimentSettings = z.infer<typeof experimentSettings>;
