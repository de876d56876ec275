import {
  type Alias,
  Composer,
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  Parser,
  visit,
  type YAMLMap,
} from 'yaml';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import { columnAt } from './explain-line.ts';
import { jsonText } from './flatten.ts';
import type { ReadLimits } from './limits.ts';

/** Line and column from 1; columns count Unicode code points. */
export interface Position {
  line: number;
  column: number;
}

/** One document of a YAML file as plain data, with the place of each part. */
export interface YamlDocument {
  /** Undefined where the document is empty or holds no mapping. */
  value: JsonObject | undefined;
  start: Position;
  /** Where in the text it begins, and where it ends. */
  range: [from: number, to: number];
  /** How the numbers below a key are written, by their path joined with `.`, where JSON would write them otherwise. */
  numberTextsBelow(key: string): Map<string, string>;
  /**
   * The place of a value, or of its key with `key: true`, by its path; the nearest known one above when absent. `at` tells a
   * place within a text, in UTF-16 units of the text as it was read, without quotes and escapes.
   */
  positionOf(path: readonly PropertyKey[], options?: { key?: boolean; at?: number }): Position;
}

class Limit extends Error {}

class UnknownAlias extends Error {
  offset: number;
  constructor(alias: Alias) {
    super('unknown alias');
    this.name = alias.source;
    this.offset = alias.range?.[0] ?? 0;
  }
}

/** Errors of syntax that are told of one document: after the first ones the rest follow from them. */
const maxErrors = 20;

/**
 * Reads YAML 1.2 (core schema) into plain data: tags are never acted on, aliases and depth are counted against limits,
 * mappings become objects without prototype, and integers past 2^53 stay whole. Every fault is reported with its place;
 * a document with a fault of syntax is left out.
 */
export function readYaml(
  text: string,
  {
    file,
    limits,
    diagnostics,
    many = false,
  }: { file: string; limits: ReadLimits; diagnostics: DiagnosticList; many?: boolean },
): YamlDocument[] {
  const lines = lineStarts(text);
  const report = (code: DiagnosticCode, offset: number, message: string): void =>
    diagnostics.add({
      code,
      file,
      ...positionAt(text, lines, offset),
      message,
      excerpt: lineTextAt(text, offset),
      fold: null,
    });

  if (text.length > limits.yamlBytes) {
    report(
      'yaml-limit',
      0,
      `The file is ${(text.length / 1024 / 1024).toFixed(1)} MB long; at most ${limits.yamlBytes / 1024 / 1024} MB are read.`,
    );
    return [];
  }
  const conflicts = [...text.matchAll(/^<<<<<<<(?: |\r?$)/gm)];
  if (conflicts.length > 0) {
    for (const { index } of conflicts)
      report(
        'conflict-marker',
        index,
        'An unresolved merge conflict begins here. The file is set aside until it is resolved.',
      );
    return [];
  }
  const parts = countParts(text);
  if (parts > limits.yamlNodes) {
    report(
      'yaml-limit',
      0,
      `The file holds about ${parts} values; at most ${limits.yamlNodes} are read. It is set aside.`,
    );
    return [];
  }
  const deep = findDeepNesting(text, limits.depth);
  if (deep !== undefined) {
    report('yaml-limit', deep, `The file is nested deeper than ${limits.depth} levels. It is set aside.`);
    return [];
  }
  let documents: Document.Parsed[];
  try {
    const composer = new Composer({
      version: '1.2',
      schema: 'core',
      intAsBigInt: true,
      uniqueKeys: true,
      prettyErrors: false,
    });
    documents = [...composer.compose(new Parser().parse(text))];
  } catch (error) {
    // The parser calls itself for each level; the count above bounds it for all but odd block layouts.
    report(
      'yaml-limit',
      0,
      `The file could not be read: ${error instanceof RangeError ? 'it is nested too deeply' : (error as Error).message}.`,
    );
    return [];
  }
  const directive = findRepeatedDirective(text);
  if (directive !== undefined) {
    report('yaml-syntax', directive, 'The %YAML directive stands twice before one document.');
    return [];
  }
  if (documents.length > 1 && !many) {
    report(
      'second-document',
      documents[1]?.range[0] ?? 0,
      'A second document begins here; this file holds one. The further ones are set aside.',
    );
    documents = documents.slice(0, 1);
  }
  const result: YamlDocument[] = [];
  for (const document of documents) {
    let broken = false;
    for (const error of document.errors.slice(0, maxErrors)) {
      const code =
        error.code === 'DUPLICATE_KEY'
          ? 'repeated-key'
          : error.code === 'TAG_RESOLVE_FAILED'
            ? 'yaml-tag'
            : 'yaml-syntax';
      report(
        code,
        error.pos[0],
        sentence(
          error.code === 'DUPLICATE_KEY'
            ? 'The same key stands twice in one mapping; the last one is used'
            : error.message,
        ),
      );
      if (code !== 'repeated-key') broken = true;
    }
    for (const warning of document.warnings.slice(0, maxErrors)) {
      if (warning.code !== 'TAG_RESOLVE_FAILED') continue;
      report('yaml-tag', warning.pos[0], `${sentence(warning.message)} Tags are never acted on.`);
      broken = true;
    }
    if (broken) continue;
    const start = positionAt(text, lines, document.contents?.range?.[0] ?? document.range[0]);
    const range: YamlDocument['range'] = [document.range[0], document.range[2]];
    const positionOf: YamlDocument['positionOf'] = (path, { key = false, at } = {}) =>
      positionAt(
        text,
        lines,
        at === undefined ? offsetOf(document, path, key) : offsetWithin(text, document, path, at),
      );
    const numberTextsBelow = (key: string): Map<string, string> => numberTexts(document, key);
    if (document.contents === null || (isScalar(document.contents) && document.contents.value === null)) {
      result.push({ value: undefined, start, range, positionOf, numberTextsBelow });
      continue;
    }
    if (!isMap(document.contents)) {
      report('yaml-not-a-mapping', document.contents.range[0], 'The document should hold keys and values.');
      continue;
    }
    try {
      const value = new Conversion(document, limits).value(document.contents, 0);
      result.push({ value: value as JsonObject, start, range, positionOf, numberTextsBelow });
    } catch (error) {
      if (error instanceof UnknownAlias) {
        report('yaml-syntax', error.offset, `The alias "*${error.name}" names no anchor.`);
        continue;
      }
      if (!(error instanceof Limit) && !(error instanceof RangeError)) throw error;
      report(
        'yaml-limit',
        document.contents.range[0],
        error instanceof Limit ? error.message : 'The document is nested too deeply.',
      );
    }
  }
  return result;
}

/** Turns nodes into plain data, counting every node as often as an alias brings it in. */
class Conversion {
  #limits: ReadLimits;
  #nodes = 0;
  #targets = new Map<Alias, Node>();

  constructor(document: Document.Parsed, limits: ReadLimits) {
    this.#limits = limits;
    // An alias means the last anchor of its name before it. Asking each alias for it would walk the document each time.
    const anchors = new Map<string, Node>();
    visit(document, (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) this.#targets.set(node, target);
      } else if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node);
    });
  }

  value(node: unknown, depth: number): JsonValue {
    this.#nodes += 1;
    if (this.#nodes > this.#limits.yamlNodes)
      throw new Limit(`The document expands to more than ${this.#limits.yamlNodes} values. It is set aside.`);
    if (depth > this.#limits.depth)
      throw new Limit(
        `The document is nested deeper than ${this.#limits.depth} levels, or an alias leads back into itself. It is set aside.`,
      );
    if (isAlias(node)) {
      const target = this.#targets.get(node);
      if (target === undefined) throw new UnknownAlias(node);
      return this.value(target, depth + 1);
    }
    if (isMap(node)) return this.#map(node, depth);
    if (isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    if (isScalar(node)) return scalarValue(node.value);
    return null;
  }

  #map(map: YAMLMap, depth: number): JsonObject {
    const object: JsonObject = Object.create(null) as JsonObject;
    for (const pair of map.items) {
      const key = isScalar(pair.key)
        ? keyText(pair.key.value, pair.key.source)
        : textOf(this.value(pair.key, depth + 1));
      object[key] = this.value(pair.value, depth + 1);
    }
    return object;
  }
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : jsonText(value);
}

function keyText(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}

function scalarValue(value: unknown): JsonValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return String(value);
}

/** Where a place within a text value stands in the file: past quotes, escapes, and the indents of folded lines. */
function offsetWithin(text: string, document: Document.Parsed, path: readonly PropertyKey[], at: number): number {
  const start = offsetOf(document, path, false);
  const node = document.getIn([...path], true);
  if (!isScalar(node) || typeof node.value !== 'string' || !node.range || at < 0) return start;
  const [from, to] = node.range;
  const { value } = node;
  if (at >= value.length) return value === '' ? start : offsetWithin(text, document, path, value.length - 1) + 1;
  const verbatim = text.indexOf(value, from);
  if (verbatim !== -1 && verbatim + value.length <= to) return verbatim + at;
  const isQuoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
  let place = isQuoted ? from + 1 : node.type?.startsWith('BLOCK') ? text.indexOf('\n', from) + 1 : from;
  const isSpace = (offset: number): boolean => /\s/.test(text[offset] ?? '');
  for (let index = 0; ; index += 1) {
    if (/\s/.test(value[index] ?? '')) {
      while (place < to && !isSpace(place)) place += 1;
      while (place < to - 1 && isSpace(place + 1)) place += 1;
    } else while (place < to && text[place] !== value[index]) place += 1;
    if (index === at) return Math.min(place, to);
    place += 1;
  }
}

function offsetOf(document: Document.Parsed, path: readonly PropertyKey[], key: boolean): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const [index, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isScalar(item.key) && keyText(item.key.value, item.key.source) === String(part),
      );
      if (pair === undefined) return offset;
      const keyOffset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
      const isLast = index === path.length - 1;
      offset = isLast && key ? keyOffset : isNode(node) && node.range ? node.range[0] : keyOffset;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (isNode(node) && node.range) offset = node.range[0];
    } else {
      return offset;
    }
  }
  return offset;
}

/** About how many values a text holds, told by its line ends and commas without parsing it. */
function countParts(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x0a || char === 0x2c) count += 1;
  }
  return count;
}

/**
 * Finds where flow brackets nest deeper than allowed, or a line opens or indents too many levels at once: the parser calls
 * itself for each level. Brackets inside text do not count, so the lexer, which does not, tells them apart.
 */
function findDeepNesting(text: string, depth: number): number | undefined {
  const indented = findDeepIndent(text, 4 * depth);
  if (indented !== undefined) return indented;
  // Looking back keeps it linear: a long run of spaces is tried once, at its beginning.
  const run = /(?<![-?:] )(?:[-?:] ){65,}|(?<! )[ ]{2000,}/g;
  for (const match of text.matchAll(run)) {
    const lineStart = text.lastIndexOf('\n', match.index) + 1;
    if (text.slice(lineStart, match.index).trim() === '') return match.index;
  }
  const brackets = text.length - text.replace(/[[{]/g, '').length;
  if (brackets <= depth) return undefined;
  let open = 0;
  let offset = 0;
  for (const token of new Lexer().lex(text)) {
    const kind = CST.tokenType(token);
    if (kind === 'flow-seq-start' || kind === 'flow-map-start') {
      open += 1;
      if (open > depth) return offset;
    } else if (kind === 'flow-seq-end' || kind === 'flow-map-end') open -= 1;
    // Marks that the lexer adds stand for nothing in the text.
    if (token !== '\u0002' && token !== '\u0018' && token !== '\u001f') offset += token.length;
  }
  return undefined;
}

/**
 * Finds the line at which indents have risen more than `most` times, each within the one before. Text over many lines counts
 * as well, so `most` lies well above what blocks may nest.
 */
function findDeepIndent(text: string, most: number): number | undefined {
  const indents: number[] = [];
  for (const match of text.matchAll(/^( *)[^\s#]/gm)) {
    const indent = (match[1] ?? '').length;
    while (indents.length > 0 && (indents.at(-1) as number) >= indent) indents.pop();
    indents.push(indent);
    if (indents.length > most) return match.index;
  }
  return undefined;
}

/** Gathers how the numbers below a top-level key are written. */
function numberTexts(document: Document.Parsed, key: string): Map<string, string> {
  const texts = new Map<string, string>();
  const visit = (node: unknown, path: string, depth: number): void => {
    if (isMap(node) && depth < 64) {
      for (const pair of node.items) {
        if (!isScalar(pair.key)) continue;
        const name = keyText(pair.key.value, pair.key.source);
        visit(pair.value, path === '' ? name : `${path}.${name}`, depth + 1);
      }
    } else if (
      isScalar(node) &&
      typeof node.source === 'string' &&
      (typeof node.value === 'number' || typeof node.value === 'bigint')
    ) {
      if (String(node.value) !== node.source) texts.set(path, node.source);
    }
  };
  visit(isMap(document.contents) ? document.contents.get(key, true) : undefined, '', 0);
  return texts;
}

/** Finds a second %YAML directive before one document (YAML 1.2.2, 6.8.1), which the library lets pass. */
function findRepeatedDirective(text: string): number | undefined {
  if (!text.includes('%YAML')) return undefined;
  let seen = false;
  let offset = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('%YAML') && seen) return offset;
    if (line.startsWith('%YAML')) seen = true;
    else if (/^(?:---|\.\.\.)(?:\s|$)/.test(line)) seen = false;
    offset += line.length + 1;
  }
  return undefined;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function positionAt(text: string, starts: readonly number[], offset: number): Position {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: columnAt(text.slice(starts[low], offset), offset) };
}

function lineTextAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const end = text.indexOf('\n', start);
  return text.slice(start, end === -1 ? text.length : end).replace(/\r$/, '');
}

function sentence(text: string): string {
  const first = text.split('\n')[0]?.trim() ?? '';
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
