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
