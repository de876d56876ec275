import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findLostRecords, holdsEnd, type LostRecords } from './finished-records.ts';
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

const logEdit = z.object({
  path: z.string(),
  commit: z.string(),
  runs: z.array(z.string()),
  reason: z.string().optional(),
  before: z.string(),
});

/** What the last pass found, kept in git's own folder: the next one starts from its commit. */
const historyCache = z.object({
  version: z.literal(2),
  head: z.string().regex(/^[0-9a-f]{40,64}$/),
  prefix: z.string(),
  edits: z.array(logEdit),
  /** The last version of each log that was removed, by its path without `.gz`. */
  removed: z.record(z.string(), z.string()),
});
type HistoryCache = z.infer<typeof historyCache>;
/** An edit, with the version of the log that it changed: what a later commit has to bring back. */
type FoundEdit = z.infer<typeof logEdit>;

const logFile =
  /\/runs\/[^/]+\.(?:jsonl|jsonl\.gz|yaml)$|\/runs\/[^/]+\/[^/]+\.jsonl(?:\.gz)?$|\/runs\.(?:jsonl|yaml)$/;

/**
 * Looks through git's history, once, for finished runs whose logs were edited or shortened afterwards; an edit that a later
 * commit took back is none any more. Work that an earlier pass did is not done again; a commit that is not in the
 * checked-out history any more starts it anew.
 */
export async function readEditHistory(root: string): Promise<EditHistory> {
  const state = await readGitState(root);
  if (state?.head === undefined) return { state: 'none', edits: [] };
  const cacheFile = join(state.commonDir, 'runfolio', `edits-${hash(state.prefix)}.json`);
  const known = state.isShallow ? undefined : readCache(cacheFile, state);
  const from = known !== undefined && (await isAncestor(root, known.head, state.head)) ? known : undefined;
  const search = new EditSearch(root, from);
  const isWhole = from?.head === state.head || (await search.run(from?.head));
  if (isWhole && !state.isShallow && from?.head !== state.head) {
    const { edits, removed } = search;
    writeCache(cacheFile, {
      version: 2,
      head: state.head,
      prefix: state.prefix,
      edits,
      removed: Object.fromEntries(removed),
    });
  }
  return {
    state: isWhole && !state.isShallow ? 'checked' : 'incomplete',
    edits: search.edits.map(({ path, commit, runs, reason }) => ({ path, commit, runs, reason })),
  };
}

/** One version of one file turned into another by one commit. */
interface Change {
  path: string;
  before: string;
  after: string;
}

/** Marks that git puts around what is told of a commit: characters that no path and no reason will hold. */
const opening = '\u0001';
const mark = '\u0002';
const header = new RegExp(`${opening}([0-9a-f]{40,64})${mark}([^${mark}]*)${mark}([^]*?)${mark}`, 'g');

/** Goes through commits from the oldest on and keeps what edits are still standing. */
class EditSearch {
  edits: FoundEdit[];
  removed: Map<string, string>;
  #root: string;
  #objects: GitObjects | undefined;
  #isWhole = true;

  constructor(root: string, from: HistoryCache | undefined) {
    this.#root = root;
    this.edits = [...(from?.edits ?? [])];
    this.removed = new Map(Object.entries(from?.removed ?? {}));
  }

  /** Says whether all of it could be read. */
  async run(since: string | undefined): Promise<boolean> {
    const range = since === undefined ? 'HEAD' : `${since}..HEAD`;
    const format = '--format=%x01%H%x02%P%x02%(trailers:key=Runfolio-Edit,valueonly,separator=%x20)%x02';
    const options = ['--reverse', '--topo-order', '--raw', '-m', '-z', '--no-abbrev', '--no-renames', '--relative'];
    const output = await runGit(this.#root, ['log', range, ...options, format, '--', 'experiments']);
    if (output === undefined) return false;
    this.#objects = new GitObjects(this.#root);
    try {
      const heads = [...output.matchAll(header)];
      for (let at = 0; at < heads.length; ) {
        const [, commit = '', parents = '', reason = ''] = heads[at] as RegExpExecArray;
        // A merge is told once for each parent that it differs from.
        const changes: Change[] = [];
        for (; at < heads.length && heads[at]?.[1] === commit; at += 1) {
          const head = heads[at] as RegExpExecArray;
          changes.push(
            ...this.#readChanges(output.slice(head.index + head[0].length, heads[at + 1]?.index ?? output.length)),
          );
        }
        await this.#judge(changes, { commit, parents: parents.split(' ').length, reason: reason.trim() });
      }
    } finally {
      this.#objects.close();
    }
    return this.#isWhole;
  }

  async #judge(
    changes: readonly Change[],
    { commit, parents, reason }: { commit: string; parents: number; reason: string },
  ): Promise<void> {
    for (const path of new Set(changes.map((change) => change.path))) {
      const own = changes.filter((change) => change.path === path);
      const after = own[0]?.after ?? '';
      if (await this.#takesBack(path, after)) continue;
      // A merge that took over one parent's version: whatever that side edited was told of where it did.
      const isTakenOver = parents > 1 && own.length < parents && this.edits.some((edit) => isSameLog(edit.path, path));
      if (isTakenOver) continue;
      for (const { before } of own) {
        const lost = (await this.#findLost(path, before, after)) ?? { isLost: false, runs: [] };
        const isEdit = lost.isLost || (await this.#isEditOfEndedSegment(path, before, after, commit));
        if (!isEdit) continue;
        this.edits.push({ path, commit, runs: lost.runs, ...(reason === '' ? {} : { reason }), before });
        break;
      }
    }
  }

  /** Says whether a segment without an end lost lines when another segment of its run held the end already. */
  async #isEditOfEndedSegment(path: string, before: string, after: string, commit: string): Promise<boolean> {
    const folder = /^.*\/runs\/[^/]+\/(?=[^/]+\.jsonl(?:\.gz)?$)/.exec(path)?.[0];
    if (folder === undefined) return false;
    if ((await this.#findLost(path, before, after, { hasEnded: true }))?.isLost !== true) return false;
    const listing = (await runGit(this.#root, ['ls-tree', '-z', `${commit}^`, '--', folder])) ?? '';
    for (const [, id = ''] of listing.matchAll(/ blob ([0-9a-f]+)\t[^\0]*\.jsonl(?:\.gz)?\0/g)) {
      const segment = await this.#objects?.read(id);
      if (segment !== undefined && holdsEnd(segment)) return true;
    }
    return false;
  }

  /** Drops the edits of a log that a version takes back, and says whether there were any. */
  async #takesBack(path: string, after: string): Promise<boolean> {
    const kept: FoundEdit[] = [];
    for (const edit of this.edits) {
      const isBack = isSameLog(edit.path, path) && (await this.#findLost(path, edit.before, after))?.isLost === false;
      if (!isBack) kept.push(edit);
    }
    const isAny = kept.length < this.edits.length;
    this.edits = kept;
    return isAny;
  }

  async #findLost(
    path: string,
    before: string,
    after: string,
    options: { hasEnded?: boolean } = {},
  ): Promise<LostRecords | undefined> {
    const old = await this.#objects?.read(before);
    const now = await this.#objects?.read(after);
    if (old === undefined || now === undefined) {
      this.#isWhole = false;
      return undefined;
    }
    return findLostRecords(path, old, now, options);
  }

  /**
   * Reads raw differences: `:mode mode id id status\0path\0`. A log that was removed is remembered: one that comes back,
   * compressed or not, now or later, is held against it.
   */
  #readChanges(raw: string): Change[] {
    const changes: Change[] = [];
    const added: { path: string; after: string }[] = [];
    const start = raw.search(/:\d{6} \d{6} [0-9a-f]{40}/); // what stands before it is left of a reason with odd characters
    const parts = start === -1 ? [] : raw.slice(start).split('\0');
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const [, , before = '', after = ''] = (parts[at] as string).replace(/^\n/, '').split(' ');
      const path = parts[at + 1] as string;
      if (!logFile.test(`/${path}`)) continue;
      if (isNothing(before)) added.push({ path, after });
      else if (isNothing(after)) this.removed.set(plainPath(path), before);
      else changes.push({ path, before, after });
    }
    for (const { path, after } of added) {
      const before = this.removed.get(plainPath(path));
      this.removed.delete(plainPath(path));
      if (before !== undefined) changes.push({ path, before, after });
    }
    return changes;
  }
}

function plainPath(path: string): string {
  return path.replace(/\.gz$/, '');
}

function isSameLog(a: string, b: string): boolean {
  return plainPath(a) === plainPath(b);
}

function isNothing(id: string): boolean {
  return /^0+$/.test(id);
}

async function isAncestor(root: string, commit: string, head: string): Promise<boolean> {
  return commit === head || (await runGit(root, ['merge-base', '--is-ancestor', commit, head])) !== undefined;
}

function readCache(file: string, state: GitState): HistoryCache | undefined {
  try {
    const cache = historyCache.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return cache.success && cache.data.prefix === state.prefix ? cache.data : undefined;
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
    try {
      rmSync(temporary, { force: true });
    } catch {
      // There is nothing to take away where nothing could be written.
    }
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
