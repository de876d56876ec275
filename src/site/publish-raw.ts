import { copyFile, lstat, mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { redacted } from '../format/secrets.ts';
import type { Store } from '../store/store.ts';
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
  else await writeFile(target, redactBytes(await readFile(source), secrets, path.endsWith('.gz')));
  return true;
}

/** Puts `[redacted]` in the place of each secret, as plain text and as JSON writes it, and leaves every other byte. */
function redactBytes(bytes: Buffer, secrets: ReadonlySet<string>, isGzip: boolean): Buffer {
  let text = (isGzip ? gunzipSync(bytes) : bytes).toString('latin1');
  for (const secret of secrets) {
    for (const spelling of [secret, JSON.stringify(secret).slice(1, -1), escapeNonAscii(secret)]) {
      text = text.replaceAll(Buffer.from(spelling, 'utf8').toString('latin1'), redacted);
    }
  }
  const result = Buffer.from(text, 'latin1');
  return isGzip ? gzipSync(result) : result;
}

/** As Python's `json` writes text by default. */
function escapeNonAscii(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
