/** A line of a program's output, without its line end. */
export interface OutputLine {
  text: string;
  /** False for a state of a progress bar that the next one overwrites (it ended with a carriage return). */
  isFinal: boolean;
  /** True where the line was longer than is kept, and `text` is its beginning. */
  isCut: boolean;
}

/** Longest line that is kept, in UTF-16 units. */
export const maxOutputLine = 65_536;

/**
 * Cuts one stream of bytes into lines, however the bytes come. Bytes that are not UTF-8 become U+FFFD. Memory is bounded: of
 * a line over 64 KiB the rest is passed over.
 */
export class OutputLines {
  private readonly decoder = new TextDecoder();
  private text = '';
  private isCut = false;

  /** Takes the next bytes and gives the lines that they end. */
  push(bytes: Uint8Array): OutputLine[] {
    return this.cut(this.decoder.decode(bytes, { stream: true }));
  }

  /** Gives what is left at the end of the stream. */
  end(): OutputLine[] {
    const lines = this.cut(this.decoder.decode());
    if (this.text !== '') lines.push(this.take(true));
    return lines;
  }

  private cut(text: string): OutputLine[] {
    const lines: OutputLine[] = [];
    let from = 0;
    for (const { index, 0: mark } of text.matchAll(/[\r\n]/g)) {
      this.append(text.slice(from, index));
      lines.push(this.take(mark === '\n'));
      from = index + 1;
    }
    this.append(text.slice(from));
    return lines;
  }

  private append(text: string): void {
    if (this.isCut) return;
    this.text += text;
    if (this.text.length <= maxOutputLine) return;
    this.text = this.text.slice(0, maxOutputLine);
    this.isCut = true;
  }

  private take(isFinal: boolean): OutputLine {
    const line = { text: this.text, isFinal, isCut: this.isCut };
    this.text = '';
    this.isCut = false;
    return line;
  }
}
