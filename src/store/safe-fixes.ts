import { readFileSync } from 'node:fs';
import { endStatus } from '../format/run-records.ts';
import type { JsonObject } from '../format/scalars.ts';
import { statusSynonyms } from '../format/status-words.ts';
import { parseFast } from './read-lines.ts';
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

const mendable: ReadonlySet<string> = new Set(['crlf', 'byte-order-mark', 'incomplete-last-line', 'unknown-status']);
const maxFixBytes = 256 * 1024 * 1024;

/**
 * Finds what can be mended without changing what a log says: Windows line ends, a byte order mark, a last line without
 * its newline, and a status written in another tool's word. Compressed logs, damaged ones and logs that are still being
 * written are left alone.
 */
export function findSafeFixes(store: Store): SafeFix[] {
  const unfit = new Set(
    store.diagnostics
      .filter(({ code }) => code === 'still-being-written' || code === 'invalid-utf8')
      .map(({ file }) => file),
  );
  const plain = [...store.runs.values()]
    .flatMap((run) => run.files)
    .filter(({ path, sizeBytes }) => path.endsWith('.jsonl') && sizeBytes <= maxFixBytes);
  const wanted = new Set(store.diagnostics.filter(({ code }) => mendable.has(code)).map(({ file }) => file));
  for (const { path } of plain) if (!endsWithNewline(`${store.root}/${path}`)) wanted.add(path);
  const fixes: SafeFix[] = [];
  for (const path of [...new Set(plain.map((file) => file.path))].filter((own) => wanted.has(own) && !unfit.has(own))) {
    const fix = fixText(path, readFileSync(`${store.root}/${path}`, 'utf8'));
    if (fix !== undefined) fixes.push(fix);
  }
  return fixes;
}

/** Mends one log's text; undefined where there is nothing to mend. */
export function fixText(path: string, before: string): SafeFix | undefined {
  const mended: string[] = [];
  let text = before;
  if (text.startsWith('\ufeff')) {
    text = text.slice(1);
    mended.push('byte order mark removed');
  }
  if (text.includes('\r\n')) {
    text = text.replaceAll('\r\n', '\n');
    mended.push('CRLF turned into LF');
  }
  let statuses = 0;
  const lines = text.split('\n').map((line) => {
    const fixed = line.includes('"status"') ? fixStatus(line) : line;
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

function fixStatus(line: string): string {
  const record: JsonObject | undefined = parseFast(line);
  const status = record?.status;
  if (record === undefined || typeof status !== 'string' || (record.event !== undefined && record.event !== 'end'))
    return line;
  if (record.event === undefined && record.id === undefined) return line;
  if (endStatus.safeParse(status).success) return line;
  const better = statusSynonyms.get(status.toLowerCase());
  if (better === undefined) return line;
  return line.replace(new RegExp(`("status"\\s*:\\s*)${escapePattern(JSON.stringify(status))}`), `$1"${better}"`);
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function endsWithNewline(path: string): boolean {
  const bytes = readFileSync(path);
  return bytes.length === 0 || bytes.at(-1) === 0x0a;
}
