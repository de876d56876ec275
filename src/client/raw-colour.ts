import { make } from './element.ts';

const token =
  /("(?:[^"\\]|\\.)*")(\s*:)?|(-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity)|NaN|true|false|null)(?=[\s,\]}]|$)/g;

/** Characters of a line that are coloured: a table of a megabyte is read by nobody. */
const maxColoured = 4000;

/** A piece of a JSON line: a key, a text, or a number, word or null. */
export type JsonPiece = { text: string; kind: 'key' | 'string' | 'number' | undefined };

/** Takes a line of JSON apart into keys, texts, numbers and the rest; together the pieces are the line. */
export function jsonPieces(line: string): JsonPiece[] {
  const pieces: JsonPiece[] = [];
  let at = 0;
  const rest = (to: number) => {
    if (to > at) pieces.push({ text: line.slice(at, to), kind: undefined });
  };
  for (const match of line.slice(0, maxColoured).matchAll(token)) {
    const [, string, colon, number] = match;
    const text = string ?? number ?? '';
    rest(match.index);
    pieces.push({ text, kind: string === undefined ? 'number' : colon === undefined ? 'string' : 'key' });
    at = match.index + text.length;
  }
  rest(line.length);
  return pieces;
}

/** Puts a line of JSON into an element, with its keys, texts and numbers marked. */
export function colourLine(line: string): (Node | string)[] {
  if (!line.startsWith('{')) return [line];
  return jsonPieces(line).map(({ text, kind }) =>
    kind === undefined ? text : make('span', { class: `raw-${kind}` }, text),
  );
}
