import { isLeftover } from '../store/discover.ts';

/** A file below `experiments/` that belongs to runs. */
export interface RunFile {
  /** Path from the root, with `/`: `experiments/digits/mlp/runs/a.jsonl`. */
  path: string;
  experiment: string;
  /** The run's own part of its id; undefined for a file of many runs. */
  run: string | undefined;
  kind: /** lines are appended to it */ 'stream' /** a whole run on each line */ | 'many-lines' | 'whole';
}

/**
 * Says which run a path from the root belongs to, by the layout of `experiments/`: undefined for settings, for what
 * editors and writers leave behind, and for what belongs to no run.
 */
export function maybeRunFile(path: string): RunFile | undefined {
  const [top, ...parts] = path.split('/');
  const name = parts.at(-1) ?? '';
  if (top !== 'experiments' || parts.length < 2 || isLeftover(name)) return undefined;
  const runsAt = parts.indexOf('runs');
  const above = runsAt === -1 ? parts.slice(0, -1) : parts.slice(0, runsAt);
  const experiment = above.join('/');
  if (experiment === '' || parts.some((part) => part.startsWith('.')) || above.some((part) => part.startsWith('_')))
    return undefined;
  if (runsAt === -1) {
    if (name === 'runs.jsonl') return { path, experiment, run: undefined, kind: 'many-lines' };
    return name === 'runs.yaml' ? { path, experiment, run: undefined, kind: 'whole' } : undefined;
  }
  const [first = '', ...inRun] = parts.slice(runsAt + 1);
  const kind = name.endsWith('.jsonl') && inRun.length < 2 ? 'stream' : 'whole';
  if (inRun.length > 0) return { path, experiment, run: first, kind };
  const run = /^(.+)\.(?:jsonl|jsonl\.gz|yaml)$/s.exec(first)?.[1];
  return run === undefined ? undefined : { path, experiment, run, kind };
}

/** The id of a file's run, or of its experiment where it holds many. */
export function ownerOf({ experiment, run }: RunFile): string {
  return run === undefined ? experiment : `${experiment}/${run}`;
}
