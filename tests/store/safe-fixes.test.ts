import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { findSafeFixes, fixText } from '../../src/store/safe-fixes.ts';
import { type LogFiles, openLogs } from './log-folder.ts';

const path = 'experiments/e/runs/x.jsonl';
const good = '{"step":1,"loss":2}\n';

/** What would be written in place of the files, by their paths below `experiments/`. */
async function fixesOf(files: LogFiles): Promise<Record<string, string>> {
  const fixes = findSafeFixes(await openLogs(files));
  return Object.fromEntries(fixes.map((fix) => [fix.path.replace(/^experiments\//, ''), fix.after]));
}

describe('fixText', () => {
  it.each([
    ['a byte order mark', `\ufeff${good}`, good, ['byte order mark removed']],
    ['CRLF', '{"a":1}\r\n{"a":2}\r\n', '{"a":1}\n{"a":2}\n', ['CRLF turned into LF']],
    ['CRLF on one line of many', '{"a":1}\n{"a":2}\r\n', '{"a":1}\n{"a":2}\n', ['CRLF turned into LF']],
    ['a whole last line without its newline', '{"a":1}', '{"a":1}\n', ['newline added at the end']],
    [
      "another tool's status",
      '{"event":"end","status":"success"}\n',
      '{"event":"end","status":"finished"}\n',
      ["status in the format's word"],
    ],
    [
      'everything at once',
      '\ufeff{"a":1}\r\n{"event":"end","status":"Cancelled"}\r\n{"event":"end","status":"error"}',
      '{"a":1}\n{"event":"end","status":"killed"}\n{"event":"end","status":"failed"}\n',
      [
        'byte order mark removed',
        'CRLF turned into LF',
        "2 statuses in the format's words",
        'newline added at the end',
      ],
    ],
  ])('mends %s', (_name, before, after, mended) => {
    expect(fixText(path, before)).toEqual({ path, before, after, mended });
    expect(fixText(path, after)).toBeUndefined();
  });

  it.each([
    [
      'keeps spaces around a status',
      '{"event": "end",  "status":   "done" }\n',
      '{"event": "end",  "status":   "finished" }\n',
    ],
    [
      'mends the status of a record with an escape in a text, as the trace of a failed run has it',
      '{"event":"end","status":"error","error":"Traceback\\n  line 1: \\"x\\""}\n',
      '{"event":"end","status":"failed","error":"Traceback\\n  line 1: \\"x\\""}\n',
    ],
    ['keeps the order of keys', '{"status":"ok","event":"end","z":1}\n', '{"status":"finished","event":"end","z":1}\n'],
    [
      'mends the status of the record, not a like one in its metrics',
      '{"event":"end","metrics":{"status":"success"},"status":"success"}\n',
      '{"event":"end","metrics":{"status":"success"},"status":"finished"}\n',
    ],
    [
      'mends the status of the record, not a like one in its error',
      '{"event":"end","error":{"status":"error"},"status":"error"}\n',
      '{"event":"end","error":{"status":"error"},"status":"failed"}\n',
    ],
  ])('%s', (_name, before, after) => {
    expect(fixText(path, before)?.after).toBe(after);
  });

  it('mends the status of a run in a file of many, not a like one in its params', () => {
    const many = 'experiments/e/runs.jsonl';
    expect(fixText(many, '{"id":"a","status":"done"}\n')?.after).toBe('{"id":"a","status":"finished"}\n');
    expect(fixText(many, '{"id":"a","params":{"status":"done"},"status":"done"}\n')?.after).toBe(
      '{"id":"a","params":{"status":"done"},"status":"finished"}\n',
    );
  });

  it.each([
    ['an empty log', ''],
    ['a good log', good],
    ['a status that is none of the known words', '{"event":"end","status":"perhaps"}\n'],
    ['a right status', '{"event":"end","status":"killed"}\n'],
    ['a status in a text', '{"event":"note","text":"\\"status\\":\\"success\\""}\n'],
    ['a status in a note', '{"event":"note","status":"success","text":"x"}\n'],
    ['a status in an alert', '{"event":"alert","status":"error","title":"x"}\n'],
    ['a status in params', '{"event":"start","params":{"status":"success"}}\n'],
    ['a status in a list', '{"event":"end","status":"failed","error":{"steps":[{"status":"success"}]}}\n'],
    ['a status that is no text', '{"event":"end","status":["success"]}\n'],
    ['a status on a line of values', '{"step":1,"status":"success","loss":1}\n'],
    ['a status on a line of values with an id', '{"step":1,"id":7,"status":"success","loss":1}\n'],
    ['a status on a line that is damaged', '{"event":"end","status":"success"\n'],
    ['a status on a line that cannot be told apart', '{"event":"end","status":"success","status":"failed"}\n'],
    ['a carriage return within a line', '{"a":1}\r{"a":2}\n'],
    ['a byte order mark within a text', `{"event":"note","text":"\ufeff"}\n`],
  ])('leaves %s alone', (_name, text) => {
    expect(fixText(path, text)).toBeUndefined();
  });

  it.each([
    ['CRCRLF, as a twice converted file has it', '{"a":1}\r\r\n{"a":2}\r\r\n'],
    ['two byte order marks', `\ufeff\ufeff${good}`],
  ])('has nothing left to mend after %s', (_name, text) => {
    const after = fixText(path, text)?.after ?? text;
    expect(fixText(path, after)).toBeUndefined();
  });

  it('never finds anything in what it has mended, whatever the text', () => {
    const piece = fc.oneof(
      fc.constantFrom(good.trimEnd(), '{"event":"end","status":"success"}', '{"event":"end","status":"Error"}', ''),
      fc.string({ unit: 'grapheme', maxLength: 8 }),
    );
    const text = fc
      .tuple(
        fc.constantFrom('', '\ufeff'),
        fc.array(fc.tuple(piece, fc.constantFrom('\n', '\r\n')), { maxLength: 6 }),
        piece,
      )
      .map(
        ([mark, lines, last]) => mark + lines.map(([line, ending]) => line.replace(/\r$/, '') + ending).join('') + last,
      );
    fc.assert(
      fc.property(text, (before) => {
        const fix = fixText(path, before);
        if (fix === undefined) return;
        expect(fix.before).toBe(before);
        expect(fix.mended).not.toEqual([]);
        expect(fixText(path, fix.after)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
});

describe('findSafeFixes', () => {
  it('finds the logs that want mending, in every place where logs lie', async () => {
    expect(
      await fixesOf({
        'e/runs/good.jsonl': good,
        'e/runs/crlf.jsonl': '{"a":1}\r\n',
        'e/runs/folder/run.jsonl': '{"a":1}',
        'e/runs/folder/resume-2.jsonl': '\ufeff{"a":1}\n',
        'e/runs.jsonl': '{"id":"r","status":"aborted"}\n',
        'f/g/runs/x.jsonl': '{"event":"end","status":"complete"}\n',
      }),
    ).toEqual({
      'e/runs/crlf.jsonl': '{"a":1}\n',
      'e/runs/folder/run.jsonl': '{"a":1}\n',
      'e/runs/folder/resume-2.jsonl': '{"a":1}\n',
      'e/runs.jsonl': '{"id":"r","status":"killed"}\n',
      'f/g/runs/x.jsonl': '{"event":"end","status":"finished"}\n',
    });
  });

  it.each<[string, string, Buffer]>([
    ['a compressed log', 'e/runs/x.jsonl.gz', gzipSync('{"a":1}\r\n{"event":"end","status":"success"}')],
    ['a log in UTF-16', 'e/runs/x.jsonl', Buffer.from('\ufeff{"a":1}\r\n{"a":2}', 'utf16le')],
    ['a log in UTF-16, big-endian', 'e/runs/x.jsonl', Buffer.from('\ufeff{"a":1}\r\n', 'utf16le').swap16()],
    ['a log in UTF-16 without a mark', 'e/runs/x.jsonl', Buffer.from('{"a":1}\r\n', 'utf16le')],
    ['a picture', 'e/runs/x.jsonl', Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1')],
    ['compressed data under the name of a log', 'e/runs/x.jsonl', gzipSync('{"a":1}\r\n')],
    [
      'a pointer of Git LFS',
      'e/runs/x.jsonl',
      Buffer.from('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12'),
    ],
    [
      'bytes that are not UTF-8',
      'e/runs/x.jsonl',
      Buffer.from('{"event":"note","text":"na\xefve"}\r\n{"a":1}', 'latin1'),
    ],
    [
      'a last line cut inside a character',
      'e/runs/x.jsonl',
      Buffer.from('{"a":1}\n{"event":"note","text":"na\xc3', 'latin1'),
    ],
    ['a run in YAML', 'e/runs/x.yaml', Buffer.from('status: success\r\nmetrics: {a: 1}')],
  ])('leaves %s byte for byte', async (_name, file, bytes) => {
    expect(await fixesOf({ [file]: bytes })).toEqual({});
  });

  it.each([
    ['a last line that was cut short, which would become an error', '{"a":1}\n{"a":2,"lo'],
    ['a tail of NUL bytes, which would become an error', '{"a":1}\n\0\0\0\0'],
  ])('leaves %s as the note that it is', async (_name, text) => {
    const before = await openLogs({ 'e/runs/x.jsonl': text });
    expect(before.diagnostics.map(({ severity }) => severity)).toEqual(['note']);
    const fixed = (await fixesOf({ 'e/runs/x.jsonl': text }))['e/runs/x.jsonl'] ?? text;
    const after = await openLogs({ 'e/runs/x.jsonl': fixed });
    expect(after.diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('keeps, word for word, every line that it does not mend', async () => {
    const odd = '{"a":1,"note":"  ü \\u0000 \\r\\n\\ttext"}';
    const after = await fixesOf({
      'e/runs/x.jsonl': `rubbish\r\n${odd}\r\n\r\n{"a": 1e400}\r\n{"event":"end","status":"done"}`,
    });
    expect(after['e/runs/x.jsonl']).toBe(`rubbish\n${odd}\n\n{"a": 1e400}\n{"event":"end","status":"finished"}\n`);
  });

  it('changes no file', async () => {
    const store = await openLogs({ 'e/runs/x.jsonl': '{"a":1}\r\n' });
    expect(findSafeFixes(store)).toHaveLength(1);
    expect(readFileSync(join(store.root, path), 'utf8')).toBe('{"a":1}\r\n');
    expect(findSafeFixes(await openStore(store.root))).toHaveLength(1);
  });
});
