import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { git } from './run-git.ts';

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
