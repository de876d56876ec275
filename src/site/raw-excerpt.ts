import { createReadStream } from 'node:fs';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { unpackPlace } from '../series/line-place.ts';
import type { Run, RunFile } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { redactBytes } from './redact-bytes.ts';

/** A line of a log as a page shows it. */
export interface RawLine {
  /** From 1, in the file. */
  number: number;
  text: string;
  /** Characters that were left out at its end. */
  cut: number;
}

/** What a page shows of a raw log, and what script needs to fetch the rest. */
export interface RawExcerpt {
  /** The first lines, the last ones, and those that were asked for among the others, in order. */
  lines: RawLine[];
  /** Lines of the run in this file, from `firstLine` on. */
  lineCount: number;
  firstLine: number;
  /** Size of the text, decompressed and redacted. */
  sizeBytes: number;
  isCompressed: boolean;
  isRedacted: boolean;
  /**
   * Byte offsets of lines 1, 1 + `every`, 1 + 2 × `every` … of the published file, so that any line can be fetched alone.
   * Empty where the file is small or compressed.
   */
  marks: number[];
  every: number;
  /** Why the file could not be read; nothing else holds then. */
  fault: string | undefined;
}

export interface ExcerptLimits {
  headLines: number;
  tailLines: number;
  /** Characters of one line. */
  lineLength: number;
  /** Characters of the first and the last lines together, of which the last ones take a quarter. */
  totalLength: number;
  /** Lines that are kept wherever they stand, within a quarter of `totalLength` more. */
  wanted?: ReadonlySet<number>;
}

/** What fits a page of 60 kB. */
export const pageExcerpt: ExcerptLimits = { headLines: 200, tailLines: 50, lineLength: 600, totalLength: 120_000 };

/** Characters of a line that a page has room for: more where a file has few lines, as one of whole runs has. */
export function lineRoom({ lineLength, totalLength }: ExcerptLimits, lines: number): number {
  return Math.max(lineLength, Math.min(20_000, Math.floor(totalLength / 2 / Math.max(1, lines))));
}

/** The lines of one file of a run, by its number, that hold a figure of a metric: what numbers of other pages lead to. */
export function linesOfFigures(run: Pick<Run, 'metrics'>, file: number): Set<number> {
  const lines = new Set<number>();
  for (const { places } of run.metrics.values()) {
    for (const packed of places === undefined ? [] : (Object.values(places) as number[])) {
      const place = unpackPlace(packed);
      if (place?.file === file) lines.add(place.line);
    }
  }
  return lines;
}

/** Files of a run that its raw page shows; a run of many ranks has hundreds. */
export const maxRawFiles = 8;

/** Files up to this size are fetched whole. */
export const wholeFileBytes = 1_000_000;
const maxMarks = 256;
const newline = 0x0a;
/** Bytes of one line that are kept while reading: enough for any line that a page shows, whatever its characters. */
const keptBytes = 16_384;
/** A log that swells past this is shown no further. */
const maxSwollenBytes = 4 * 1024 ** 3;

/**
 * Reads the first and the last lines of one file of a run, as it is published: secrets cut out. Streams, so that the size of
 * the log does not matter to memory; a file with secrets is read whole, as when it is published.
 */
export async function readRawExcerpt(
  store: Pick<Store, 'root' | 'secretsByFile'>,
  file: Pick<RunFile, 'path' | 'firstLine' | 'lines'>,
  limits: ExcerptLimits = pageExcerpt,
): Promise<RawExcerpt> {
  const secrets = store.secretsByFile.get(file.path);
  const isRedacted = secrets !== undefined && secrets.size > 0;
  const isCompressed = file.path.endsWith('.gz');
  const reader = new ExcerptReader(limits, file.firstLine ?? 1, file.firstLine === undefined ? undefined : file.lines);
  let fault: string | undefined;
  try {
    const path = join(store.root, file.path);
    const stat = await lstat(path);
    if (!stat.isFile()) throw new Error('it is no plain file');
    const source = { path, isCompressed, isSmall: stat.size <= wholeFileBytes };
    if (isRedacted) {
      const chunks: Buffer[] = [];
      for await (const chunk of read(source)) chunks.push(chunk);
      reader.push(redactBytes(Buffer.concat(chunks), secrets));
    } else for await (const chunk of read(source)) reader.push(chunk);
  } catch (error) {
    fault = error instanceof Error ? error.message.split(',')[0] : String(error);
  }
  const excerpt = reader.end();
  const hasMarks = !isCompressed && excerpt.sizeBytes > wholeFileBytes;
  return { ...excerpt, marks: hasMarks ? excerpt.marks : [], isCompressed, isRedacted, fault };
}

async function* read({
  path,
  isCompressed,
  isSmall,
}: {
  path: string;
  isCompressed: boolean;
  isSmall: boolean;
}): AsyncGenerator<Buffer> {
  if (!isCompressed) {
    if (isSmall) yield await readFile(path);
    else yield* createReadStream(path, { highWaterMark: 1 << 20 });
    return;
  }
  let size = 0;
  const stream = createReadStream(path).pipe(createGunzip());
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxSwollenBytes) throw new Error('it swells past 4 GB');
      yield chunk;
    }
  } finally {
    stream.destroy();
  }
}

/** A line as it was read: its first bytes, and how many more there were. */
interface KeptLine {
  number: number;
  bytes: Buffer;
  lost: number;
}

/** Cuts bytes into lines and keeps the first and the last of those asked for. */
class ExcerptReader {
  #limits: ExcerptLimits;
  #from: number;
  #to: number;
  #line = 1;
  #offset = 0;
  #isMidLine = false;
  #pieces: Buffer[] = [];
  #kept = 0;
  #length = 0;
  #head: RawLine[] = [];
  #headLength = 0;
  #marked: RawLine[] = [];
  #markedLength = 0;
  #tail: KeptLine[] = []; // decoded at the end: nearly all lines of a long log pass by
  #isHeadFull = false;
  #marks: number[] = [0];
  #every = 1;

  constructor(limits: ExcerptLimits, firstLine: number, lineCount: number | undefined) {
    this.#limits = limits;
    this.#from = firstLine;
    this.#to = lineCount === undefined ? Number.POSITIVE_INFINITY : firstLine + lineCount - 1;
  }

  push(chunk: Buffer): void {
    let from = 0;
    while (from < chunk.length) {
      const end = chunk.indexOf(newline, from);
      this.#take(chunk, from, end === -1 ? chunk.length : end);
      if (end === -1) break;
      this.#endLine(this.#offset + end + 1);
      from = end + 1;
    }
    this.#offset += chunk.length;
  }

  end(): Omit<RawExcerpt, 'isCompressed' | 'isRedacted' | 'fault'> {
    if (this.#isMidLine) this.#endLine(this.#offset);
    const last = Math.min(this.#line - 1, this.#to);
    const tail = fitting(
      this.#tail.map((line) => decodeLine(line, this.#limits.lineLength)),
      this.#limits.totalLength / 4,
    );
    const tailFrom = tail[0]?.number ?? Number.POSITIVE_INFINITY;
    return {
      lines: [...this.#head, ...this.#marked.filter(({ number }) => number < tailFrom), ...tail],
      lineCount: Math.max(0, last - this.#from + 1),
      firstLine: this.#from,
      sizeBytes: this.#offset,
      marks: this.#marks.filter((offset) => offset < this.#offset),
      every: this.#every,
    };
  }

  #take(chunk: Buffer, from: number, to: number): void {
    this.#isMidLine = true;
    this.#length += to - from;
    const room = keptBytes - this.#kept;
    const isWanted = this.#line >= this.#from && this.#line <= this.#to;
    if (!isWanted || room <= 0 || to === from) return;
    const piece = Buffer.from(chunk.subarray(from, Math.min(to, from + room)));
    this.#pieces.push(piece);
    this.#kept += piece.length;
  }

  #endLine(nextOffset: number): void {
    if (this.#line >= this.#from && this.#line <= this.#to) this.#keep();
    this.#line += 1;
    if ((this.#line - 1) % this.#every === 0) this.#marks.push(nextOffset);
    if (this.#marks.length > maxMarks) {
      this.#marks = this.#marks.filter((_, index) => index % 2 === 0);
      this.#every *= 2;
    }
    this.#isMidLine = false;
    this.#pieces = [];
    this.#kept = 0;
    this.#length = 0;
  }

  #keep(): void {
    const { headLines, tailLines, totalLength } = this.#limits;
    const kept = { number: this.#line, bytes: Buffer.concat(this.#pieces), lost: this.#length - this.#kept };
    if (this.#isHeadFull) {
      this.#tail.push(kept);
      this.#keepMarked(kept);
      if (this.#tail.length > tailLines) this.#tail.shift();
      return;
    }
    const line = decodeLine(kept, this.#limits.lineLength);
    this.#head.push(line);
    this.#headLength += line.text.length;
    this.#isHeadFull = this.#head.length >= headLines || this.#headLength >= (totalLength * 3) / 4;
  }

  #keepMarked(kept: KeptLine): void {
    const { wanted, lineLength, totalLength } = this.#limits;
    if (wanted?.has(kept.number) !== true || this.#markedLength >= totalLength / 4) return;
    const line = decodeLine(kept, lineLength);
    this.#marked.push(line);
    this.#markedLength += line.text.length;
  }
}

function decodeLine({ number, bytes, lost }: KeptLine, lineLength: number): RawLine {
  const whole = bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r$/, '');
  const text = whole.length > lineLength ? whole.slice(0, lineLength).toWellFormed() : whole;
  return { number, text, cut: whole.length - text.length + lost };
}

/** The last lines that fit into so many characters. */
function fitting(lines: readonly RawLine[], length: number): RawLine[] {
  let left = length;
  const from = lines.findLastIndex(({ text }) => {
    left -= text.length;
    return left < 0;
  });
  return lines.slice(from + 1);
}
