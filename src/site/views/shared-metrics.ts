import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';

/** Gives the primary metrics that most of these runs have, at most `limit`, those of most runs first. */
export function sharedMetrics(store: Store, runs: readonly Run[], limit = 3): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    for (const { name } of store.experiments.get(run.experiment)?.primary.slice(0, 1) ?? []) {
      if (run.metrics.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, limit)
    .map(([name]) => name);
}
