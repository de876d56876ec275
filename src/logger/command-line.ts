import { basename, isAbsolute, relative } from 'node:path';
import { isSecretParam, redacted } from '../format/secrets.ts';
import { isInside } from './places.ts';
import { redactText } from './redact.ts';

/**
 * A command line as one would type it: the program by its name, paths below `base` relative to it, secrets redacted, words
 * quoted for a shell where they need it.
 */
export function showCommand(words: readonly string[], base: string): string {
  const shown = words.map((word, i) => quoteWord(showWord(i === 0 ? basename(word) : word, words[i - 1], i, base)));
  return redactText(shown.join(' '));
}

function showWord(word: string, before: string | undefined, index: number, base: string): string {
  const mark = word.indexOf('=');
  if (mark > 0 && isSecretParam(withoutDashes(word.slice(0, mark)), word.slice(mark + 1))) {
    return `${word.slice(0, mark)}=${redacted}`;
  }
  if (before?.startsWith('-') && isSecretParam(withoutDashes(before), word)) return redacted;
  let path = word;
  if (isAbsolute(word)) path = isInside(word, base) ? relative(base, word) : index === 1 ? basename(word) : word;
  const isLong = path.includes('\n') || path.length > 2000;
  return isLong ? `${path.slice(0, 2000).split('\n', 1)[0]}…` : path;
}

function withoutDashes(word: string): string {
  return word.replace(/^-+/, '');
}

/** A word quoted for a POSIX shell, where it holds anything but plain characters. */
function quoteWord(word: string): string {
  if (word !== '' && !/[^\w@%+=:,./-]/.test(word.replaceAll(redacted, ''))) return word;
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

/** The words of this process's command line, Node's own options included. */
export function ownCommand(): string[] {
  const [, ...args] = process.argv;
  return [process.argv0 === '' ? 'node' : basename(process.argv0), ...process.execArgv, ...args];
}
