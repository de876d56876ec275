import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/diagnostics/catalogue.ts';
import { examples, isFileExample } from '../../src/diagnostics/examples.ts';
import { openStore } from '../../src/store/open-store.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runfolio-example-'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function codesOf(file: string, bytes: Buffer): Promise<string[]> {
  const path = join(root, 'experiments', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
  return (await openStore(root)).diagnostics.map(({ code }) => code);
}

describe('the samples of the diagnostics catalogue', () => {
  it('has one for each code', () => {
    expect(Object.keys(examples).sort()).toEqual(Object.keys(catalogue).sort());
  });

  for (const [code, example] of Object.entries(examples)) {
    if (!isFileExample(example)) continue;
    it(`gives ${code} for the wrong text`, async () => {
      const bytes = Buffer.from(example.wrong, example.encoding ?? 'utf8');
      expect(await codesOf(example.file, bytes)).toContain(code);
    });
    if (example.right === undefined) continue;
    const { right } = example;
    it(`does not give ${code} for the right text`, async () => {
      const codes = await codesOf(example.file, Buffer.from(right, 'utf8'));
      expect(codes).not.toContain(code);
    });
  }
});
