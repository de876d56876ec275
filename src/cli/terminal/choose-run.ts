import { closest } from 'fastest-levenshtein';
import type { RunEntry } from '../../store/run-entry.ts';
import { UsageError } from '../environment.ts';
import type { RunBook } from './run-book.ts';
import { plainLine } from './text-width.ts';

/**
 * Finds a run by its id, `EXPERIMENT/RUN`, or by the end of it where only one run ends so.
 *
 * @throws UsageError where there is none, with the nearest, or more than one, with their ids
 */
export function chooseRun({ runs }: Pick<RunBook, 'runs'>, name: string): RunEntry {
  const exact = runs.find(({ run }) => run.id === name);
  if (exact !== undefined) return exact;
  const ending = runs.filter(({ run }) => run.id.endsWith(`/${name}`));
  const [only] = ending;
  if (only !== undefined && ending.length === 1) return only;
  if (ending.length > 1)
    throw new UsageError(`"${plainLine(name)}" is the name of ${ending.length} runs: ${listed(ending)}.`);
  const nearest = nearestOf(name, [...runs.map(({ run }) => run.id), ...runs.map(({ run }) => run.run)]);
  throw new UsageError(`There is no run "${plainLine(name)}".${hint(nearest)}`);
}

/**
 * Keeps the runs of the experiments named, those of nested ones with them; a name may be a run's too. All runs where none is
 * named.
 *
 * @throws UsageError for a name that nothing has
 */
export function chooseRuns(book: Pick<RunBook, 'runs' | 'store'>, names: readonly string[]): RunEntry[] {
  if (names.length === 0) return book.runs;
  const chosen = new Set<RunEntry>();
  for (const name of names.map((own) => own.replace(/\/+$/, ''))) {
    const inside = book.runs.filter(({ run }) => run.experiment === name || run.experiment.startsWith(`${name}/`));
    if (inside.length > 0) for (const own of inside) chosen.add(own);
    else if (book.store.experiments.has(name)) continue;
    else if (book.runs.some(({ run }) => run.id === name || run.id.endsWith(`/${name}`)))
      chosen.add(chooseRun(book, name));
    else {
      const known = [...book.store.experiments.keys(), ...book.runs.map(({ run }) => run.id)];
      throw new UsageError(`There is no experiment or run "${plainLine(name)}".${hint(nearestOf(name, known))}`);
    }
  }
  return book.runs.filter((own) => chosen.has(own));
}

function nearestOf(name: string, known: readonly string[]): string | undefined {
  return known.length === 0 || name.length > 200 ? undefined : closest(name, [...known]);
}

function hint(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` Did you mean "${plainLine(nearest)}"?`;
}

function listed(runs: readonly RunEntry[]): string {
  const shown = runs.slice(0, 5).map(({ run }) => plainLine(run.id));
  return shown.join(', ') + (runs.length > shown.length ? ' …' : '');
}
