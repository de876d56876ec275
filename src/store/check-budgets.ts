import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { describeByteSize, parseByteSize } from '../format/byte-size.ts';
import type { BudgetSettings } from '../format/site-settings.ts';
import { GitObjects, readGitState, runGit } from './git.ts';
import type { Run } from './run.ts';

/** Warns of runs whose logs, artifacts or metric names have grown past the budgets of `_site.yaml`. */
export function checkRunBudgets(runs: Iterable<Run>, budgets: BudgetSettings, diagnostics: DiagnosticList): void {
  const logBytes = maybeSize(budgets.log_bytes);
  const artifactBytes = maybeSize(budgets.artifact_bytes);
  for (const run of runs) {
    const [file] = run.files;
    if (file === undefined) continue;
    const sizeBytes = run.files.reduce((sum, own) => sum + own.sizeBytes, 0);
    if (logBytes !== undefined && sizeBytes > logBytes) {
      const message = `The run's logs are ${describeByteSize(sizeBytes)}, past the budget of ${describeByteSize(logBytes)}. ${describeLargest(run, sizeBytes)}`;
      diagnostics.add({ code: 'log-over-budget', file: file.path, message, fold: run.id });
    }
    if (budgets.keys !== undefined && run.metrics.size > budgets.keys) {
      const message = `The run has ${run.metrics.size} metric names, past the budget of ${budgets.keys}.`;
      diagnostics.add({ code: 'keys-over-budget', file: file.path, message, fold: run.id });
    }
    for (const artifact of run.artifacts) {
      if (artifactBytes === undefined || artifact.file === undefined || (artifact.sizeBytes ?? 0) <= artifactBytes)
        continue;
      const message = `The artifact is ${describeByteSize(artifact.sizeBytes ?? 0)}, past the budget of ${describeByteSize(artifactBytes)}.`;
      diagnostics.add({ code: 'artifact-over-budget', file: artifact.file, message });
    }
  }
}

/** Warns when the commit checked out added more bytes of logs than its budget. Silent outside of git. */
export async function checkCommitBudget(
  root: string,
  budgets: BudgetSettings,
  diagnostics: DiagnosticList,
): Promise<void> {
  const budget = maybeSize(budgets.commit_bytes);
  if (budget === undefined) return;
  const state = await readGitState(root);
  if (state?.head === undefined) return;
  const raw = await runGit(root, [
    'diff-tree',
    '--root',
    '--raw',
    '-r',
    '-z',
    '--no-abbrev',
    '--no-commit-id',
    '--relative',
    'HEAD',
    '--',
    'experiments',
  ]);
  if (raw === undefined) return;
  const objects = new GitObjects(root);
  let added = 0;
  let largest = { path: 'experiments', bytes: 0 };
  try {
    const parts = raw.split('\0');
    for (let at = 0; at + 1 < parts.length; at += 2) {
      const [, , before = '', after = ''] = (parts[at] as string).split(' ');
      const bytes = ((await objects.read(after))?.length ?? 0) - ((await objects.read(before))?.length ?? 0);
      if (bytes > 0) added += bytes;
      if (bytes > largest.bytes) largest = { path: parts[at + 1] as string, bytes };
    }
  } finally {
    objects.close();
  }
  if (added <= budget) return;
  const message = `Commit ${state.head.slice(0, 12)} adds ${describeByteSize(added)} under experiments/, past the budget of ${describeByteSize(budget)}; the most of it, ${describeByteSize(largest.bytes)}, is this file.`;
  diagnostics.add({ code: 'commit-over-budget', file: largest.path, message });
}

/** Says which metric takes the most space: its name and a number on each of its lines. */
function describeLargest(run: Run, sizeBytes: number): string {
  const valueBytes = 20;
  let name: string | undefined;
  let most = 0;
  for (const [metric, { count }] of run.metrics) {
    const bytes = count * (metric.length + valueBytes);
    if (bytes > most) {
      most = bytes;
      name = metric;
    }
  }
  if (name === undefined) return 'No metric takes the space; look at its tables, histograms and log lines.';
  const { count } = run.metrics.get(name) as { count: number };
  const share = Math.min(100, Math.round((most / Math.max(sizeBytes, 1)) * 100));
  return `The most is taken by "${name}": ${count.toLocaleString('en')} values, about ${share} % of it.`;
}

function maybeSize(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : parseByteSize(value);
}
