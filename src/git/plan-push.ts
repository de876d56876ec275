import { lstatSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describeByteSize } from '../format/byte-size.ts';
import { hashContent, hashFiles, type Prefix, readPrefix, takePrefix } from './log-bytes.ts';
import type { Repository } from './repository.ts';
import { maybeRunFile, ownerOf, type RunFile } from './run-files.ts';
import { git, gitBytes, maybeGit } from './run-git.ts';
import type { TreeFile, WorkTreeFiles } from './tree-files.ts';
import { uniteRuns } from './union-runs.ts';

/** What one file becomes in the commit. */
export interface Change {
  file: RunFile;
  /** Ids of the runs that it is about; of a file of many runs, of those that are added. */
  runs: string[];
  /** Path from the top of the work tree. */
  path: string;
  status: 'new' | 'grew' | 'changed' | 'removed';
  mode: string;
  /** Name of the new content in git; undefined where the file is removed. */
  blob: string | undefined;
  /** Bytes of the file that are taken, and how many of them are new. */
  bytes: number;
  addedBytes: number;
  /** Bytes of an unfinished last line, left for the next push. */
  waitingBytes: number;
  /** Whether the content holds runs that the file in the work tree lacks. */
  holdsOthers: boolean;
}

/** A file that stays where it is, and why. */
export interface HeldFile {
  /** Path from the root. */
  path: string;
  reason: string;
}

export interface PushPlan {
  changes: Change[];
  held: HeldFile[];
  /** Logs that were taken over as they are, with an unfinished line waiting. */
  waiting: { path: string; waitingBytes: number }[];
  /** Files that the commit has as they stand here, and that the branch checked out and its index do not know. */
  known: Change[];
}

/** What a plan is made from. */
export interface PlanInput {
  repository: Repository;
  local: WorkTreeFiles;
  /** Files of the commit that the logs are put onto, and of those that the work tree comes from. */
  base: Map<string, TreeFile>;
  fork: Map<string, TreeFile>;
  head: Map<string, TreeFile>;
  /** Whether a file belongs to a run that was asked for. */
  isChosen: (file: RunFile) => boolean;
  /** Whether a line of a file of many runs belongs to one. */
  isChosenRun: (experiment: string, run: string | undefined) => boolean;
  /** Why a file must stay, by its path from the root. */
  heldReasons: ReadonlyMap<string, string>;
  /** Files larger than this stay. */
  maxFileBytes: number;
  /** Whether contents are written into git, or only looked at. */
  write: boolean;
  /** Words for the base: `origin/main`. */
  baseName: string;
}

/** A file that nothing keeps from being pushed so far. */
interface Candidate {
  file: RunFile;
  /** Path from the top of the work tree. */
  path: string;
  taken: Prefix;
}

/** The run files of the work tree that may differ from a commit: new to it, or other than in it. Nothing is opened. */
export function listCandidates(
  { prefix }: Repository,
  { index, modified, untracked }: WorkTreeFiles,
  base: ReadonlyMap<string, TreeFile>,
): RunFile[] {
  const paths = new Set(untracked);
  for (const [path, { blob }] of index) if (modified.has(path) || base.get(path)?.blob !== blob) paths.add(path);
  return [...paths].sort().flatMap((path) => maybeRunFile(path.slice(prefix.length)) ?? []);
}

/**
 * Holds each run file of the work tree against a commit and says what that commit lacks. A log counts up to its last line
 * end. A file that the other side changed as well is held back, unless one holds the beginning of the other; the lines of
 * `runs.jsonl` are put together.
 */
export async function planPush(input: PlanInput): Promise<PushPlan> {
  const plan: PushPlan = { changes: [], held: [], waiting: [], known: [] };
  const { repository, local, base, head } = input;
  const candidates: Candidate[] = [];
  for (const file of listCandidates(repository, local, base)) {
    if (!input.isChosen(file)) continue;
    const path = `${repository.prefix}${file.path}`;
    const absolute = `${repository.top}/${path}`;
    const stats = lstatSync(absolute, { throwIfNoEntry: false });
    if (stats === undefined || !stats.isFile()) continue;
    const taken = await takePrefix(absolute, { wholeLines: file.kind !== 'whole' });
    if (taken === undefined) continue;
    if (taken.waitingBytes > 0) plan.waiting.push({ path: file.path, waitingBytes: taken.waitingBytes });
    if (taken.bytes === 0 && file.kind !== 'whole') continue;
    const reason =
      taken.bytes > input.maxFileBytes
        ? `is ${describeByteSize(taken.bytes)}, more than ${describeByteSize(input.maxFileBytes)} (--max-file-size)`
        : input.heldReasons.get(file.path);
    if (reason === undefined) candidates.push({ file, path, taken });
    else plan.held.push({ path: file.path, reason });
  }
  const blobs = await hashCandidates(input, candidates);
  for (const candidate of candidates) {
    const { file, path } = candidate;
    const judged = await judge(input, candidate, blobs.get(path));
    if (judged === undefined) continue;
    if (typeof judged === 'string') plan.held.push({ path: file.path, reason: judged });
    else if (judged.blob !== base.get(path)?.blob) plan.changes.push(judged);
    else if (![head, local.index].some((files) => files.get(path)?.blob === judged.blob)) plan.known.push(judged);
  }
  plan.changes.push(...(await planRemovals(input, plan.changes)));
  return plan;
}

/** The content of files in git, by path, as far as one call of git can tell: of those that count whole. */
async function hashCandidates(
  { repository: { top }, write }: PlanInput,
  candidates: readonly Candidate[],
): Promise<Map<string, string>> {
  const whole = candidates.filter(({ file, taken }) => taken.waitingBytes === 0 && file.kind !== 'many-lines');
  return await hashFiles(
    top,
    whole.map(({ path, taken }) => ({ path, bytes: taken.bytes })),
    { write },
  );
}

/**
 * What becomes of one file: a change, which has the content of the commit where that has all of it; the reason why the file must
 * stay; or undefined where it stays as the commit has it.
 */
async function judge(
  input: PlanInput,
  { file, path, taken }: Candidate,
  hashed: string | undefined,
): Promise<Change | string | undefined> {
  const { repository, base, fork, head, local, write } = input;
  const { top } = repository;
  const there = base.get(path);
  const mode = there?.mode ?? local.index.get(path)?.mode ?? '100644';
  const change = (status: Change['status'], blob: string, addedBytes: number): Change => ({
    file,
    runs: file.run === undefined ? [] : [ownerOf(file)],
    path,
    status,
    mode,
    blob,
    bytes: taken.bytes,
    addedBytes,
    waitingBytes: taken.waitingBytes,
    holdsOthers: false,
  });
  const blob =
    hashed ?? (await hashContent(top, path, readPrefix(taken), { write: write && file.kind !== 'many-lines' }));
  if (blob === there?.blob) return change('new', blob, 0);
  if (file.kind === 'many-lines') return await judgeMany(input, file, path, { taken, mode, there });
  const wasHere = fork.get(path)?.blob;
  // What the work tree has unchanged, the other side may have removed or gone on with.
  if (wasHere === blob) return undefined;
  if (there === undefined) return change('new', blob, taken.bytes);
  const thereBytes = Number(await git(['cat-file', '-s', there.blob], { cwd: top }));
  const isOnlyChangedHere = [wasHere, head.get(path)?.blob, local.index.get(path)?.blob].includes(there.blob);
  if (thereBytes <= taken.bytes) {
    const start = readPrefix({ file: taken.file, bytes: thereBytes });
    if ((await hashContent(top, path, start, { write: false })) === there.blob)
      return change('grew', blob, taken.bytes - thereBytes);
  } else if ((file.kind === 'stream' || !isOnlyChangedHere) && (await startsWith(top, there.blob, taken)))
    return undefined;
  if (isOnlyChangedHere && repository.isSparse)
    return `is another file than the one in ${input.baseName}, which this sparse clone may have left out. Give the run another name, or check the file out first (git sparse-checkout)`;
  if (isOnlyChangedHere) return change('changed', blob, Math.max(0, taken.bytes - thereBytes));
  return `was changed both here and in ${input.baseName}, and neither goes on from the other. Give one of the two runs another name`;
}

async function startsWith(top: string, blob: string, taken: Prefix): Promise<boolean> {
  const content = await gitBytes(['cat-file', 'blob', blob], { cwd: top });
  return content.subarray(0, taken.bytes).equals(readFileSync(taken.file).subarray(0, taken.bytes));
}

/** `runs.jsonl`: each line is a run of its own, so what the commit lacks is added behind what it has. */
async function judgeMany(
  { repository: { top }, isChosenRun, write, baseName }: PlanInput,
  file: RunFile,
  path: string,
  { taken, mode, there }: { taken: Prefix; mode: string; there: TreeFile | undefined },
): Promise<Change | string | undefined> {
  const own = readFileSync(taken.file).subarray(0, taken.bytes).toString('utf8');
  const theirs =
    there === undefined ? '' : (await gitBytes(['cat-file', 'blob', there.blob], { cwd: top })).toString('utf8');
  const united = uniteRuns(theirs, own, { isWanted: (run) => isChosenRun(file.experiment, run) });
  if (united.changed.length > 0) {
    const names = united.changed.map((id) => `"${id}"`).join(', ');
    return `has another line than ${baseName} for ${names}. A push only adds runs; commit an edit by hand, or give the run another id`;
  }
  if (united.text === undefined) return undefined;
  const bytes = Buffer.from(united.text);
  const blob = await hashContent(top, path, bytes, { write });
  return {
    file,
    runs: united.added.map((id) => `${file.experiment}/${id}`),
    path,
    status: there === undefined ? 'new' : 'grew',
    mode,
    blob,
    bytes: bytes.length,
    addedBytes: bytes.length - Buffer.byteLength(theirs),
    waitingBytes: taken.waitingBytes,
    holdsOthers: united.baseHasMore,
  };
}

/** Logs that went elsewhere: into the run's own folder, or into a compressed file. Each is there whole, or it stays. */
async function planRemovals(
  { repository, local, base, head, isChosen }: PlanInput,
  changes: readonly Change[],
): Promise<Change[]> {
  const { top, prefix } = repository;
  const removals: Change[] = [];
  const goneOn = changes.filter(({ file, status }) => status === 'new' && file.run !== undefined);
  if (goneOn.length === 0) return removals;
  for (const [path, { mode, blob }] of base) {
    const file = maybeRunFile(path.slice(prefix.length));
    if (file?.kind !== 'stream' || !isChosen(file)) continue;
    if (local.index.get(path)?.blob === undefined && head.get(path) === undefined) continue;
    if (lstatSync(`${top}/${path}`, { throwIfNoEntry: false }) !== undefined) continue;
    const next = goneOn.find((own) => ownerOf(own.file) === ownerOf(file) && /\.jsonl(?:\.gz)?$/.test(own.path));
    if (next === undefined) continue;
    const before = await gitBytes(['cat-file', 'blob', blob], { cwd: top });
    const after = maybePlainBytes(`${top}/${next.path}`, next.bytes);
    if (after === undefined || !after.subarray(0, before.length).equals(before)) continue;
    removals.push({
      file,
      runs: [ownerOf(file)],
      path,
      status: 'removed',
      mode,
      blob: undefined,
      bytes: 0,
      addedBytes: 0,
      waitingBytes: 0,
      holdsOthers: false,
    });
  }
  return removals;
}

const maxMovedBytes = 256 * 1024 * 1024;

function maybePlainBytes(file: string, bytes: number): Buffer | undefined {
  if (bytes > maxMovedBytes) return undefined;
  const content = readFileSync(file).subarray(0, bytes);
  try {
    return file.endsWith('.gz') ? gunzipSync(content, { maxOutputLength: maxMovedBytes }) : content;
  } catch {
    return undefined;
  }
}

/** The commit in which two histories part; undefined where they have none in common, or it was cut off. */
export async function findFork({ top, head }: Repository, commit: string | undefined): Promise<string | undefined> {
  if (head === undefined || commit === undefined) return undefined;
  return await maybeGit(['merge-base', head, commit], { cwd: top });
}
