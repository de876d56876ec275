import { createReadStream, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { GitFault, git } from './run-git.ts';

/** A part of a file, from its beginning, that stays as it is while the file grows. */
export interface Prefix {
  file: string;
  /** Bytes of it that count. */
  bytes: number;
  /** Bytes after it: a line that is still being written, or was cut. */
  waitingBytes: number;
}

const chunkBytes = 64 * 1024;

/** Takes all of a file as long as it is now, or with `wholeLines` up to its last line end. Undefined where it is gone. */
export async function takePrefix(file: string, { wholeLines }: { wholeLines: boolean }): Promise<Prefix | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    const { size } = await handle.stat();
    const bytes = wholeLines ? await endOfLastLine(handle, size) : size;
    return { file, bytes, waitingBytes: size - bytes };
  } finally {
    await handle.close();
  }
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const chunk = Buffer.alloc(Math.min(chunkBytes, size));
  for (let end = size; end > 0; ) {
    const start = Math.max(0, end - chunk.length);
    const { bytesRead } = await handle.read(chunk, 0, end - start, start);
    const newline = chunk.subarray(0, bytesRead).lastIndexOf(0x0a);
    if (newline !== -1) return start + newline + 1;
    end = start;
  }
  return 0;
}

/** Opens the bytes of a prefix. */
export function readPrefix({ file, bytes }: Pick<Prefix, 'file' | 'bytes'>): Readable | Uint8Array {
  return bytes === 0 ? new Uint8Array() : createReadStream(file, { start: 0, end: bytes - 1 });
}

/**
 * Gives the name that git has, or would have, for content at a path (from the top), line ends and other filters of
 * `.gitattributes` applied. With `write` the object is there afterwards.
 */
export async function hashContent(
  top: string,
  path: string,
  input: Readable | Uint8Array,
  { write }: { write: boolean },
): Promise<string> {
  return await git(['hash-object', ...(write ? ['-w'] : []), '--stdin', `--path=${path}`], { cwd: top, input });
}

/**
 * As {@link hashContent} for many files at once, each whole, by their paths from the top: one git in place of one for each. Left
 * out are files that are not as long as they should be any more, and paths that git would not take as they are; all of them
 * where one has gone.
 */
export async function hashFiles(
  top: string,
  files: readonly { path: string; bytes: number }[],
  { write }: { write: boolean },
): Promise<Map<string, string>> {
  const blobs = new Map<string, string>();
  const plain = files.filter(({ path }) => !/^"|[\n\r]/.test(path));
  if (plain.length === 0) return blobs;
  let output: string;
  try {
    const input = plain.map(({ path }) => `${path}\n`).join('');
    output = await git(['hash-object', ...(write ? ['-w'] : []), '--stdin-paths'], { cwd: top, input });
  } catch (error) {
    if (error instanceof GitFault) return blobs;
    throw error;
  }
  for (const [at, blob] of output.split('\n').entries()) {
    const file = plain[at];
    // Logs only grow: one that is as long as before has been read as it was.
    if (file !== undefined && statSync(`${top}/${file.path}`, { throwIfNoEntry: false })?.size === file.bytes)
      blobs.set(file.path, blob);
  }
  return blobs;
}
