import type { RunStatus } from '../series/run-status.ts';
import { type ChosenRuns, chooseRuns } from './choose-runs.ts';
import { commitOnto } from './commit-tree.ts';
import { type Change, findFork, type HeldFile, listCandidates, planPush } from './plan-push.ts';
import { isMissingBranch, judgeFault } from './push-fault.ts';
import { summariseRuns, writeMessage } from './push-message.ts';
import { CannotPush, chooseTarget, openRepository, type Repository, type Target } from './repository.ts';
import { GitFault, git } from './run-git.ts';
import { removeLeftovers, withScratchRef } from './scratch.ts';
import { commitHere, type Settlement, settleBranch } from './settle-branch.ts';
import { listCommitFiles, listWorkTreeFiles } from './tree-files.ts';

export interface PushOptions {
  /** The commit's title in place of one made from the runs. */
  message?: string;
  /** Only runs that have ended. */
  onlyEnded?: boolean;
  /** Look, write nothing. */
  dryRun?: boolean;
  /** Commit on the branch checked out and leave the remote alone. */
  noPush?: boolean;
  remote?: string;
  branch?: string;
  /** How often a push is tried again after another writer came first. */
  retries?: number;
  maxFileBytes?: number;
  /** Whether git may ask for a password. */
  mayAsk?: boolean;
}

/** What a push needs of the world. */
export interface PushEffects {
  now: () => number;
  /** Waits, in milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** A number from 0 to below 1. */
  random: () => number;
  /** Told before each new try. */
  onRetry?: (retry: { attempt: number; waitMs: number; words: string }) => void;
}

export interface PushResult {
  /** Undefined where nothing was left to commit, and in a dry run. */
  commit: string | undefined;
  /** Undefined with `noPush`. */
  target: Target | undefined;
  changes: Change[];
  held: HeldFile[];
  waiting: { path: string; waitingBytes: number }[];
  statuses: Map<string, RunStatus>;
  /** Pushes tried. */
  attempts: number;
  settlement: Settlement;
}

const defaultRetries = 10;
const firstWaitMs = 250;
const longestWaitMs = 10_000;
/** What GitHub and GitLab take of one file unless told otherwise. */
const defaultMaxFileBytes = 100_000_000;

/**
 * Commits the logs of runs that are new or have grown and pushes them. The commit is made on top of what the remote has,
 * in an index of its own, so other work in the tree plays no part in it; where another writer comes first it is made
 * again on top of theirs, after a wait that doubles and is cut by chance, so that many writers do not keep meeting.
 *
 * @throws CannotPush with the reason, where nothing was pushed and nothing in the work tree has changed
 * @throws WrongName for a run, a remote or a branch that there is not
 */
export async function pushLogs(
  root: string,
  names: readonly string[],
  options: PushOptions,
  effects: PushEffects,
): Promise<PushResult> {
  const repository = await openRepository(root, { nowMs: effects.now() });
  try {
    await removeLeftovers(repository);
    if (options.noPush === true) return await commitOnly(root, repository, names, options, effects);
    const target = await chooseTarget(repository, options);
    return await pushTo(root, repository, target, names, options, effects);
  } catch (error) {
    if (error instanceof GitFault) throw new CannotPush(refusal(error));
    throw error;
  }
}

async function pushTo(
  root: string,
  repository: Repository,
  target: Target,
  names: readonly string[],
  options: PushOptions,
  effects: PushEffects,
): Promise<PushResult> {
  const { retries = defaultRetries, dryRun = false } = options;
  const { top } = repository;
  const mayAsk = options.mayAsk ?? false;
  let chosen: ChosenRuns | undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const tip = await fetchTip(repository, target, mayAsk);
      const base = tip ?? (await startOfNewBranch(repository, target));
      const plan = await planOn(repository, { base, baseName: `${target.remote}/${target.branch}` }, options, {
        choose: async (candidates) => {
          chosen ??= await chooseRuns(root, names, candidates, chooseOptions(options, effects));
          return chosen;
        },
      });
      const result: PushResult = {
        ...plan,
        commit: undefined,
        target,
        attempts: attempt - 1,
        statuses: chosen?.statuses ?? new Map(),
        settlement: { kind: 'untouched' },
      };
      if (dryRun) return result;
      if (plan.changes.length === 0) {
        // An earlier push may have been kept from telling the branch, which git pull would stumble over.
        if (base === undefined || !target.isFollowed || plan.known.length === 0) return result;
        const known = writeMessage(summariseRuns(plan.known), result.statuses);
        return { ...result, settlement: await settle(root, base, plan.known, known, effects) };
      }
      const message = writeMessage(summariseRuns(plan.changes), result.statuses, options.message);
      const commit = await commitOnto(repository, base, plan.changes, message);
      await git(
        [
          'push',
          '--porcelain',
          '--no-follow-tags',
          '--recurse-submodules=no',
          target.remote,
          `${commit}:refs/heads/${target.branch}`,
        ],
        { cwd: top, mayAsk },
      );
      const settlement: Settlement = target.isFollowed
        ? await settle(root, commit, [...plan.changes, ...plan.known], message, effects)
        : { kind: 'untouched' };
      return { ...result, commit, attempts: attempt, settlement };
    } catch (error) {
      if (!(error instanceof GitFault) || judgeFault(error) === 'stop') throw error;
      if (attempt > retries) {
        const again = retries === 0 ? '' : ` ${attempt} times, the last time`;
        throw new CannotPush(`Git refused${again} with these words:\n${refusal(error)}`);
      }
      const waitMs = Math.round(effects.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1)));
      effects.onRetry?.({ attempt, waitMs, words: refusal(error) });
      await effects.sleep(waitMs);
    }
  }
}

const settleTries = 5;

/** Settles the branch as it is by now: what was pushed is pushed, so that trouble here is told and fails nothing. */
async function settle(
  root: string,
  commit: string,
  changes: readonly Change[],
  message: string,
  { now, sleep, random }: PushEffects,
): Promise<Settlement> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await settleBranch(await openRepository(root, { nowMs: now() }), commit, changes, message);
    } catch (error) {
      if (error instanceof CannotPush) return { kind: 'untouched', why: error.message };
      if (!(error instanceof GitFault)) throw error;
      if (attempt === settleTries || judgeFault(error) === 'stop') return { kind: 'untouched', why: error.message };
      await sleep(Math.round(random() * firstWaitMs * attempt));
    }
  }
}

async function commitOnly(
  root: string,
  repository: Repository,
  names: readonly string[],
  options: PushOptions,
  effects: PushEffects,
): Promise<PushResult> {
  const { head, branch } = repository;
  if (branch === undefined)
    throw new CannotPush('No branch is checked out (HEAD is detached), so a commit would belong to none.');
  let chosen: ChosenRuns | undefined;
  const plan = await planOn(repository, { base: head, baseName: branch }, options, {
    choose: async (candidates) => {
      chosen = await chooseRuns(root, names, candidates, chooseOptions(options, effects));
      return chosen;
    },
  });
  const result: PushResult = {
    ...plan,
    commit: undefined,
    target: undefined,
    attempts: 0,
    statuses: chosen?.statuses ?? new Map(),
    settlement: { kind: 'untouched' },
  };
  if (options.dryRun === true || plan.changes.length === 0) return result;
  const message = writeMessage(summariseRuns(plan.changes), result.statuses, options.message);
  return { ...result, commit: await commitHere(repository, plan.changes, message), settlement: { kind: 'committed' } };
}

function chooseOptions(
  { onlyEnded = false }: PushOptions,
  { now }: PushEffects,
): { nowMs: number; onlyEnded: boolean } {
  return { nowMs: now(), onlyEnded };
}

async function planOn(
  repository: Repository,
  { base, baseName }: { base: string | undefined; baseName: string },
  { dryRun = false, maxFileBytes = defaultMaxFileBytes }: PushOptions,
  { choose }: { choose: (candidates: ReturnType<typeof listCandidates>) => Promise<ChosenRuns> },
): Promise<Awaited<ReturnType<typeof planPush>>> {
  const local = await listWorkTreeFiles(repository);
  const baseFiles = await listCommitFiles(repository, base);
  const filesOf = async (commit: string | undefined): Promise<typeof baseFiles> =>
    commit === base ? baseFiles : await listCommitFiles(repository, commit);
  const head = await filesOf(repository.head);
  const forkCommit = repository.head === base ? base : await findFork(repository, base);
  const fork = forkCommit === repository.head ? head : await filesOf(forkCommit);
  const chosen = await choose(listCandidates(repository, local, baseFiles));
  return await planPush({
    repository,
    local,
    base: baseFiles,
    fork,
    head,
    isChosen: chosen.isChosen,
    isChosenRun: chosen.isChosenRun,
    heldReasons: chosen.heldReasons,
    maxFileBytes,
    baseName,
    write: !dryRun,
  });
}

/** Fetches the remote's branch and gives its commit; undefined where the remote has no such branch. */
async function fetchTip(
  repository: Repository,
  { remote, branch }: Target,
  mayAsk: boolean,
): Promise<string | undefined> {
  const call = { cwd: repository.top, mayAsk };
  const options = ['--quiet', '--no-tags', '--no-recurse-submodules', '--no-write-fetch-head', '--refmap='];
  return await withScratchRef(repository, async (ref) => {
    try {
      await git(['fetch', ...options, remote, `+refs/heads/${branch}:${ref}`], call);
      return await git(['rev-parse', '--verify', ref], call);
    } catch (error) {
      if (error instanceof GitFault && isMissingBranch(error)) return undefined;
      throw error;
    }
  });
}

/** Where a branch that the remote lacks begins: at the commit checked out, unless commits would be published with it. */
async function startOfNewBranch({ top, head }: Repository, { remote, branch }: Target): Promise<string | undefined> {
  if (head === undefined) return undefined;
  const unpublished = await git(['rev-list', '--max-count=1', head, '--not', `--remotes=${remote}`], { cwd: top });
  if (unpublished === '') return head;
  throw new CannotPush(
    `${remote} has no branch "${branch}", and beginning it would publish commits that are only here. ` +
      `Push it once yourself: git push -u ${remote} HEAD:${branch}`,
  );
}

/** The line in which git says that a push was refused, else all that it said. */
function refusal({ message, stdout }: GitFault): string {
  const line = stdout.split('\n').find((own) => own.startsWith('!'));
  return line === undefined ? message : `${line.split('\t').slice(2).join(' ')}\n${message}`.trim();
}
