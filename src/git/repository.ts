import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type GitCall, GitFault, git, maybeGit, splitNul } from './run-git.ts';
import { WrongName } from './wrong-name.ts';

/** Says why nothing can be pushed from here, in a sentence or in git's own words. */
export class CannotPush extends Error {}

/** The work tree that a root lies in. */
export interface Repository {
  /** Absolute path of the top of the work tree. Git is run here, so that paths are from the top. */
  top: string;
  /** Path from the top to `experiments/`, with `/` at its end. */
  experiments: string;
  /** Path from the top to the root, with `/` at its end; empty at the top. */
  prefix: string;
  /** Absolute path of the folder that git keeps this work tree's files in. */
  gitDir: string;
  /** The branch checked out; undefined where HEAD is detached. */
  branch: string | undefined;
  /** The commit checked out; undefined before the first one. */
  head: string | undefined;
  /** Whether it is a sparse checkout, which leaves files of the commit out of the work tree. */
  isSparse: boolean;
  /** When it was looked at. */
  openedAtMs: number;
}

/** Where logs are pushed to. */
export interface Target {
  remote: string;
  /** Name of the branch at the remote. */
  branch: string;
  /** Whether the branch checked out follows it, and so should come to hold what was pushed. */
  isFollowed: boolean;
}

/** What git leaves in its folder while something is going on that a person has to finish. */
const operations: readonly (readonly [file: string, name: string])[] = [
  ['MERGE_HEAD', 'merge'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
];

/**
 * Looks at the work tree around a root.
 *
 * @throws CannotPush outside of one, without git, and while a merge, rebase, cherry-pick or revert waits to be finished
 */
export async function openRepository(root: string, { nowMs }: { nowMs: number }): Promise<Repository> {
  const call: GitCall = { cwd: root };
  let facts: string;
  try {
    facts = await git(
      ['rev-parse', '--path-format=absolute', '--git-dir', '--show-toplevel', '--is-inside-work-tree', '--show-prefix'],
      call,
    );
  } catch (error) {
    if (error instanceof GitFault) throw new CannotPush(error.message);
    throw error;
  }
  const [gitDir = '', top = '', , prefix = ''] = facts.split('\n');
  const going = operations.find(([file]) => existsSync(join(gitDir, file)));
  if (going !== undefined) {
    throw new CannotPush(
      `A ${going[1]} is under way in ${top}. Finish it or give it up (git ${going[1]} --abort), then push again.`,
    );
  }
  const branch = await maybeGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], call);
  const head = await maybeGit(['rev-parse', '--verify', '--quiet', 'HEAD'], call);
  const isSparse = (await maybeGit(['config', '--type=bool', '--get', 'core.sparseCheckout'], call)) === 'true';
  return { top, prefix, experiments: `${prefix}experiments/`, gitDir, branch, head, isSparse, openedAtMs: nowMs };
}

/**
 * Chooses where to push: what was asked for, else what git is set up to push the branch to, else the branch of the same
 * name at the only remote, or at `origin`.
 *
 * @throws CannotPush where there is no remote, no way to choose one, or no branch
 * @throws WrongName for a remote or a branch that was asked for and cannot be
 */
export async function chooseTarget(
  { top, branch: own }: Repository,
  { remote: askedRemote, branch: askedBranch }: { remote?: string; branch?: string },
): Promise<Target> {
  const call: GitCall = { cwd: top };
  const remotes = (await git(['remote'], call)).split('\n').filter((name) => name !== '');
  if (remotes.length === 0)
    throw new CannotPush('The repository has no remote. Add one with git remote add origin ADDRESS, or use --no-push.');
  if (own === undefined && askedBranch === undefined)
    throw new CannotPush('No branch is checked out (HEAD is detached). Name the one to push to with --branch.');
  const config = await readConfig(top);
  const ofBranch = (key: string): string | undefined =>
    own === undefined ? undefined : config.get(`branch.${own}.${key}`);
  const followedRemote = ofBranch('remote');
  const followedRef = ofBranch('merge');
  const pushRemote = ofBranch('pushremote') ?? config.get('remote.pushdefault');
  const remote =
    askedRemote ??
    [pushRemote, followedRemote].find((name) => name !== undefined && name !== '.') ??
    (remotes.length === 1 ? remotes[0] : remotes.find((name) => name === 'origin'));
  if (remote === undefined)
    throw new CannotPush(`There are ${remotes.length} remotes: ${remotes.join(', ')}. Choose one with --remote.`);
  if (!remotes.includes(remote)) {
    const words = `There is no remote "${remote}". There is: ${remotes.join(', ')}.`;
    throw remote === askedRemote ? new WrongName(words) : new CannotPush(words);
  }
  const counterpart =
    remote === followedRemote && followedRef?.startsWith('refs/heads/') ? followedRef.slice('refs/heads/'.length) : own;
  const branch = askedBranch ?? (counterpart as string);
  if ((await maybeGit(['check-ref-format', '--branch', branch], call)) === undefined)
    throw new WrongName(`"${branch}" is no name of a branch.`);
  return { remote, branch, isFollowed: own !== undefined && branch === counterpart };
}

/** What git is set up to do with branches and remotes, by key; the last of several values of a key. */
async function readConfig(top: string): Promise<Map<string, string>> {
  const output = await maybeGit(['config', '-z', '--get-regexp', '^(branch|remote)\\.'], { cwd: top });
  const entries = splitNul(output ?? '').map((entry): [string, string] => {
    const at = entry.indexOf('\n');
    return at === -1 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)];
  });
  return new Map(entries);
}
