import { readFileSync } from 'node:fs';
import { commitOnto, indexInfo, type TreeEntry } from './commit-tree.ts';
import { hashContent, takePrefix } from './log-bytes.ts';
import type { Change } from './plan-push.ts';
import type { Repository } from './repository.ts';
import { GitFault, git, gitBytes, maybeGit, splitNul } from './run-git.ts';
import { withScratchIndex } from './scratch.ts';
import { listCommitFiles } from './tree-files.ts';
import { uniteRuns } from './union-runs.ts';

/**
 * What became of the branch checked out: `moved` to what was pushed; `committed`: the same logs were committed on top of
 * commits that it alone has; `staged`: the branch stays behind, and the index knows the logs, so that the next pull finds
 * them; `untouched`.
 */
export interface Settlement {
  kind: 'moved' | 'committed' | 'staged' | 'untouched';
  /** Why the branch was not moved. */
  why?: string;
}

/** An empty tree has this name in every repository. */
const emptyTree = async (top: string): Promise<string> =>
  await git(['hash-object', '-t', 'tree', '--stdin'], { cwd: top, input: '' });

/**
 * Lets the branch checked out know what was pushed. No file of the pushed runs is ever written: the index learns their
 * content, so that git leaves them alone. The branch moves only where nothing but logs comes in with it; code that others
 * pushed does not change under a running job.
 *
 * @throws GitFault where git refuses, for one because another git command holds the index
 */
export async function settleBranch(
  repository: Repository,
  pushed: string,
  changes: readonly Change[],
  message: string,
): Promise<Settlement> {
  const { top, branch, head } = repository;
  if (branch === undefined) return { kind: 'untouched', why: 'No branch is checked out.' };
  const isIn = async (commit: string, other: string): Promise<boolean> =>
    (await maybeGit(['merge-base', '--is-ancestor', commit, other], { cwd: top })) !== undefined;
  if (head !== undefined && (await isIn(pushed, head))) return { kind: 'moved' };
  const isBehind = head === undefined || (await isIn(head, pushed));
  if (!isBehind || changes.some(({ holdsOthers }) => holdsOthers)) {
    await commitHere(repository, changes, message);
    return {
      kind: 'committed',
      why: isBehind
        ? 'It lacks the runs that others added to a runs.jsonl; git pull brings them.'
        : 'It has commits of its own.',
    };
  }
  const obstacle = await moveBranch(repository, branch, pushed, changes);
  if (obstacle === undefined) return { kind: 'moved' };
  await setIndex(top, changes);
  return { kind: 'staged', why: obstacle };
}

/** Commits changes on top of the branch checked out and leaves all else in the index as it is. */
export async function commitHere(repository: Repository, changes: readonly Change[], message: string): Promise<string> {
  const { top, head } = repository;
  const entries: TreeEntry[] = [];
  for (const change of changes) entries.push(change.holdsOthers ? await ownLines(repository, change) : change);
  const known = await listCommitFiles(repository, head);
  const missing = entries.filter(({ path, blob }) => known.get(path)?.blob !== blob);
  if (missing.length === 0) return head ?? '';
  const commit = await commitOnto(repository, head, missing, message);
  await git(['update-ref', '-m', 'runfolio push', 'HEAD', commit, head ?? ''], { cwd: top });
  await setIndex(top, missing);
  return commit;
}

/** A `runs.jsonl` as it stands here, on top of what the branch has. */
async function ownLines({ top, head }: Repository, { path, mode }: Change): Promise<TreeEntry> {
  const taken = await takePrefix(`${top}/${path}`, { wholeLines: true });
  const own = taken === undefined ? '' : readFileSync(taken.file).subarray(0, taken.bytes).toString('utf8');
  const before =
    head === undefined || (await maybeGit(['cat-file', '-e', `${head}:${path}`], { cwd: top })) === undefined
      ? ''
      : (await gitBytes(['cat-file', 'blob', `${head}:${path}`], { cwd: top })).toString('utf8');
  const text = uniteRuns(before, own).text ?? before;
  return { path, mode, blob: await hashContent(top, path, Buffer.from(text), { write: true }) };
}

async function setIndex(top: string, entries: readonly TreeEntry[]): Promise<void> {
  await git(['update-index', '-z', '--index-info'], { cwd: top, input: indexInfo(entries) });
  // Sizes and times, so that git need not read the logs again to know them; it says no where a file has grown since.
  await maybeGit(['update-index', '-q', '--refresh'], { cwd: top });
}

/** Moves the branch forward as `git merge --ff-only` would. Gives the reason where that would touch work in the tree. */
async function moveBranch(
  repository: Repository,
  branch: string,
  pushed: string,
  changes: readonly Change[],
): Promise<string | undefined> {
  const { top, head, experiments } = repository;
  const from = head ?? (await emptyTree(top));
  const incoming = splitNul(await git(['diff-tree', '-r', '--name-only', '-z', from, pushed], { cwd: top }));
  const own = new Set(changes.map(({ path }) => path));
  const other = incoming.find((path) => !path.startsWith(experiments));
  if (head !== undefined && other !== undefined) return `Others pushed more than logs, such as ${other}.`;
  const isFree = await withScratchIndex(
    repository,
    async (indexFile) => {
      const call = { cwd: top, indexFile };
      await git(['update-index', '-z', '--index-info'], { ...call, input: indexInfo(changes) });
      try {
        await git(['read-tree', '-m', '-u', '--dry-run', from, pushed], call);
        return undefined;
      } catch (error) {
        if (error instanceof GitFault) return error.message;
        throw error;
      }
    },
    { copy: true },
  );
  if (isFree !== undefined) return isFree;
  await git(['update-index', '-z', '--index-info'], { cwd: top, input: indexInfo(changes) });
  if (incoming.some((path) => !own.has(path))) await git(['read-tree', '-m', '-u', from, pushed], { cwd: top });
  await git(['update-ref', '-m', 'runfolio push: fast-forward', `refs/heads/${branch}`, pushed, head ?? ''], {
    cwd: top,
  });
  await maybeGit(['update-index', '-q', '--refresh'], { cwd: top });
  return undefined;
}
