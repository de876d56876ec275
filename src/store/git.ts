import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
const maxOutputBytes = 1024 * 1024 * 1024;

/** Runs git and gives what it printed, or undefined where it failed or is not there. */
export async function runGit(root: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run('git', ['-c', 'core.quotePath=false', ...args], {
      cwd: root,
      maxBuffer: maxOutputBytes,
    });
    return stdout;
  } catch {
    return undefined;
  }
}

/** What is known of the repository around a folder. */
export interface GitState {
  /** Absolute path of the folder that git keeps its own files in, shared by all work trees. */
  commonDir: string;
  /** Path from the top of the work tree to the folder, with `/` at its end; empty at the top. */
  prefix: string;
  /** The commit checked out; undefined before the first one. */
  head: string | undefined;
  /** True where the history was cut off when the repository was cloned. */
  isShallow: boolean;
}

/** Looks at the repository around a folder; undefined outside of one. */
export async function readGitState(root: string): Promise<GitState | undefined> {
  const facts = await runGit(root, [
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
    '--is-shallow-repository',
    '--show-prefix',
  ]);
  if (facts === undefined) return undefined;
  const [commonDir = '', isShallow, prefix = ''] = facts.split('\n');
  const head = (await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD']))?.trim();
  return { commonDir, prefix, head: head === '' ? undefined : head, isShallow: isShallow === 'true' };
}

/**
 * Lists the files below `experiments/` that git says changed, from the root, deleted ones left out: against `base`
 * (from where the branch left it) or against the last commit, with what is staged, unstaged and untracked.
 *
 * @returns undefined where git cannot tell: outside of a repository, or for a base that it does not know
 */
export async function listChangedFiles(root: string, { base }: { base?: string } = {}): Promise<string[] | undefined> {
  const state = await readGitState(root);
  if (state === undefined) return undefined;
  const found = new Set<string>();
  const add = (output: string): void => {
    for (const path of output.split('\0')) if (path !== '') found.add(path);
  };
  const untracked = await runGit(root, ['ls-files', '--others', '--exclude-standard', '-z', '--', 'experiments']);
  if (untracked === undefined) return undefined;
  add(untracked);
  if (state.head === undefined) {
    add((await runGit(root, ['ls-files', '-z', '--', 'experiments'])) ?? '');
    for (const gone of ((await runGit(root, ['ls-files', '--deleted', '-z', '--', 'experiments'])) ?? '').split('\0'))
      found.delete(gone);
    return [...found].sort();
  }
  let from = 'HEAD';
  if (base !== undefined) {
    // Only as a commit's name: a base such as --all must not become an option of git.
    const commit = (
      await runGit(root, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${base}^{commit}`])
    )?.trim();
    const forked = commit === undefined ? undefined : (await runGit(root, ['merge-base', commit, 'HEAD']))?.trim();
    if (forked === undefined || forked === '') return undefined;
    from = forked;
  }
  const changed = await runGit(root, [
    'diff',
    '--name-only',
    '--diff-filter=d',
    '--relative',
    '-z',
    from,
    '--',
    'experiments',
  ]);
  if (changed === undefined) return undefined;
  add(changed);
  return [...found].sort();
}

/** Gives the sizes in bytes of git's objects, by their names; one that git does not have is left out. */
export async function readObjectSizes(root: string, ids: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  if (ids.length === 0) return sizes;
  const output = await new Promise<string>((settle) => {
    const process = execFile(
      'git',
      ['cat-file', '--batch-check=%(objectname) %(objectsize)'],
      { cwd: root, maxBuffer: maxOutputBytes },
      (_error, stdout) => settle(stdout),
    );
    process.stdin?.on('error', () => undefined); // git is gone: what it printed is all there is
    process.stdin?.end(`${[...new Set(ids)].join('\n')}\n`);
  });
  for (const line of output.split('\n')) {
    const [id = '', size = ''] = line.split(' ');
    if (/^\d+$/.test(size)) sizes.set(id, Number(size));
  }
  return sizes;
}

/** Reads objects from one long-lived `git cat-file --batch`. */
export class GitObjects {
  #process: ChildProcessWithoutNullStreams;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(root: string) {
    this.#process = spawn('git', ['cat-file', '--batch'], { cwd: root });
    this.#process.stdout.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    this.#process.on('close', end);
    this.#process.on('error', end);
    this.#process.stdin.on('error', end);
    this.#process.stderr.resume();
  }

  /** The bytes of a blob, or undefined where git does not have it (a partial or shallow clone). One at a time. */
  async read(id: string): Promise<Buffer | undefined> {
    if (this.#ended) return undefined;
    this.#process.stdin.write(`${id}\n`);
    let newline = -1;
    while (newline === -1) {
      newline = this.#joined().indexOf(0x0a);
      if (newline === -1 && !(await this.#more())) return undefined;
    }
    const head = this.#take(newline + 1)
      .toString('latin1')
      .trim();
    const size = /^[0-9a-f]+ \w+ (\d+)$/.exec(head)?.[1];
    if (size === undefined) return undefined;
    while (this.#bytes < Number(size) + 1) if (!(await this.#more())) return undefined;
    return this.#take(Number(size) + 1).subarray(0, -1);
  }

  close(): void {
    this.#process.stdin.end();
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    const before = this.#bytes;
    await new Promise<void>((settle) => {
      this.#wake = settle;
    });
    this.#wake = undefined;
    return this.#bytes > before || !this.#ended;
  }

  #joined(): Buffer {
    const all = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  #take(count: number): Buffer {
    const all = this.#joined();
    this.#chunks = [all.subarray(count)];
    this.#bytes -= count;
    return all.subarray(0, count);
  }
}
