import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import { redactBytes } from './redact-bytes.ts';

/** A line of a patch and what it does. */
export interface PatchLine {
  text: string;
  kind: 'added' | 'removed' | 'place' | 'file' | 'same';
}

/** A patch as a page shows it. */
export interface Patch {
  lines: PatchLine[];
  /** Lines that follow those shown. */
  hidden: number;
  files: number;
  added: number;
  removed: number;
}

/** A page has 60 kB: longer patches are read in their file. */
const maxLines = 400;
const maxLineLength = 400;
const maxBytes = 4_000_000;

/** Reads a patch beside a log as it is published, secrets cut out; undefined where it cannot be read or is too large. */
export async function readPatch(
  store: Pick<Store, 'root' | 'secretsByFile'>,
  file: string,
): Promise<Patch | undefined> {
  const path = join(store.root, file);
  try {
    const stat = await lstat(path);
    if (!stat.isFile() || stat.size > maxBytes) return undefined;
    const bytes = await readFile(path);
    return parsePatch(redactBytes(bytes, store.secretsByFile.get(file) ?? new Set()).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Tells added lines of a unified diff from removed ones, and heads of files and places from both. */
export function parsePatch(text: string): Patch {
  const patch: Patch = { lines: [], hidden: 0, files: 0, added: 0, removed: 0 };
  let left = { old: 0, new: 0 }; // lines of the present hunk that are still to come
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    const isInside = left.old > 0 || left.new > 0;
    let kind: PatchLine['kind'] = 'same';
    if (isInside && line.startsWith('+')) {
      kind = 'added';
      left.new -= 1;
      patch.added += 1;
    } else if (isInside && line.startsWith('-')) {
      kind = 'removed';
      left.old -= 1;
      patch.removed += 1;
    } else if (isInside && !line.startsWith('\\')) {
      left.old -= 1;
      left.new -= 1;
    } else if (hunk !== null) {
      kind = 'place';
      left = { old: Number(hunk[1] ?? 1), new: Number(hunk[2] ?? 1) };
    } else if (!line.startsWith('\\')) {
      kind = 'file';
      if (line.startsWith('diff --git ')) patch.files += 1;
    }
    if (patch.lines.length < maxLines) {
      const isLong = line.length > maxLineLength;
      patch.lines.push({ text: isLong ? `${line.slice(0, maxLineLength).toWellFormed()}…` : line, kind });
    } else patch.hidden += 1;
  }
  return patch;
}
