import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plainEnvironment } from '../run-cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let folder: string; // holds the tarball and the repository of a stranger
let repository: string;

/** A stranger's shell: no settings of this npm run, and the machine's own Node, not the one this repository brings. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const env = plainEnvironment();
  const path = (env.PATH ?? '').split(delimiter).filter((part) => !part.includes('node_modules'));
  return { ...env, PATH: path.join(delimiter) };
}

async function run(command: string, args: string[], cwd: string) {
  return promisify(execFile)(command, args, { cwd, env: strangersEnvironment(), maxBuffer: 1 << 26 });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'runfolio-package-'));
  repository = join(folder, 'repository');
  await mkdir(join(repository, 'experiments/first/runs'), { recursive: true });
  await writeFile(
    join(repository, 'experiments/first/runs/lr-0.1.jsonl'),
    [
      '{"event":"start","time":"2026-01-02T03:04:05Z","params":{"lr":0.1}}',
      '{"step":1,"val/loss":0.4321}',
      '{"event":"end","status":"finished","time":"2026-01-02T03:05:05Z"}',
      '',
    ].join('\n'),
  );
  await run('git', ['init', '--quiet'], repository);
  await run('npm', ['pack', '--pack-destination', folder], root);
  const [tarball] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await run('npm', ['install', '--no-audit', '--no-fund', join(folder, tarball ?? '')], repository);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

test('the packed tarball holds what a user needs and nothing of our workshop', async () => {
  const names = await readdir(join(repository, 'node_modules/runfolio'));
  expect(names).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json', 'src']));
  for (const name of ['tests', 'scripts', 'experiments', 'node_modules', '.ci']) expect(names).not.toContain(name);
});

test('the installed package validates a repository that has nothing but experiments', async () => {
  const { stdout } = await run('npx', ['runfolio', 'validate', '--format', 'json'], repository);
  expect(JSON.parse(stdout)).toMatchObject({ version: 1, experiments: 1, runs: 1, errors: 0, warnings: 0 });
});

test('the installed package builds that repository into a site with the numbers of its run', async () => {
  await run('npx', ['runfolio', 'build', '--out', 'dist', '--base', '/x/'], repository);
  for (const page of ['index.html', 'e/first/index.html', 'r/first/lr-0.1/index.html', '404.html']) {
    const html = await readFile(join(repository, 'dist', page), 'utf8');
    expect(html, page).toMatch(/^<!doctype html>/i);
    expect(html, page).toContain('/x/');
  }
  const runPage = await readFile(join(repository, 'dist/r/first/lr-0.1/index.html'), 'utf8');
  expect(runPage).toContain('0.4321');
  expect(runPage).toContain('lr-0.1');
  expect(await readFile(join(repository, 'dist/index.html'), 'utf8')).toContain('href="/x/e/first/"');
  expect(await readdir(join(repository, 'dist/pagefind'))).toContain('pagefind.js');
  expect((await readdir(repository)).sort()).toEqual([
    '.git',
    'dist',
    'experiments',
    'node_modules',
    'package-lock.json',
    'package.json',
  ]);
});
