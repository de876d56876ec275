import { z } from 'zod';

/** A note of the experiment that stands in its charts: at a step, at a value, at a point (both), or under the chart (neither). */
export const annotation = z.strictObject({
  text: z
    .string()
    .min(1)
    .meta({ description: 'What is said there.', examples: ['learning rate halved'] }),
  metric: z.string().optional().meta({ description: 'The metric whose chart it stands in; every chart without one.' }),
  step: z
    .number()
    .optional()
    .meta({ description: 'Where it stands on the step axis.', examples: [5000] }),
  value: z
    .number()
    .optional()
    .meta({ description: 'The value that it marks, as a level to reach.', examples: [0.95] }),
  run: z
    .string()
    .optional()
    .meta({ description: 'The run that it is about: it stands only where that run is drawn.', examples: ['lr0.1-s0'] }),
});
export type Annotation = z.infer<typeof annotation>;
