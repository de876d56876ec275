import type { Series } from '../series/series.ts';

/** The files below `data/` that charts and tables load, and the overviews that build-time pictures are drawn from. */
export interface SiteData {
  /** Address of the index of all experiments and runs; undefined where nothing was published (`astro dev`). */
  indexUrl: string | undefined;
  /** Address of the overview of a run; undefined when its log could not be read again. */
  runUrl(runId: string): string | undefined;
  /** Address of the overview of one metric over all runs of an experiment. */
  metricUrl(experimentId: string, metric: string): string | undefined;
  /** Address of the summaries of an experiment's runs. */
  runsUrl(experimentId: string): string | undefined;
  /** Why the series of a run could not be read, in words; undefined when they could. */
  runFault(runId: string): string | undefined;
  /** The overviews of a run's metrics and system readings, by name. */
  readRun(runId: string): Promise<{ metrics: Map<string, Series>; system: Map<string, Series> }>;
  /** The overviews of one metric, by run id; runs without it are left out. */
  readMetric(experimentId: string, metric: string): Promise<Map<string, Series>>;
}
