import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { serveSite } from '../../src/site/serve.ts';
import { runCli } from '../run-cli.ts';

/** A site that was built once for all browser tests. */
export interface BuiltSite {
  /** Where it is served, base path included, with a slash at its end. */
  url: string;
  base: string;
  dir: string;
  /** The folder that holds its `experiments/`. */
  root: string;
  /** Every page of it as a path below the base: `""`, `"compare/"`, `"404.html"` …, sorted. */
  pages: string[];
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** This repository's own experiments under `/team/ml/`. */
    site: BuiltSite;
    /** The made-up corners of `tests/browser/corners/` at the root. */
    corners: BuiltSite;
  }
}

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Builds both sites with the CLI, as a person would, and serves them until the tests are over. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'runfolio-sites-'));
  const sites = [
    { name: 'site', root: repository, base: '/team/ml/' },
    { name: 'corners', root: join(repository, 'tests/browser/corners'), base: '/' },
  ] as const;
  const servers: { close(): Promise<void> }[] = [];
  for (const { name, root, base } of sites) {
    const dir = join(folder, name);
    const result = await runCli(['build', '--root', root, '--out', dir, '--base', base]);
    if (result.code !== 0)
      throw new Error(`runfolio build failed for ${root} (${result.code}):\n${result.stdout}${result.stderr}`);
    const server = await serveSite({ dir, base, port: 0 });
    servers.push(server);
    project.provide(name, { url: server.url, base, dir, root, pages: await listPages(dir) });
  }
  return async () => {
    await Promise.all(servers.map((server) => server.close()));
    await rm(folder, { recursive: true });
  };
}

async function listPages(dir: string): Promise<string[]> {
  const files = await readdir(dir, { recursive: true });
  return files
    .map((file) => file.split(sep).join('/'))
    .filter((file) => file.endsWith('.html'))
    .map((file) => file.replace(/(^|\/)index\.html$/, '$1'))
    .sort();
}
