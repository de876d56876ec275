import { AsyncLocalStorage } from 'node:async_hooks';
import type { Run } from './run.ts';

const innermost = new AsyncLocalStorage<Run>();
const openRuns: Run[] = [];
let latest: Run | undefined;

/** The run that calls of the module write to: the innermost `during` or `track`, else the one begun last; undefined without any. */
export function current(): Run | undefined {
  return innermost.getStore() ?? latest;
}

/** Calls a function with a run as the current one, also for what it awaits. */
export function callWithin<T>(run: Run, body: () => T): T {
  return innermost.run(run, body);
}

/** Makes a run the one begun last. */
export function enterRun(run: Run): void {
  latest = run;
  if (!run.disabled && !openRuns.includes(run)) openRuns.push(run);
}

/** Leaves a run that has ended: one that is still open is then the one begun last. */
export function leaveRun(run: Run): void {
  const at = openRuns.indexOf(run);
  if (at >= 0) openRuns.splice(at, 1);
  if (latest === run) latest = openRuns.at(-1) ?? run;
}
