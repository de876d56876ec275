import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import type { ReadLimits } from './limits.ts';

/** Why a file could not be read as a log. */
export type FileFault =
  | { code: 'cannot-read'; reason: string }
  | { code: 'binary-file'; kind: string }
  | {
      code:
        | 'still-being-written'
        | 'not-a-file'
        | 'utf16'
        | 'utf32'
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
  {
    compressed,
    limits,
    onChunk,
    onSize,
  }: {
    compressed: boolean;
    limits: ReadLimits;
    onChunk: (bytes: Buffer) => void;
    /** Called once with the bytes of the file itself. */
    onSize?: (sizeBytes: number) => void;
  },
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
    onSize?.(stat.size);
    const head = Buffer.alloc(Math.min(stat.size, 512));
    readSync(descriptor, head, 0, head.length, 0);
    if (compressed) {
      if (isLfsPointer(head)) return { code: 'lfs-pointer' };
      if (head.length > 0 && !(head[0] === 0x1f && head[1] === 0x8b)) return { code: 'not-gzip' };
      return await inflateAll(descriptor, stat.size, { limits, onChunk });
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

/**
 * Expands a file. Where its data is damaged, what zlib had not yet handed out before the damage is expanded once more in
 * small pieces, so that the lines before it are read to the last.
 */
async function inflateAll(
  descriptor: number,
  sizeBytes: number,
  { limits, onChunk }: { limits: ReadLimits; onChunk: (bytes: Buffer) => void },
): Promise<FileFault | undefined> {
  let seenBytes = 0;
  const fault = await inflate(descriptor, sizeBytes, {
    limits,
    pieceBytes: 256 * 1024,
    onChunk(bytes) {
      seenBytes += bytes.length;
      onChunk(bytes);
    },
  });
  if (fault?.code !== 'gzip-truncated') return fault;
  let at = 0;
  await inflate(descriptor, sizeBytes, {
    limits,
    pieceBytes: 64,
    onChunk(bytes) {
      const unseen = bytes.subarray(Math.max(0, Math.min(bytes.length, seenBytes - at)));
      at += bytes.length;
      if (unseen.length > 0) onChunk(unseen);
    },
  });
  return fault;
}

async function inflate(
  descriptor: number,
  sizeBytes: number,
  { limits, pieceBytes, onChunk }: { limits: ReadLimits; pieceBytes: number; onChunk: (bytes: Buffer) => void },
): Promise<FileFault | undefined> {
  const gunzip = createGunzip({ chunkSize: pieceBytes });
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
  if (
    head.length >= 8 &&
    head[0] !== 0 &&
    head.readUIntLE(1, 3) === 0 &&
    head[4] !== 0 &&
    head.readUIntLE(5, 3) === 0
  ) {
    return { code: 'utf32' };
  }
  if (head.length >= 4 && looksLikeUtf16(head)) return { code: 'utf16' };
  if (isLfsPointer(head)) return { code: 'lfs-pointer' };
  const kind = findBinaryKind(head);
  return kind === undefined ? undefined : { code: 'binary-file', kind };
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

/** First bytes, in hexadecimal, of what people rename to .jsonl by mistake. */
const magics: readonly (readonly [string, string])[] = [
  ['1f8b', 'gzip data; name it .jsonl.gz'],
  ['504b0304', 'a zip archive'],
  ['28b52ffd', 'zstd data'],
  ['425a68', 'bzip2 data'],
  ['fd377a585a00', 'xz data'],
  ['89504e47', 'a PNG picture'],
  ['25504446', 'a PDF file'],
  ['89484446', 'an HDF5 file'],
  ['53514c697465', 'a SQLite database'],
  ['3a572642', 'a W&B run file'],
  ['8002', 'a Python pickle'],
  ['8003', 'a Python pickle'],
  ['8004', 'a Python pickle'],
  ['8005', 'a Python pickle'],
  ['7f454c46', 'a program'],
];

function findBinaryKind(head: Buffer): string | undefined {
  const hex = head.subarray(0, 8).toString('hex');
  const known = magics.find(([magic]) => hex.startsWith(magic));
  if (known !== undefined) return known[1];
  // Text begins with a character and has no controls but tabs and line ends; NUL bytes alone are damage, not a format.
  const first = head.find((byte) => byte !== 0 && byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
  if (first === undefined || first === 0x7b || first === 0x5b) return undefined;
  const controls = head.filter(
    (byte) => byte > 0 && byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d,
  ).length;
  return controls >= 2 ? 'binary data' : undefined;
}

/** Says whether a file's first bytes are those of a Git LFS pointer. */
export function isLfsPointer(head: Buffer): boolean {
  return head.subarray(0, lfsPrefix.length).toString('latin1') === lfsPrefix;
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
}
