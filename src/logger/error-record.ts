import { basename, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type JsonMap, makeRecord } from './json-line.ts';
import { isInside } from './places.ts';
import { textOf, typeName } from './plain-value.ts';
import { redactSource } from './redact.ts';

/** Whether a value is an error; a proxy that refuses to be asked is none. */
export function isError(value: unknown): value is Error {
  try {
    return value instanceof Error;
  } catch {
    return false;
  }
}

/** Type, message and traceback of an error; paths relative to `base` or to `node_modules`, secrets redacted. */
export function errorRecord(error: Error, base: string): JsonMap {
  let message: string;
  let traceback: string;
  try {
    message = [...String(error.message)].slice(0, 4000).join('');
    traceback = relativePaths(tracebackOf(error), base);
  } catch {
    message = `<${typeName(error)}>`;
    traceback = '';
  }
  if (traceback.length > 20_000) traceback = `${traceback.slice(0, 10_000)}\n…\n${traceback.slice(-10_000)}`;
  return makeRecord({ type: typeName(error), message: redactSource(message), traceback: redactSource(traceback) });
}

/** The stack of an error and, below it, of what caused it. */
function tracebackOf(error: Error): string {
  const parts: string[] = [];
  for (
    let at: unknown = error;
    at !== undefined && parts.length < 10;
    at = at instanceof Error ? at.cause : undefined
  ) {
    parts.push(at instanceof Error ? (at.stack ?? `${at.name}: ${at.message}`) : textOf(at));
  }
  return parts.join('\nCaused by: ').trimEnd();
}

/** Makes the paths on the lines of a stack (`    at train (file:///…/train.js:3:9)`) relative; messages stay as they are. */
function relativePaths(text: string, base: string): string {
  const shorten = (line: string) =>
    line.replace(/file:\/\/[^\s()]+|(?<![\w.:/])(?:[A-Za-z]:\\|\/)[^\s()]+/g, (match) => {
      const [, place = match, position = ''] = /^(.*?)((?::\d+){0,2})$/.exec(match) ?? [];
      return `${shortenPath(place.startsWith('file://') ? pathOfUrl(place) : place, base)}${position}`;
    });
  return text.replace(/^\s+at .*$/gm, shorten);
}

function shortenPath(path: string, base: string): string {
  const packages = `node_modules${sep}`;
  if (path.includes(packages))
    return path
      .slice(path.lastIndexOf(packages) + packages.length)
      .split(sep)
      .join('/');
  return isInside(path, base) ? relative(base, path).split(sep).join('/') : basename(path);
}

function pathOfUrl(text: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    return text;
  }
}
