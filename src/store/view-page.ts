import type { ViewPageSettings } from '../format/view-page.ts';
import type { RunEntry } from './run-entry.ts';

/** A question across experiments, as `_views/NAME.yaml` asks it, with the runs that it is about. */
export interface ViewPage {
  /** `best` for `experiments/_views/best.yaml`. */
  name: string;
  /** Path from the root. */
  path: string;
  title: string;
  /** What was sound of the file. */
  settings: ViewPageSettings;
  /**
   * Runs of the experiments named that pass the filter, in natural order; archived ones only where the filter speaks of them.
   * Running and crashed are told apart, and times such as `-7d` counted, at the newest record of all that were read: the same
   * logs give the same runs.
   */
  runs: RunEntry[];
  /** Why there are no runs, in a sentence, where the filter cannot be used. */
  fault: string | undefined;
}
