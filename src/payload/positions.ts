/** A list of unlike texts, each named by its position. */
export class Positions {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  of(text: string): number {
    const known = this.#positions.get(text);
    if (known !== undefined) return known;
    this.#positions.set(text, this.list.length);
    return this.list.push(text) - 1;
  }
}
