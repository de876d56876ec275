/** Says things on stderr, some of them once only. Never throws: stderr may be closed. */
export class Speaker {
  #said = new Set<string>();
  #write: (line: string) => void;
  #isQuiet: () => boolean;

  constructor(write: (line: string) => void, isQuiet: () => boolean) {
    this.#write = write;
    this.#isQuiet = isQuiet;
  }

  /** Says one line, unless `once` was said before. */
  warn(text: string, once?: string): void {
    if (once !== undefined) {
      if (this.#said.has(once)) return;
      if (this.#said.size < 10_000) this.#said.add(once);
    }
    try {
      this.#write(`runfolio: ${text}\n`);
    } catch {
      // Training goes on without the warning.
    }
  }

  /** Says a line that is no warning, once; `RUNFOLIO_QUIET=1` keeps it back. */
  tellOnce(text: string): void {
    if (!this.#isQuiet()) this.warn(text, text);
  }
}
