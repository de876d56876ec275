import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takePrefix } from '../../src/git/log-bytes.ts';

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
