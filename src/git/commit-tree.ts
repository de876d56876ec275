import type { Repository } from './repository.ts';
import { git, maybeGit } from './run-git.ts';
import { withScratchIndex } from './scratch.ts';

/** One entry of a tree to be: a path from the top and its content, or none where it is taken away. */
export interface TreeEntry {
  path: string;
  mode: string;
  blob: string | undefined;
}

/** What `git update-index -z --index-info` reads. */
export function indexInfo(entries: readonly TreeEntry[]): string {
  // As long as the repository's names are: 40 digits, or 64 with SHA-256.
  const length = entries.find(({ blob }) => blob !== undefined)?.blob?.length ?? 40;
  return entries
    .map(({ path, mode, blob }) =>
      blob === undefined ? `0 ${'0'.repeat(length)}\t${path}\0` : `${mode} ${blob}\t${path}\0`,
    )
    .join('');
}

/**
 * Makes a commit that is its parent with some entries set, through an index of its own: neither the work tree, nor what
 * is staged, nor any branch is touched. Signed where git is set up to sign.
 *
 * @returns the commit's name
 */
export async function commitOnto(
  repository: Repository,
  parent: string | undefined,
  entries: readonly TreeEntry[],
  message: string,
): Promise<string> {
  const { top } = repository;
  return await withScratchIndex(repository, async (indexFile) => {
    const call = { cwd: top, indexFile };
    if (parent !== undefined) await git(['read-tree', parent], call);
    await git(['update-index', '-z', '--index-info'], { ...call, input: indexInfo(entries) });
    // In a partial clone contents that nobody asked for are not there; the entries' own have just been written.
    const tree = await git(['write-tree', '--missing-ok'], call);
    const signs = (await maybeGit(['config', '--type=bool', '--get', 'commit.gpgSign'], call)) === 'true';
    const parents = parent === undefined ? [] : ['-p', parent];
    return await git(['commit-tree', ...(signs ? ['-S'] : []), ...parents, '-F', '-', tree], {
      cwd: top,
      input: message,
    });
  });
}
