import type { JsonValue } from '../format/scalars.ts';

/**
 * Reads a metric's value: a number, true and false as 1 and 0, the words `NaN`, `Infinity` and `-Infinity`, and null
 * as not-a-number. Gives undefined for what is none of these.
 */
export function readMetricValue(value: JsonValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === null) return Number.NaN;
  if (typeof value === 'bigint') return Number(value);
  if (value === 'NaN') return Number.NaN;
  if (value === 'Infinity') return Number.POSITIVE_INFINITY;
  if (value === '-Infinity') return Number.NEGATIVE_INFINITY;
  return undefined;
}

/** The keys that may be a line's step, the first that a line carries first. */
export const stepKeys = [
  'step',
  '_step',
  'global_step',
  'iteration',
  'iter',
  'current_steps',
  'num_updates',
  'training_iteration',
  'timesteps_total',
  'epoch',
] as const;

/** Keys that hold a point in time, unless their value is too small to be one. */
export const timeKeys = ['time', '_timestamp', 'timestamp', 'wall_time', 'date'] as const;

/** Keys that hold seconds since the run began. */
export const elapsedKeys = ['_runtime', 'elapsed'] as const;

/** Keys of a metric line under which an object is params. */
export const paramsKeys = ['config', 'params', 'hparams', 'args'] as const;
