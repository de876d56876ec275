import { FetchFault } from './fetch-text.ts';

/** Where a published log lies, as its page says. */
export interface RawPlace {
  url: string;
  /** Size of the text, unpacked. */
  sizeBytes: number;
  isCompressed: boolean;
  /** Byte offsets of lines 1, 1 + `every`, 1 + 2 × `every` …; empty for a file that is fetched whole. */
  marks: readonly number[];
  every: number;
}

/** Text of a whole file that is held in memory; of a longer one only its parts are fetched, where the server gives parts. */
export const maxWholeBytes = 64_000_000;
/** Blocks between two marks that are kept. */
const maxBlocks = 24;

/** Gives lines of a published log: of a large one by fetching the parts they stand in, of any other by fetching it once. */
export class RawSource {
  #place: RawPlace;
  #whole: Promise<string[]> | undefined;
  #blocks = new Map<number, Promise<string[]>>();
  /** True where the server sends whole files only. */
  #hasNoParts = false;

  constructor(place: RawPlace) {
    this.#place = place;
  }

  /**
   * Lines `from` to `to`, both from 1 and both included; fewer where the file ends sooner.
   *
   * @throws FetchFault when the file cannot be fetched, or only whole and is too large for that
   */
  async lines(from: number, to: number): Promise<string[]> {
    const { marks, every } = this.#place;
    if (marks.length === 0 || this.#hasNoParts) return (await this.#readWhole()).slice(from - 1, to);
    const first = Math.floor((from - 1) / every);
    const last = Math.min(marks.length - 1, Math.floor((to - 1) / every));
    const blocks: string[] = [];
    for (let block = first; block <= last; block += 1) blocks.push(...(await this.#block(block)));
    if (this.#hasNoParts) return (await this.#readWhole()).slice(from - 1, to);
    const start = first * every;
    return blocks.slice(from - 1 - start, to - start);
  }

  /** Hands on all lines in pieces, with the number of the first of each; ends early when `onPiece` gives false. */
  async read(onPiece: (lines: readonly string[], from: number) => boolean): Promise<void> {
    const { marks, every } = this.#place;
    if (marks.length > 0 && !this.#hasNoParts) {
      for (let block = 0; block < marks.length; block += 1) {
        const lines = await this.#block(block);
        if (this.#hasNoParts) break;
        if (!onPiece(lines, block * every + 1)) return;
      }
      if (!this.#hasNoParts) return;
    }
    onPiece(await this.#readWhole(), 1);
  }

  #block(block: number): Promise<string[]> {
    const known = this.#blocks.get(block);
    if (known !== undefined) return known;
    const lines = this.#fetchBlock(block);
    this.#blocks.set(block, lines);
    lines.catch(() => this.#blocks.delete(block));
    if (this.#blocks.size > maxBlocks) {
      const oldest = this.#blocks.keys().next().value;
      if (oldest !== undefined && oldest !== block) this.#blocks.delete(oldest);
    }
    return lines;
  }

  async #fetchBlock(block: number): Promise<string[]> {
    const { marks, sizeBytes, url } = this.#place;
    const from = marks[block] ?? 0;
    const to = (marks[block + 1] ?? sizeBytes) - 1;
    const response = await ask(url, { range: `bytes=${from}-${to}` });
    if (response.status !== 206) {
      this.#hasNoParts = true;
      await response.body?.cancel();
      return [];
    }
    return splitLines(await response.text());
  }

  #readWhole(): Promise<string[]> {
    this.#whole ??= this.#fetchWhole();
    this.#whole.catch(() => {
      this.#whole = undefined;
    });
    return this.#whole;
  }

  async #fetchWhole(): Promise<string[]> {
    const { url, sizeBytes, isCompressed } = this.#place;
    if (sizeBytes > maxWholeBytes) {
      const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
      throw new FetchFault(
        `the text is ${megabytes(sizeBytes)}; up to ${megabytes(maxWholeBytes)} are shown here. Download the file`,
      );
    }
    const response = await ask(url, {});
    if (!isCompressed) return splitLines(await response.text());
    const bytes = await response.blob();
    const head = new Uint8Array(await bytes.slice(0, 2).arrayBuffer());
    // Some servers unpack on the way.
    if (head[0] !== 0x1f || head[1] !== 0x8b) return splitLines(await bytes.text());
    const unpacked = bytes.stream().pipeThrough(new DecompressionStream('gzip'));
    return splitLines(await new Response(unpacked).text());
  }
}

async function ask(url: string, headers: Record<string, string>): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers });
  } catch (cause) {
    throw new FetchFault('no answer', { cause });
  }
  if (!response.ok) throw new FetchFault(String(response.status));
  return response;
}

/** Lines of a text as the log has them: a newline at its end begins no line. */
export function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
}
