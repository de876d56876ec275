import { singleLineLimit } from '../../charts/choose-lines.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Experiment, PrimaryMetric } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import { groupMetrics, type MetricGroup } from './metric-groups.ts';
import { type MetricFigure, rankingRule } from './metric-values.ts';
import { oncePer } from './once-per.ts';
import { differingParams, type ParamDifference, paramsAgainst } from './param-differences.ts';
import { diagnosticsOfExperiment } from './problems.ts';
import { isRankable, maybeBaseline, rankRuns, runsOf } from './ranked-runs.ts';
import { type RunRow, runRow } from './run-rows.ts';
import { duplicateRuns, groupRuns, type SeedGroup } from './seed-groups.ts';
import { type SingleMetric, singleMetric } from './single-metrics.ts';
import { countStates, type StateCount } from './state-counts.ts';

/** Rows of the run table on one page. */
export const runsPerPage = 100;
/** Param columns of the run table; what does not fit is in the run pages and the downloads. */
export const maxParamColumns = 8;
/** Charts drawn at build time. */
export const maxStills = 6;

/** The sentence about the best run. */
export interface BestRun {
  run: Run;
  metric: PrimaryMetric;
  figure: MetricFigure;
  rule: string;
  /** Params that set it apart from `against`; empty when there is nothing to hold it against. */
  differences: ParamDifference[];
  /** The baseline, or undefined when none is named or the best run is the baseline itself. */
  against: Run | undefined;
  isBaseline: boolean;
}

/** What the dashboard of one experiment shows. */
export interface Dashboard {
  experiment: Experiment;
  /** Runs that are not archived, unless the whole experiment is. */
  runs: Run[];
  archivedRuns: Run[];
  states: StateCount[];
  best: BestRun | undefined;
  baseline: Run | undefined;
  /** Differing params that have a column, and how many more there are. */
  paramKeys: string[];
  hiddenParamCount: number;
  metricColumns: string[];
  /** All rows, best first where there is a ranking, else natural order. */
  rows: RunRow[];
  metricGroups: MetricGroup[];
  /** Metrics that no run logged more than once: a line chart would show nothing. */
  singles: SingleMetric[];
  /** Metrics with a build-time picture. */
  stillMetrics: string[];
  /** The runs drawn singly in every chart, 20 at most: the best of more. */
  drawnRuns: Run[];
  /** Primary metrics that some runs lack. */
  missing: { metric: string; lacking: number; total: number }[];
  groupKeys: string[];
  groups: SeedGroup[];
  diagnostics: Diagnostic[];
  /** The last failure's words, when every run failed. */
  lastFailure: { run: Run; text: string } | undefined;
  parents: Experiment[];
  children: Experiment[];
}

const dashboardsOf = oncePer((store: Store) => oncePer((experiment: Experiment) => gather(store, experiment)));

/** Gathers what the dashboard of `experiment` shows; once for all pages of its table. */
export function dashboard(store: Store, experiment: Experiment): Dashboard {
  return dashboardsOf(store)(experiment);
}

/** All runs as the run table and its data files list them: best first, then what is not ranked, archived ones last. */
export function runsInOrder({ rows, archivedRuns }: Pick<Dashboard, 'rows' | 'archivedRuns'>): Run[] {
  return [...rows.map(({ run }) => run), ...archivedRuns];
}

function gather(store: Store, experiment: Experiment): Dashboard {
  const all = runsOf(store, experiment);
  const runs = experiment.archived ? all : all.filter((run) => !run.archived);
  const archivedRuns = experiment.archived ? [] : all.filter((run) => run.archived);
  const primary = experiment.primary[0];
  const settings = experiment.metricSettings;
  const ranked = rankRuns(runs.filter(isRankable), primary, settings);
  const baseline = maybeBaseline(store, experiment);
  const groupKeys = experiment.settings.group_by ?? [];
  const differing = differingParams(runs, { first: groupKeys });
  const paramKeys = differing.slice(0, maxParamColumns);
  const metricColumns = experiment.primary.slice(0, 3).map(({ name }) => name);
  const best = bestRun(ranked[0], primary, experiment, baseline);
  const duplicates = duplicateRuns(all);
  const ordered = rowOrder(
    runs,
    ranked.map(({ run }) => run),
    primary,
    experiment,
  );
  const metricNames = new Set(runs.flatMap((run) => [...run.metrics.keys()]));
  const isDrawable = (name: string) => runs.some((run) => (run.metrics.get(name)?.count ?? 0) > 1);
  const metricGroups = groupMetrics(
    [...metricNames].filter(isDrawable),
    experiment.primary.map(({ name }) => name),
  );
  const drawable = metricGroups.flatMap((group) => group.metrics);
  return {
    experiment,
    runs,
    archivedRuns,
    states: countStates(runs),
    best,
    baseline,
    paramKeys,
    hiddenParamCount: differing.length - paramKeys.length,
    metricColumns,
    rows: ordered.map((run) =>
      runRow(run, {
        experiment,
        paramKeys,
        metricNames: metricColumns,
        bestRunId: best?.run.id,
        baselineId: baseline?.id,
        duplicates,
      }),
    ),
    metricGroups,
    singles: [...metricNames].filter((name) => !isDrawable(name)).map((name) => singleMetric(experiment, runs, name)),
    stillMetrics: drawable.slice(0, maxStills),
    drawnRuns: runs.length <= singleLineLimit ? runs : ordered.slice(0, singleLineLimit),
    missing: experiment.primary.flatMap(({ name }) => {
      const lacking = runs.filter((run) => !run.metrics.has(name)).length;
      return lacking === 0 || lacking === runs.length ? [] : [{ metric: name, lacking, total: runs.length }];
    }),
    groupKeys,
    groups: severalEach(groupRuns(runs.filter(isRankable), groupKeys, primary, settings), groupKeys),
    diagnostics: diagnosticsOfExperiment(experiment, store.experiments.keys(), store.diagnostics),
    lastFailure: lastFailure(runs),
    parents: parentsOf(store, experiment),
    children: [...store.experiments.values()].filter(({ id }) => id.startsWith(`${experiment.id}/`)),
  };
}

function bestRun(
  first: { run: Run; figure: MetricFigure } | undefined,
  metric: PrimaryMetric | undefined,
  experiment: Experiment,
  baseline: Run | undefined,
): BestRun | undefined {
  if (first === undefined || metric?.goal === undefined) return undefined;
  const isBaseline = baseline?.id === first.run.id;
  const against = isBaseline ? undefined : baseline;
  return {
    run: first.run,
    metric,
    figure: first.figure,
    rule: rankingRule(metric.name, metric.goal, experiment.metricSettings.get(metric.name)),
    differences: against === undefined ? [] : paramsAgainst(first.run, against),
    against,
    isBaseline,
  };
}

/** Ranked runs first, then those with a value that may not be ranked, then the rest by natural order. */
function rowOrder(
  runs: readonly Run[],
  ranked: readonly Run[],
  primary: PrimaryMetric | undefined,
  experiment: Experiment,
): Run[] {
  const unranked = rankRuns(runs, primary, experiment.metricSettings).map(({ run }) => run);
  return [...new Set([...ranked, ...unranked, ...runs])];
}

/** Groups say something only where they are named and one of them holds two runs. */
function severalEach(groups: SeedGroup[], groupKeys: readonly string[]): SeedGroup[] {
  return groupKeys.length > 0 && groups.some(({ runs }) => runs.length > 1) ? groups : [];
}

function lastFailure(runs: readonly Run[]): { run: Run; text: string } | undefined {
  if (runs.length === 0 || runs.some((run) => run.state !== 'failed')) return undefined;
  const last = [...runs].sort((a, b) => (b.lastRecordMs ?? 0) - (a.lastRecordMs ?? 0))[0];
  return last && { run: last, text: last.error ?? 'no reason was logged' };
}

function parentsOf(store: Store, experiment: Experiment): Experiment[] {
  const parts = experiment.id.split('/');
  return parts.slice(0, -1).flatMap((_, place) => store.experiments.get(parts.slice(0, place + 1).join('/')) ?? []);
}
