import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import { countSeverities, type SeverityCounts } from './problems.ts';

/** Runs of which one thing is to be known before trusting a comparison. */
export interface QualityItem {
  kind: 'no-end' | 'failed' | 'killed' | 'diverged' | 'duplicate' | 'edited' | 'no-primary' | 'unknown';
  /** `no end recorded`, `no val/loss`. */
  words: string;
  runs: Run[];
}

/** What is to be known of the data of an experiment. */
export interface DataQuality {
  severities: SeverityCounts;
  /** Files in which something was found. */
  files: number;
  /** Kinds without runs are left out. */
  items: QualityItem[];
  runs: number;
}

/** Gathers what is to be known of an experiment's runs. `duplicates` has the id of the first such run for each later one. */
export function dataQuality(
  experiment: Experiment,
  runs: readonly Run[],
  { diagnostics, duplicates }: { diagnostics: readonly Diagnostic[]; duplicates: ReadonlyMap<string, string> },
): DataQuality {
  const primary = experiment.primary[0]?.name;
  const items: QualityItem[] = [
    { kind: 'no-end', words: 'no end recorded', runs: runs.filter(({ state }) => state === 'open') },
    { kind: 'failed', words: 'failed', runs: runs.filter(({ state }) => state === 'failed') },
    { kind: 'killed', words: 'killed', runs: runs.filter(({ state }) => state === 'killed') },
    { kind: 'unknown', words: 'no end and no time', runs: runs.filter(({ state }) => state === 'unknown') },
    { kind: 'diverged', words: 'diverged', runs: runs.filter(({ diverged }) => diverged !== undefined) },
    { kind: 'duplicate', words: 'duplicate of another run', runs: runs.filter(({ id }) => duplicates.has(id)) },
    { kind: 'edited', words: 'edited after finish', runs: runs.filter(({ edits }) => edits.length > 0) },
  ];
  if (primary !== undefined)
    items.push({
      kind: 'no-primary',
      words: `no ${primary}`,
      runs: runs.filter(({ metrics }) => !metrics.has(primary)),
    });
  return {
    severities: countSeverities(diagnostics),
    files: new Set(diagnostics.map(({ file }) => file)).size,
    items: items.filter((item) => item.runs.length > 0),
    runs: runs.length,
  };
}
