import type { RunStatus } from '../series/run-status.ts';
import type { FilterValue } from './filter.ts';

/** What the fields of the filter language are read from. Times are milliseconds since 1970 in UTC, durations milliseconds. */
export interface RunFacts {
  id: string;
  name: string;
  startedAtMs: number | undefined;
  endedAtMs: number | undefined;
  lastRecordMs: number | undefined;
  durationMs: number | undefined;
  diverged: object | undefined;
  archived: boolean;
  tags: readonly string[];
  seed: string | number | undefined;
  group: string | undefined;
  job: string | undefined;
  host: string | undefined;
  user: string | undefined;
  commit: string | undefined;
  branch: string | undefined;
  parent: string | undefined;
  resumes: number;
  edits: number;
  artifacts: number;
  records: number;
}

/** What is known of a run from beside it. */
export interface RunContext {
  status: RunStatus | undefined;
  experiment: string;
  owner: string | undefined;
}

/** The value of a field of the filter language, by its name; undefined where the run has none, and for an unknown name. */
export function readRunField(run: RunFacts, context: RunContext, name: string): FilterValue | undefined {
  switch (name) {
    case 'status':
    case 'experiment':
    case 'owner':
      return context[name];
    case 'started':
      return run.startedAtMs;
    case 'ended':
      return run.endedAtMs;
    case 'updated':
      return run.lastRecordMs;
    case 'duration':
      return run.durationMs;
    case 'diverged':
      return run.diverged !== undefined;
    case 'tag':
    case 'tags':
      return run.tags.length === 0 ? undefined : run.tags.join(', ');
    case 'id':
    case 'name':
    case 'group':
    case 'job':
    case 'seed':
    case 'host':
    case 'user':
    case 'commit':
    case 'branch':
    case 'parent':
    case 'archived':
    case 'resumes':
    case 'edits':
    case 'artifacts':
    case 'records':
      return run[name];
    default:
      return undefined;
  }
}
