import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodeFileSystem } from '../../src/logger/file-system.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe('nodeFileSystem.makeFolders', () => {
  it('makes a folder with those above it, and is content with one that is there', () => {
    const folder = join(emptyFolder(), 'a/b/c');
    nodeFileSystem.makeFolders(folder);
    nodeFileSystem.makeFolders(folder);
    expect(statSync(folder).isDirectory()).toBe(true);
  });

  it('throws what the disk says where a file is in the way', () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'file'), '');
    for (const path of ['file', 'file/a/b'])
      expect(() => nodeFileSystem.makeFolders(join(folder, path)), path).toThrow(
        expect.objectContaining({ code: 'EEXIST' }),
      );
  });

  it.skipIf(!existsSync('/proc/self'))('does not go round for ever where nothing can be made in a folder', () => {
    const code = `import { nodeFileSystem } from ${JSON.stringify(join(import.meta.dirname, '../../src/logger/file-system.ts'))};
      try { nodeFileSystem.makeFolders('/proc/runfolio/a'); } catch (error) { process.stdout.write(error.code); }`;
    const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      encoding: 'utf8',
      timeout: 20_000,
    });
    expect({ stdout, signal }).toEqual({ stdout: 'ENOENT', signal: null });
  });
});

it('nodeFileSystem.isFolder says no of what cannot be looked at', () => {
  const folder = emptyFolder();
  symlinkSync('loop', join(folder, 'loop'));
  expect(['.', 'none', 'loop'].map((name) => nodeFileSystem.isFolder(join(folder, name)))).toEqual([
    true,
    false,
    false,
  ]);
});
