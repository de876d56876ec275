import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Says that another build writes to the same place right now. */
export class BuildLockedError extends Error {}

/**
 * Takes the lock file at `path`, which holds the number of this process, and gives the function that lets it go. A lock
 * whose process is gone is taken over.
 *
 * @throws BuildLockedError while the process that holds it lives
 */
export async function takeLock(
  path: string,
  { pid = process.pid }: { pid?: number } = {},
): Promise<() => Promise<void>> {
  await mkdir(dirname(path), { recursive: true });
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(`${pid}\n`);
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
      if (isAlive(holder)) {
        throw new BuildLockedError(
          `Another build (process ${holder}) is writing to the same folder. Wait for it, or remove ${path}.`,
        );
      }
      await rm(path, { force: true });
    }
  }
  throw new BuildLockedError(`The lock ${path} keeps coming back; another build is starting.`);
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
