import { setTimeout as wait } from 'node:timers/promises';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { describeByteSize, parseByteSize } from '../format/byte-size.ts';
import { type PushEffects, type PushResult, pushLogs } from '../git/push-logs.ts';
import { describeRun, summariseRuns } from '../git/push-message.ts';
import { CannotPush } from '../git/repository.ts';
import { WrongName } from '../git/wrong-name.ts';
import { type Environment, findRoot, UsageError } from './environment.ts';

export interface PushCommandOptions {
  root?: string;
  message?: string;
  /** Only runs that have ended. */
  ended?: boolean;
  dryRun?: boolean;
  /** False with --no-push. */
  push?: boolean;
  remote?: string;
  branch?: string;
  retries?: number;
  maxFileSize?: string;
  json?: boolean;
  quiet?: boolean;
}

/**
 * Commits logs that are new or have grown and pushes them, whatever else is going on in the work tree. Exit code 1 where
 * git refused or a file had to stay; then nothing is lost, and the next push tries again.
 */
export async function push(
  environment: Environment,
  names: readonly string[],
  options: PushCommandOptions,
  effects: Pick<PushEffects, 'sleep' | 'random'> = { sleep: async (ms) => await wait(ms), random: Math.random },
): Promise<number> {
  const { stdout, stderr } = environment;
  const root = findRoot(environment, options);
  const { message, ended, dryRun, remote, branch, retries, maxFileSize } = options;
  if (message?.trim() === '') throw new UsageError('--message should say something.');
  const maxFileBytes = maxFileSize === undefined ? undefined : parseByteSize(maxFileSize);
  if (maxFileSize !== undefined && maxFileBytes === undefined)
    throw new UsageError(`--max-file-size should be a size such as 200 MB, found "${maxFileSize}".`);
  try {
    const result = await pushLogs(
      root,
      names,
      {
        ...(message === undefined ? {} : { message }),
        ...(remote === undefined ? {} : { remote }),
        ...(branch === undefined ? {} : { branch }),
        ...(retries === undefined ? {} : { retries }),
        ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
        onlyEnded: ended === true,
        dryRun: dryRun === true,
        noPush: options.push === false,
        mayAsk: stdout.isTTY === true,
      },
      {
        ...effects,
        now: environment.now,
        onRetry: ({ attempt, words }) => {
          if (options.quiet !== true)
            stderr.write(
              `runfolio: try ${attempt} was refused, trying again: ${terminalText(words.split('\n')[0] ?? '')}\n`,
            );
        },
      },
    );
    stdout.write(options.json === true ? `${JSON.stringify(describe(result))}\n` : tell(result, options));
    return result.held.length > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof WrongName) throw new UsageError(error.message);
    if (!(error instanceof CannotPush)) throw error;
    const words = error.message.split('\n').map(terminalText).join('\n');
    if (options.json === true) stdout.write(`${JSON.stringify({ version: 1, commit: null, error: error.message })}\n`);
    else stderr.write(`runfolio: ${words}\nNothing was pushed. The logs are where they were.\n`);
    return 1;
  }
}

/** What `--json` prints. */
function describe({ commit, target, changes, held, waiting, statuses, attempts, settlement }: PushResult): object {
  return {
    version: 1,
    commit: commit ?? null,
    remote: target?.remote ?? null,
    branch: target?.branch ?? null,
    attempts,
    runs: [...new Set(changes.flatMap(({ runs }) => runs))].map((id) => ({ id, status: statuses.get(id) ?? null })),
    files: changes.map(({ file, status, bytes, addedBytes }) => ({ path: file.path, status, bytes, addedBytes })),
    held,
    waiting,
    local: settlement.kind,
  };
}

function tell(
  { commit, target, changes, held, waiting, statuses, settlement }: PushResult,
  { dryRun = false, quiet = false }: PushCommandOptions,
): string {
  const lines: string[] = [];
  const runs = summariseRuns(changes);
  if (dryRun)
    for (const { file, status, bytes, addedBytes } of changes) {
      const more = status === 'grew' ? `, ${describeByteSize(addedBytes)} of it new` : '';
      lines.push(
        status === 'removed' ? `removed  ${file.path}` : `${status}  ${file.path}  ${describeByteSize(bytes)}${more}`,
      );
    }
  else if (!quiet) lines.push(...runs.map((run) => describeRun(run, statuses)));
  const place = target === undefined ? 'the branch checked out' : `${target.remote}/${target.branch}`;
  const count = countOf(changes);
  if (changes.length === 0)
    lines.push(held.length > 0 ? 'Nothing else to push.' : `Nothing to push: ${place} has all logs.`);
  else if (dryRun) lines.push(`Would push ${count} to ${place}.`);
  else if (target === undefined) lines.push(`Committed ${count} (${commit?.slice(0, 12)}). Nothing was pushed.`);
  else lines.push(`Pushed ${count} to ${place} (${commit?.slice(0, 12)}).`);
  if (target !== undefined && !quiet) lines.push(...tellSettlement(settlement, target.isFollowed));
  for (const { path, waitingBytes } of waiting)
    lines.push(`waiting  ${path}: ${describeByteSize(waitingBytes)} after the last line end, an unfinished line`);
  for (const { path, reason } of held) lines.push(`held back  ${path} ${reason}.`);
  const shown = lines.flatMap((line) => line.split('\n')); // Git's words may be several lines.
  return shown.map((line) => `${terminalText(line)}\n`).join('');
}

function tellSettlement({ kind, why = '' }: PushResult['settlement'], isFollowed: boolean): string[] {
  if (kind === 'moved' || why === '' || !isFollowed) return [];
  if (kind === 'committed') return [`Your branch was not moved. ${why} The logs were committed on it as well.`];
  if (kind === 'staged')
    return [`Your branch was not moved. ${why} The logs are staged in it, so that git pull leaves them alone.`];
  return [`Your branch was not moved: ${why}`];
}

/** `3 files of 2 runs`. */
function countOf(changes: PushResult['changes']): string {
  const runs = new Set(changes.flatMap((change) => change.runs)).size;
  const files = `${changes.length} ${changes.length === 1 ? 'file' : 'files'}`;
  return runs === 0 ? files : `${files} of ${runs} ${runs === 1 ? 'run' : 'runs'}`;
}
