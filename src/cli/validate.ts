import { relative, resolve, sep } from 'node:path';
import { countSeverity } from '../diagnostics/diagnostic-list.ts';
import { printGithub } from '../diagnostics/print-github.ts';
import { makeReport } from '../diagnostics/print-json.ts';
import { printPretty, printTotals } from '../diagnostics/print-pretty.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/store.ts';
import { type Environment, findRoot, painterFor, UsageError } from './environment.ts';
import { startProgress } from './progress.ts';

export const validateFormats = ['pretty', 'json', 'github'] as const;

export interface ValidateOptions {
  root?: string;
  format: (typeof validateFormats)[number];
  strict?: boolean;
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
  const store = await openStore(root, {
    paths: paths.map((path) => toRootPath(environment.cwd, root, path)),
    history: true,
    onProgress: ({ files, totalFiles }) =>
      progress.show(`reading ${files.toLocaleString('en')} of ${totalFiles.toLocaleString('en')} files`),
  });
  progress.clear();
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

function toRootPath(cwd: string, root: string, path: string): string {
  const fromRoot = relative(root, resolve(cwd, path)).split(sep).join('/');
  if (fromRoot.startsWith('../') || fromRoot === '..') throw new UsageError(`"${path}" does not lie in ${root}.`);
  return fromRoot;
}
