import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { endStatus } from '../format/run-records.ts';
import { statusSynonyms } from '../format/status-words.ts';
import { readLineCarefully } from './explain-line.ts';
import { valueOffset } from './fold/run-context.ts';
import { defaultLimits } from './limits.ts';
import type { Store } from './store.ts';

/** A file as it is and as it would be. */
export interface SafeFix {
  /** Path from the root. */
  path: string;
  before: string;
  after: string;
  /** What was mended, in words. */
  mended: string[];
}

/** Findings that say that a file is no sound text, or that its end is still to come: it is left alone, byte for byte. */
const unfitCodes: ReadonlySet<string> = new Set([
  'still-being-written',
  'invalid-utf8',
  'utf16',
  'utf32',
  'binary-file',
  'lfs-pointer',
  'cannot-read',
  'not-a-file',
  'nul-bytes',
  'nul-tail',
  'incomplete-last-line',
]);
const bounds = { maxDepth: defaultLimits.depth, maxKeys: defaultLimits.keysPerRecord };
const maxFixBytes = 256 * 1024 * 1024;

/**
 * Finds what can be mended without changing what a log says: Windows line ends, a byte order mark, a last line without
 * its newline, and a status written in another tool's word. Compressed logs, damaged ones and logs that are still being
 * written are left alone.
 */
export function findSafeFixes(store: Store): SafeFix[] {
  const unfit = new Set(store.diagnostics.filter(({ code }) => unfitCodes.has(code)).map(({ file }) => file));
  const paths = new Set<string>();
  for (const run of store.runs.values()) {
    for (const { path, sizeBytes } of run.files) {
      if (path.endsWith('.jsonl') && sizeBytes <= maxFixBytes && !unfit.has(path)) paths.add(path);
    }
  }
  const fixes: SafeFix[] = [];
  for (const path of paths) {
    const bytes = readFileSync(`${store.root}/${path}`);
    if (!isUtf8(bytes) || bytes.includes(0)) continue;
    const fix = fixText(path, bytes.toString('utf8'));
    if (fix !== undefined) fixes.push(fix);
  }
  return fixes;
}

/** Mends one log's text; undefined where there is nothing to mend. */
export function fixText(path: string, before: string): SafeFix | undefined {
  const mended: string[] = [];
  let text = before;
  if (text.startsWith('\ufeff')) {
    text = text.replace(/^\ufeff+/, '');
    mended.push('byte order mark removed');
  }
  if (text.includes('\r\n')) {
    text = text.replace(/\r+\n/g, '\n');
    mended.push('CRLF turned into LF');
  }
  const isManyRuns = /(?:^|\/)runs\.jsonl$/.test(path) && !/(?:^|\/)runs\/runs\.jsonl$/.test(path);
  let statuses = 0;
  const lines = text.split('\n').map((line) => {
    const fixed = line.includes('"status"') ? fixStatus(line, { isManyRuns }) : line;
    if (fixed !== line) statuses += 1;
    return fixed;
  });
  if (statuses > 0)
    mended.push(statuses === 1 ? "status in the format's word" : `${statuses} statuses in the format's words`);
  text = lines.join('\n');
  if (text !== '' && !text.endsWith('\n')) {
    text += '\n';
    mended.push('newline added at the end');
  }
  return text === before ? undefined : { path, before, after: text, mended };
}

/** Puts the format's word in place of another tool's, in an `end` record or in a whole run of `runs.jsonl`. */
function fixStatus(line: string, { isManyRuns }: { isManyRuns: boolean }): string {
  const { records, fault } = readLineCarefully(line, bounds);
  const [record] = records;
  if (record === undefined || fault !== undefined || typeof record.status !== 'string') return line;
  if (record.event !== 'end' && !(isManyRuns && record.event === undefined)) return line;
  if (endStatus.safeParse(record.status).success) return line;
  const better = statusSynonyms.get(record.status.toLowerCase());
  const place = valueOffset(line, 'status');
  const written = JSON.stringify(record.status);
  if (better === undefined || place?.isTop !== true || !line.startsWith(written, place.offset)) return line;
  return `${line.slice(0, place.offset)}"${better}"${line.slice(place.offset + written.length)}`;
}
