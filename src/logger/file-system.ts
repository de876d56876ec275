import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** What a logger asks of an open file. `links` is 0 once the file is deleted. */
export interface OpenFileState {
  /** Device and inode: equal for two descriptors of one file. */
  identity: string;
  sizeBytes: number;
  links: number;
}

/**
 * The operations of the disk that a run is written by. Every one is synchronous and, but for `lock`, `exists` and `isFolder`,
 * throws an `Error` with a `code` as `node:fs` does. A test hands in a double whose Nth operation fails.
 */
export interface LogFileSystem {
  /** Opens for append and makes the file when it is missing; with `exclusive` an existing one is `EEXIST`. */
  openAppend(path: string, exclusive?: boolean): number;
  /** Opens for writing from the beginning: for a file that is kept beside the log. */
  openNew(path: string): number;
  /** One `write`: gives the number of bytes that were taken, which may be fewer than there are. */
  write(fd: number, bytes: Uint8Array): number;
  /** Up to `length` bytes at `position`. */
  readAt(fd: number, position: number, length: number): Buffer;
  stateOf(fd: number): OpenFileState;
  sync(fd: number): void;
  close(fd: number): void;
  /** Takes an exclusive lock as far as the machine has one; false only when another descriptor holds it. */
  lock(fd: number): boolean;
  /** Makes a folder and those above it. Not by Node's `recursive`, which never comes back from a disk that answers `ENOENT`. */
  makeFolders(path: string): void;
  list(path: string): string[];
  rename(from: string, to: string): void;
  unlink(path: string): void;
  exists(path: string): boolean;
  isFolder(path: string): boolean;
}

const appending = constants.O_APPEND | constants.O_CREAT;

/** The disk of this machine. */
export const nodeFileSystem: LogFileSystem = {
  openAppend(path, exclusive = false) {
    const flags = appending | (exclusive ? constants.O_EXCL : 0);
    try {
      return openSync(path, flags | constants.O_RDWR, 0o666); // Reading is for the last byte, and for a deleted file.
    } catch (error) {
      if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
      return openSync(path, flags | constants.O_WRONLY, 0o666);
    }
  },
  openNew: (path) => openSync(path, 'w', 0o666),
  write: (fd, bytes) => writeSync(fd, bytes),
  readAt(fd, position, length) {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const taken = readSync(fd, buffer, filled, length - filled, position + filled);
      if (taken === 0) break;
      filled += taken;
    }
    return buffer.subarray(0, filled);
  },
  stateOf(fd) {
    const { dev, ino, size, nlink } = fstatSync(fd, { bigint: true });
    return {
      identity: `${dev}:${ino}`,
      sizeBytes: Number(size),
      links: process.platform === 'win32' ? 1 : Number(nlink),
    };
  },
  sync: (fd) => fsyncSync(fd),
  close: (fd) => closeSync(fd),
  lock: (fd) => lockByFlock(fd),
  makeFolders,
  list: (path) => readdirSync(path),
  rename: (from, to) => renameSync(from, to),
  unlink: (path) => unlinkSync(path),
  exists: (path) => existsSync(path),
  isFolder,
};

function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false; // A loop of links, or a folder that may not be looked into.
  }
}

function makeFolders(path: string): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolders(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST' || !isFolder(path)) throw error; // Another process may have made it.
  }
}

/** What `flock` is to answer when someone else has the lock: no code that it has for anything else. */
const heldElsewhere = 75;

/**
 * Node has no `flock`, the program of that name does: a lock belongs to the open file that a child shares with us, and so
 * stays when the child has gone. It is the same lock that the Python logger takes.
 */
function lockByFlock(fd: number): boolean {
  if (process.platform === 'win32' || process.platform === 'darwin') return true;
  const { status } = spawnSync('flock', ['-n', '-x', '-E', String(heldElsewhere), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', fd],
    timeout: 2000,
  });
  return status !== heldElsewhere; // Without the program, or where the disk has no locks, nothing is known.
}

/** The code of a system error, such as `ENOSPC`; empty for anything else. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? error.code
    : '';
}

/** What went wrong, as a system error is told to a person: without the call and the path. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  return code === '' ? error.message : error.message.replace(/^[A-Z0-9_]+: /, '').replace(/, \w+(?: '.*'.*)?$/s, '');
}
