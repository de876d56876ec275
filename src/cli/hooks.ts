import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { readGitState, runGit } from '../store/git.ts';
import { type Environment, findRoot, UsageError } from './environment.ts';

const mark = '# written by runfolio hooks install';
/** The hook's text. `prefix` leads from the top of the work tree to the folder that holds `experiments/`. */
function hookText(prefix: string): string {
  const move = prefix === '' ? '' : `cd '${prefix.replaceAll("'", `'\\''`)}' || exit 1\n`;
  return `#!/bin/sh
${mark}
# Checks the run logs that this commit changes. Skip it once with: git commit --no-verify
${move}exec npx --no-install runfolio validate --changed
`;
}

/** Writes a pre-commit hook that validates what is about to be committed. Another tool's hook is never overwritten. */
export async function installHook(environment: Environment, options: { root?: string }): Promise<number> {
  const root = findRoot(environment, options);
  const path = (await runGit(root, ['rev-parse', '--path-format=absolute', '--git-path', 'hooks/pre-commit']))?.trim();
  if (path === undefined) throw new UsageError(`${root} is in no git repository.`);
  const file = resolve(root, path);
  if (existsSync(file) && !readFileSync(file, 'utf8').includes(mark)) {
    throw new UsageError(
      `There is a pre-commit hook already. Add this line to ${file}:\n  npx --no-install runfolio validate --changed || exit 1`,
    );
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, hookText((await readGitState(root))?.prefix ?? ''));
  chmodSync(file, 0o755);
  environment.stdout.write(`Wrote ${file}: each commit now validates the logs that it changes.\n`);
  return 0;
}
