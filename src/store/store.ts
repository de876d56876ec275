import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { SiteSettings } from '../format/site-settings.ts';
import type { Series } from '../series/series.ts';
import type { EditHistory } from './edit-history.ts';
import type { Experiment } from './experiment.ts';
import type { Run } from './run.ts';
import type { ViewPage } from './view-page.ts';

/** The series of one run, by metric name. */
export interface RunSeries {
  metrics: Map<string, Series>;
  system: Map<string, Series>;
}

/** Everything read from `experiments/`. The one thing that the CLI, the exporters and the site read. */
export interface Store {
  /** Absolute path of the folder that holds `experiments/`. */
  root: string;
  settings: SiteSettings;
  /** By id, in natural order. */
  experiments: Map<string, Experiment>;
  /** By id, in natural order. */
  runs: Map<string, Run>;
  /** By name, in natural order: the questions across experiments under `_views/`. */
  views: Map<string, ViewPage>;
  /** By file, line and column. */
  diagnostics: Diagnostic[];
  /** Files read, with fault or without. */
  fileCount: number;
  /** True when `_site.yaml` could not be read: nothing may be published then. */
  settingsBroken: boolean;
  /** Values that look like secrets, by the file they stand in: never shown, and cut from published copies of the file. */
  secretsByFile: ReadonlyMap<string, ReadonlySet<string>>;
  /** Whether git's history was looked through for edits of finished runs; `unasked` when the store was opened without. */
  history: EditHistory['state'] | 'unasked';
  /** Reads a run's logs again for its points. Throws for an id that is not in `runs`. */
  readSeries(runId: string): Promise<RunSeries>;
}
