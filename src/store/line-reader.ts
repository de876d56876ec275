import { isAscii, isUtf8 } from 'node:buffer';

/** What a line reader tells of. Offsets and sizes are in bytes of the file as it is read (after decompression). */
export interface LineHandler {
  /** A whole line without its `\n` or `\r\n`, `line` from 1. `last` is true for a last line that no newline ends. */
  line(text: string, at: { line: number; offset: number; sizeBytes: number; unended: boolean }): void;
  /** A line whose bytes are not UTF-8. `valid` is the text before the first wrong byte, `rest` the bytes from it on. */
  invalidUtf8(at: { line: number; valid: string; rest: Uint8Array; unended: boolean }): void;
  /** Offers line number `line`, whole and ended by a newline: `bytes` from `from` to `to`. True where it was taken: then `line` is not called. */
  maybeLine?(bytes: Buffer, from: number, to: number, line: number): boolean;
  /** A line longer than the limit; its bytes were dropped. */
  tooLong(at: { line: number; sizeBytes: number }): void;
}

/** What was seen of line ends and the like, for notes about the file as a whole. */
export interface LineFacts {
  lines: number;
  sizeBytes: number;
  hasByteOrderMark: boolean;
  /** Number of the first line that ends in CRLF, or 0. */
  firstCrlfLine: number;
  /** NUL bytes at the very end of the file, which some network disks leave. */
  nulTailBytes: number;
}

const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Cuts a stream of bytes into lines. Where the chunks end makes no difference to what is told. Holds one chunk and
 * one unfinished line, never more than `maxLineBytes` of the latter.
 */
export class LineReader {
  #handler: LineHandler;
  #maxLineBytes: number;
  #carry: Buffer[] = [];
  #carryBytes = 0;
  #droppedBytes = 0;
  #offset = 0;
  #line = 1;
  /** The first bytes, until it is plain whether they are a byte order mark; undefined from then on. */
  #head: Buffer | undefined = Buffer.alloc(0);
  #facts: LineFacts = { lines: 0, sizeBytes: 0, hasByteOrderMark: false, firstCrlfLine: 0, nulTailBytes: 0 };

  constructor(handler: LineHandler, { maxLineBytes }: { maxLineBytes: number }) {
    this.#handler = handler;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Takes the next bytes. They are read at once or copied: the caller may use the buffer again. */
  push(chunk: Buffer): void {
    this.#facts.sizeBytes += chunk.length;
    if (this.#head === undefined) {
      this.#read(chunk);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    if (this.#head.length >= byteOrderMark.length) this.#readHead(this.#head);
  }

  /** Tells the last line, if no newline ended it, and gives what was seen of the file as a whole. */
  end(): LineFacts {
    if (this.#head !== undefined) this.#readHead(this.#head);
    if (this.#carryBytes > 0 || this.#droppedBytes > 0) this.#flushCarry();
    this.#facts.lines = this.#line - 1;
    return this.#facts;
  }

  #readHead(head: Buffer): void {
    this.#head = undefined;
    this.#facts.hasByteOrderMark = head.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    if (this.#facts.hasByteOrderMark) this.#offset = byteOrderMark.length;
    const rest = this.#facts.hasByteOrderMark ? head.subarray(byteOrderMark.length) : head;
    if (rest.length > 0) this.#read(rest);
  }

  #read(chunk: Buffer): void {
    const end = chunk.lastIndexOf(newline);
    if (end === -1) {
      this.#keep(chunk);
      return;
    }
    const first = chunk.indexOf(newline);
    if (this.#carryBytes > 0 || this.#droppedBytes > 0) {
      this.#keep(chunk.subarray(0, first + 1));
      this.#flushCarry();
      if (first < end) this.#readLines(chunk.subarray(first + 1, end + 1));
    } else {
      this.#readLines(chunk.subarray(0, end + 1));
    }
    if (end + 1 < chunk.length) this.#keep(chunk.subarray(end + 1));
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#droppedBytes > 0 || this.#carryBytes + bytes.length > this.#maxLineBytes + 2) {
      this.#droppedBytes += this.#carryBytes + bytes.length;
      this.#carry = [];
      this.#carryBytes = 0;
      return;
    }
    this.#carry.push(Buffer.from(bytes));
    this.#carryBytes += bytes.length;
  }

  #flushCarry(): void {
    if (this.#droppedBytes > 0) {
      this.#skip(this.#droppedBytes);
      this.#droppedBytes = 0;
      return;
    }
    const bytes = this.#carry.length === 1 ? (this.#carry[0] as Buffer) : Buffer.concat(this.#carry);
    this.#carry = [];
    this.#carryBytes = 0;
    this.#readLines(bytes);
  }

  /** Reads whole lines. Text is decoded once for all of them when all are valid, which they nearly always are. */
  #readLines(bytes: Buffer): void {
    if (!isAscii(bytes)) {
      this.#readOneByOne(bytes);
      return;
    }
    let text: string | undefined;
    let from = 0;
    while (from < bytes.length) {
      const to = bytes.indexOf(newline, from);
      const end = to === -1 ? bytes.length : to;
      if (
        to !== -1 &&
        end - from < this.#maxLineBytes &&
        this.#handler.maybeLine?.(bytes, from, end, this.#line) === true
      ) {
        this.#line += 1;
        this.#offset += end - from + 1;
        from = end + 1;
        continue;
      }
      text ??= bytes.toString('latin1');
      const isCrlf = end > from && to !== -1 && text.charCodeAt(end - 1) === carriageReturn;
      this.#tell(text.slice(from, isCrlf ? end - 1 : end), end - from + (to === -1 ? 0 : 1), isCrlf, to === -1);
      from = end + 1;
    }
  }

  #readOneByOne(bytes: Buffer): void {
    let from = 0;
    while (from < bytes.length) {
      const to = bytes.indexOf(newline, from);
      const end = to === -1 ? bytes.length : to;
      const isCrlf = end > from && to !== -1 && bytes[end - 1] === carriageReturn;
      const line = bytes.subarray(from, isCrlf ? end - 1 : end);
      const sizeBytes = end - from + (to === -1 ? 0 : 1);
      if (sizeBytes > this.#maxLineBytes) {
        this.#skip(sizeBytes);
      } else if (isUtf8(line)) {
        this.#tell(line.toString('utf8'), sizeBytes, isCrlf, to === -1);
      } else {
        const wrong = findInvalidUtf8(line);
        this.#handler.invalidUtf8({
          line: this.#line,
          valid: line.toString('utf8', 0, wrong),
          rest: line.subarray(wrong),
          unended: to === -1,
        });
        this.#line += 1;
        this.#offset += sizeBytes;
      }
      from = end + 1;
    }
  }

  #skip(sizeBytes: number): void {
    this.#handler.tooLong({ line: this.#line, sizeBytes });
    this.#line += 1;
    this.#offset += sizeBytes;
  }

  #tell(text: string, sizeBytes: number, isCrlf: boolean, unended: boolean): void {
    if (sizeBytes > this.#maxLineBytes) {
      this.#skip(sizeBytes);
      return;
    }
    if (isCrlf && this.#facts.firstCrlfLine === 0) this.#facts.firstCrlfLine = this.#line;
    const at = { line: this.#line, offset: this.#offset, sizeBytes, unended };
    this.#line += 1;
    this.#offset += sizeBytes;
    let end = text.length;
    if (unended) while (end > 0 && text.charCodeAt(end - 1) === 0) end -= 1;
    this.#facts.nulTailBytes = text.length - end;
    if (end > 0 || text === '') this.#handler.line(end === text.length ? text : text.slice(0, end), at);
  }
}

/** Gives the index of the first byte that is not part of valid UTF-8 (RFC 3629), or the length when all are. */
export function findInvalidUtf8(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  // The longest valid prefix: a cut inside a sequence is invalid too, so step back to the sequence's first byte.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, sequenceStart(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return sequenceStart(bytes, low);
}

/** Moves `end` back to the start of a UTF-8 sequence that is cut there. */
function sequenceStart(bytes: Uint8Array, end: number): number {
  for (let back = 1; back <= 3 && end - back >= 0; back += 1) {
    const byte = bytes[end - back] as number;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? end - back : end;
    }
  }
  return end;
}
