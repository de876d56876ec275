import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { runCli } from './run-cli.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const contributing = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8');
const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

const blocks = (language: string) =>
  [...readme.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].flatMap(([, name, text]) =>
    name === language && text ? [text] : [],
  );

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasPython())('the Python of the README (skipped where there is no python3)', () => {
  test('logs a run that validates without a single remark', async () => {
    const [snippet = ''] = blocks('python');
    expect(
      snippet
        .trim()
        .split('\n')
        .filter((line) => line.trim() !== ''),
    ).toHaveLength(10);
    expect(snippet).toMatch(/^import json, pathlib, time$/m);
    const folder = await mkdtemp(join(tmpdir(), 'runfolio-readme-'));
    try {
      await promisify(execFile)('python3', ['-c', snippet], { cwd: folder });
      const validated = await runCli(['validate', '--root', folder, '--format', 'json', '--strict']);
      expect(JSON.parse(validated.stdout)).toMatchObject({ experiments: 1, runs: 1, diagnostics: [] });
      expect(validated.code).toBe(0);
      const exported = await runCli(['export', '--root', folder, '--format', 'json']);
      expect(JSON.parse(exported.stdout)).toMatchObject([
        {
          id: 'my-first/lr-0.1',
          status: 'finished',
          params: { lr: 0.1, epochs: 20 },
          tags: ['try'],
          metrics: { 'train/loss': { count: 20, lastStep: 20 }, 'val/loss': { count: 20 } },
        },
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('every npm script that README.md and CONTRIBUTING.md name exists', () => {
  const names = [...`${readme}${contributing}`.matchAll(/\bnpm (?:run ([\w-]+)|(start|test)\b)/g)].map(
    ([, script, plain]) => script ?? plain,
  );
  expect(names).toEqual(expect.arrayContaining(['start', 'test', 'screenshots']));
  for (const name of names) expect(scripts, `npm run ${name}`).toHaveProperty([name ?? '']);
});

const commands = [...new Set([...readme.matchAll(/\brunfolio ([a-z]+)\b/g)].map(([, name]) => name ?? ''))].filter(
  (name) => new RegExp(`(npx runfolio ${name}|\`runfolio ${name})`).test(readme),
);

test.each(commands)('runfolio %s, which README.md names, exists and has each option named with it', async (name) => {
  const { code, stdout } = await runCli([name, '--help']);
  expect(code).toBe(0);
  const lines = readme.split('\n').filter((line) => line.includes(`runfolio ${name}`));
  const options = lines.flatMap((line) => line.match(/--[a-z][a-z-]+/g) ?? []);
  for (const option of new Set(options)) expect(stdout).toContain(option);
});

test('README.md names every command that there is', async () => {
  const { stdout } = await runCli(['--help']);
  const listed = stdout.slice(stdout.indexOf('Commands:'), stdout.indexOf('Exit codes'));
  const existing = [...listed.matchAll(/^ {2}([a-z]+)\b/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'help');
  expect(existing).toEqual(expect.arrayContaining(['validate', 'build', 'export', 'start']));
  expect(commands).toEqual(expect.arrayContaining(existing));
});

test('every YAML snippet of README.md parses', () => {
  expect(blocks('yaml').length).toBeGreaterThan(2);
  for (const text of blocks('yaml')) {
    for (const document of parseAllDocuments(text)) expect('errors' in document ? document.errors : []).toEqual([]);
  }
});

test('every file and folder that README.md and CONTRIBUTING.md point to exists', () => {
  const named = [...`${readme}${contributing}`.matchAll(/(?:`|\]\()((?:\.?[\w-]+\/)*[\w.-]+\/?)(?:`|\))/g)]
    .map(([, path]) => path ?? '')
    .filter((path) => /^(src|tests|scripts|\.ci|\.github|experiments)\//.test(path) || /^[A-Z]+(\.md)?$/.test(path));
  expect(named.length).toBeGreaterThan(5);
  expect([...new Set(named)].filter((path) => !existsSync(join(root, path)) && !/[A-Z]{4}\//.test(path))).toEqual([]);
});
