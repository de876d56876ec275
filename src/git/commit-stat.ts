import { GitFault, git, maybeGit } from './run-git.ts';

/**
 * Gives what `git diff --stat` says of two commits, without a program that the repository's settings name for it. Empty where no
 * file differs; undefined where a commit is missing, is the same one, or is not in the repository around `root`, and where
 * there is no git.
 *
 * @param width - columns that the text may take
 */
export async function readCommitStat(
  root: string,
  first: string | undefined,
  second: string | undefined,
  { width = 80 }: { width?: number | undefined } = {},
): Promise<string | undefined> {
  if (first === undefined || second === undefined || first === second) return undefined;
  const call = { cwd: root };
  try {
    for (const commit of [first, second]) {
      // What a log says is a commit may be anything, an option of git too.
      if (!/^[0-9a-f]{7,64}$/i.test(commit)) return undefined;
      if ((await maybeGit(['cat-file', '-e', `${commit}^{commit}`], call)) === undefined) return undefined;
    }
    const stat = ['diff', '--no-ext-diff', '--no-textconv', '--no-color', `--stat=${Math.max(40, width)}`];
    return await git([...stat, first, second, '--'], call);
  } catch (error) {
    if (error instanceof GitFault) return undefined;
    throw error;
  }
}
