import { copyFile, lstat, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { Store } from '../store/store.ts';
import { redactBytes, redactGzip } from './redact-bytes.ts';
import { publishedRawPath } from './urls.ts';

/** What was copied, and what could not be. */
export interface RawReport {
  files: number;
  /** Paths that were left out: gone, no plain file, or a link out of the folder. */
  skipped: string[];
}

/**
 * Copies each log and each artifact of a run below `raw/`, byte by byte. A file in which a secret was found is copied
 * with `[redacted]` in its place. Symbolic links are never followed.
 */
export async function publishRaw(store: Store, outDir: string): Promise<RawReport> {
  const paths = new Set<string>();
  for (const run of store.runs.values()) {
    for (const file of run.files) paths.add(file.path);
    for (const artifact of run.artifacts)
      if (artifact.file !== undefined && !artifact.missing) paths.add(artifact.file);
  }
  const skipped: string[] = [];
  const queue = [...paths];
  const root = await realpath(store.root);
  async function work(): Promise<void> {
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      const copied = await publishFile(path, root, outDir, store.secretsByFile.get(path)).catch(() => false);
      if (!copied) skipped.push(path);
    }
  }
  await Promise.all(Array.from({ length: 8 }, work));
  return { files: paths.size - skipped.length, skipped: skipped.sort() };
}

async function publishFile(
  path: string,
  root: string,
  outDir: string,
  secrets: ReadonlySet<string> | undefined,
): Promise<boolean> {
  if (path.split('/').includes('..')) return false;
  const source = join(root, path);
  if (!(await lstat(source)).isFile()) return false;
  if ((await realpath(source)) !== source || !source.startsWith(`${root}${sep}`)) return false;
  const target = join(outDir, 'raw', publishedRawPath(path));
  await mkdir(dirname(target), { recursive: true });
  if (secrets === undefined || secrets.size === 0) await copyFile(source, target);
  else {
    const redact = path.endsWith('.gz') ? redactGzip : redactBytes;
    await writeFile(target, redact(await readFile(source), secrets));
  }
  return true;
}
