import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import { catalogue } from '../diagnostics/catalogue.ts';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { JsonObject } from '../format/scalars.ts';
import { redactLine } from '../format/secrets.ts';
import { columnAt, type LineFault, readLineCarefully, salvage } from './explain-line.ts';
import type { ReadLimits } from './limits.ts';
import { LineReader } from './line-reader.ts';
import { readLogFile } from './read-file.ts';

/** One record and where it stands. Offset and size are those of its line, in bytes of the (decompressed) file. */
export interface LineRecord {
  record: JsonObject;
  text: string;
  line: number;
  offset: number;
  sizeBytes: number;
}

/** What a file of lines was like. */
export interface LinesSummary {
  lines: number;
  sizeBytes: number;
  /** Bytes of the file itself: less than `sizeBytes` where it is compressed. */
  storedBytes: number;
  records: number;
}

const openingBrace = 0x7b;
const longDigits = /\d{16}/;

/** Keys of records whose digits are shown as they were written: their numbers past 2^53 must not be rounded. */
const digitKeys = ['event', 'id', 'params', 'config', 'hparams', 'args'] as const;

/** What reading lines needs from outside. */
export interface LinesReading {
  limits: ReadLimits;
  diagnostics: DiagnosticList;
  onRecord: (record: LineRecord) => void;
  /** Offers a line before it is read: `bytes` from `from` to `to`, line `line`. True where it was a record and needs no reading any more. */
  maybeTake?: (bytes: Buffer, from: number, to: number, line: number) => boolean;
  /** Called with each secret that stands in a line which could not be read. */
  onSecret?: (file: string, secret: string) => void;
}

/**
 * Reads a file of JSON lines and hands on each record, in order. Every line that holds none is reported by what is
 * wrong with it and never stops the reading. Memory is bounded by one chunk and one line.
 */
export async function readLines(
  file: { path: string; absolutePath: string; compressed: boolean },
  { limits, diagnostics, onRecord, maybeTake, onSecret }: LinesReading,
): Promise<LinesSummary> {
  const path = file.path;
  const bounds = { maxDepth: limits.depth, maxKeys: limits.keysPerRecord };
  let records = 0;
  let blankOnly = true;
  let firstBlankLine = 0;
  let inConflict = false;
  let pretty: 'indented-json' | 'json-array' | undefined;

  const report = (code: DiagnosticCode, line: number, column: number, message: string, excerpt?: string): void => {
    const safe = excerpt === undefined ? undefined : redactLine(excerpt);
    for (const secret of new Set(safe?.secrets)) onSecret?.(path, secret);
    diagnostics.add({ code, file: path, line, column, message, ...(safe === undefined ? {} : { excerpt: safe.text }) });
  };

  const hand = (record: JsonObject, text: string, at: { line: number; offset: number; sizeBytes: number }): void => {
    records += 1;
    onRecord({ record, text, line: at.line, offset: at.offset, sizeBytes: at.sizeBytes });
  };

  const readCarefully = (
    text: string,
    at: { line: number; offset: number; sizeBytes: number; unended: boolean },
  ): void => {
    const reading = readLineCarefully(text, bounds, { unended: at.unended });
    for (const duplicate of reading.duplicates) {
      if (diagnostics.countRepeat('duplicate-key', path)) continue;
      const columns = `column ${columnAt(text, duplicate.firstOffset)} and column ${columnAt(text, duplicate.offset)}`;
      const message = `"${duplicate.key.slice(0, 80)}" stands at ${columns}; the last one wins.`;
      report('duplicate-key', at.line, columnAt(text, duplicate.offset), message, text);
    }
    const { fault } = reading;
    if (fault !== undefined) reportFault(fault, text, at);
    for (const record of reading.records) hand(record, text, at);
  };

  const reportFault = (fault: LineFault, text: string, at: { line: number; unended: boolean }): void => {
    if (at.unended && fault.isCut === true && /^\s*\{/.test(text)) {
      report(
        'incomplete-last-line',
        at.line,
        1,
        'The file ends inside a record, as when a job is killed while writing. Nothing else is lost.',
        text,
      );
      return;
    }
    if (fault.code === 'indented-json' || fault.code === 'json-array') pretty ??= fault.code;
    // The lines inside an indented object or a big array are one fault, not one each.
    const code =
      pretty !== undefined &&
      ['not-json', 'not-an-object', 'trailing-comma', 'indented-json', 'json-array'].includes(fault.code)
        ? pretty
        : fault.code;
    report(code, at.line, columnAt(text, fault.offset), fault.message, text);
  };

  const reader = new LineReader(
    {
      maybeLine(bytes, from, to, line) {
        if (maybeTake?.(bytes, from, to, line) !== true) return false;
        blankOnly = false;
        records += 1;
        return true;
      },
      line(text, at) {
        if (text.charCodeAt(0) === openingBrace) {
          const record = parseFast(text, bounds.maxKeys);
          if (record !== undefined) {
            blankOnly = false;
            hand(record, text, at);
            return;
          }
        }
        if (text.trim() === '') {
          if (firstBlankLine === 0) firstBlankLine = at.line;
          return;
        }
        blankOnly = false;
        if (text.includes('\0')) {
          readWithNul(text, at);
          return;
        }
        const marker = conflictMarker(text);
        if (marker === '<' || (marker !== undefined && inConflict)) {
          inConflict = marker !== '>';
          if (marker === '<')
            report(
              'conflict-marker',
              at.line,
              1,
              'An unresolved merge conflict begins here. The lines of both sides are read.',
              text,
            );
          return;
        }
        readCarefully(text, at);
      },
      invalidUtf8({ line, valid, rest, unended }) {
        blankOnly = false;
        if (unended && rest.length <= 3 && isSequenceHead(rest)) {
          report(
            'incomplete-last-line',
            line,
            1,
            'The file ends inside a character, as when a job is killed while writing. Nothing else is lost.',
          );
          return;
        }
        const byte = `0x${(rest[0] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
        const column = columnAt(valid, valid.length);
        report('invalid-utf8', line, column, `The byte ${byte} is not UTF-8. The line is set aside.`);
        const glued = salvage(valid + Buffer.from(rest).toString('utf8'), bounds);
        const whole = glued?.records.filter((record) => !JSON.stringify(record, bigText).includes('\ufffd')) ?? [];
        if (whole.length > 0)
          report('glued-line', line, column, 'A record follows the damaged one on its line. It was read.');
        for (const record of whole) hand(record, '', { line, offset: 0, sizeBytes: 0 });
      },
      tooLong({ line, sizeBytes }) {
        blankOnly = false;
        report(
          'line-too-long',
          line,
          1,
          `The line is ${(sizeBytes / 1024 / 1024).toFixed(1)} MB long; at most ${(limits.lineBytes / 1024 / 1024).toFixed(0)} MB are read. It is set aside.`,
        );
      },
    },
    { maxLineBytes: limits.lineBytes },
  );

  function readWithNul(text: string, at: { line: number; offset: number; sizeBytes: number; unended: boolean }): void {
    const count = text.split('\0').length - 1;
    report(
      'nul-bytes',
      at.line,
      columnAt(text, text.indexOf('\0')),
      `The line holds ${count} NUL ${count === 1 ? 'byte' : 'bytes'}. What is whole around them is read.`,
    );
    for (const piece of text.split('\0')) {
      if (piece.trim() === '') continue;
      for (const record of readLineCarefully(piece, bounds).records) hand(record, piece, at);
    }
  }

  let storedBytes = 0;
  const fault = await readLogFile(file.absolutePath, {
    compressed: file.compressed,
    limits,
    onSize: (sizeBytes) => {
      storedBytes = sizeBytes;
    },
    onChunk: (bytes) => reader.push(bytes),
  });
  const facts = reader.end();
  if (fault !== undefined) {
    const reason =
      fault.code === 'cannot-read' ? `: ${fault.reason}` : fault.code === 'binary-file' ? `: it is ${fault.kind}` : '';
    report(
      fault.code,
      fault.code.startsWith('gzip') ? facts.lines + 1 : 1,
      1,
      `${catalogue[fault.code].meaning.replace(/\.$/, '')}${reason}.`,
    );
  }
  if (facts.hasByteOrderMark) report('byte-order-mark', 1, 1, catalogue['byte-order-mark'].meaning);
  if (facts.firstCrlfLine > 0) report('crlf', facts.firstCrlfLine, 1, catalogue.crlf.meaning);
  if (facts.nulTailBytes > 0)
    report(
      'nul-tail',
      facts.lines,
      1,
      `The file ends in ${facts.nulTailBytes} NUL bytes, as a network disk may leave after a crash. They are ignored.`,
    );
  if (firstBlankLine > 0 && !blankOnly) report('blank-lines', firstBlankLine, 1, catalogue['blank-lines'].meaning);
  if (blankOnly && fault === undefined) report('empty-log', 1, 1, catalogue['empty-log'].meaning);
  return { lines: facts.lines, sizeBytes: facts.sizeBytes, storedBytes, records };
}

/** Reads a line with `JSON.parse` where that is certain to give what the careful reader gives, else gives undefined. */
export function parseFast(text: string, maxKeys = Number.POSITIVE_INFINITY): JsonObject | undefined {
  // Some versions of V8 (13.6, in Node 24) give a key with an escape the name of a like key on an earlier line.
  if (text.includes('\\')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const record = value as JsonObject;
  // A key that stands twice leaves fewer keys than colons; a colon inside text only costs a careful reading.
  let colons = 0;
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) colons += 1;
  if (colons > maxKeys || countKeys(record, 0) !== colons) return undefined;
  for (const key of digitKeys) {
    if (record[key] !== undefined) return longDigits.test(text) ? undefined : record;
  }
  return record;
}

/** Counts keys at all levels; a value too deep for a record counts as never equal. */
function countKeys(value: JsonObject | unknown[], depth: number): number {
  if (depth > 60) return Number.NaN;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object' && item !== null) count += countKeys(item as JsonObject, depth + 1);
    return count;
  }
  for (const key in value) {
    count += 1;
    const item = value[key];
    if (typeof item === 'object' && item !== null) count += countKeys(item as JsonObject, depth + 1);
  }
  return count;
}

/** Tells the first bytes of one UTF-8 sequence whose rest is missing from bytes that are plainly wrong. */
function isSequenceHead(bytes: Uint8Array): boolean {
  const lead = bytes[0] ?? 0;
  const length = lead >= 0xf0 && lead <= 0xf4 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  return lead <= 0xf4 && bytes.length < length && bytes.subarray(1).every((byte) => (byte & 0xc0) === 0x80);
}

function conflictMarker(text: string): '<' | '=' | '>' | '|' | undefined {
  if (text.startsWith('<<<<<<< ') || text === '<<<<<<<') return '<';
  if (text === '=======') return '=';
  if (text.startsWith('>>>>>>> ') || text === '>>>>>>>') return '>';
  if (text.startsWith('||||||| ') || text === '|||||||') return '|';
  return undefined;
}

function bigText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
