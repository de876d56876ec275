import {
  type Document,
  isMap,
  isNode,
  isPair,
  isScalar,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
} from 'yaml';
import { placeholder, type TemplateVariable, type VariableValue } from '../format/template-settings.ts';

/** A value as a variable's type has it, or why it cannot be one, as the end of a sentence. */
export type VariableReading = { value: VariableValue; fault?: undefined } | { value?: undefined; fault: string };

/** Takes a value, or the text that a person typed for it, as the type of a variable. */
export function toVariableValue(
  given: VariableValue,
  { type = 'text', options }: Pick<TemplateVariable, 'type' | 'options'>,
): VariableReading {
  const value = convert(given, type);
  if (value === undefined) {
    const words = { text: 'text', number: 'a number', boolean: 'true or false', list: 'a list, with commas' };
    return { fault: `should be ${words[type]}` };
  }
  const parts = Array.isArray(value) ? value : [value];
  const wrong = options === undefined ? undefined : parts.find((part) => !options.map(String).includes(String(part)));
  if (wrong !== undefined) return { fault: `should be one of ${options?.join(', ')}, found "${wrong}"` };
  return { value };
}

function convert(given: VariableValue, type: NonNullable<TemplateVariable['type']>): VariableValue | undefined {
  switch (type) {
    case 'text':
      return Array.isArray(given) ? undefined : String(given);
    case 'number': {
      const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
    }
    case 'boolean':
      return given === true || given === 'true' ? true : given === false || given === 'false' ? false : undefined;
    case 'list': {
      if (Array.isArray(given)) return given;
      if (typeof given !== 'string') return undefined;
      return given.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
    }
  }
}

/** Looks up a variable's value; undefined where it has none. */
export type VariableLookup = (variable: string) => VariableValue | undefined;

/**
 * Puts values in the place of variables in a text, once: what a value holds is not looked through again. A text that is
 * one variable and nothing else becomes its value as it is, or undefined where it has none; in a longer text a value is
 * written out, and one that is missing is nothing.
 */
export function fillText(text: string, lookUp: VariableLookup): VariableValue | undefined {
  const [whole] = text.matchAll(placeholder);
  return whole?.[1] !== undefined && whole[0] === text.trim() ? lookUp(whole[1]) : fillWithin(text, lookUp);
}

function fillWithin(text: string, lookUp: VariableLookup): string {
  return text.replace(placeholder, (_match, name: string) => {
    const value = lookUp(name);
    return Array.isArray(value) ? value.join(', ') : String(value ?? '');
  });
}

/**
 * Gives the text of an `experiment.yaml` made from a template: variables filled in, the head taken away, comments and order
 * kept. A key or an item that is a variable without a value is left out.
 */
export function fillTemplate(text: string, lookUp: VariableLookup): string {
  const document = parseDocument(text, { version: '1.2', schema: 'core' });
  removeHead(document);
  const fillComments = (node: Pick<Node, 'comment' | 'commentBefore'>): void => {
    // A value of several lines must not leave the comment.
    const inComment: VariableLookup = (name) => String(lookUp(name) ?? '').replace(/\s+/g, ' ');
    if (node.comment != null) node.comment = fillWithin(node.comment, inComment);
    if (node.commentBefore != null) node.commentBefore = fillWithin(node.commentBefore, inComment);
  };
  const isLeftOut = (part: unknown): boolean =>
    isScalar(part) && typeof part.value === 'string' && fillText(part.value, lookUp) === undefined;
  fillComments(document);
  visit(document, {
    Node: (_key, node) => fillComments(node),
    Pair: (_key, { key, value }) => (isLeftOut(key) || isLeftOut(value) ? visit.REMOVE : undefined),
    Scalar: (_key, node) => {
      fillComments(node);
      if (typeof node.value !== 'string') return undefined;
      const value = fillText(node.value, lookUp);
      if (value === undefined) return visit.REMOVE;
      return value === node.value ? undefined : replace(document, node, value);
    },
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** The node for a value, with the comments of the one that it replaces. */
function replace(document: Document, node: Scalar, value: VariableValue): Node | undefined {
  if (Array.isArray(value)) {
    const list = document.createNode(value, { flow: true });
    list.comment = node.comment;
    list.commentBefore = node.commentBefore;
    list.spaceBefore = node.spaceBefore;
    return list;
  }
  node.value = value;
  if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') return undefined;
  // Quotes were there for the braces: the value gets those that it needs itself.
  delete node.type;
  return undefined;
}

/** Takes the head away, with the comments above it, and a line for editors, which is written anew. */
function removeHead(document: Document): void {
  const { contents } = document;
  if (!isMap(contents)) return;
  const at = contents.items.findIndex((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === 'template');
  if (at === 0) {
    document.commentBefore = null;
    contents.commentBefore = null;
  }
  if (at !== -1) contents.items.splice(at, 1);
  const first = (contents.items as Pair[])[0]?.key;
  if (isNode(first)) first.spaceBefore = false;
  for (const node of [document, contents] as const)
    node.commentBefore =
      node.commentBefore
        ?.split('\n')
        .filter((line) => !line.includes('yaml-language-server'))
        .join('\n') || null;
}
