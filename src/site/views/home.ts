import type { Store } from '../../store/store.ts';
import { paginate } from '../pages.ts';
import { type ExperimentRow, experimentRows } from './experiment-rows.ts';

/** Experiments on one page of the list. */
export const experimentsPerPage = 50;

/** What the home page and the pages after it show. */
export interface Home {
  pages: ExperimentRow[][];
  archived: ExperimentRow[];
}

/** Parts the experiments into pages, archived ones apart. */
export function home(store: Store): Home {
  const rows = experimentRows(store);
  return {
    pages: paginate(
      rows.filter((row) => !row.archived),
      experimentsPerPage,
    ),
    archived: rows.filter((row) => row.archived),
  };
}
