import { readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Where a build writes before it is published, and where the site before it waits to be removed: beside `outDir`. */
export function stagingPaths(outDir: string, pid: number): { staging: string; old: string; lock: string } {
  const beside = (suffix: string) => join(dirname(outDir), `.${basename(outDir)}.${suffix}`);
  return { staging: beside(`tmp-${pid}`), old: beside(`old-${pid}`), lock: beside('lock') };
}

/** Puts `staging` in the place of `outDir` by two renames, then removes what stood there. */
export async function swapFolder(staging: string, outDir: string, old: string): Promise<void> {
  const hadSite = await exists(outDir);
  if (hadSite) await rename(outDir, old);
  try {
    await rename(staging, outDir);
  } catch (error) {
    if (hadSite) await rename(old, outDir);
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/**
 * Clears what killed builds left beside `outDir`. A build that was killed between its two renames leaves no site: then
 * the one before it is put back. Call it only while holding the lock.
 */
export async function recoverFolder(outDir: string): Promise<void> {
  const folder = dirname(outDir);
  const name = basename(outDir);
  const siblings = await readdir(folder).catch(() => []);
  for (const sibling of siblings.filter((entry) => entry.startsWith(`.${name}.old-`)).sort()) {
    const path = join(folder, sibling);
    if (await exists(outDir)) await rm(path, { recursive: true, force: true });
    else await rename(path, outDir);
  }
  for (const sibling of siblings.filter((entry) => entry.startsWith(`.${name}.tmp-`))) {
    await rm(join(folder, sibling), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
