import { basename, dirname, join } from 'node:path';
import { reasonOf } from './file-system.ts';
import type { LoggerHost } from './host.ts';
import { encodeLine, makeRecord } from './json-line.ts';
import { shownPath } from './places.ts';

/** What a {@link LogFile} needs to know of its run. */
export interface LogFileOptions {
  path: string;
  /** An open descriptor, or -1 for a file that could not be opened yet. */
  fd: number;
  bufferBytes: number;
  host: LoggerHost;
  /** A start record that says `resumed`, for a log that was deleted and is begun again. */
  startLine: () => Buffer;
  now: () => string;
  /** The folder for what the disk refuses to the very end. */
  fallback: () => string;
}

const newline = Buffer.from('\n');
const nothing = Buffer.alloc(0);

/** An append-only file of lines: one write a line, and a bounded queue while the disk refuses. */
export class LogFile {
  path: string;
  fd: number;
  /** Records that did not fit into the queue. */
  dropped = 0;
  readonly #bound: number;
  readonly #host: LoggerHost;
  readonly #options: LogFileOptions;
  #queue: Buffer[] = [];
  #heldBytes = 0;
  /** What the system said last, while it refuses. */
  #broken: string | undefined;
  /** Bytes of the queue's first line that are in the file already, and the file's size just after them. */
  #done = 0;
  #tornSizeBytes = 0;
  #reportedDrops = 0;
  #delayMs = 250;
  #nextTryMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosing = false; // The end is written, and tells by itself what was dropped.
  #identity: string | undefined;
  #checkedSizeBytes = 0;

  constructor(options: LogFileOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#bound = options.bufferBytes;
    this.path = options.path;
    this.fd = options.fd;
    if (this.fd >= 0) this.#remember();
  }

  /** Writes a line, or holds it. `must` lets it past the queue's bound: starts and ends are small. */
  append(line: Buffer, must = false): void {
    if (this.#queue.length > 0) {
      this.#hold(line, must);
      if (this.#host.monotonicMs() >= this.#nextTryMs) this.retry();
      return;
    }
    try {
      let written = this.#host.files.write(this.fd, line);
      while (written < line.length) {
        this.#done = written;
        this.#tornSizeBytes = this.#sizeNow();
        written += this.#host.files.write(this.fd, line.subarray(written));
      }
      this.#done = 0;
    } catch (error) {
      this.#refused(error, line);
    }
  }

  /** Adds a line to the log after it was closed, and leaves it closed. Throws what the disk says, and where there is no log. */
  appendClosed(line: Buffer): void {
    const { files } = this.#host;
    if (!files.exists(this.path)) throw new Error(`${shownPath(this.path)} is gone`);
    const fd = files.openAppend(this.path);
    try {
      writeAll(files, fd, Buffer.concat([newlineIfTorn(files, fd), line]));
    } finally {
      files.close(fd);
    }
  }

  /** Tries once to write what is held, if anything is. */
  flush(): void {
    if (this.#queue.length > 0) this.retry();
  }

  /** Writes what is held, as far as it goes. True when nothing is left. */
  retry(): boolean {
    const { files } = this.#host;
    try {
      if (!this.#isOurs()) this.#reopen();
      for (let line = this.#queue[0]; line !== undefined; line = this.#queue[0]) {
        if (this.#done > 0 && this.#sizeNow() !== this.#tornSizeBytes) {
          line = Buffer.concat([newlineIfTorn(files, this.fd), line]); // Another writer came after the tear.
          this.#queue[0] = line;
          this.#done = 0;
        }
        if (line.length > 0) this.#done += files.write(this.fd, line.subarray(this.#done));
        if (this.#done < line.length) {
          this.#tornSizeBytes = this.#sizeNow();
          continue;
        }
        this.#done = 0;
        this.#queue.shift();
        this.#heldBytes = this.#queue.length > 0 ? this.#heldBytes - line.length : 0;
      }
    } catch (error) {
      this.#broken = reasonOf(error);
      this.#delayMs = Math.min(this.#delayMs * 2, 30_000);
      this.#nextTryMs = this.#host.monotonicMs() + this.#delayMs;
      return false;
    }
    this.#stopRetrying();
    if (this.#broken !== undefined) this.#tellOfRecovery();
    return true;
  }

  #tellOfRecovery(): void {
    this.#broken = undefined;
    const lost = this.dropped - this.#reportedDrops;
    this.#reportedDrops = this.dropped;
    if (lost > 0 && !this.#isClosing) {
      const message = `The log could not be written for a while; ${lost} records did not fit into memory and are lost.`;
      const time = this.#options.now();
      this.append(encodeLine(makeRecord({ event: 'log', time, level: 'warning', message, dropped: lost })));
    }
    const what = lost > 0 ? `${lost} records were lost.` : 'nothing was lost.';
    this.#host.speaker.warn(`${shownPath(this.path)} can be written again; ${what}`);
  }

  #refused(error: unknown, line: Buffer): void {
    this.#hold(line, true);
    const isFirst = this.#broken === undefined;
    this.#broken = reasonOf(error);
    this.#delayMs = 250;
    this.#nextTryMs = this.#host.monotonicMs() + this.#delayMs;
    if (isFirst) {
      this.#host.speaker.warn(
        `cannot write ${shownPath(this.path)}: ${this.#broken}. Training goes on; up to ${Math.floor(this.#bound / 2 ** 20)} MiB ` +
          'of records wait in memory and are written as soon as that is possible.',
      );
    }
    this.#retryLater();
  }

  #hold(line: Buffer, must: boolean): void {
    if (!must && this.#heldBytes + line.length > this.#bound) {
      this.dropped += 1;
      return;
    }
    this.#queue.push(line);
    this.#heldBytes += line.length;
  }

  /** Tries again by a timer, so that records do not wait for the next call of `log`. It keeps no process alive. */
  #retryLater(): void {
    if (this.#timer !== undefined) return;
    const again = () => {
      this.#timer = undefined;
      if (this.#queue.length > 0 && !this.retry()) this.#retryLater();
    };
    this.#timer = setTimeout(again, this.#delayMs).unref();
  }

  #stopRetrying(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #sizeNow(): number {
    try {
      return this.#host.files.stateOf(this.fd).sizeBytes;
    } catch {
      return -1;
    }
  }

  #remember(): void {
    try {
      const { identity, sizeBytes } = this.#host.files.stateOf(this.fd);
      this.#identity = identity;
      this.#checkedSizeBytes = sizeBytes;
    } catch {
      this.#identity = undefined;
    }
  }

  /** Whether the descriptor still leads to our file, and the file is still in some folder. */
  #isOurs(): boolean {
    if (this.fd < 0) return false;
    try {
      const { identity, links } = this.#host.files.stateOf(this.fd);
      return identity === this.#identity && links > 0;
    } catch {
      return false;
    }
  }

  /** Notices a log that was deleted: begins it anew with a resumed start and what was written since the last look. */
  check(): void {
    if (this.#queue.length > 0 || this.fd < 0) return;
    try {
      const { identity, links, sizeBytes } = this.#host.files.stateOf(this.fd);
      if (identity === this.#identity && links > 0) {
        this.#checkedSizeBytes = sizeBytes;
        return;
      }
    } catch {
      // The descriptor is gone: opened anew.
    }
    try {
      this.#reopen();
    } catch (error) {
      this.#broken = undefined;
      this.#refused(error, nothing); // Even an empty line makes the next ones wait.
    }
  }

  /** What was written to the deleted file after the last check, whole lines only, if it can still be read. */
  #carried(): Buffer {
    try {
      const { identity, links, sizeBytes } = this.#host.files.stateOf(this.fd);
      if (identity !== this.#identity || links > 0) return nothing;
      const length = Math.min(sizeBytes - this.#checkedSizeBytes, 64 * 2 ** 20);
      const read = length > 0 ? this.#host.files.readAt(this.fd, this.#checkedSizeBytes, length) : nothing;
      return read.subarray(0, read.lastIndexOf(0x0a) + 1); // A torn last line is in the queue, and whole.
    } catch {
      return nothing;
    }
  }

  #reopen(): void {
    const { files, speaker } = this.#host;
    const carried = this.#carried();
    const isWhole = this.#checkedSizeBytes === 0;
    files.makeFolders(dirname(this.path));
    const fd = files.openAppend(this.path);
    const isSame = files.stateOf(fd).identity === this.#identity;
    this.#closeOwn();
    this.fd = fd;
    const isNew = !isSame && this.#identity !== undefined;
    this.#remember();
    if (!isNew) return;
    this.#done = 0;
    files.lock(fd);
    speaker.warn(
      `${shownPath(this.path)} was deleted while the run goes on; it is begun again with what comes from now on.`,
    );
    const start = carried.length > 0 && isWhole ? carried : Buffer.concat([this.#options.startLine(), carried]);
    const first = Buffer.concat([newlineIfTorn(files, fd), start]);
    this.#queue.unshift(first);
    this.#heldBytes += first.length;
    if (this.#queue.length === 1) this.retry();
  }

  #closeOwn(): void {
    try {
      if (this.fd >= 0 && this.#host.files.stateOf(this.fd).identity === this.#identity)
        this.#host.files.close(this.fd);
    } catch {
      // Closed already.
    }
  }

  /** Opens a log that was closed, for a run that goes on after its end. Throws what the disk says. */
  openAgain(): void {
    this.fd = this.#host.files.openAppend(this.path);
    this.#remember();
    this.#host.files.lock(this.fd);
  }

  /** Moves the file by one rename; the descriptor stays, but on Windows. Throws what the disk says; nothing has changed then. */
  moveTo(path: string): void {
    const mustClose = process.platform === 'win32' && this.fd >= 0;
    if (mustClose) this.#host.files.close(this.fd);
    try {
      this.#host.files.rename(this.path, path);
      this.path = path;
    } finally {
      if (mustClose) this.openAgain();
    }
  }

  /** Writes what is held, for at most `drainMs`, the rest into the fallback folder; syncs and closes. */
  close(drainMs: number): void {
    const { files, monotonicMs, sleep } = this.#host;
    this.#stopRetrying();
    this.#isClosing = true;
    this.check();
    const until = monotonicMs() + drainMs;
    let pauseMs = 50;
    while (this.#queue.length > 0 && !this.retry()) {
      if (monotonicMs() + pauseMs > until) {
        this.#giveAway();
        break;
      }
      sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, 1000);
    }
    this.#stopRetrying();
    try {
      files.sync(this.fd);
    } catch {
      // The records are with the system; more cannot be done.
    }
    this.#closeOwn();
    this.fd = -1;
    this.#isClosing = false;
  }

  /** The disk still refuses at the end: the rest goes to a file elsewhere, whole lines only. */
  #giveAway(): void {
    const { files, speaker } = this.#host;
    const lines = this.#queue.filter((line) => line.length > 0).length;
    const own = shownPath(this.path);
    try {
      const folder = this.#options.fallback();
      files.makeFolders(folder);
      const name = basename(this.path) === 'run.jsonl' ? `${basename(dirname(this.path))}-` : '';
      const target = join(folder, `${name}${basename(this.path)}.rest`);
      const fd = files.openAppend(target);
      try {
        writeAll(files, fd, Buffer.concat([this.#carried(), ...this.#queue]));
        files.sync(fd);
      } finally {
        files.close(fd);
      }
      speaker.warn(
        `${own} still cannot be written (${this.#broken}). The last ${lines} records are in ${target}. ` +
          `Put them back with: (echo; cat '${target}') >> '${this.path}'`,
      );
    } catch (error) {
      speaker.warn(`${lines} records of ${own} are lost: ${this.#broken}; and elsewhere: ${reasonOf(error)}.`);
    }
    this.#queue = [];
    this.#heldBytes = 0;
    this.#done = 0;
  }
}

/** Writes all bytes, by as many writes as the disk wants. */
export function writeAll(files: LoggerHost['files'], fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += files.write(fd, bytes.subarray(at));
}

/** A newline when the file's last byte is none: the torn line then stays alone. */
export function newlineIfTorn(files: LoggerHost['files'], fd: number): Buffer {
  try {
    const { sizeBytes } = files.stateOf(fd);
    if (sizeBytes === 0) return nothing;
    return files.readAt(fd, sizeBytes - 1, 1)[0] === 0x0a ? nothing : newline;
  } catch {
    return newline; // A blank line is read as nothing.
  }
}
