import type { CompareOperator, FilterFault, Place } from './filter.ts';

export type Token = Place &
  (
    | { kind: 'word'; text: string }
    /** A word in backquotes: a name and nothing else. */
    | { kind: 'name'; text: string }
    | { kind: 'string'; text: string }
    | { kind: 'operator'; operator: CompareOperator | '~' }
    | { kind: 'and' | 'or' | 'not' | 'in' }
    | { kind: '(' | ')' | '[' | ']' | ',' }
  );

const operators: ReadonlyMap<string, CompareOperator | '~'> = new Map([
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['<', '<'],
  ['<=', '<='],
  ['>', '>'],
  ['>=', '>='],
  ['~', '~'],
]);
const signs: ReadonlyMap<string, 'and' | 'or'> = new Map([
  ['&', 'and'],
  ['&&', 'and'],
  ['|', 'or'],
  ['||', 'or'],
]);
const keywords: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in']);

/** Each alternative begins with other characters than the rest, and none looks back: the text is walked once. */
const tokenPattern = /(\s+)|([()[\],])|([=!<>]=?|~)|(&&?|\|\|?)|(["'`])|([^\s()[\],=!<>~&|"'`]+)/uy;

/**
 * Cuts a filter into tokens. Words run up to a space, a bracket, a comma, a quote or an operator, and so may hold `/`, `.`,
 * `-`, `:` and letters of any script. In quotes a backslash before a quote or a backslash takes its meaning away, and stands
 * for itself before anything else, as regular expressions want it; in backquotes a backquote is doubled.
 */
export function tokenize(text: string): { tokens: Token[]; fault: FilterFault | undefined } {
  const tokens: Token[] = [];
  let offset = 0;
  const fail = (place: Place, message: string) => ({ tokens, fault: { ...place, message } });
  while (offset < text.length) {
    tokenPattern.lastIndex = offset;
    const [all = '', space, bracket, operator, sign, quote, word] = tokenPattern.exec(text) ?? [];
    const place = { offset, length: Math.max(1, all.length) };
    if (space !== undefined) offset += all.length;
    else if (bracket !== undefined) {
      tokens.push({ kind: bracket as '(' | ')' | '[' | ']' | ',', ...place });
      offset += 1;
    } else if (operator !== undefined) {
      const known = operators.get(operator);
      if (known === undefined)
        return fail(place, 'A "!" alone means nothing here. Write "not" before a condition, or "!=".');
      tokens.push({ kind: 'operator', operator: known, ...place });
      offset += all.length;
    } else if (sign !== undefined) {
      tokens.push({ kind: signs.get(sign) ?? 'and', ...place });
      offset += all.length;
    } else if (quote !== undefined) {
      const quoted = readQuoted(text, offset, quote);
      if (quoted === undefined)
        return fail({ offset, length: text.length - offset }, `The quote ${quote} that opens here is never closed.`);
      const { content, length } = quoted;
      tokens.push({ kind: quote === '`' ? 'name' : 'string', text: content, offset, length });
      offset += length;
    } else if (word !== undefined) {
      const keyword = word.toLowerCase();
      if (keywords.has(keyword)) tokens.push({ kind: keyword as 'and' | 'or' | 'not' | 'in', ...place });
      else tokens.push({ kind: 'word', text: word, ...place });
      offset += all.length;
    } else return fail(place, 'This character cannot stand here.');
  }
  return { tokens, fault: undefined };
}

/** What stands between a quote at `offset` and its like, and the length with both quotes; undefined when there is no second. */
function readQuoted(text: string, offset: number, quote: string): { content: string; length: number } | undefined {
  const parts: string[] = [];
  let from = offset + 1;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && quote !== '`' && (text[at + 1] === quote || text[at + 1] === '\\')) {
      parts.push(text.slice(from, at));
      from = at + 1;
      at += 1;
    } else if (character === quote) {
      if (quote !== '`' || text[at + 1] !== '`')
        return { content: parts.join('') + text.slice(from, at), length: at + 1 - offset };
      parts.push(text.slice(from, at + 1));
      from = at + 2;
      at += 1;
    }
  }
  return undefined;
}
