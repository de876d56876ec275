import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { printTotals } from '../../diagnostics/print-pretty.ts';
import { runStatus } from '../../series/run-status.ts';
import { crashedAfterMs } from '../../store/crashed-after.ts';
import { openStore } from '../../store/open-store.ts';
import { type RunEntry, runEntry } from '../../store/run-entry.ts';
import type { Store } from '../../store/store.ts';
import { type Environment, findRoot, readNow } from '../environment.ts';
import { startProgress } from '../progress.ts';

/** What every command that shows runs takes. */
export interface ReadingOptions {
  root?: string;
  now?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
  where?: string;
  columns?: string;
  sort?: readonly string[];
}

/** All runs of a repository, as commands show and filter them. */
export interface RunBook {
  store: Store;
  clock: { nowMs: number; crashedAfterMs: number };
  /** In natural order of experiments and runs; archived ones too. */
  runs: RunEntry[];
}

/** Opens the store with a progress line, and makes its runs ready to be filtered. */
export async function openRunBook(environment: Environment, options: ReadingOptions): Promise<RunBook> {
  const root = findRoot(environment, options);
  const progress = startProgress(environment, options);
  const store = await openStore(root, {
    history: speaksOfEdits(options),
    onProgress: ({ files, totalFiles }) =>
      progress.show(`reading ${files.toLocaleString('en')} of ${totalFiles.toLocaleString('en')} files`),
  });
  progress.clear();
  const clock = { nowMs: readNow(environment, options), crashedAfterMs: crashedAfterMs(store) };
  const runs = [...store.experiments.values()].flatMap((experiment) =>
    experiment.runIds.flatMap((id) => {
      const run = store.runs.get(id);
      return run === undefined ? [] : [runEntry(run, experiment, runStatus(run, clock))];
    }),
  );
  return { store, clock, runs };
}

/** Whether git's history has to be looked through, which takes its time: only for what asks about edits of finished runs. */
function speaksOfEdits({ where = '', columns = '', sort = [] }: ReadingOptions): boolean {
  return [where, columns, ...sort].some((text) => /\bedit(?:s|ed)\b/i.test(text));
}

/** Tells on stderr how many problems the logs have, where there are any that matter. */
export function tellProblems({ stderr }: Environment, { store }: RunBook, { quiet }: ReadingOptions): void {
  const isTelling = ({ severity }: Diagnostic): boolean => severity !== 'note';
  if (quiet !== true && store.diagnostics.some(isTelling))
    stderr.write(`${printTotals(store.diagnostics, { files: store.fileCount })}; see runfolio validate\n`);
}
