import { type InitOptions, init } from './init.ts';
import type { Run } from './run.ts';

/**
 * Makes each call of a function a run: its first argument is the params, an object that it returns the final values. The
 * function receives the run as its second argument, and `current()` is that run for all that it awaits.
 *
 *     const train = track('cifar10', async ({ lr }: { lr: number }, run) => { run.log({ loss: 0.3 }); return { acc: 0.9 }; });
 *     await train({ lr: 0.1 });
 */
export function track<Params, Result>(
  experiment: string,
  body: (params: Params, run: Run) => Result,
  options: Omit<InitOptions, 'experiment' | 'params'> = {},
): (params: Params) => Result {
  return (params) =>
    init({ ...options, experiment, params }).during((run) => {
      const result = body(params, run);
      if (!(result instanceof Promise)) return endWith(run, result);
      return result.then((value: unknown) => endWith(run, value)) as Result;
    });
}

/** Ends a run with the final values that a function returned, if it returned an object. */
function endWith<Result>(run: Run, result: Result): Result {
  const isObject = typeof result === 'object' && result !== null && !Array.isArray(result);
  if (isObject) run.finish({ metrics: result });
  return result;
}
