import { crashedAfterMs } from '../store/crashed-after.ts';
import type { Store } from '../store/store.ts';
import { encodeRunsCsv } from './csv.ts';
import type { ExportFormat } from './export-formats.ts';
import { encodeRunsJson, encodeRunsJsonl } from './json.ts';
import { describeRun, type RunObject } from './run-object.ts';

/** Gives the runs of a store, or of one experiment, as exports show them. */
export function describeRuns(store: Store, { nowMs, experiment }: { nowMs: number; experiment?: string }): RunObject[] {
  const clock = { nowMs, crashedAfterMs: crashedAfterMs(store) };
  const result: RunObject[] = [];
  for (const own of store.experiments.values()) {
    if (experiment !== undefined && own.id !== experiment) continue;
    for (const id of own.runIds) {
      const run = store.runs.get(id);
      if (run !== undefined) result.push(describeRun(run, own, clock));
    }
  }
  return result;
}

/** Gives the text of an export. */
export function exportRuns(
  store: Store,
  format: ExportFormat,
  options: { nowMs: number; experiment?: string },
): string {
  return encodeRuns(describeRuns(store, options), format);
}

/** Writes runs in a format, in the order given. */
export function encodeRuns(runs: readonly RunObject[], format: ExportFormat): string {
  if (format === 'csv') return encodeRunsCsv(runs);
  return format === 'json' ? encodeRunsJson(runs) : encodeRunsJsonl(runs);
}
