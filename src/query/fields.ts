/** How the right side of a comparison with a field is read. */
export type FieldKind = 'text' | 'number' | 'time' | 'duration' | 'truth' | 'status' | 'commit' | 'tags';

/** What is known of each run beside its params and metrics: the name in a filter, and its kind. */
export const fields: ReadonlyMap<string, FieldKind> = new Map([
  ['id', 'text'],
  ['name', 'text'],
  ['experiment', 'text'],
  ['status', 'status'],
  ['started', 'time'],
  ['ended', 'time'],
  ['updated', 'time'],
  ['duration', 'duration'],
  ['tag', 'tags'],
  ['tags', 'tags'],
  ['owner', 'text'],
  ['group', 'text'],
  ['job', 'text'],
  ['seed', 'text'],
  ['host', 'text'],
  ['user', 'text'],
  ['commit', 'commit'],
  ['branch', 'text'],
  ['parent', 'text'],
  ['archived', 'truth'],
  ['diverged', 'truth'],
  ['resumes', 'number'],
  ['edits', 'number'],
  ['artifacts', 'number'],
  ['records', 'number'],
]);

/** The words a run's status can be. */
export const statusWords = ['finished', 'failed', 'killed', 'running', 'crashed', 'unknown'] as const;
