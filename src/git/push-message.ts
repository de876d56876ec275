import { describeByteSize } from '../format/byte-size.ts';
import type { RunStatus } from '../series/run-status.ts';
import type { Change } from './plan-push.ts';
import { ownerOf } from './run-files.ts';

const listedRuns = 50;

/** What a push takes of one run, or of one file of many runs. */
export interface PushedRun {
  /** The run's id, or its experiment's for a file of many runs. */
  id: string;
  /** Ids of the runs that are new or have grown. */
  runs: string[];
  files: number;
  addedBytes: number;
}

/** Sums changes up by run, in the order of their ids. */
export function summariseRuns(changes: readonly Change[]): PushedRun[] {
  const runs = new Map<string, PushedRun>();
  for (const change of changes) {
    const id = ownerOf(change.file);
    const run = runs.get(id) ?? { id, runs: [], files: 0, addedBytes: 0 };
    run.runs = [...new Set([...run.runs, ...change.runs])];
    run.files += 1;
    run.addedBytes += change.addedBytes;
    runs.set(id, run);
  }
  return [...runs.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** The message of a commit: a title, which says how many runs stand how unless it is given, and a line for each run. */
export function writeMessage(
  runs: readonly PushedRun[],
  statuses: ReadonlyMap<string, RunStatus>,
  title: string = writeTitle(runs, statuses),
): string {
  const lines = runs.slice(0, listedRuns).map((run) => describeRun(run, statuses));
  const more = runs.length - lines.length;
  return `${title}\n\n${[...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n')}\n`;
}

function writeTitle(runs: readonly PushedRun[], statuses: ReadonlyMap<string, RunStatus>): string {
  const [first] = runs;
  const ids = runs.flatMap((own) => own.runs);
  if (runs.length === 1 && first !== undefined && ids.length <= 1) {
    const status = statuses.get(ids[0] ?? first.id);
    return `Log ${ids[0] ?? first.id}${status === undefined ? '' : `: ${status}`}`;
  }
  const counts = new Map<string, number>();
  for (const id of ids) {
    const status = statuses.get(id);
    if (status !== undefined) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  const words = [...counts].map(([status, count]) => `${count} ${status}`).join(', ');
  if (ids.length === 0) return `Log ${runs.length} experiments`;
  return `Log ${ids.length} runs${words === '' ? '' : `: ${words}`}`;
}

/** `digits/a  finished, 2 files, 1.2 kB more`. */
export function describeRun(
  { id, runs, files, addedBytes }: PushedRun,
  statuses: ReadonlyMap<string, RunStatus>,
): string {
  const status = statuses.get(id);
  const facts = [
    ...(status === undefined ? [] : [status]),
    ...(runs.length === 0 || runs[0] === id ? [] : [`${runs.length} ${runs.length === 1 ? 'run' : 'runs'}`]),
    ...(files === 1 ? [] : [`${files} files`]),
    `${describeByteSize(addedBytes)} more`,
  ];
  return `${id}  ${facts.join(', ')}`;
}
