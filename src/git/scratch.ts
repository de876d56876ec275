import { randomUUID } from 'node:crypto';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';
import { git, maybeGit } from './run-git.ts';

const filePrefix = 'runfolio-index-';
const refPrefix = 'refs/runfolio/push-';
/** A push that began longer ago has been killed: what it left may go. */
const leftoverAfterS = 60 * 60;

/** A name that no other push has, which says when this one began. */
function scratchName({ openedAtMs }: Repository): string {
  return `${Math.floor(openedAtMs / 1000)}-${randomUUID()}`;
}

/** Lends an index of its own, empty or a copy of the work tree's, which is gone afterwards. */
export async function withScratchIndex<Result>(
  repository: Repository,
  use: (indexFile: string) => Promise<Result>,
  { copy = false }: { copy?: boolean } = {},
): Promise<Result> {
  const { gitDir } = repository;
  const indexFile = join(gitDir, `${filePrefix}${scratchName(repository)}`);
  const own = join(gitDir, 'index');
  try {
    if (copy && existsSync(own)) copyFileSync(own, indexFile);
    return await use(indexFile);
  } finally {
    for (const file of [indexFile, `${indexFile}.lock`]) rmSync(file, { force: true });
  }
}

/** Lends a name of a ref, which is gone afterwards. Several pushes may go on in one clone, and none holds up another. */
export async function withScratchRef<Result>(
  repository: Repository,
  use: (ref: string) => Promise<Result>,
): Promise<Result> {
  const ref = `${refPrefix}${scratchName(repository)}`;
  try {
    return await use(ref);
  } finally {
    await maybeGit(['update-ref', '-d', ref], { cwd: repository.top });
  }
}

/** Removes what pushes that were killed have left behind. */
export async function removeLeftovers({ top, gitDir, openedAtMs }: Repository): Promise<void> {
  const isOld = (name: string): boolean => {
    const startedS = Number(/^\d+/.exec(name)?.[0]);
    return openedAtMs / 1000 - startedS > leftoverAfterS;
  };
  for (const name of readdirSync(gitDir))
    if (name.startsWith(filePrefix) && isOld(name.slice(filePrefix.length)))
      rmSync(join(gitDir, name), { force: true });
  const refs = await git(['for-each-ref', '--format=%(refname)', 'refs/runfolio/'], { cwd: top });
  for (const ref of refs.split('\n'))
    if (ref.startsWith(refPrefix) && isOld(ref.slice(refPrefix.length)))
      await maybeGit(['update-ref', '-d', ref], { cwd: top });
}
