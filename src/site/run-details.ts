import { showValue } from '../payload/param-value.ts';
import type { RunFacts } from '../payload/run-facts.ts';
import type { RunParts } from '../payload/run-parts.ts';
import type { Run } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import { commitLink } from './repo-links.ts';
import { encodePath, publishedRawPath } from './urls.ts';
import { environmentRows } from './views/environment-rows.ts';
import { loggedHistograms, loggedTables, showArtifacts } from './views/panels/run-media.ts';
import { patchOf } from './views/rerun.ts';
import { runCost } from './views/run-cost.ts';

/** What the list of runs tells itself, and what differs in every run. */
const toldElsewhere = new Set(['Host', 'User', 'Job', 'Commit', 'Branch']);

/** Longest message of a log line, longest cell of a table, and most rows of one, that are published for comparing. */
const longestMessage = 2000;
const longestCell = 200;
const mostRows = 20;
/** Steps of a table that are published, the last ones. */
const mostTableSteps = 6;

/** Gathers what a run ran on and what it cost. */
export function runFactsOf(store: Pick<Store, 'settings'>, run: Run, partsUrl: string | undefined): RunFacts {
  const { gpuHours, energyKwh, peakMemoryBytes } = runCost(run);
  const patch = patchOf(run)?.file;
  return {
    runId: run.id,
    environment: environmentRows(run)
      .filter(({ name }) => !toldElsewhere.has(name))
      .map(({ name, text }) => [name, text]),
    packages: Object.entries(run.env?.packages ?? {})
      .map(([name, version]): [string, string] => [name, showValue(version)])
      .sort(([a], [b]) => (a < b ? -1 : 1)),
    command: run.command,
    error: run.error,
    isDirty: run.git?.dirty ?? undefined,
    commitUrl: commitLink({ store }, run.git?.commit ?? undefined),
    patchUrl: patch === undefined ? undefined : rawUrl(patch),
    gpuHours,
    energyKwh,
    peakMemoryBytes,
    partsUrl,
  };
}

/** Gathers what a run printed, made and logged beside its metrics; undefined where it did nothing of it. */
export function runPartsOf(run: Run): RunParts | undefined {
  if (run.logLineCount === 0 && run.artifacts.length === 0 && run.tables.length === 0 && run.histograms.length === 0)
    return undefined;
  const { panels, plain } = loggedTables(run);
  const histograms = loggedHistograms([...Map.groupBy(run.histograms, ({ name }) => name).values()].map(byStep));
  const images = new Set(showArtifacts(run.artifacts).images.flatMap(({ steps }) => steps));
  const patch = patchOf(run);
  return {
    runId: run.id,
    lines: run.logLines.map(({ level, message }) => ({ level, message: cut(message, longestMessage) })),
    lineCount: run.logLineCount,
    cutAfter: run.logLineCount > run.logLines.length ? Math.ceil(run.logLines.length / 2) : undefined,
    artifacts: run.artifacts.flatMap((artifact) => {
      if (artifact === patch) return []; // it stands with the code
      const { name, file, missing, url, step, caption, sizeBytes, sha256 } = artifact;
      const address = file === undefined ? url : missing ? undefined : rawUrl(file);
      return [{ name, isImage: images.has(artifact), url: address, step, caption, sizeBytes, sha256 }];
    }),
    panels: [...panels, ...histograms.map(({ bars }) => bars)].map(({ name, steps }) => ({
      name,
      steps: steps.map(({ step, spec, text }) => ({ step, spec, caption: text.caption })),
    })),
    tables: plain.map(({ name, steps }) => ({
      name,
      steps: steps.slice(-mostTableSteps).map(({ step, columns, rows }) => ({
        step,
        columns,
        rows: rows
          .slice(0, mostRows)
          .map((row) => row.map((value) => (value === null ? undefined : cut(showValue(value), longestCell)))),
        hidden: Math.max(0, rows.length - mostRows),
      })),
    })),
  };
}

function byStep<T extends { step: number }>(list: T[]): T[] {
  return [...list].sort((a, b) => a.step - b.step);
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).toWellFormed()}…` : text;
}

/** Address of a published file, without the base. */
function rawUrl(file: string): string {
  return `raw/${encodePath(publishedRawPath(file))}`;
}
