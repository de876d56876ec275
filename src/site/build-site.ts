import { execFile } from 'node:child_process';
import { mkdir, readdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';
import { encodeRunsCsv } from '../exporters/csv.ts';
import { describeRuns } from '../exporters/export-runs.ts';
import { encodeRunsJson } from '../exporters/json.ts';
import { publishedSchema, schemaNames, schemaPath } from '../format/json-schemas.ts';
import type { Store } from '../store/store.ts';
import { astroOptions } from './astro-options.ts';
import { takeLock } from './build-lock.ts';
import { buildSearch } from './build-search.ts';
import { packageRoot, readToolVersion } from './package-facts.ts';
import { publishData } from './publish-data.ts';
import { publishRaw } from './publish-raw.ts';
import { isRelativeBase, placeholderBase, relativiseSite } from './relative-base.ts';
import { searchRecords } from './search-records.ts';
import { createSession, setSession } from './session.ts';
import type { SiteFacts } from './site-facts.ts';
import { recoverFolder, stagingPaths, swapFolder } from './swap-folder.ts';
import { createUrls, normaliseBase } from './urls.ts';
import { problemLine, problemTotals } from './views/problems.ts';

/** What a build is doing; `done` and `total` where they can be counted. */
export interface BuildProgress {
  phase: 'data' | 'pages' | 'publish';
  done?: number;
  total?: number;
}

export interface BuildOptions {
  /** Absolute path of the folder to publish to. */
  outDir: string;
  /** Path the site is served under; `./` for a site that works from any folder. `_site.yaml` says it when absent. */
  base?: string | undefined;
  /** Address of the site's host, such as `https://example.org`. `_site.yaml` says it when absent. */
  site?: string | undefined;
  onProgress?: (progress: BuildProgress) => void;
  /** The clock; only `site.json` shows it. */
  nowMs?: number;
}

/** What was built, and how long each part took. */
export interface BuildReport {
  outDir: string;
  base: string;
  experiments: number;
  runs: number;
  /** HTML files. */
  pages: number;
  files: number;
  bytes: number;
  /** Bytes below `data/`. */
  dataBytes: number;
  searchRecords: number;
  /** Raw files that could not be published. */
  skippedRaw: string[];
  /** Runs whose log could not be read again for its charts. */
  faultyRuns: number;
  seconds: { data: number; pages: number; search: number; publish: number; total: number };
}

/**
 * Builds the site of a store and publishes it in one step: everything is written beside `outDir` and swapped in at the
 * end, so that a failed or killed build leaves the last good site. The same store gives the same bytes, `site.json`
 * apart. One build at a time may run in a process.
 *
 * @throws when the settings are broken, another build holds the folder, `outDir` holds something else, or Astro fails
 */
export async function buildSite(store: Store, options: BuildOptions): Promise<BuildReport> {
  if (store.settingsBroken)
    throw new Error('experiments/_site.yaml cannot be read; nothing is published until it is mended.');
  const outDir = await checkOutDir(store.root, options.outDir);
  const { staging, old, lock } = stagingPaths(outDir, process.pid);
  const release = await takeLock(lock);
  try {
    await recoverFolder(outDir);
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { recursive: true });
    const report = await buildInto(store, staging, options);
    await swapFolder(staging, outDir, old);
    return { ...report, outDir };
  } finally {
    await rm(staging, { recursive: true, force: true });
    await release();
  }
}

async function buildInto(store: Store, staging: string, options: BuildOptions): Promise<BuildReport> {
  const { onProgress = () => {}, nowMs = Date.now() } = options;
  const wantedBase = options.base ?? store.settings.base ?? '/';
  const isRelative = isRelativeBase(wantedBase);
  const base = isRelative ? placeholderBase : normaliseBase(wantedBase);
  const site = siteOrigin(options.site ?? store.settings.site);
  const toolVersion = readToolVersion();
  const commit = await readCommit(store.root);
  const watch = stopwatch();

  onProgress({ phase: 'data', done: 0, total: store.runs.size });
  const data = await publishData(store, {
    outDir: staging,
    base,
    onRun: (done) => onProgress({ phase: 'data', done, total: store.runs.size }),
  });
  const dataSeconds = watch.lap();

  onProgress({ phase: 'pages' });
  setSession(createSession(store, { base, site, toolVersion, commit, data }));
  const search = timed(() => buildSearch(searchRecords(store, createUrls('/')), staging));
  const raw = publishRaw(store, staging);
  try {
    await renderPages(staging, base, site);
  } finally {
    setSession(undefined);
    await Promise.allSettled([search, raw]);
  }
  const pageSeconds = watch.lap();

  onProgress({ phase: 'publish' });
  const [searched, rawReport] = await Promise.all([search, raw]);
  await publishSmallFiles(store, staging);
  const facts = siteFacts(store, { nowMs, commit, toolVersion });
  await writeFile(join(staging, 'site.json'), `${JSON.stringify(facts)}\n`);
  const listed = await listFiles(staging);
  if (isRelative)
    await relativiseSite(
      staging,
      listed.map(({ path }) => path),
    );
  const publishSeconds = watch.lap();

  return {
    outDir: staging,
    base: isRelative ? './' : base,
    experiments: store.experiments.size,
    runs: store.runs.size,
    pages: listed.filter(({ path }) => path.endsWith('.html') && !path.startsWith('raw/')).length,
    files: listed.length,
    bytes: sum(listed.map(({ bytes }) => bytes)),
    dataBytes: sum(listed.filter(({ path }) => path.startsWith('data/')).map(({ bytes }) => bytes)),
    searchRecords: searched.result,
    skippedRaw: rawReport.skipped,
    faultyRuns: [...store.runs.keys()].filter((id) => data.runFault(id) !== undefined).length,
    seconds: {
      data: dataSeconds,
      pages: pageSeconds,
      search: searched.seconds,
      publish: publishSeconds,
      total: dataSeconds + pageSeconds + publishSeconds,
    },
  };
}

/**
 * Runs Astro over this package's pages. Astro keeps its working files inside the staging folder, but only when that lies
 * below the working directory; elsewhere it would write into the working directory itself, so that moves for a while.
 */
async function renderPages(staging: string, base: string, site: string | undefined): Promise<void> {
  process.env.ASTRO_TELEMETRY_DISABLED = '1';
  const { build } = await import('astro');
  const cacheDir = join(staging, '.cache');
  const workingDirectory = process.cwd();
  const mustMove = !staging.startsWith(`${workingDirectory}${sep}`);
  if (mustMove) process.chdir(dirname(staging));
  try {
    // `sync` writes type declarations into the package, which may be read-only; only the editor needs them.
    const withoutTypes = { devOutput: false, sync: false };
    await build(
      {
        ...astroOptions({ packageRoot, outDir: staging, cacheDir, base, site }),
        configFile: false,
        logLevel: 'error',
      },
      withoutTypes,
    );
  } finally {
    if (mustMove) process.chdir(workingDirectory);
    await rm(cacheDir, { recursive: true, force: true });
  }
}

/** Tables to download, schemas for editors, and the file that tells GitHub Pages to serve names with `_`. */
async function publishSmallFiles(store: Store, staging: string): Promise<void> {
  await writeFile(join(staging, '.nojekyll'), '');
  for (const experiment of store.experiments.values()) {
    const folder = join(staging, 'e', experiment.id);
    await mkdir(folder, { recursive: true });
    // A file that is built once cannot say "running": a run without an end is unknown in it.
    const runs = describeRuns(store, { nowMs: 0, experiment: experiment.id }).map((run) =>
      store.runs.get(run.id)?.state === 'open' ? { ...run, status: 'unknown' as const } : run,
    );
    await writeFile(join(folder, '_runs.csv'), encodeRunsCsv(runs));
    await writeFile(join(folder, '_runs.json'), encodeRunsJson(runs));
  }
  for (const name of schemaNames) {
    const file = join(staging, schemaPath(name));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(publishedSchema(name), null, 2)}\n`);
  }
}

function siteFacts(
  store: Store,
  { nowMs, commit, toolVersion }: { nowMs: number; commit: string | undefined; toolVersion: string },
): SiteFacts {
  const { counts } = problemTotals(store.fileCount, store.diagnostics);
  return {
    builtAt: new Date(nowMs).toISOString(),
    commit: commit ?? null,
    toolVersion,
    experiments: store.experiments.size,
    runs: store.runs.size,
    files: store.fileCount,
    errors: counts.error,
    warnings: counts.warning,
    notes: counts.note,
    problems: problemLine(store.diagnostics) ?? null,
  };
}

/** Refuses a folder whose content a build would destroy: the repository, its logs, or anything that is no site. */
async function checkOutDir(root: string, wanted: string): Promise<string> {
  const outDir = await realpath(wanted).catch(() => resolve(wanted));
  const realRoot = await realpath(root).catch(() => root);
  const isAtOrAbove = (folder: string, other: string) => other === folder || other.startsWith(`${folder}${sep}`);
  if (isAtOrAbove(outDir, realRoot) || isAtOrAbove(join(realRoot, 'experiments'), outDir)) {
    throw new Error(`The site cannot be built into ${wanted}: it would replace the repository or its logs.`);
  }
  const entries = await readdir(outDir).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new Error(`The site cannot be built into ${wanted}: ${error.message}`, { cause: error });
  });
  if (entries.length > 0 && !entries.includes('site.json') && !entries.includes('.nojekyll')) {
    throw new Error(`${wanted} holds files that are no Runfolio site. Empty it, or build into another folder.`);
  }
  return outDir;
}

function siteOrigin(site: string | undefined): string | undefined {
  return site !== undefined && /^https?:\/\//i.test(site) && URL.canParse(site) ? new URL(site).origin : undefined;
}

async function readCommit(root: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: root });
    return /^[0-9a-f]{7,64}$/.test(stdout.trim()) ? stdout.trim() : undefined;
  } catch {
    return undefined;
  }
}

async function listFiles(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const listed: { path: string; bytes: number }[] = [];
  for (const file of files.sort()) {
    listed.push({ path: relative(folder, file).split(sep).join('/'), bytes: (await stat(file)).size });
  }
  return listed;
}

function stopwatch(): { lap: () => number } {
  let last = performance.now();
  return {
    lap: () => {
      const now = performance.now();
      const seconds = (now - last) / 1000;
      last = now;
      return seconds;
    },
  };
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ result: Result; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
