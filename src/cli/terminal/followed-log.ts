import { type FileHandle, open, stat } from 'node:fs/promises';

/** What was added to a log since the last look, and what became of its file. */
export interface NewLines {
  /** Whole lines, without their ends; half a line is kept for the next look. */
  lines: string[];
  /** `gone` once when the file is no longer there; `replaced` when it is another one, or shorter than what was read of it. */
  event: 'gone' | 'replaced' | undefined;
}

const chunkBytes = 1024 * 1024;
/** Bytes at the end of a log that are looked through for its last lines. */
const maxTailBytes = 8 * 1024 * 1024;

/** A log that grows, read from where the last look ended. */
export class FollowedLog {
  readonly path: string;
  /** Bytes read. Lines begin here. */
  position = 0;
  #inode: bigint | undefined;
  #isGone = false;

  private constructor(path: string) {
    this.path = path;
  }

  /** Begins at the start of a file; nothing is read yet. */
  static async open(path: string): Promise<FollowedLog> {
    const log = new FollowedLog(path);
    log.#inode = (await look(path))?.ino;
    return log;
  }

  /**
   * Gives the last `count` whole lines of what is there, and goes on after them. Looks through the last 8 MB only.
   */
  async readLast(count: number): Promise<string[]> {
    let file: FileHandle | undefined;
    try {
      file = await open(this.path);
      const { size } = await file.stat();
      const from = Math.max(0, size - maxTailBytes);
      const { bytesRead, buffer } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
      const bytes = buffer.subarray(0, bytesRead);
      const end = bytes.lastIndexOf(0x0a) + 1;
      this.position = from + end;
      const lines = bytes
        .subarray(0, end)
        .toString('utf8')
        .split('\n')
        .slice(from > 0 ? 1 : 0, -1);
      return count === 0 ? [] : lines.slice(-count);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    } finally {
      await file?.close();
    }
  }

  async readNew(): Promise<NewLines> {
    const found = await look(this.path);
    if (found === undefined) {
      const event = this.#isGone ? undefined : 'gone';
      this.#isGone = true;
      return { lines: [], event };
    }
    const isReplaced = this.#isGone || found.ino !== this.#inode || found.size < BigInt(this.position);
    this.#isGone = false;
    this.#inode = found.ino;
    if (isReplaced) this.position = 0;
    const event = isReplaced ? 'replaced' : undefined;
    if (found.size <= BigInt(this.position)) return { lines: [], event };
    let file: FileHandle | undefined;
    try {
      file = await open(this.path);
      return { lines: await this.#readLines(file), event };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { lines: [], event };
      throw error;
    } finally {
      await file?.close();
    }
  }

  async #readLines(file: FileHandle): Promise<string[]> {
    const chunks: Buffer[] = [];
    for (let at = this.position; ; ) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(chunkBytes), 0, chunkBytes, at);
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
    const bytes = Buffer.concat(chunks);
    const end = bytes.lastIndexOf(0x0a) + 1;
    this.position += end;
    return bytes.subarray(0, end).toString('utf8').split('\n').slice(0, -1);
  }
}

async function look(path: string): Promise<{ ino: bigint; size: bigint } | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
