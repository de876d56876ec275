/** A value read from text; objects have no prototype. */
export type Literal = null | boolean | number | string | Literal[] | LiteralObject;
export interface LiteralObject {
  [key: string]: Literal;
}

const maxDepth = 32;
const number = /[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,10})?/y;
const word = /[+-]?[A-Za-z_][\w.]{0,60}/y;
/** `np.float64(0.5)`, `tensor(0.5, device='cuda:0')`: how Python prints a scalar of another library. */
const wrapped =
  /[A-Za-z_][\w.]{0,60}\(\s{0,8}([+-]?(?:[\d.]{1,400}(?:[eE][+-]?\d{1,10})?|nan|inf))(?:,[^()]{0,200})?\)/y;
const words = new Map<string, Literal>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
  ['NaN', Number.NaN],
  ['nan', Number.NaN],
  ['-nan', Number.NaN],
  ['+inf', Number.POSITIVE_INFINITY],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);
const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads the text of one object: JSON, JSON with the bare words that Python's `json` writes, or what Python prints for a
 * dict (`{'loss': 0.5, 'epoch': 1.0, 'best': None}`). Undefined for everything else; nothing is thrown.
 */
export function readObjectText(text: string): LiteralObject | undefined {
  const reader = new LiteralReader(text);
  reader.skipSpace();
  const value = text[reader.at] === '{' ? reader.readValue(0) : undefined;
  reader.skipSpace();
  return value === undefined || reader.at < text.length ? undefined : (value as LiteralObject);
}

class LiteralReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? 'x')) this.at += 1;
  }

  readValue(depth: number): Literal | undefined {
    if (depth > maxDepth) return undefined;
    const first = this.text[this.at];
    if (first === '{') return this.readObject(depth);
    if (first === '[' || first === '(') return this.readList(first === '[' ? ']' : ')', depth);
    if (first === '"' || first === "'") return this.readString(first);
    const digits = this.take(number);
    if (digits !== undefined) return Number(digits[0]);
    const scalar = this.take(wrapped);
    if (scalar?.[1] !== undefined) return words.has(scalar[1]) ? words.get(scalar[1]) : Number(scalar[1]);
    const name = this.take(word);
    return name === undefined ? undefined : words.get(name[0]);
  }

  private readObject(depth: number): LiteralObject | undefined {
    const result = Object.create(null) as LiteralObject;
    this.at += 1;
    for (;;) {
      this.skipSpace();
      if (this.accept('}')) return result;
      const quote = this.text[this.at];
      const key = quote === '"' || quote === "'" ? this.readString(quote) : this.take(number)?.[0];
      this.skipSpace();
      if (key === undefined || !this.accept(':')) return undefined;
      this.skipSpace();
      const value = this.readValue(depth + 1);
      if (value === undefined) return undefined;
      result[key] = value;
      this.skipSpace();
      if (!this.accept(',') && this.text[this.at] !== '}') return undefined;
    }
  }

  private readList(close: string, depth: number): Literal[] | undefined {
    const result: Literal[] = [];
    this.at += 1;
    for (;;) {
      this.skipSpace();
      if (this.accept(close)) return result;
      const value = this.readValue(depth + 1);
      if (value === undefined) return undefined;
      result.push(value);
      this.skipSpace();
      if (!this.accept(',') && this.text[this.at] !== close) return undefined;
    }
  }

  private readString(quote: string): string | undefined {
    let result = '';
    let from = this.at + 1;
    for (let at = from; at < this.text.length; at += 1) {
      const letter = this.text[at];
      if (letter === quote) {
        this.at = at + 1;
        return result + this.text.slice(from, at);
      }
      if (letter !== '\\') continue;
      const escaped = this.text[at + 1] ?? '';
      const code = /^u[0-9a-fA-F]{4}/.test(this.text.slice(at + 1, at + 6))
        ? this.text.slice(at + 2, at + 6)
        : undefined;
      result += this.text.slice(from, at);
      result += code === undefined ? (escapes[escaped] ?? escaped) : String.fromCharCode(Number.parseInt(code, 16));
      at += code === undefined ? 1 : 5;
      from = at + 1;
    }
    return undefined;
  }

  private accept(letter: string): boolean {
    if (this.text[this.at] !== letter) return false;
    this.at += 1;
    return true;
  }

  private take(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at += found[0].length;
    return found;
  }
}
