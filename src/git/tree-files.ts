import type { Repository } from './repository.ts';
import { git, splitNul } from './run-git.ts';

/** A file of a commit or of the index. */
export interface TreeFile {
  /** `100644`, or `100755` where it may be executed. */
  mode: string;
  /** Name of its content in git. */
  blob: string;
}

/** Files below `experiments/` as git knows them, by their path from the top of the work tree. */
export interface WorkTreeFiles {
  index: Map<string, TreeFile>;
  /** Files of the index whose content, going by size and time, may be another by now. */
  modified: Set<string>;
  /** Files that are in no index and that no `.gitignore` leaves out. */
  untracked: Set<string>;
}

/** Lists the files below `experiments/` of a commit; none for undefined. */
export async function listCommitFiles(
  { top, experiments }: Pick<Repository, 'top' | 'experiments'>,
  commit: string | undefined,
): Promise<Map<string, TreeFile>> {
  if (commit === undefined) return new Map();
  const output = await git(['ls-tree', '-r', '-z', commit, '--', experiments], { cwd: top });
  return readEntries(output, /^(\d+) blob ([0-9a-f]+)\t(.*)$/s);
}

/** Lists the files below `experiments/` of the index and of the work tree. */
export async function listWorkTreeFiles({
  top,
  experiments,
}: Pick<Repository, 'top' | 'experiments'>): Promise<WorkTreeFiles> {
  const list = async (...args: string[]): Promise<string> =>
    await git(['ls-files', '-z', ...args, '--', experiments], { cwd: top });
  const index = readEntries(await list('--stage'), /^(\d+) ([0-9a-f]+) 0\t(.*)$/s);
  const modified = new Set(splitNul(await list('--modified')));
  const untracked = new Set(splitNul(await list('--others', '--exclude-standard')));
  return { index, modified, untracked };
}

function readEntries(output: string, pattern: RegExp): Map<string, TreeFile> {
  const files = new Map<string, TreeFile>();
  for (const entry of splitNul(output)) {
    const [, mode, blob, path] = pattern.exec(entry) ?? [];
    if (mode !== undefined && blob !== undefined && path !== undefined && mode.startsWith('100'))
      files.set(path, { mode, blob });
  }
  return files;
}
