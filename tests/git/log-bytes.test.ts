import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashContent, hashFiles, takePrefix } from '../../src/git/log-bytes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runfolio-bytes-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function take(content: string | Buffer, wholeLines = true): Promise<{ bytes: number; waitingBytes: number }> {
  const file = join(folder, 'log.jsonl');
  writeFileSync(file, content);
  const { bytes, waitingBytes } = (await takePrefix(file, { wholeLines })) as { bytes: number; waitingBytes: number };
  return { bytes, waitingBytes };
}

describe('takePrefix', () => {
  it('ends with the last line end, however long the rest is', async () => {
    expect(await take('')).toEqual({ bytes: 0, waitingBytes: 0 });
    expect(await take('no end')).toEqual({ bytes: 0, waitingBytes: 6 });
    expect(await take('a\nb\n')).toEqual({ bytes: 4, waitingBytes: 0 });
    expect(await take(`a\n${'x'.repeat(200_000)}`)).toEqual({ bytes: 2, waitingBytes: 200_000 });
  });

  it('agrees with the obvious way for any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const content = Buffer.from(bytes);
        expect((await take(content)).bytes).toBe(content.lastIndexOf(0x0a) + 1);
      }),
      { numRuns: 50 },
    );
  });

  it('takes all of a file that has no lines, and none of one that is gone', async () => {
    expect(await take('no end', false)).toEqual({ bytes: 6, waitingBytes: 0 });
    expect(await takePrefix(join(folder, 'gone'), { wholeLines: true })).toBeUndefined();
  });
});

describe('hashFiles', () => {
  it('gives the names that hashing one by one gives, and none of a file that has changed or gone', async () => {
    const top = join(folder, 'repository');
    execFileSync('git', ['init', '-q', top]);
    writeFileSync(join(top, '.gitattributes'), '*.jsonl text eol=lf\n');
    const contents = {
      'a.jsonl': 'x\r\ny\r\n',
      'b b.txt': 'x\r\n',
      '"c".jsonl': 'q\n',
      'd\nd.jsonl': 'z\n',
      'e.jsonl': '',
    };
    for (const [path, content] of Object.entries(contents)) writeFileSync(join(top, path), content);
    const files = Object.entries(contents).map(([path, content]) => ({ path, bytes: content.length }));
    const expected = new Map<string, string>();
    for (const [path, content] of Object.entries(contents))
      expected.set(path, await hashContent(top, path, Buffer.from(content), { write: false }));
    const hashed = await hashFiles(top, files, { write: true });
    expect([...hashed.keys()]).toEqual(['a.jsonl', 'b b.txt', 'e.jsonl']);
    for (const [path, blob] of hashed) expect(blob, path).toBe(expected.get(path));
    expect(execFileSync('git', ['cat-file', 'blob', hashed.get('a.jsonl') ?? ''], { cwd: top }).toString()).toBe(
      'x\ny\n',
    );
    const grown = [
      { path: 'a.jsonl', bytes: 3 },
      { path: 'b b.txt', bytes: 3 },
    ];
    expect([...(await hashFiles(top, grown, { write: false })).keys()]).toEqual(['b b.txt']);
    expect(await hashFiles(top, [...grown, { path: 'gone', bytes: 0 }], { write: false })).toEqual(new Map());
    expect(await hashFiles(top, [], { write: false })).toEqual(new Map());
  });
});
