import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { countSeverity } from '../diagnostics/diagnostic-list.ts';
import { printGithub } from '../diagnostics/print-github.ts';
import { makeReport } from '../diagnostics/print-json.ts';
import { printPretty, printTotals } from '../diagnostics/print-pretty.ts';
import { printSarif } from '../diagnostics/print-sarif.ts';
import { readToolVersion } from '../site/package-facts.ts';
import { listChangedFiles } from '../store/git.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type Environment, findRoot, painterFor, UsageError } from './environment.ts';
import { fixSafely } from './fix.ts';
import { startProgress } from './progress.ts';
import type { ValidateFormat } from './validate-formats.ts';

export interface ValidateOptions {
  root?: string;
  format: ValidateFormat;
  strict?: boolean;
  /** Only what git says changed. */
  changed?: boolean;
  /** With `changed`: against the point where the branch left this one. */
  base?: string;
  fix?: boolean;
  dryRun?: boolean;
  quiet?: boolean;
  color?: boolean;
}

/** Reads everything, or the paths given, and reports everything. Exit code 1 for errors, and for warnings with --strict. */
export async function validate(
  environment: Environment,
  paths: readonly string[],
  options: ValidateOptions,
): Promise<number> {
  const root = findRoot(environment, options);
  const progress = startProgress(environment, options);
  const startedMs = environment.now();
  const chosen = await choosePaths(environment, root, paths, options);
  const open = async (): Promise<Store> =>
    await openStore(root, {
      ...chosen,
      history: true,
      onProgress: ({ files, totalFiles }) =>
        progress.show(`reading ${files.toLocaleString('en')} of ${totalFiles.toLocaleString('en')} files`),
    });
  let store = await open();
  progress.clear();
  if (options.fix === true || options.dryRun === true) {
    const fixed = fixSafely(environment, store, options);
    if (fixed > 0 && options.dryRun !== true) store = await open();
  }
  const { diagnostics, fileCount: files } = store;
  switch (options.format) {
    case 'json': {
      const report = makeReport(diagnostics, { files, experiments: store.experiments.size, runs: store.runs.size });
      environment.stdout.write(`${JSON.stringify(report)}\n`);
      break;
    }
    case 'github':
      environment.stdout.write(printGithub(diagnostics));
      break;
    case 'sarif':
      environment.stdout.write(printSarif(diagnostics, { toolVersion: readToolVersion() }));
      break;
    case 'pretty': {
      const paint = painterFor(environment.stdout, environment, options);
      environment.stdout.write(printPretty(diagnostics, { paint }));
      const seconds = ((environment.now() - startedMs) / 1000).toFixed(1);
      if (options.quiet !== true) environment.stdout.write(`${printTotals(diagnostics, { files })} (${seconds} s)\n`);
    }
  }
  return exitCodeFor(store, options);
}

/** 1 for errors, and for warnings when strict. */
export function exitCodeFor(
  { diagnostics }: Pick<Store, 'diagnostics'>,
  { strict = false }: { strict?: boolean },
): number {
  const bad = countSeverity(diagnostics, 'error') + (strict ? countSeverity(diagnostics, 'warning') : 0);
  return bad > 0 ? 1 : 0;
}

async function choosePaths(
  { cwd }: Environment,
  root: string,
  paths: readonly string[],
  { changed = false, base }: ValidateOptions,
): Promise<{ paths: string[]; isOnly: boolean }> {
  const missing = paths.find((path) => !existsSync(resolve(cwd, path)));
  if (missing !== undefined) throw new UsageError(`There is no file or folder "${missing}".`);
  const named = paths.map((path) => toRootPath(cwd, root, path));
  if (!changed) {
    if (base !== undefined) throw new UsageError('--base goes with --changed.');
    return { paths: named, isOnly: named.length > 0 };
  }
  if (named.length > 0) throw new UsageError('Give paths or --changed, not both.');
  const files = await listChangedFiles(root, base === undefined ? {} : { base });
  if (files === undefined) {
    throw new UsageError(
      base === undefined
        ? `${root} is in no git repository.`
        : `git does not know "${base}", or has no history in common with it.`,
    );
  }
  return { paths: files, isOnly: true };
}

function toRootPath(cwd: string, root: string, path: string): string {
  const fromRoot = relative(root, resolve(cwd, path)).split(sep).join('/');
  if (fromRoot.startsWith('../') || fromRoot === '..') throw new UsageError(`"${path}" does not lie in ${root}.`);
  return fromRoot;
}
