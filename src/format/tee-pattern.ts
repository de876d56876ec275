import { z } from 'zod';
import { compilePattern, type SafePattern } from './safe-pattern.ts';

const group = z
  .union([z.number().int().positive(), z.string().min(1)])
  .meta({ description: 'Number of a group, from 1, or its name.' });

const patternText = z.string().meta({
  description: 'A regular expression in RE2 syntax. Each named group is a metric; the group named step is the step.',
  examples: ['^(?P<step>\\d+) loss (?P<loss>\\S+)'],
});

const patternParts = z.strictObject({
  match: z.string().meta({ description: 'A regular expression in RE2 syntax.' }),
  step: group.optional().meta({ description: 'The group that holds the step; the one named step when left out.' }),
  metrics: z
    .record(z.string(), group)
    .optional()
    .meta({
      description: 'Metric to the group that holds its value, for names that a group cannot have.',
      examples: [{ 'train/loss': 2 }],
    }),
});

/** A pattern as `experiment.yaml` writes it under `tee`. */
export type TeePatternSetting = z.infer<typeof patternText> | z.infer<typeof patternParts>;

/** A pattern made ready: which groups of a match are what. */
export interface TeePattern {
  pattern: SafePattern;
  /** Number of the group that holds the step. */
  step: number | undefined;
  /** Metric name to the number of its group; never empty. */
  metrics: ReadonlyMap<string, number>;
}

export type CompiledTeePattern = { ok: true; tee: TeePattern } | { ok: false; message: string };

/** Makes a pattern ready, or says as the end of a sentence why it cannot be used. */
export function compileTeePattern(setting: TeePatternSetting): CompiledTeePattern {
  const parts = typeof setting === 'string' ? { match: setting } : setting;
  const compiled = compilePattern(parts.match);
  if (!compiled.ok) return compiled;
  const { pattern } = compiled;
  const find = (wanted: string | number): number | undefined =>
    typeof wanted === 'string' ? pattern.groupNames.get(wanted) : wanted <= pattern.groupCount ? wanted : undefined;
  const groups = describeGroups(pattern);
  const step = find(parts.step ?? 'step');
  if (parts.step !== undefined && step === undefined)
    return { ok: false, message: `has no group ${JSON.stringify(parts.step)} for the step; ${groups}` };
  const metrics = new Map<string, number>();
  if (parts.metrics === undefined) {
    for (const [name, number] of pattern.groupNames) if (number !== step) metrics.set(name, number);
  } else {
    for (const [name, wanted] of Object.entries(parts.metrics)) {
      const number = find(wanted);
      if (number === undefined)
        return { ok: false, message: `has no group ${JSON.stringify(wanted)} for the metric "${name}"; ${groups}` };
      metrics.set(name, number);
    }
  }
  if (metrics.size === 0)
    return {
      ok: false,
      message: 'names no metric: give a group a name, as in (?P<loss>\\S+), or list them under metrics',
    };
  return { ok: true, tee: { pattern, step, metrics } };
}

function describeGroups({ groupCount, groupNames }: SafePattern): string {
  if (groupCount === 0) return 'it has no groups';
  const names = [...groupNames.keys()].map((name) => `"${name}"`).join(', ');
  return `it has ${groupCount} group${groupCount === 1 ? '' : 's'}${names === '' ? '' : `, named ${names}`}`;
}

/** One entry of `tee` in `experiment.yaml`: the pattern as text, or with the groups of its metrics named apart. */
export const teePatternSetting = z
  .union([patternText, patternParts], {
    error: 'expected a regular expression as text, or the keys match, step and metrics',
  })
  .superRefine((setting, context) => {
    const compiled = compileTeePattern(setting);
    if (!compiled.ok) context.addIssue({ code: 'custom', message: `the pattern ${compiled.message}` });
  });
