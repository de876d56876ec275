/** A formula over metrics and params, taken apart. */
export type Formula =
  | { kind: 'number'; value: number }
  | { kind: 'name'; name: string }
  | { kind: 'negate'; of: Formula }
  | { kind: 'operator'; operator: '+' | '-' | '*' | '/' | '^'; left: Formula; right: Formula }
  | { kind: 'call'; name: string; parts: Formula[] };

/** Why a text is no formula, and where: an index into it. */
export interface FormulaFault {
  offset: number;
  message: string;
}

type Reading = { ok: true; formula: Formula } | { ok: false; fault: FormulaFault };

/** Deepest nesting of a formula. */
const maxDepth = 50;
const maxLength = 2000;

/** Every function of a formula, with the number of values that it takes. */
const functions: ReadonlyMap<string, { least: number; most: number; apply: (values: number[]) => number }> = new Map(
  Object.entries({
    abs: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.abs(x) },
    sqrt: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.sqrt(x) },
    exp: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.exp(x) },
    log: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.log(x) },
    log2: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.log2(x) },
    log10: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.log10(x) },
    floor: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.floor(x) },
    ceil: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.ceil(x) },
    round: { least: 1, most: 1, apply: ([x = Number.NaN]) => Math.round(x) },
    min: { least: 1, most: 20, apply: (values: number[]) => Math.min(...values) },
    max: { least: 1, most: 20, apply: (values: number[]) => Math.max(...values) },
    mean: {
      least: 1,
      most: 20,
      apply: (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length,
    },
  }),
);

const tokenPattern =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|`([^`]+)`|([\p{L}_][\p{L}\p{N}_.]*(?:\/[\p{L}\p{N}_][\p{L}\p{N}_.]*)*)|(\*\*|[-+*/^(),]))/uy;

interface Token {
  kind: 'number' | 'name' | 'sign' | 'end';
  text: string;
  offset: number;
}

class Stop extends Error {
  fault: FormulaFault;
  constructor(fault: FormulaFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/**
 * Reads a formula: numbers, names, `+ - * / ^`, brackets and functions (abs, sqrt, exp, log, log2, log10, floor, ceil,
 * round, min, max, mean). A name may hold `/` where no space stands around it (`train/acc`), so a division wants spaces; a
 * name with other characters goes in backquotes. Nothing else is known: no text, no code, no property of anything.
 */
export function parseFormula(text: string): Reading {
  try {
    if (text.length > maxLength)
      throw new Stop({ offset: maxLength, message: `A formula has at most ${maxLength} characters` });
    const tokens = tokenise(text);
    let at = 0;
    const peek = (): Token => tokens[at] as Token;
    const take = (): Token => tokens[at++] as Token;
    const expect = (sign: string): void => {
      const token = take();
      if (token.kind !== 'sign' || token.text !== sign)
        throw new Stop({ offset: token.offset, message: `Expected "${sign}", ${found(token)}` });
    };

    function readSum(depth: number): Formula {
      let left = readProduct(depth);
      while (peek().kind === 'sign' && (peek().text === '+' || peek().text === '-')) {
        left = { kind: 'operator', operator: take().text as '+' | '-', left, right: readProduct(depth) };
      }
      return left;
    }
    function readProduct(depth: number): Formula {
      let left = readUnary(depth);
      while (peek().kind === 'sign' && (peek().text === '*' || peek().text === '/')) {
        left = { kind: 'operator', operator: take().text as '*' | '/', left, right: readUnary(depth) };
      }
      return left;
    }
    function readUnary(depth: number): Formula {
      if (depth > maxDepth)
        throw new Stop({ offset: peek().offset, message: `A formula is nested at most ${maxDepth} deep` });
      if (peek().kind === 'sign' && peek().text === '-') {
        take();
        return { kind: 'negate', of: readUnary(depth + 1) };
      }
      const base = readAtom(depth);
      if (peek().kind === 'sign' && (peek().text === '^' || peek().text === '**')) {
        take();
        return { kind: 'operator', operator: '^', left: base, right: readUnary(depth + 1) };
      }
      return base;
    }
    function readAtom(depth: number): Formula {
      const token = take();
      if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
      if (token.kind === 'sign' && token.text === '(') {
        const inner = readSum(depth + 1);
        expect(')');
        return inner;
      }
      if (token.kind !== 'name')
        throw new Stop({ offset: token.offset, message: `Expected a number, a name or "(", ${found(token)}` });
      return peek().kind === 'sign' && peek().text === '('
        ? readCall(token, depth)
        : { kind: 'name', name: token.text };
    }
    function readCall(token: Token, depth: number): Formula {
      const known = functions.get(token.text);
      if (known === undefined) {
        throw new Stop({
          offset: token.offset,
          message: `"${token.text}" is no function; there are ${[...functions.keys()].join(', ')}`,
        });
      }
      take();
      const parts: Formula[] = [readSum(depth + 1)];
      while (peek().kind === 'sign' && peek().text === ',') {
        take();
        parts.push(readSum(depth + 1));
      }
      expect(')');
      if (parts.length < known.least || parts.length > known.most) {
        throw new Stop({
          offset: token.offset,
          message: `"${token.text}" takes ${known.least === known.most ? known.least : `${known.least} to ${known.most}`} values`,
        });
      }
      return { kind: 'call', name: token.text, parts };
    }

    const formula = readSum(0);
    const rest = peek();
    if (rest.kind !== 'end') throw new Stop({ offset: rest.offset, message: `Expected an operator, ${found(rest)}` });
    return { ok: true, formula };
  } catch (error) {
    if (error instanceof Stop) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Works a formula out. A division by zero is infinite or not-a-number, as IEEE 754 has it; a missing name is undefined. */
export function evaluateFormula(formula: Formula, lookUp: (name: string) => number | undefined): number | undefined {
  switch (formula.kind) {
    case 'number':
      return formula.value;
    case 'name':
      return lookUp(formula.name);
    case 'negate': {
      const value = evaluateFormula(formula.of, lookUp);
      return value === undefined ? undefined : -value;
    }
    case 'operator': {
      const left = evaluateFormula(formula.left, lookUp);
      const right = evaluateFormula(formula.right, lookUp);
      return left === undefined || right === undefined ? undefined : calculate(formula.operator, left, right);
    }
    case 'call': {
      const values = formula.parts.map((part) => evaluateFormula(part, lookUp));
      if (values.includes(undefined)) return undefined;
      return functions.get(formula.name)?.apply(values as number[]);
    }
  }
}

/** The names that a formula asks for. */
export function namesOf(formula: Formula): Set<string> {
  const names = new Set<string>();
  const visit = (part: Formula): void => {
    if (part.kind === 'name') names.add(part.name);
    else if (part.kind === 'negate') visit(part.of);
    else if (part.kind === 'operator') {
      visit(part.left);
      visit(part.right);
    } else if (part.kind === 'call') part.parts.forEach(visit);
  };
  visit(formula);
  return names;
}

function calculate(operator: '+' | '-' | '*' | '/' | '^', left: number, right: number): number {
  if (operator === '+') return left + right;
  if (operator === '-') return left - right;
  if (operator === '*') return left * right;
  return operator === '/' ? left / right : left ** right;
}

function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (text.slice(at).trim() !== '') {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text);
    if (match === null) {
      const offset = at + (text.slice(at).length - text.slice(at).trimStart().length);
      throw new Stop({ offset, message: `A formula has no "${String.fromCodePoint(text.codePointAt(offset) ?? 0)}"` });
    }
    const [whole, number, quoted, name, sign] = match;
    const body = number ?? quoted ?? name ?? sign ?? '';
    const offset = at + whole.length - body.length - (quoted === undefined ? 0 : 1);
    tokens.push({ kind: number !== undefined ? 'number' : sign !== undefined ? 'sign' : 'name', text: body, offset });
    at += whole.length;
  }
  tokens.push({ kind: 'end', text: '', offset: text.length });
  return tokens;
}

function found(token: Token): string {
  return token.kind === 'end' ? 'found the end' : `found "${token.text}"`;
}
