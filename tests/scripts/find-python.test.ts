import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython } from '../../scripts/find-python.ts';

let folder: string;

/** A program that answers the question for its version as a Python would. */
async function writeProgram(name: string, answer: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\necho ${answer}\n`);
  await chmod(path, 0o755);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runfolio-find-python-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('findPython takes the program that RUNFOLIO_PYTHON names before any on the path', async () => {
  const wanted = await writeProgram('own', 'True');
  await writeProgram('python3', 'True');
  expect(findPython({ RUNFOLIO_PYTHON: wanted, PATH: folder })).toBe(wanted);
});

test('findPython refuses a RUNFOLIO_PYTHON that is missing or too old, instead of taking another', async () => {
  const old = await writeProgram('old', 'False');
  await writeProgram('python3', 'True');
  for (const name of [old, join(folder, 'missing')]) {
    expect(() => findPython({ RUNFOLIO_PYTHON: name, PATH: folder })).toThrow(
      `RUNFOLIO_PYTHON should name a Python from 3.8 on, found "${name}".`,
    );
  }
});

test('findPython passes over a python3 on the path that is too old', async () => {
  await writeProgram('python3', 'False');
  await writeProgram('python', 'True');
  expect(findPython({ PATH: `${folder}:/nowhere` })).toBe('python');
});

test('findPython gives undefined where there is none', () => {
  expect(findPython({ RUNFOLIO_PYTHON: '', PATH: '/nowhere' })).toBeUndefined();
});
