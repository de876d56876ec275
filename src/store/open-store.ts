import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../diagnostics/catalogue.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { ExperimentSettings, MetricSettings } from '../format/experiment-settings.ts';
import { redacted, redactText } from '../format/secrets.ts';
import { choosePrimary } from '../series/primary-metric.ts';
import { compareByGoal, rankValue } from '../series/summary-value.ts';
import { checkCommitBudget, checkRunBudgets } from './check-budgets.ts';
import { checkCharts } from './check-charts.ts';
import { checkRequired } from './check-required.ts';
import { crashedAfterMs } from './crashed-after.ts';
import type { DerivedMetric } from './derive-metrics.ts';
import { discover, type ExperimentFiles, type RunSource } from './discover.ts';
import { type EditHistory, readEditHistory } from './edit-history.ts';
import type { Experiment } from './experiment.ts';
import { defaultLimits, type ReadLimits } from './limits.ts';
import { experimentTest } from './match-experiments.ts';
import { compareNaturally } from './natural-order.ts';
import { type PlacedRun, readRunSeries, readRuns } from './read-runs.ts';
import { readExperimentSettings, readSiteSettings, readText } from './read-settings.ts';
import { readTemplate } from './read-template.ts';
import { type ReadViewPage, readViewPage } from './read-view-page.ts';
import { resolveViewPage } from './resolve-view-page.ts';
import type { Run } from './run.ts';
import type { Store } from './store.ts';
import type { ViewPage } from './view-page.ts';

/** What can be asked of {@link openStore}. */
export interface OpenOptions {
  /**
   * Files and folders, from the root, with `/`, of which to tell. The experiments that they belong to are read whole, since a
   * log may collide with one that was not named.
   */
  paths?: readonly string[];
  /** Whether only `paths` are told of, which may then be none; by default when there are any. */
  isOnly?: boolean;
  limits?: Partial<ReadLimits>;
  /** Whether git's history is looked through for edits of finished runs. */
  history?: boolean;
  /** Called after each file. */
  onProgress?: (progress: { files: number; totalFiles: number }) => void;
}

/** Says that the folder with the logs is not there. */
export class NoExperimentsError extends Error {}

/**
 * Reads everything under `root/experiments`: the one front door to the logs. Faults in the files are diagnostics and
 * never stop the reading; a root without `experiments/` throws {@link NoExperimentsError}.
 */
export async function openStore(
  root: string,
  { paths = [], isOnly = paths.length > 0, limits: given = {}, history = false, onProgress }: OpenOptions = {},
): Promise<Store> {
  if (!isFolder(join(root, 'experiments'))) {
    throw new NoExperimentsError(`There is no folder "experiments" in ${root}.`);
  }
  const limits: ReadLimits = { ...defaultLimits, ...given };
  const diagnostics = new DiagnosticList();
  const discovery = await discover(root, diagnostics);
  const site =
    discovery.siteSettingsPath === undefined
      ? { settings: {}, metrics: new Map<string, MetricSettings>(), derived: [], broken: false }
      : readSiteSettings(root, discovery.siteSettingsPath, { limits, diagnostics });
  const isTold = (file: string): boolean => !isOnly || paths.some((path) => isAtOrBelow(file, path));
  const readViews = discovery.viewPaths.filter(isTold).map((path) => readViewPage(root, path, { limits, diagnostics }));
  const toldIds = new Set(discovery.experiments.filter((own) => filesOf(own).some(isTold)).map(({ id }) => id));
  const chosen = discovery.experiments.filter(
    (experiment) => !isOnly || toldIds.has(experiment.id) || readViews.some((view) => asksOf(view, experiment.id)),
  );
  const totalFiles = chosen.reduce((sum, experiment) => sum + countFiles(experiment), 0);

  const derivedOf = new Map<string, DerivedMetric[]>();
  const experiments = new Map<string, Experiment>();
  const runs = new Map<string, Run>();
  const placed = new Map<string, PlacedRun>();
  const secretsByFile = new Map<string, Set<string>>();
  const reading = {
    root,
    limits,
    diagnostics,
    allowedSecrets: new Set(site.settings.secrets?.allow ?? []),
    onSecret(file: string, secret: string): void {
      const known = secretsByFile.get(file);
      if (known === undefined) secretsByFile.set(file, new Set([secret]));
      else known.add(secret);
    },
  };
  let logs = 0;
  const countFile = (): void => {
    logs += 1;
    onProgress?.({ files: logs, totalFiles });
  };
  for (const found of chosen) {
    const read =
      found.settingsPath === undefined ? undefined : readExperimentSettings(root, found.settingsPath, reading);
    const settings = read?.settings ?? {};
    const derived = [...site.derived, ...(read?.derived ?? [])];
    derivedOf.set(found.id, derived);
    const ownRuns = await readRuns(found, {
      ...reading,
      stepKey: settings.step,
      derived,
      onFile: countFile,
    });
    ownRuns.sort((a, b) => compareNaturally(a.run.id, b.run.id));
    for (const own of ownRuns) {
      runs.set(own.run.id, own.run);
      placed.set(own.run.id, own);
    }
    const experiment = assemble(found, {
      settings,
      metricSettings: mergeMetrics(site.metrics, read?.metrics ?? new Map()),
      readme: found.readmePath === undefined ? undefined : readText(root, found.readmePath, diagnostics),
      runs: ownRuns.map(({ run }) => run),
    });
    checkBaseline(experiment, runs, read, diagnostics);
    if (read !== undefined)
      checkCharts(
        experiment,
        ownRuns.map(({ run }) => run),
        read,
        diagnostics,
      );
    checkRequired(
      ownRuns.map(({ run }) => run),
      settings.required,
      diagnostics,
    );
    experiments.set(experiment.id, experiment);
  }

  for (const path of discovery.templatePaths) readTemplate(root, path, reading);

  const views = new Map<string, ViewPage>();
  const newestMs = [...runs.values()].reduce((max, { lastRecordMs = 0 }) => Math.max(max, lastRecordMs), 0);
  const clock = { nowMs: newestMs, crashedAfterMs: crashedAfterMs(site) };
  for (const view of readViews) views.set(view.name, resolveViewPage(view, { experiments, runs, clock, diagnostics }));

  const { budgets } = site.settings;
  if (budgets !== undefined) {
    checkRunBudgets(runs.values(), budgets, diagnostics);
    if (history) await checkCommitBudget(root, budgets, diagnostics);
  }
  const editHistory = history ? await readEditHistory(root) : undefined;
  if (editHistory !== undefined) markEdits(editHistory, runs, diagnostics);

  const found = hideSecrets(
    diagnostics
      .sorted()
      .filter(
        ({ code, file, message }) =>
          isTold(file) || (collisions.has(code) && paths.some((path) => message.includes(path))),
      ),
    secretsByFile,
  );
  const read = [
    ...(discovery.siteSettingsPath === undefined ? [] : [discovery.siteSettingsPath]),
    ...discovery.templatePaths,
    ...discovery.viewPaths,
    ...chosen.flatMap(filesOf),
  ];
  const sortedRuns = new Map(
    [...runs]
      .filter(([, run]) => run.files.some(({ path }) => isTold(path)))
      .sort(([a], [b]) => compareNaturally(a, b)),
  );
  return {
    root,
    history: editHistory?.state ?? 'unasked',
    settings: site.settings,
    experiments: isOnly ? new Map([...experiments].filter(([id]) => toldIds.has(id))) : experiments,
    runs: sortedRuns,
    views,
    diagnostics: found,
    fileCount: read.filter(isTold).length + countUnreadFiles(found),
    settingsBroken: site.broken,
    secretsByFile,
    async readSeries(runId) {
      const found = placed.get(runId);
      if (found === undefined) throw new Error(`There is no run "${runId}".`);
      const { experiment } = found.run;
      const stepKey = experiments.get(experiment)?.settings.step;
      return await readRunSeries(found, { ...reading, stepKey, derived: derivedOf.get(experiment) ?? [] });
    },
  };
}

/** Puts an experiment together from its settings and its runs: what it is ranked by, which run is best. */
function assemble(
  files: ExperimentFiles,
  {
    settings,
    metricSettings,
    readme,
    runs,
  }: {
    settings: ExperimentSettings;
    metricSettings: Map<string, MetricSettings>;
    readme: string | undefined;
    runs: Run[];
  },
): Experiment {
  const counts = new Map<string, number>();
  for (const run of runs) for (const name of run.metrics.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
  const primary = choosePrimary(metricSettings, counts);
  for (const run of runs)
    run.diverged = findDivergence(
      run,
      primary.map(({ name }) => name),
    );
  const times = runs.flatMap((run) => (run.lastRecordMs === undefined ? [] : [run.lastRecordMs]));
  return {
    id: files.id,
    title: settings.title ?? files.id,
    settings,
    settingsPath: files.settingsPath,
    metricSettings,
    readme,
    archived: settings.archived ?? false,
    runIds: runs.map(({ id }) => id),
    primary,
    bestRunId: findBest(runs, primary[0], metricSettings),
    lastActivityMs: times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b)),
  };
}

function findDivergence(run: Run, primary: readonly string[]): Run['diverged'] {
  const own = primary.filter((name) => run.metrics.has(name));
  const names = own.length > 0 ? own : [...run.metrics.keys()].filter((name) => /loss/i.test(name));
  for (const metric of names) {
    const step = run.metrics.get(metric)?.firstNonFiniteStep;
    if (step !== undefined) return { metric, step };
  }
  return undefined;
}

function findBest(
  runs: readonly Run[],
  primary: Experiment['primary'][number] | undefined,
  settings: Map<string, MetricSettings>,
): string | undefined {
  const goal = primary?.goal;
  if (primary === undefined || goal === undefined) return undefined;
  let best: { id: string; value: number } | undefined;
  for (const run of runs) {
    if (run.archived || run.diverged !== undefined || run.state === 'failed' || run.state === 'killed') continue;
    const summary = run.metrics.get(primary.name);
    const value = summary === undefined ? undefined : rankValue(summary, settings.get(primary.name)?.summary, goal);
    if (value !== undefined && (best === undefined || compareByGoal(value, best.value, goal) < 0))
      best = { id: run.id, value };
  }
  return best?.id;
}

function checkBaseline(
  experiment: Experiment,
  runs: Map<string, Run>,
  read: ReturnType<typeof readExperimentSettings> | undefined,
  diagnostics: DiagnosticList,
): void {
  const { baseline } = experiment.settings;
  if (baseline === undefined || read === undefined || experiment.settingsPath === undefined) return;
  if (runs.has(`${experiment.id}/${baseline}`) || runs.has(baseline)) return;
  diagnostics.add({
    code: 'unknown-run',
    file: experiment.settingsPath,
    ...read.positionOf(['baseline']),
    message: `The baseline "${baseline}" is no run of this experiment.`,
    hint: catalogue['unknown-run'].mend,
  });
}

/** Puts edits of finished runs on their runs, and warns of those for which the commit gives no reason. */
function markEdits({ state, edits }: EditHistory, runs: Map<string, Run>, diagnostics: DiagnosticList): void {
  const runsByFile = new Map<string, Run[]>();
  for (const run of runs.values()) {
    for (const { path } of run.files) {
      const plain = path.replace(/\.gz$/, '');
      runsByFile.set(plain, [...(runsByFile.get(plain) ?? []), run]);
    }
  }
  for (const { path, commit, runs: names, reason } of edits) {
    const touched = (runsByFile.get(path.replace(/\.gz$/, '')) ?? []).filter(
      ({ run }) => names.length === 0 || names.includes(run),
    );
    if (touched.length === 0) continue;
    for (const run of touched) run.edits.push({ commit, reason });
    const subject = names.length === 0 ? 'The run' : touched.map(({ run }) => `"${run}"`).join(', ');
    diagnostics.add({
      code: reason === undefined ? 'edited-after-finish' : 'edited-with-reason',
      file:
        touched[0]?.files.find((file) => file.path.replace(/\.gz$/, '') === path.replace(/\.gz$/, ''))?.path ?? path,
      message:
        reason === undefined
          ? `${subject} had ended when commit ${commit.slice(0, 12)} changed or removed records of its log.`
          : `${subject} had ended when commit ${commit.slice(0, 12)} changed its log, and gave as the reason: ${reason}`,
      fold: commit,
    });
  }
  if (state === 'incomplete') {
    diagnostics.add({
      code: 'history-incomplete',
      file: 'experiments',
      message: 'The clone is shallow: edits before its first commit cannot be seen.',
    });
  }
}

function mergeMetrics(
  shared: Map<string, MetricSettings>,
  own: Map<string, MetricSettings>,
): Map<string, MetricSettings> {
  const merged = new Map(own);
  for (const [name, settings] of shared) merged.set(name, { ...settings, ...own.get(name) });
  return merged;
}

function hideSecrets(
  diagnostics: ReturnType<DiagnosticList['sorted']>,
  secretsByFile: Map<string, Set<string>>,
): typeof diagnostics {
  for (const diagnostic of diagnostics) {
    const secrets = secretsByFile.get(diagnostic.file);
    for (const field of ['excerpt', 'message'] as const) {
      let text = diagnostic[field];
      if (text === undefined) continue;
      for (const secret of secrets ?? []) text = text.replaceAll(secret, redacted);
      diagnostic[field] = redactText(text).text;
    }
  }
  return diagnostics;
}

/** Findings that name the other of two places in their message. */
const collisions: ReadonlySet<string> = new Set(['id-collision', 'id-case-collision']);

/** Whether a view may be about an experiment. */
function asksOf({ settings: { experiments } }: ReadViewPage, id: string): boolean {
  return experiments === undefined || experiments.some((pattern) => experimentTest(pattern)(id));
}

/** The files that an experiment is read from. */
function filesOf({ settingsPath, readmePath, sources }: ExperimentFiles): string[] {
  const logs = sources.flatMap((source: RunSource) => (source.kind === 'folder' ? source.logs : [source.path]));
  return [settingsPath, readmePath, ...logs].filter((path) => path !== undefined);
}

function isAtOrBelow(path: string, folder: string): boolean {
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** Files that were seen and set aside by their name or kind alone. */
function countUnreadFiles(diagnostics: readonly Diagnostic[]): number {
  const unread: ReadonlySet<string> = new Set([
    'id-invalid',
    'near-miss-name',
    'symlink',
    'not-a-file',
    'runs-outside-experiment',
  ]);
  const files = diagnostics.flatMap(({ code, file, line }) =>
    unread.has(code) && line === 1 && !/\/runs\.(?:jsonl|yaml)$/.test(file) ? [file] : [],
  );
  return new Set(files).size;
}

function countFiles(experiment: ExperimentFiles): number {
  return experiment.sources.reduce(
    (sum, source: RunSource) => sum + (source.kind === 'folder' ? source.logs.length : 1),
    0,
  );
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}
