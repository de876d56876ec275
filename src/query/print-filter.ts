import type { Filter, FilterNode, Literal, NameRef } from './filter.ts';
import { printName } from './resolve-names.ts';

/** Writes a filter in its plain form: words for signs, brackets only where they change the meaning. Reads back as the same filter. */
export function printFilter({ root }: Pick<Filter, 'root'>): string {
  return print(root);
}

function print(node: FilterNode): string {
  switch (node.kind) {
    case 'or':
      return node.parts.map(print).join(' or ');
    case 'and':
      return node.parts.map((part) => (part.kind === 'or' ? `(${print(part)})` : print(part))).join(' and ');
    case 'not':
      return node.part.kind === 'and' || node.part.kind === 'or'
        ? `not (${print(node.part)})`
        : `not ${print(node.part)}`;
    case 'compare':
      return `${printRef(node.ref)} ${node.operator} ${printLiteral(node.value)}`;
    case 'match':
      return `${printRef(node.ref)} ~ ${printLiteral(node.pattern)}`;
    case 'in':
      return `${printRef(node.ref)} ${node.isNot ? 'not in' : 'in'} [${node.values.map(printLiteral).join(', ')}]`;
    case 'tag':
      return `tag:${printQuotable(node.tag)}`;
    case 'is':
      return `is:${node.word}`;
  }
}

function printRef({ scope, name }: NameRef): string {
  return scope === 'metric' || scope === 'param' ? `${scope}:${printQuotable(name)}` : printName(name);
}

/** After a prefix any word that is one token will do. */
function printQuotable(name: string): string {
  return /^[^\s()[\],=!<>~&|"'`]+$/u.test(name) ? name : `\`${name.replaceAll('`', '``')}\``;
}

/** A value as a filter can hold it; `"` and `\` are escaped. */
export function printLiteral({ text, isQuoted }: Pick<Literal, 'text' | 'isQuoted'>): string {
  return isQuoted ? `"${text.replaceAll(/["\\]/g, '\\$&')}"` : text;
}
