import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { describeByteSize, parseByteSize } from '../format/byte-size.ts';
import type { BudgetSettings } from '../format/site-settings.ts';
import { readGitState, readObjectSizes, runGit } from './git.ts';
import type { Run } from './run.ts';

/** Warns of runs whose logs, artifacts or metric names have grown past the budgets of `_site.yaml`. */
export function checkRunBudgets(runs: Iterable<Run>, budgets: BudgetSettings, diagnostics: DiagnosticList): void {
  const logBytes = maybeSize(budgets.log_bytes);
  const artifactBytes = maybeSize(budgets.artifact_bytes);
  for (const run of runs) {
    const [file] = run.files;
    if (file === undefined) continue;
    const storedBytes = run.files.reduce((sum, own) => sum + own.storedBytes, 0);
    if (logBytes !== undefined && storedBytes > logBytes) {
      const message = `The run's logs are ${describeByteSize(storedBytes)}, past the budget of ${describeByteSize(logBytes)}. ${describeLargest(run)}`;
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

/**
 * Warns when the commit checked out added more bytes of logs than its budget, and when the commit being prepared would: what
 * is staged, for a hook that runs before it. Silent outside of git.
 */
export async function checkCommitBudget(
  root: string,
  budgets: BudgetSettings,
  diagnostics: DiagnosticList,
): Promise<void> {
  const budget = maybeSize(budgets.commit_bytes);
  if (budget === undefined) return;
  const state = await readGitState(root);
  if (state === undefined) return;
  const emptyTree = (await runGit(root, ['hash-object', '-t', 'tree', '/dev/null']))?.trim();
  const asked: { subject: string; args: string[] }[] = [
    {
      subject: 'The commit being prepared would add',
      args: ['diff-index', '--cached', state.head ?? emptyTree ?? ''],
    },
  ];
  if (state.head !== undefined) {
    const args = ['diff-tree', '--root', '-r', '--no-commit-id', state.head];
    asked.push({ subject: `Commit ${state.head.slice(0, 12)} adds`, args });
  }
  for (const { subject, args } of asked) {
    const added = await measureAdded(root, args);
    if (added === undefined || added.bytes <= budget) continue;
    const { path, bytes } = added.largest;
    const message = `${subject} ${describeByteSize(added.bytes)} under experiments/, past the budget of ${describeByteSize(budget)}; the most of it, ${describeByteSize(bytes)}, is this file.`;
    diagnostics.add({ code: 'commit-over-budget', file: path, message, fold: subject });
  }
}

/** What a change of git adds under `experiments/`: by how much its files grew. Undefined where git cannot tell. */
async function measureAdded(
  root: string,
  [command = '', ...args]: readonly string[],
): Promise<{ bytes: number; largest: { path: string; bytes: number } } | undefined> {
  const options = ['--raw', '-z', '--no-abbrev', '--relative'];
  const raw = await runGit(root, [command, ...options, ...args, '--', 'experiments']);
  if (raw === undefined) return undefined;
  const parts = raw.split('\0');
  const changes: { before: string; after: string; path: string }[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, , before = '', after = ''] = (parts[at] as string).split(' ');
    changes.push({ before, after, path: parts[at + 1] as string });
  }
  const sizes = await readObjectSizes(
    root,
    changes.flatMap(({ before, after }) => [before, after]),
  );
  let total = 0;
  let largest = { path: 'experiments', bytes: 0 };
  for (const { before, after, path } of changes) {
    const bytes = (sizes.get(after) ?? 0) - (sizes.get(before) ?? 0);
    if (bytes > 0) total += bytes;
    if (bytes > largest.bytes) largest = { path, bytes };
  }
  return { bytes: total, largest };
}

const kindWords: Readonly<Record<string, string>> = {
  system: 'machine readings',
  log: 'log lines',
  table: 'tables',
  histogram: 'histograms',
  artifact: 'artifact records',
  params: 'params',
  alert: 'alerts',
  note: 'notes',
  tag: 'tags',
  start: 'start records',
  end: 'end records',
  archive: 'archive records',
};

/** Says what takes the most space of a run's logs: one metric, or one kind of record. */
function describeLargest(run: Run): string {
  const total = [...run.charactersByKind.values()].reduce((sum, own) => sum + own, 0);
  const shares: { what: string; share: number }[] = [];
  for (const [kind, characters] of run.charactersByKind) {
    if (kind !== 'metric') shares.push({ what: `its ${kindWords[kind] ?? kind}`, share: characters / total });
  }
  const onMetrics = total === 0 ? 1 : (run.charactersByKind.get('metric') ?? 0) / total;
  // A metric's share of the metric lines: its name and a number on each line that has it.
  const weights = [...run.metrics].map(([name, { count }]) => ({ name, count, weight: count * (name.length + 20) }));
  const allWeights = weights.reduce((sum, { weight }) => sum + weight, 0);
  for (const { name, count, weight } of weights) {
    const values = `${count.toLocaleString('en')} ${count === 1 ? 'value' : 'values'}`;
    shares.push({ what: `"${name}": ${values}`, share: (onMetrics * weight) / allWeights });
  }
  const [most] = shares.sort((a, b) => b.share - a.share);
  return most === undefined
    ? 'It holds no records.'
    : `The most is taken by ${most.what}, about ${Math.round(most.share * 100)} % of it.`;
}

function maybeSize(value: string | number | undefined): number | undefined {
  return value === undefined ? undefined : parseByteSize(value);
}
