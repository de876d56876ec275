import { redacted } from '../format/secrets.ts';
import type { OutputLine } from './output-lines.ts';
import { redactSource } from './redact.ts';
import { stripControls } from './strip-controls.ts';

/** How much of the beginning and of the end is kept, in bytes. */
export interface OutputBounds {
  headBytes: number;
  tailBytes: number;
}

/**
 * Keeps the beginning and the end of a program's output as text: as a terminal would show it in the end, without escape
 * sequences and overwritten states of progress bars, secrets redacted. What lies between is counted.
 */
export class OutputKeeper {
  private readonly bounds: OutputBounds;
  private readonly onHead: (text: string) => void;
  private readonly states = new Map<string, string>(); // 'stderr' → ' 50%|███   | 1/2'
  private readonly streamsInKey = new Set<string>();
  private readonly head: string[] = [];
  private readonly tail: string[] = [];
  private headSize = 0;
  private tailSize = 0;
  private isHeadFull = false;
  private tailFrom = 0;
  private leftOutLines = 0;
  private leftOutBytes = 0;

  /** `onHead` is told each text that is added to the beginning, line end included. */
  constructor({
    headBytes = 524_288,
    tailBytes = 524_288,
    onHead = () => undefined,
  }: Partial<OutputBounds> & { onHead?: (text: string) => void } = {}) {
    this.bounds = { headBytes, tailBytes };
    this.onHead = onHead;
  }

  /** Takes the next line of a stream. */
  add(stream: string, { text, isFinal, isCut }: OutputLine): void {
    const shown = stripControls(text);
    const state = this.states.get(stream);
    if (!isFinal) {
      if (shown !== '') this.states.set(stream, shown);
      return;
    }
    this.states.delete(stream);
    this.keep(stream, `${shown === '' ? (state ?? '') : shown}${isCut ? ' …' : ''}`);
  }

  /** Takes what stands on the screen without its line end, when the output is over. */
  end(): void {
    for (const [stream, state] of this.states) this.keep(stream, state);
    this.states.clear();
  }

  /** Whether there was no output. */
  get isEmpty(): boolean {
    return this.headSize === 0 && !this.isHeadFull;
  }

  /** The text that is kept, with a line that tells how much is not. */
  text(): string {
    const gap =
      this.leftOutLines === 0
        ? []
        : [`… ${this.leftOutLines} lines of ${this.leftOutBytes} bytes are left out here …\n`];
    return [...this.head, ...gap, ...this.tail.slice(this.tailFrom)].join('');
  }

  private keep(stream: string, line: string): void {
    const text = `${this.redactLine(stream, line)}\n`;
    const size = Buffer.byteLength(text);
    if (!this.isHeadFull && this.headSize + size <= this.bounds.headBytes) {
      this.head.push(text);
      this.headSize += size;
      this.onHead(text);
      return;
    }
    this.isHeadFull = true;
    this.tail.push(text);
    this.tailSize += size;
    while (this.tailSize > this.bounds.tailBytes) this.dropOldest();
  }

  private dropOldest(): void {
    const oldest = this.tail[this.tailFrom] ?? '';
    const size = Buffer.byteLength(oldest);
    this.tailFrom += 1;
    this.tailSize -= size;
    this.leftOutLines += 1;
    this.leftOutBytes += size;
    if (this.tailFrom < 10_000) return;
    this.tail.splice(0, this.tailFrom);
    this.tailFrom = 0;
  }

  /** A private key goes over several lines: all of it is left out. */
  private redactLine(stream: string, line: string): string {
    if (this.streamsInKey.has(stream)) {
      if (/-----END [A-Z ]{0,30}PRIVATE KEY-----/.test(line)) this.streamsInKey.delete(stream);
      return redacted;
    }
    const begin = /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----/.exec(line);
    if (begin !== null && !line.includes('-----END ')) {
      this.streamsInKey.add(stream);
      return `${redactSource(line.slice(0, begin.index))}${redacted}`;
    }
    return redactSource(line);
  }
}
