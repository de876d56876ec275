import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeWhole } from '../../src/cli/write-whole.ts';

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'runfolio-write-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

it('writeWhole makes a file, and replaces one with its mode and through a link', () => {
  const folder = emptyFolder();
  writeWhole(join(folder, 'new'), 'a\n');
  chmodSync(join(folder, 'new'), 0o640);
  symlinkSync('new', join(folder, 'link'));
  writeWhole(join(folder, 'link'), 'b\n');
  expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('b\n');
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o640);
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readdirSync(folder).sort()).toEqual(['link', 'new']);
});

it('writeWhole leaves nothing behind, and what was there, where the disk refuses', () => {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'folder/x'), '');
  expect(() => writeWhole(join(folder, 'folder'), 'a')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(() => writeWhole(join(folder, 'none/file'), 'a')).toThrow(/ENOENT/);
  expect(readdirSync(folder)).toEqual(['folder']);
  expect(readdirSync(join(folder, 'folder'))).toEqual(['x']);
});
