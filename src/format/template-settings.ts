import { z } from 'zod';
import { experimentSettings } from './experiment-settings.ts';
import { jsonObject } from './scalars.ts';

/** What the values of a variable look like. */
export const variableType = z.enum(['text', 'number', 'boolean', 'list']);
export type VariableType = z.infer<typeof variableType>;

/** A value that a variable may take; a list is one of texts. */
export const variableValue = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
export type VariableValue = z.infer<typeof variableValue>;

/** What a template says of one variable. */
export const templateVariable = z.strictObject({
  description: z.string().optional().meta({ description: 'What it is, for the person who is asked for it.' }),
  type: variableType.optional().meta({ description: '`text` by default; a list is written with commas.' }),
  required: z.boolean().optional().meta({ description: 'Whether it must be given. Such a variable has no default.' }),
  default: variableValue.optional().meta({
    description:
      'The value when none is given. Without one, and not required, what the variable stands for is left out.',
  }),
  options: z
    .array(z.union([z.string(), z.number()]))
    .min(1)
    .optional()
    .meta({ description: 'The only values that it may take.' }),
  example: variableValue.optional().meta({ description: 'A value that the template is checked with.' }),
});
export type TemplateVariable = z.infer<typeof templateVariable>;

/** The head of a template, which does not become part of the experiment. */
export const templateHeader = z.strictObject({
  description: z
    .string()
    .optional()
    .meta({ description: 'What the template is for; `new --list-templates` shows it.' }),
  variables: jsonObject.optional().meta({ description: 'Variable name to what it is.' }),
});

/** `_templates/NAME.yaml`: an `experiment.yaml` in which `{{name}}` stands for a variable, below a head. */
export const templateSettings = z.strictObject({
  template: templateHeader
    .optional()
    .meta({ description: 'What is asked for. It does not become part of the experiment.' }),
  ...experimentSettings.shape,
});

/** A name that a variable may have. */
export const variableName = /^[A-Za-z][A-Za-z0-9_]*$/;

/** A variable in a text: `{{name}}`. Other braces stand for themselves. */
export const placeholder = /\{\{[ \t]*([A-Za-z][A-Za-z0-9_]*)[ \t]*\}\}/g;

/** Variables that every template has: the experiment's id, the last part of it, and the day (UTC). */
export const givenVariables: readonly string[] = ['experiment', 'name', 'date'];
