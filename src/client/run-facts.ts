import type { PayloadRun } from '../payload/experiment-runs.ts';
import { runStatus } from '../series/run-status.ts';

/** Facts of a run beside its params by which lines can be grouped and coloured, under their names in a filter. */
const textFacts = ['seed', 'group', 'job', 'host', 'user', 'commit', 'branch', 'parent'] as const;

/**
 * What a chart can group and colour a run by, as JSON text by name: its params, and its status, tags, seed, group, job, host,
 * user, commit, branch and parent. Where a param has the name of a fact the param stands; `param:host` always means it.
 */
export function runFacts(
  run: Pick<PayloadRun, 'state' | 'lastRecordMs' | 'tags' | 'params' | (typeof textFacts)[number]>,
  clock: { nowMs: number; crashedAfterMs?: number },
): Map<string, string> {
  const facts = new Map<string, string>([['status', JSON.stringify(runStatus(run, clock))]]);
  if (run.tags.length > 0) facts.set('tags', JSON.stringify(run.tags.join(', ')));
  for (const name of textFacts) {
    const text = run[name];
    if (text !== undefined) facts.set(name, JSON.stringify(text));
  }
  for (const [name, json] of run.params) facts.set(name, json);
  return facts;
}
