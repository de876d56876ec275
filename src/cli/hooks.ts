import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
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

/** What came of writing the hook: `same` where it was there already, `foreign` where another tool's hook is there. */
export type HookOutcome = { kind: 'written' | 'same' | 'foreign'; file: string } | { kind: 'no-repository' };

/** The line that runs the check from a hook of one's own. */
export const hookLine = 'npx --no-install runfolio validate --changed || exit 1';

/** Writes a pre-commit hook that validates what is about to be committed. Another tool's hook is never overwritten. */
export async function writeHook(root: string): Promise<HookOutcome> {
  const path = (await runGit(root, ['rev-parse', '--path-format=absolute', '--git-path', 'hooks/pre-commit']))?.trim();
  if (path === undefined) return { kind: 'no-repository' };
  const file = resolve(root, path);
  const text = hookText((await readGitState(root))?.prefix ?? '');
  const present = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (present === text && (statSync(file).mode & 0o100) !== 0) return { kind: 'same', file };
  if (present?.includes(mark) === false) return { kind: 'foreign', file };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return { kind: 'written', file };
}

/** `runfolio hooks install`. */
export async function installHook(environment: Environment, options: { root?: string }): Promise<number> {
  const root = findRoot(environment, options);
  const outcome = await writeHook(root);
  if (outcome.kind === 'no-repository') throw new UsageError(`${root} is in no git repository.`);
  if (outcome.kind === 'foreign')
    throw new UsageError(`There is a pre-commit hook already. Add this line to ${outcome.file}:\n  ${hookLine}`);
  environment.stdout.write(`Wrote ${outcome.file}: each commit now validates the logs that it changes.\n`);
  return 0;
}
