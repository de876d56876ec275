import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { closest } from 'fastest-levenshtein';
import { printTotals } from '../diagnostics/print-pretty.ts';
import type { ExportFormat } from '../exporters/export-formats.ts';
import { exportRuns } from '../exporters/export-runs.ts';
import { openStore } from '../store/open-store.ts';
import { type Environment, findRoot, readNow, UsageError } from './environment.ts';
import { startProgress } from './progress.ts';

export interface ExportOptions {
  root?: string;
  format: ExportFormat;
  experiment?: string;
  out?: string;
  now?: string;
  quiet?: boolean;
}

/** Writes every run, or those of one experiment, to stdout or a file. Problems in the data are told on stderr. */
export async function exportCommand(environment: Environment, options: ExportOptions): Promise<number> {
  const root = findRoot(environment, options);
  const progress = startProgress(environment, options);
  const store = await openStore(root, {
    onProgress: ({ files, totalFiles }) =>
      progress.show(`reading ${files.toLocaleString('en')} of ${totalFiles.toLocaleString('en')} files`),
  });
  progress.clear();
  const { experiment } = options;
  if (experiment !== undefined && !store.experiments.has(experiment)) {
    const ids = [...store.experiments.keys()];
    const hint = ids.length === 0 ? '' : ` Did you mean "${closest(experiment, ids)}"?`;
    throw new UsageError(`There is no experiment "${experiment}".${hint}`);
  }
  const text = exportRuns(store, options.format, {
    nowMs: readNow(environment, options),
    ...(experiment === undefined ? {} : { experiment }),
  });
  if (options.out === undefined) environment.stdout.write(text);
  else writeFileSync(resolve(environment.cwd, options.out), text);
  const problems = store.diagnostics.filter(({ severity }) => severity !== 'note');
  if (problems.length > 0 && options.quiet !== true) {
    environment.stderr.write(`${printTotals(store.diagnostics, { files: store.fileCount })}; see runfolio validate\n`);
  }
  return 0;
}
