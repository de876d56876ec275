import type { Run, RunState } from '../../store/run.ts';

export type StateCount = { state: RunState | 'diverged'; count: number };

const order: RunState[] = ['finished', 'open', 'failed', 'killed', 'unknown'];

/** Counts runs by the state their log gives, in a fixed order, states without runs left out; `diverged` comes last. */
export function countStates(runs: Iterable<Run>): StateCount[] {
  const counts = new Map<RunState, number>();
  let diverged = 0;
  for (const run of runs) {
    counts.set(run.state, (counts.get(run.state) ?? 0) + 1);
    if (run.diverged !== undefined) diverged += 1;
  }
  const result: StateCount[] = order.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : [{ state, count }];
  });
  return diverged === 0 ? result : [...result, { state: 'diverged', count: diverged }];
}
