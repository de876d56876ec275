import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { push } from '../../src/cli/push.ts';
import type { Recording } from '../cli/recorder.ts';
import { gitEnvironment } from '../store/git-logbook.ts';

/** Lets git in this process know who commits, and nothing of the settings of the machine. Undone by `vi.unstubAllEnvs`. */
export function stubGitEnvironment(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('GIT_')) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(gitEnvironment())) if (name.startsWith('GIT_')) vi.stubEnv(name, value);
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, env: gitEnvironment(), encoding: 'utf8', stdio: 'pipe' }).trim();
}

/** A bare repository that clones push to, in a folder of its own that goes away after the test. */
export class SharedRepository {
  readonly folder: string;
  readonly bare: string;
  #clones = 0;

  /** With `empty` there is no commit; else `main` holds a README and a `.gitattributes`. */
  constructor({ empty = false }: { empty?: boolean } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'runfolio-push-'));
    onTestFinished(() => rmSync(this.folder, { recursive: true, force: true }));
    this.bare = join(this.folder, 'shared.git');
    git(this.folder, 'init', '-q', '--bare', '-b', 'main', this.bare);
    if (empty) return;
    const first = this.clone();
    first.file('train.py', 'print(1)\n');
    first.file('.gitattributes', '*.jsonl text eol=lf\nexperiments/**/runs.jsonl merge=union\n');
    first.git('add', '.');
    first.git('commit', '-q', '-m', 'code');
    first.git('push', '-q', 'origin', 'main');
  }

  clone(...options: string[]): Clone {
    this.#clones += 1;
    const root = join(this.folder, `clone-${this.#clones}`);
    git(this.folder, 'clone', '-q', ...options, `file://${this.bare}`, root);
    mkdirSync(join(root, 'experiments'), { recursive: true });
    return new Clone(root);
  }

  git(...args: string[]): string {
    return git(this.bare, ...args);
  }

  /** The paths that a branch holds. */
  files(branch = 'main'): string[] {
    return this.git('ls-tree', '-r', '--name-only', branch).split('\n');
  }

  /** The bytes of a file of a branch. */
  read(path: string, branch = 'main'): string {
    return execFileSync('git', ['cat-file', 'blob', `${branch}:${path}`], { cwd: this.bare, encoding: 'utf8' });
  }
}

/** A clone with its work tree. */
export class Clone {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  git(...args: string[]): string {
    return git(this.root, ...args);
  }

  /** Writes a file, by its path from the root. */
  file(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  /** Appends to a log below `experiments/`. */
  log(path: string, text: string): void {
    const file = join(this.root, 'experiments', path);
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, text);
  }

  read(path: string): string | undefined {
    return existsSync(join(this.root, path)) ? readFileSync(join(this.root, path), 'utf8') : undefined;
  }

  /** Runs `runfolio push` as the command line does. */
  async push(...args: string[]): Promise<Recording> {
    return await this.#record((environment) => main(['push', ...args], environment));
  }

  /** Runs `runfolio push` with a wait and a chance of the test's own. */
  async pushWith(
    effects: Parameters<typeof push>[3],
    options: Parameters<typeof push>[2] = {},
    names: string[] = [],
  ): Promise<Recording> {
    return await this.#record((environment) => push(environment, names, options, effects));
  }

  async #record(run: (environment: Parameters<typeof push>[0]) => Promise<number>): Promise<Recording> {
    const recording: Recording = { code: -1, stdout: '', stderr: '' };
    recording.code = await run({
      cwd: this.root,
      env: {},
      stdout: { write: (text) => (recording.stdout += text) },
      stderr: { write: (text) => (recording.stderr += text) },
      now: () => Date.parse('2026-03-04T10:00:00Z'),
    });
    return recording;
  }
}
