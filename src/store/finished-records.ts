import { gunzipSync } from 'node:zlib';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { endStatus } from '../format/run-records.ts';
import type { JsonObject, JsonValue } from '../format/scalars.ts';
import { readLineCarefully } from './explain-line.ts';
import { jsonText } from './flatten.ts';
import { defaultLimits } from './limits.ts';
import { readYaml } from './read-yaml.ts';

/** Fields of a whole-run record that may change after its end: what people say about a run, not what it did. */
const remarks: ReadonlySet<string> = new Set(['tags', 'notes', 'archived', 'name']);
const maxVersionBytes = 64 * 1024 * 1024;
const silent = { add: () => undefined } as unknown as DiagnosticList;

/** Whether records were lost; in a file of many runs, whose. */
export interface LostRecords {
  isLost: boolean;
  /** Ids of the runs that lost records; empty for a file of one run. */
  runs: string[];
}

const nothingLost: LostRecords = { isLost: false, runs: [] };

/**
 * Says whether every record that a version of a log held when its run had ended still stands in a later version: the
 * lines up to the last `end` of a stream, the ended runs of `runs.jsonl`, `runs.yaml` and `RUN.yaml`. Judged by records,
 * not bytes: compression and line ends make no difference, nor do records appended later. Records of a whole run may
 * change what is said about the run (tags, notes, the name shown, archival). What cannot be read counts as kept. With
 * `hasEnded` every line of a stream counts: the end stands in another segment of the run.
 */
export function findLostRecords(
  path: string,
  before: Buffer,
  after: Buffer,
  { hasEnded = false }: { hasEnded?: boolean } = {},
): LostRecords {
  if (before.equals(after)) return nothingLost;
  const oldText = textOf(before);
  const nowText = textOf(after);
  if (oldText === undefined || nowText === undefined) return nothingLost;
  if (path.endsWith('.yaml')) {
    const lost = findLostRuns(documentsOf(path, oldText), documentsOf(path, nowText));
    return /(?:^|\/)runs\/[^/]+\.yaml$/.test(path) ? { ...lost, runs: [] } : lost;
  }
  const old = linesOf(oldText);
  const now = linesOf(nowText);
  if (/(?:^|\/)runs\.jsonl$/.test(path) && !/(?:^|\/)runs\/runs\.jsonl$/.test(path))
    return findLostRuns(old.flatMap(parse), now.flatMap(parse));
  return { isLost: !keepsLines(hasEnded ? old : old.slice(0, lastEnd(old) + 1), now), runs: [] };
}

/** Says whether a version of a stream holds the end of its run. */
export function holdsEnd(bytes: Buffer): boolean {
  const text = textOf(bytes);
  return text !== undefined && lastEnd(linesOf(text)) !== -1;
}

function textOf(bytes: Buffer): string | undefined {
  if (bytes.length > maxVersionBytes) return undefined;
  try {
    const plain =
      bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: maxVersionBytes }) : bytes;
    return plain.toString('utf8').replace(/^\ufeff/, '');
  } catch {
    return undefined;
  }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function lastEnd(lines: readonly string[]): number {
  return lines.findLastIndex((line) => line.includes('end') && parse(line).some(({ event }) => event === 'end'));
}

/** Each line must still be there, in the same order: the later of two values is the one that stands. */
function keepsLines(wanted: readonly string[], lines: readonly string[]): boolean {
  let found = 0;
  for (const line of lines) if (found < wanted.length && line === wanted[found]) found += 1;
  return found === wanted.length;
}

/** Ended whole-run records must still be there, but for what is said about the run. */
function findLostRuns(old: readonly JsonObject[], now: readonly JsonObject[]): LostRecords {
  const present = new Set(now.map(withoutRemarks));
  const lost = old.filter(
    (record) => endStatus.safeParse(record.status).success && !present.has(withoutRemarks(record)),
  );
  return {
    isLost: lost.length > 0,
    runs: lost.flatMap(idOf),
  };
}

/** The id of a whole run, as the reader takes it. */
function idOf({ id, run }: JsonObject): string[] {
  const own = id ?? run;
  return typeof own === 'string' || typeof own === 'number' ? [String(own)] : [];
}

function documentsOf(path: string, text: string): JsonObject[] {
  const documents = readYaml(text, { file: path, limits: defaultLimits, diagnostics: silent, many: true });
  return documents.flatMap(({ value }) => (value === undefined ? [] : [value]));
}

function parse(line: string): JsonObject[] {
  return readLineCarefully(line, { maxDepth: defaultLimits.depth, maxKeys: defaultLimits.keysPerRecord }).records;
}

function withoutRemarks(document: JsonObject): string {
  const rest: JsonObject = Object.create(null) as JsonObject;
  for (const key of Object.keys(document).sort()) if (!remarks.has(key)) rest[key] = document[key] as JsonValue;
  return jsonText(rest);
}
