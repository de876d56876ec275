import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const identity = {
  GIT_AUTHOR_NAME: 'A. Tester',
  GIT_AUTHOR_EMAIL: 'tester@example.org',
  GIT_COMMITTER_NAME: 'A. Tester',
  GIT_COMMITTER_EMAIL: 'tester@example.org',
  GIT_AUTHOR_DATE: '2026-03-04T09:00:00Z',
  GIT_COMMITTER_DATE: '2026-03-04T09:00:00Z',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** The environment without what a surrounding git command (a hook) would hand on. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_'));
  return { ...Object.fromEntries(own), ...identity };
}

/** A git repository with logs, in a folder of its own that goes away after the test. */
export class GitLogbook {
  readonly root: string;

  constructor({ below = '' }: { below?: string } = {}) {
    const top = mkdtempSync(join(tmpdir(), 'runfolio-git-'));
    onTestFinished(() => rmSync(top, { recursive: true, force: true }));
    execFileSync('git', ['init', '-q', '-b', 'main', top], { env: gitEnvironment() });
    this.root = join(top, below);
    mkdirSync(join(this.root, 'experiments'), { recursive: true });
  }

  git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.root, env: gitEnvironment(), encoding: 'utf8', stdio: 'pipe' }).trim();
  }

  /** Writes files below `experiments/`; undefined removes one. */
  write(files: Record<string, string | Buffer | undefined>): void {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.root, 'experiments', path);
      mkdirSync(dirname(file), { recursive: true });
      if (content === undefined) rmSync(file);
      else writeFileSync(file, content);
    }
  }

  /** Commits all that was written and gives the commit. */
  commit(message: string): string {
    this.git('add', '-A', '.');
    this.git('commit', '-q', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }
}
