import { z } from 'zod';

const name = z.string().min(1);
const field = name.meta({
  description: 'A metric or a param by its name; `metric:val/acc.min` and `param:lr` settle doubt.',
  examples: ['val/acc', 'lr', 'metric:val/loss.last', 'param:seed'],
});
const param = name.meta({ description: 'A param by its name.', examples: ['optimizer.lr'] });
const metric = name.meta({
  description: 'A metric by its name; its ranked value unless a part is named.',
  examples: ['val/acc', 'val/acc.last'],
});
const scale = z.enum(['linear', 'log']).optional();
const statistic = z
  .enum(['mean', 'median', 'min', 'max', 'count'])
  .optional()
  .meta({ description: 'What stands for the runs of one group.', default: 'mean' });
const bins = z.number().int().min(2).max(100).optional();
const table = name.optional().meta({ description: 'Name of the logged table; the first of this kind by default.' });
const someRuns = z
  .array(name)
  .min(1)
  .optional()
  .meta({ description: 'Runs to draw; the best ones by the primary metric by default.' });
const oneRun = name.optional().meta({ description: 'The run to draw; the best one by default.' });

const common = {
  title: z.string().min(1).optional(),
  size: z.enum(['half', 'full']).optional().meta({ description: 'Half or all of the width of the page.' }),
  where: z
    .string()
    .min(1)
    .max(4000)
    .optional()
    .meta({
      description: 'A filter of runs: the panel draws those that pass. All runs by default.',
      examples: ['optimizer.lr > 0.01 and status = finished'],
    }),
};

/** What each type of panel takes. */
const scatter = z.strictObject({
  type: z.literal('scatter'),
  ...common,
  x: field,
  y: field,
  color: field.optional(),
  x_scale: scale,
  y_scale: scale,
  pareto: z
    .boolean()
    .optional()
    .meta({ description: 'Draw the runs that no other beats on both metrics; where both have a goal by default.' }),
});
const bar = z.strictObject({
  type: z.literal('bar'),
  ...common,
  x: param.optional().meta({ description: 'The param whose values are the bars; each run one by default.' }),
  y: metric,
  stat: statistic,
});
const box = z.strictObject({ type: z.literal('box'), ...common, x: param, y: metric, y_scale: scale });
const strip = z.strictObject({
  type: z.literal('strip'),
  ...common,
  x: param,
  y: metric,
  color: field.optional(),
  y_scale: scale,
});
const parallel = z.strictObject({
  type: z.literal('parallel'),
  ...common,
  axes: z.array(field).min(2).max(12),
  color: field.optional(),
  log: z.array(name).optional().meta({ description: 'Axes that are logarithmic; by their values by default.' }),
});
const heatmap = z.strictObject({
  type: z.literal('heatmap'),
  ...common,
  x: param,
  y: param,
  value: metric.optional().meta({ description: 'The metric that colours the cells; the primary one by default.' }),
  stat: statistic,
});
const importance = z.strictObject({
  type: z.literal('importance'),
  ...common,
  metric: metric.optional(),
  params: z.array(name).min(2).optional().meta({ description: 'All that vary by default.' }),
});
const histogram = z.strictObject({
  type: z.literal('histogram'),
  ...common,
  metric: metric.optional().meta({ description: 'Its value in each run, counted over runs.' }),
  name: name.optional().meta({ description: 'A histogram that a run logged, over its steps.' }),
  run: oneRun,
  bins,
});
const confusion = z.strictObject({ type: z.literal('confusion'), ...common, table, run: oneRun });
const roc = z.strictObject({ type: z.literal('roc'), ...common, table, runs: someRuns });
const pr = z.strictObject({ type: z.literal('pr'), ...common, table, runs: someRuns });
const calibration = z.strictObject({ type: z.literal('calibration'), ...common, table, runs: someRuns });

/** One panel of `charts:` in `experiment.yaml`. Strict by its type; keys of one's own start with `x-`. */
export const chartSettings = z.discriminatedUnion('type', [
  scatter,
  bar,
  box,
  strip,
  parallel,
  heatmap,
  importance,
  histogram,
  confusion,
  roc,
  pr,
  calibration,
]);

/** What every panel takes, whatever its type. */
export const commonChartSettings = z.strictObject({
  type: z.enum(chartSettings.options.map(({ shape }) => shape.type.value)).meta({ description: 'What is drawn.' }),
  ...common,
});
export type ChartSettings = z.infer<typeof chartSettings>;
export type ChartType = ChartSettings['type'];
