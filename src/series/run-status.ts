/** The words a person sees: those that were written, and those worked out from a clock. */
export type RunStatus = 'finished' | 'failed' | 'killed' | 'running' | 'crashed' | 'unknown';

/** One day: how long a run without an end may be silent before it counts as crashed, unless `_site.yaml` says more. */
export const defaultCrashedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Gives a run's status at a moment. A written end stands for itself; a run without one is `running` while its last
 * record is at most `crashedAfterMs` old and `crashed` after; without any time it is `unknown`.
 */
export function runStatus(
  run: { state: 'finished' | 'failed' | 'killed' | 'open' | 'unknown'; lastRecordMs: number | undefined },
  { nowMs, crashedAfterMs = defaultCrashedAfterMs }: { nowMs: number; crashedAfterMs?: number },
): RunStatus {
  if (run.state !== 'open') return run.state;
  if (run.lastRecordMs === undefined) return 'unknown';
  return nowMs - run.lastRecordMs <= crashedAfterMs ? 'running' : 'crashed';
}
