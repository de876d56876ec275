import { resolve } from 'node:path';
import { countSeverity } from '../diagnostics/diagnostic-list.ts';
import { printPretty, printTotals } from '../diagnostics/print-pretty.ts';
import type { BuildReport } from '../site/build-site.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type Environment, findRoot, painterFor } from './environment.ts';
import { type Progress, startProgress } from './progress.ts';
import { exitCodeFor } from './validate.ts';

export interface BuildCommandOptions {
  root?: string;
  /** From the working directory; `dist` beside `experiments/` when absent. */
  out?: string;
  base?: string;
  site?: string;
  strict?: boolean;
  quiet?: boolean;
  verbose?: boolean;
  color?: boolean;
}

/**
 * Checks the logs and builds the site. Problems in the data are told and shown on the site; they fail the build only with
 * --strict. A broken `_site.yaml` and a fault of the build give 1 and leave the last good site in place.
 */
export async function build(environment: Environment, options: BuildCommandOptions): Promise<number> {
  const { code } = await buildOnce(environment, options);
  return code;
}

/** Builds, and gives what was built beside the exit code: `report` is undefined when nothing was published. */
export async function buildOnce(
  environment: Environment,
  options: BuildCommandOptions,
): Promise<{ code: number; report: BuildReport | undefined }> {
  const { stderr, stdout } = environment;
  const root = findRoot(environment, options);
  const progress = startProgress(environment, options);
  const startedMs = environment.now();
  const store = await openStore(root, {
    history: true,
    onProgress: ({ files, totalFiles }) => progress.show(`reading ${count(files)} of ${count(totalFiles)} files`),
  });
  const readMs = environment.now() - startedMs;
  progress.clear();
  const problem = whyNotPublished(store, options);
  if (problem !== undefined) {
    const paint = painterFor(stderr, environment, options);
    const shown = store.diagnostics.filter(({ severity }) => severity !== 'note');
    stderr.write(printPretty(shown, { paint }));
    stderr.write(`${problem} Nothing was published; the last good site stays.\n`);
    return { code: 1, report: undefined };
  }
  try {
    const report = await publish(store, {
      ...options,
      outDir: options.out === undefined ? resolve(root, 'dist') : resolve(environment.cwd, options.out),
      nowMs: environment.now(),
      progress,
    });
    progress.clear();
    if (options.quiet !== true)
      stdout.write(describe(store, report, { readMs, totalMs: environment.now() - startedMs, root }));
    return { code: 0, report };
  } catch (error) {
    progress.clear();
    const fault = error instanceof Error ? error : new Error(String(error));
    stderr.write(`runfolio: the build failed: ${fault.message}\n`);
    if (options.verbose === true) stderr.write(`${fault.stack ?? ''}\n`);
    stderr.write('Nothing was published; the last good site stays.\n');
    return { code: 1, report: undefined };
  }
}

function whyNotPublished(store: Store, options: BuildCommandOptions): string | undefined {
  if (store.settingsBroken) return 'experiments/_site.yaml cannot be used as it is.';
  if (options.strict === true && exitCodeFor(store, options) !== 0)
    return 'There are errors or warnings, and --strict was given.';
  return undefined;
}

async function publish(
  store: Store,
  { outDir, base, site, nowMs, progress }: BuildCommandOptions & { outDir: string; nowMs: number; progress: Progress },
): Promise<BuildReport> {
  // Astro is slow to load: only a build that will publish waits for it.
  const { buildSite } = await import('../site/build-site.ts');
  return await buildSite(store, {
    outDir,
    base,
    site,
    nowMs,
    onProgress: ({ phase, done, total }) =>
      progress.show(`${phase}${done === undefined || total === undefined ? '' : ` ${count(done)} of ${count(total)}`}`),
  });
}

function describe(
  store: Store,
  report: BuildReport,
  { readMs, totalMs, root }: { readMs: number; totalMs: number; root: string },
): string {
  const problems = countSeverity(store.diagnostics, 'error') + countSeverity(store.diagnostics, 'warning');
  const rows: [string, string, string][] = [
    [
      'read',
      `${count(store.fileCount)} files, ${count(report.experiments)} experiments, ${count(report.runs)} runs`,
      seconds(readMs / 1000),
    ],
    ['data', `${bytes(report.dataBytes)} for charts`, seconds(report.seconds.data)],
    ['pages', `${count(report.pages)} pages`, seconds(report.seconds.pages)],
    ['search', `${count(report.searchRecords)} records`, seconds(report.seconds.search)],
    [
      'problems',
      `${printTotals(store.diagnostics, { files: store.fileCount })}${problems > 0 ? '; see diagnostics/ on the site' : ''}`,
      '',
    ],
    [
      'built',
      `${relativeTo(root, report.outDir)} for base ${report.base}: ${count(report.files)} files, ${bytes(report.bytes)}`,
      seconds(totalMs / 1000),
    ],
  ];
  const width = Math.max(...rows.map(([, text]) => text.length));
  return rows
    .map(([name, text, time]) => `${name.padEnd(9)} ${text.padEnd(width)}  ${time.padStart(7)}`.trimEnd())
    .join('\n')
    .concat('\n');
}

function relativeTo(root: string, path: string): string {
  return path.startsWith(`${root}/`) ? path.slice(root.length + 1) : path;
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

function bytes(value: number): string {
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(0)} kB`;
}
