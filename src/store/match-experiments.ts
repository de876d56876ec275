import { compilePattern } from '../format/safe-pattern.ts';

/**
 * Makes a test of experiment ids from an id, which stands for those below it too, or from a pattern: `*` is any text within a
 * part of an id, `**` any text, `?` one character.
 */
export function experimentTest(pattern: string): (id: string) => boolean {
  const plain = pattern.replace(/\/+$/, '');
  if (!/[*?]/.test(plain)) return (id) => id === plain || id.startsWith(`${plain}/`);
  const source = plain.replace(/\*\*|[*?]|[^A-Za-z0-9]/g, (sign) => {
    if (sign === '**') return '.*';
    if (sign === '*') return '[^/]*';
    return sign === '?' ? '[^/]' : `\\x{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
  });
  const compiled = compilePattern(`^${source}$`);
  return compiled.ok ? (id) => compiled.pattern.test(id) : () => false;
}
