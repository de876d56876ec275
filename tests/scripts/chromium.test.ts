import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { maybeFindChromium } from '../../scripts/chromium.ts';

let folder: string;
let program: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runfolio-chromium-'));
  program = join(folder, 'google-chrome');
  await writeFile(program, '#!/bin/sh\n');
  await chmod(program, 0o755);
  await writeFile(join(folder, 'chromium-notes.txt'), '');
});

afterAll(() => rm(folder, { recursive: true }));

test('maybeFindChromium takes the program that RUNFOLIO_CHROMIUM names before any other', () => {
  expect(maybeFindChromium({ RUNFOLIO_CHROMIUM: program, PATH: '' })).toBe(program);
});

test('maybeFindChromium looks for nothing else when RUNFOLIO_CHROMIUM names no program', () => {
  expect(maybeFindChromium({ RUNFOLIO_CHROMIUM: join(folder, 'missing'), PATH: folder })).toBeUndefined();
  expect(maybeFindChromium({ RUNFOLIO_CHROMIUM: join(folder, 'chromium-notes.txt'), PATH: folder })).toBeUndefined();
});

test('maybeFindChromium finds a program on the path', () => {
  // /usr/bin/chromium comes first where it is installed: both answers are right, none is not.
  expect(['/usr/bin/chromium', program]).toContain(maybeFindChromium({ PATH: `/nowhere:${folder}` }));
});
