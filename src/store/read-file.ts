import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { ReadLimits } from './limits.ts';

/** Why a file could not be read as a log. */
export type FileFault =
  | { code: 'still-being-written' }
  | { code: 'cannot-read'; reason: string }
  | {
      code:
        | 'not-a-file'
        | 'utf16'
        | 'utf32'
        | 'binary-file'
        | 'lfs-pointer'
        | 'not-gzip'
        | 'gzip-truncated'
        | 'gzip-too-large';
    };

const chunkBytes = 1024 * 1024;
const lfsPrefix = 'version https://git-lfs.github.com/spec/';

/**
 * Reads a file's bytes in chunks, the same prefix however it grows meanwhile: its size is fixed at the opening.
 * `onChunk` must use the bytes before it returns. Gives the faults met; what came before them was handed on.
 */
export async function readLogFile(
  path: string,
  { compressed, limits, onChunk }: { compressed: boolean; limits: ReadLimits; onChunk: (bytes: Buffer) => void },
): Promise<FileFault | undefined> {
  let descriptor: number;
  try {
    descriptor = openPatiently(path);
  } catch (error) {
    return { code: 'cannot-read', reason: (error as Error).message.split(',')[0] ?? 'unknown' };
  }
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return { code: 'not-a-file' };
    const head = Buffer.alloc(Math.min(stat.size, 512));
    readSync(descriptor, head, 0, head.length, 0);
    if (compressed) {
      if (isLfsPointer(head)) return { code: 'lfs-pointer' };
      if (head.length > 0 && !(head[0] === 0x1f && head[1] === 0x8b)) return { code: 'not-gzip' };
      return await inflate(descriptor, stat.size, { limits, onChunk });
    }
    const fault = probeText(head);
    if (fault !== undefined) return fault;
    readPlain(descriptor, stat.size, onChunk);
    return fstatSync(descriptor).size > stat.size ? { code: 'still-being-written' } : undefined;
  } catch (error) {
    if (isSystemError(error)) return { code: 'cannot-read', reason: error.message.split(',')[0] ?? error.code };
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a file for reading. A network disk that has just lost its handle (ESTALE) or its entry (ENOENT) is asked once more. */
function openPatiently(path: string): number {
  // O_NONBLOCK: a pipe that took the file's place must not hang the reader.
  const flags = constants.O_RDONLY | constants.O_NONBLOCK;
  try {
    return openSync(path, flags);
  } catch (error) {
    if (isSystemError(error) && (error.code === 'ESTALE' || error.code === 'ENOENT')) return openSync(path, flags);
    throw error;
  }
}

function readPlain(descriptor: number, sizeBytes: number, onChunk: (bytes: Buffer) => void): void {
  const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, Math.max(sizeBytes, 1)));
  for (let at = 0; at < sizeBytes; ) {
    const count = readSync(descriptor, buffer, 0, Math.min(buffer.length, sizeBytes - at), at);
    if (count === 0) return; // the file shrank meanwhile
    onChunk(buffer.subarray(0, count));
    at += count;
  }
}

async function inflate(
  descriptor: number,
  sizeBytes: number,
  { limits, onChunk }: { limits: ReadLimits; onChunk: (bytes: Buffer) => void },
): Promise<FileFault | undefined> {
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  let outBytes = 0;
  let inBytes = 0;
  let fault: FileFault | undefined;
  return await new Promise((resolve, reject) => {
    const finish = (result: FileFault | undefined): void => {
      gunzip.destroy();
      resolve(result);
    };
    gunzip.on('data', (bytes: Buffer) => {
      if (fault !== undefined) return;
      outBytes += bytes.length;
      const swollen = outBytes > 64 * 1024 * 1024 && outBytes > limits.inflateRatio * Math.max(inBytes, 1);
      if (outBytes > limits.inflatedBytes || swollen) {
        fault = { code: 'gzip-too-large' };
        finish(fault);
        return;
      }
      try {
        onChunk(bytes);
      } catch (error) {
        reject(error as Error);
      }
    });
    gunzip.on('error', () => finish({ code: 'gzip-truncated' }));
    gunzip.on('end', () => finish(undefined));
    const buffer = Buffer.allocUnsafe(64 * 1024);
    const feed = (): void => {
      try {
        const count = readSync(descriptor, buffer, 0, Math.min(buffer.length, sizeBytes - inBytes), inBytes);
        if (count === 0) {
          gunzip.end();
          return;
        }
        inBytes += count;
        gunzip.write(Buffer.from(buffer.subarray(0, count)), (error) => {
          if (error === null || error === undefined) if (fault === undefined) feed();
        });
      } catch (error) {
        reject(error as Error);
      }
    };
    feed();
  });
}

/** Tells text in UTF-8 from what only looks like a log by its name, from its first bytes. */
export function probeText(head: Buffer): FileFault | undefined {
  if (
    head.length >= 4 &&
    ((head[0] === 0xff && head[1] === 0xfe && head[2] === 0 && head[3] === 0) ||
      (head[0] === 0 && head[1] === 0 && head[2] === 0xfe && head[3] === 0xff))
  ) {
    return { code: 'utf32' };
  }
  if ((head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return { code: 'utf16' };
  if (
    head.length >= 8 &&
    head[0] === 0 &&
    head[1] === 0 &&
    head[2] === 0 &&
    head[3] !== 0 &&
    head[4] === 0 &&
    head[5] === 0
  )
    return { code: 'utf32' };
  if (head.length >= 4 && looksLikeUtf16(head)) return { code: 'utf16' };
  if (isLfsPointer(head)) return { code: 'lfs-pointer' };
  if (hasBinaryMagic(head)) return { code: 'binary-file' };
  return undefined;
}

/** JSON begins with ASCII: in UTF-16 every second byte of it is zero. */
function looksLikeUtf16(head: Buffer): boolean {
  const pairs = Math.min(head.length >> 1, 16);
  let high = 0;
  let low = 0;
  for (let pair = 0; pair < pairs; pair += 1) {
    if (head[2 * pair] === 0 && head[2 * pair + 1] !== 0) high += 1;
    if (head[2 * pair] !== 0 && head[2 * pair + 1] === 0) low += 1;
  }
  return high === pairs || low === pairs;
}

/** First bytes of what people rename to .jsonl by mistake: gzip, zip, zstd, bzip2, xz, PNG, PDF, HDF5, SQLite, pickle, ELF. */
const magics = [
  '1f8b',
  '504b0304',
  '28b52ffd',
  '425a68',
  'fd377a585a00',
  '89504e47',
  '25504446',
  '89484446',
  '53514c697465',
  '8002',
  '8003',
  '8004',
  '8005',
  '7f454c46',
];

function hasBinaryMagic(head: Buffer): boolean {
  const hex = head.subarray(0, 8).toString('hex');
  return magics.some((magic) => hex.startsWith(magic));
}

function isLfsPointer(head: Buffer): boolean {
  return head.subarray(0, lfsPrefix.length).toString('latin1') === lfsPrefix;
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
}
