import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLostRecords } from './finished-records.ts';
import { GitObjects, type GitState, readGitState, runGit } from './git.ts';

/** A commit in which a finished run's log lost or changed records that it had when the run ended. */
export interface LogEdit {
  /** Path from the root. */
  path: string;
  commit: string;
  /** In a file of many runs, the ids of those that lost records. */
  runs: string[];
  /** What a `Runfolio-Edit:` trailer of the commit says; undefined when there is none. */
  reason: string | undefined;
}

/** What git's history tells of edits. */
export interface EditHistory {
  /**
   * `checked`: all of the history was looked through. `incomplete`: it was cut off by a shallow clone. `none`: there is no
   * git repository, or no commit yet.
   */
  state: 'checked' | 'incomplete' | 'none';
  edits: LogEdit[];
}

/** What the last pass found, kept in git's own folder: the next one starts from its commit. */
interface HistoryCache {
  version: number;
  head: string;
  prefix: string;
  edits: LogEdit[];
}

const cacheVersion = 1;
const logFile = /\/runs\/[^/]+\.(?:jsonl|jsonl\.gz|yaml)$|\/runs\/[^/]+\/[^/]+\.jsonl$|\/runs\.(?:jsonl|yaml)$/;

/**
 * Looks through git's history, once, for finished runs whose logs were edited or shortened afterwards. Work that an
 * earlier pass did is not done again; a commit that is not in the checked-out history any more starts it anew.
 */
export async function readEditHistory(root: string): Promise<EditHistory> {
  const state = await readGitState(root);
  if (state?.head === undefined) return { state: 'none', edits: [] };
  const cacheFile = join(state.commonDir, 'runfolio', `edits-${hash(state.prefix)}.json`);
  const known = readCache(cacheFile, state);
  const range = known !== undefined && (await isAncestor(root, known.head, state.head)) ? known : undefined;
  const edits =
    range?.head === state.head
      ? range.edits
      : [...(range?.edits ?? []), ...(await findEdits(root, state, range?.head))];
  if (range?.head !== state.head)
    writeCache(cacheFile, { version: cacheVersion, head: state.head, prefix: state.prefix, edits });
  return { state: state.isShallow ? 'incomplete' : 'checked', edits };
}

/** One version of one file turned into another by one commit. */
interface Change {
  path: string;
  before: string;
  after: string;
}

async function findEdits(root: string, _state: GitState, since: string | undefined): Promise<LogEdit[]> {
  const range = since === undefined ? 'HEAD' : `${since}..HEAD`;
  const output = await runGit(root, [
    'log',
    range,
    '--reverse',
    '--raw',
    '-c',
    '-z',
    '--no-abbrev',
    '--no-renames',
    '--relative',
    '--format=%x01%H%x02%(trailers:key=Runfolio-Edit,valueonly,separator=%x20)%x02',
    '--',
    'experiments',
  ]);
  if (output === undefined) return [];
  const objects = new GitObjects(root);
  const edits: LogEdit[] = [];
  try {
    for (const entry of output.split('\x01').slice(1)) {
      const [commit = '', reason = '', raw = ''] = entry.split('\x02');
      for (const change of readChanges(raw)) {
        if (edits.some((edit) => edit.path === change.path && edit.commit === commit)) continue;
        const before = await objects.read(change.before);
        const after = await objects.read(change.after);
        if (before === undefined || after === undefined) continue;
        const { isLost, runs } = findLostRecords(change.path, before, after);
        if (isLost)
          edits.push({ path: change.path, commit, runs, reason: reason.trim() === '' ? undefined : reason.trim() });
      }
    }
  } finally {
    objects.close();
  }
  return edits;
}

/**
 * Reads the raw differences of one commit: `:mode mode id id status\0path\0`, and for a merge `::mode mode mode id id id
 * status\0path\0`, which git lists only where the result differs from every parent. A log that was compressed is a
 * removal and an addition under two names: they are paired by the run's name.
 */
function readChanges(raw: string): Change[] {
  const changes: Change[] = [];
  const removed = new Map<string, Change>();
  const added: Change[] = [];
  const parts = raw.replace(/^[\0\n]+/, '').split('\0');
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const head = (parts[at] as string).replace(/^\n/, '');
    const path = parts[at + 1] as string;
    const parents = /^:+/.exec(head)?.[0].length ?? 0;
    if (parents === 0) continue;
    const fields = head.slice(parents).split(' ');
    const ids = fields.slice(parents + 1, 2 * parents + 2);
    const after = ids.at(-1) ?? '';
    if (!logFile.test(`/${path}`)) continue;
    for (const before of ids.slice(0, -1)) {
      const change = { path, before, after };
      if (isNothing(before)) added.push(change);
      else if (isNothing(after)) removed.set(path.replace(/\.gz$/, ''), change);
      else changes.push(change);
    }
  }
  for (const change of added) {
    const old = removed.get(change.path.replace(/\.gz$/, ''));
    if (old !== undefined) changes.push({ path: change.path, before: old.before, after: change.after });
  }
  return changes;
}

function isNothing(id: string): boolean {
  return /^0+$/.test(id);
}

async function isAncestor(root: string, commit: string, head: string): Promise<boolean> {
  return commit === head || (await runGit(root, ['merge-base', '--is-ancestor', commit, head])) !== undefined;
}

function readCache(file: string, state: GitState): HistoryCache | undefined {
  try {
    const cache = JSON.parse(readFileSync(file, 'utf8')) as HistoryCache;
    const isOurs =
      cache.version === cacheVersion &&
      cache.prefix === state.prefix &&
      /^[0-9a-f]{40,64}$/.test(cache.head) &&
      Array.isArray(cache.edits);
    // A clone that was deepened since must be looked through again.
    return isOurs && !state.isShallow ? cache : undefined;
  } catch {
    return undefined;
  }
}

/** The cache saves time and nothing else: where it cannot be written, nothing is said. */
function writeCache(file: string, cache: HistoryCache): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(temporary, JSON.stringify(cache));
    renameSync(temporary, file);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
