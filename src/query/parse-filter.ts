import { findConditionFault, nearestName, shorten } from './check-condition.ts';
import { fields } from './fields.ts';
import type { Filter, FilterFault, FilterNode, IsWord, Literal, NameRef, ParsedFilter, Place } from './filter.ts';
import { isWords } from './filter.ts';
import { type KnownNames, resolveNames } from './resolve-names.ts';
import { type Token, tokenize } from './tokenize.ts';

/** Brackets within brackets that a filter may have. */
export const maxFilterDepth = 100;

/**
 * Reads a filter: `val/acc > 0.9 and lr in [0.1, 0.01] or tag:baseline`. `and` binds tighter than `or`, `not` tighter than
 * both. With `names`, a name that no run has is a fault that tells the nearest one. Never throws, and takes a time linear in
 * the length of the text.
 */
export function parseFilter(text: string, { names }: { names?: KnownNames } = {}): ParsedFilter {
  const { tokens, fault } = tokenize(text);
  if (fault !== undefined) return { ok: false, fault };
  const parser = new Parser(text, tokens);
  try {
    const filter = parser.read();
    return names === undefined ? { ok: true, filter } : resolveNames(filter, names);
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Ends the reading; never leaves this file. */
class Refusal extends Error {
  readonly fault: FilterFault;
  constructor(fault: FilterFault) {
    super(fault.message);
    this.fault = fault;
  }
}

function refuse({ offset, length }: Place, message: string, nearest?: string): never {
  throw new Refusal({ offset, length, message, nearest });
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #hasPattern = false;

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text;
    this.#tokens = tokens;
  }

  read(): Filter {
    const root = this.#chain('or');
    const rest = this.#peek();
    if (rest !== undefined) this.#refuseRest(rest);
    return { text: this.#text, root, hasPattern: this.#hasPattern };
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  #take(kind: Token['kind']): boolean {
    if (this.#peek()?.kind !== kind) return false;
    this.#at += 1;
    return true;
  }

  /** The place after the last token, for what is missing there. */
  get #end(): Place {
    const last = this.#tokens.at(-1);
    return { offset: last === undefined ? 0 : last.offset + last.length, length: 1 };
  }

  #words({ offset, length }: Place): string {
    return shorten(this.#text.slice(offset, offset + length));
  }

  #refuseRest(rest: Token): never {
    if (rest.kind === ')') refuse(rest, 'This bracket closes nothing.');
    const before = this.#tokens[this.#at - 1];
    const isAfterWord = before?.kind === 'word' && (rest.kind === 'word' || rest.kind === 'string');
    refuse(
      rest,
      `"and" or "or" was expected here, found "${this.#words(rest)}".${isAfterWord ? ' A value of several words stands in quotes.' : ''}`,
    );
  }

  /** `a or b or c`, whose parts are chains of `and`; or such a chain, whose parts are conditions. */
  #chain(kind: 'or' | 'and'): FilterNode {
    const parts: FilterNode[] = [];
    do {
      const part = kind === 'or' ? this.#chain('and') : this.#negation();
      if (part.kind === kind) for (const inner of part.parts) parts.push(inner);
      else parts.push(part);
    } while (this.#take(kind));
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind, parts };
  }

  #negation(): FilterNode {
    let isNegated = false;
    while (this.#take('not')) isNegated = !isNegated;
    const part = this.#primary();
    if (!isNegated) return part;
    return part.kind === 'not' ? part.part : { kind: 'not', part };
  }

  #primary(): FilterNode {
    const open = this.#peek();
    if (open?.kind !== '(') return this.#condition();
    this.#at += 1;
    this.#depth += 1;
    if (this.#depth > maxFilterDepth) refuse(open, `More than ${maxFilterDepth} brackets stand within each other.`);
    const inner = this.#chain('or');
    this.#depth -= 1;
    const close = this.#peek();
    if (close === undefined) refuse(open, 'The bracket that opens here is never closed.');
    if (close.kind !== ')') this.#refuseRest(close);
    this.#at += 1;
    return inner;
  }

  #condition(): FilterNode {
    const token = this.#next();
    if (token === undefined) refuse(this.#end, 'A condition such as val/acc > 0.9 is missing here.');
    if (token.kind === 'string')
      refuse(token, 'A condition begins with a name. A name of odd characters stands in `backquotes`.');
    if (token.kind !== 'word' && token.kind !== 'name')
      refuse(token, `A condition such as val/acc > 0.9 was expected here, found "${this.#words(token)}".`);
    const prefix = token.kind === 'word' ? /^(tag|is|metric|param):/i.exec(token.text)?.[1]?.toLowerCase() : undefined;
    if (prefix === undefined) return this.#comparison(bareRef(token), token);
    const { text, place } = this.#afterPrefix(token, prefix);
    if (prefix === 'tag') return { kind: 'tag', tag: text };
    if (prefix === 'is') return { kind: 'is', word: isWord(text, place) };
    return this.#comparison({ scope: prefix === 'metric' ? 'metric' : 'param', name: text, ...place }, place);
  }

  /** What follows `tag:` and its like: the rest of the word, or a quoted text right behind it. */
  #afterPrefix(token: Token & { kind: 'word' | 'name' }, prefix: string): { text: string; place: Place } {
    const rest = token.text.slice(prefix.length + 1);
    if (rest !== '') return { text: rest, place: { offset: token.offset, length: token.length } };
    const quoted = this.#peek();
    const isBeside = quoted?.offset === token.offset + token.length;
    if (!isBeside || (quoted.kind !== 'name' && quoted.kind !== 'string'))
      refuse(token, `A ${prefix === 'is' ? 'word' : prefix} is missing after "${prefix}:".`);
    this.#at += 1;
    return { text: quoted.text, place: { offset: token.offset, length: token.length + quoted.length } };
  }

  #comparison(ref: NameRef, left: Place): FilterNode {
    const token = this.#next();
    const isNot = token?.kind === 'not' && this.#peek()?.kind === 'in';
    if (isNot) this.#at += 1;
    if (isNot || token?.kind === 'in') {
      const values = this.#list();
      this.#check(ref, 'in', values);
      return { kind: 'in', ref, values, isNot };
    }
    if (token?.kind !== 'operator') {
      const after = token ?? this.#end;
      const found = token === undefined ? '' : `, found "${this.#words(token)}"`;
      refuse(after, `A comparison such as = or > was expected after "${this.#words(left)}"${found}.`);
    }
    const value = this.#value();
    this.#check(ref, token.operator, [value]);
    if (token.operator !== '~') return { kind: 'compare', ref, operator: token.operator, value };
    this.#hasPattern = true;
    return { kind: 'match', ref, pattern: value };
  }

  #check(ref: NameRef, operator: Parameters<typeof findConditionFault>[1], values: readonly Literal[]): void {
    const fault = findConditionFault(ref, operator, values);
    if (fault !== undefined) throw new Refusal(fault);
  }

  #list(): Literal[] {
    const open = this.#next();
    if (open?.kind !== '[') refuse(open ?? this.#end, 'After "in" comes a list such as [0.1, 0.01].');
    const values = [this.#value()];
    for (;;) {
      const token = this.#next();
      if (token?.kind === ']') return values;
      if (token === undefined) refuse(open, 'The list that opens here is never closed.');
      if (token.kind !== ',') refuse(token, `A comma or ] was expected here, found "${this.#words(token)}".`);
      values.push(this.#value());
    }
  }

  #value(): Literal {
    const token = this.#next();
    if (token === undefined) refuse(this.#end, 'A value is missing here.');
    const { offset, length } = token;
    if (token.kind === 'word') return { text: token.text, isQuoted: false, offset, length };
    if (token.kind === 'string') return { text: token.text, isQuoted: true, offset, length };
    if (token.kind === 'name') refuse(token, 'Backquotes are for names. A value of odd characters stands in "quotes".');
    refuse(
      token,
      token.kind === 'and' || token.kind === 'or' || token.kind === 'not' || token.kind === 'in'
        ? `A value was expected here. To mean the text "${this.#words(token)}", put it in quotes.`
        : `A value was expected here, found "${this.#words(token)}".`,
    );
  }
}

function bareRef({ text, offset, length }: Token & { kind: 'word' | 'name' }): NameRef {
  return { scope: fields.has(text) ? 'field' : 'bare', name: text, offset, length };
}

function isWord(text: string, place: Place): IsWord {
  const word = isWords.find((known) => known === text.toLowerCase());
  if (word !== undefined) return word;
  const nearest = nearestName(text, isWords);
  refuse(
    place,
    `After "is:" comes one of ${isWords.join(', ')}; found "${shorten(text)}".`,
    nearest && `is:${nearest}`,
  );
}
