import { chooseNotation } from '../../../exporters/paper-number.ts';
import { buildPaperTable, type PaperTable } from '../../../exporters/paper-table.ts';
import type { Goal } from '../../../format/experiment-settings.ts';
import { describeSample } from '../../../series/describe-sample.ts';
import type { RunEntry } from '../../../store/run-entry.ts';
import type { ViewPage } from '../../../store/view-page.ts';
import { countOf } from '../number-text.ts';
import { isRankable } from '../ranked-runs.ts';
import { type GroupKey, groupKeys, paperGroup, viewGroups } from './view-groups.ts';
import { metricValueOf, type ViewMetric, viewMetrics } from './view-metrics.ts';

/** A place of a leaderboard: one run, or a group of seeds. Its figures are those of the table's row. */
export interface RankedRow {
  /** From 1; equal values share a rank. */
  rank: number;
  runs: RunEntry[];
  /** What ranks: the value, or the mean of the group. */
  value: number;
  /** Distance to the first, 0 or more. */
  gap: number;
  /** When the latest of its runs ended, or last said something. */
  timeMs: number | undefined;
}

/** What a leaderboard says. */
export interface Ranking {
  metrics: ViewMetric[];
  /** Empty where runs are ranked singly. */
  keys: GroupKey[];
  /** Best first; a row of `paper` each. */
  rows: RankedRow[];
  paper: PaperTable;
  /** Rows past the limit. */
  cut: number;
  leftOut: number;
  /** Runs or groups that have no finite value. */
  unranked: number;
  /** Runs behind all rows, those past the limit too. */
  candidates: RunEntry[];
  remarks: string[];
}

/** Ranks the runs of a view, or its groups where it says `group_by`. Without a goal nothing can be ranked. */
export function ranking(view: ViewPage): Ranking {
  const { settings, runs } = view;
  const metrics = viewMetrics(view);
  const [first] = metrics;
  const keys = settings.group_by === undefined ? [] : groupKeys(settings.group_by, runs);
  if (first?.goal === undefined) return emptyRanking(metrics, keys);
  const goal = first.goal;
  return keys.length === 0
    ? rankSingly(runs, metrics, { first, goal, limit: settings.limit })
    : rankGroups(runs, metrics, { keys, first, goal, limit: settings.limit });
}

function emptyRanking(metrics: ViewMetric[], keys: GroupKey[]): Ranking {
  const remarks =
    metrics[0] === undefined
      ? []
      : [
          `Nobody says which way ${metrics[0].label} is better. Set goal: min or goal: max in the view, or declare it in experiment.yaml.`,
        ];
  const paper: PaperTable = { heads: [], metrics: [], rows: [], caption: [] };
  return { metrics, keys, rows: [], paper, cut: 0, leftOut: 0, unranked: 0, candidates: [], remarks };
}

interface RankOptions {
  first: ViewMetric;
  goal: Goal;
  limit: number | undefined;
}

function rankSingly(runs: readonly RunEntry[], metrics: ViewMetric[], { first, goal, limit }: RankOptions): Ranking {
  const rankable = runs.filter(({ run }) => isRankable(run));
  const valued = rankable.flatMap((run) => {
    const value = metricValueOf(run, first);
    return value === undefined || !Number.isFinite(value) ? [] : [{ runs: [run], value }];
  });
  const all = rankRows(valued, goal);
  const rows = all.slice(0, limit);
  const leftOut = runs.length - rankable.length;
  const cells = metrics.map((metric, column) => {
    const figures = rows.map((row) => {
      const value = row.runs[0] && metricValueOf(row.runs[0], metric);
      return describeSample(value === undefined ? [] : [value], { bootstrap: false });
    });
    const best = bestOf(
      figures.map(({ mean }) => mean),
      metric.goal,
    );
    return figures.map((own, row) => ({
      figures: own,
      half: undefined,
      isBest: column === 0 ? rows[row]?.rank === 1 && rows.length > 1 : best !== undefined && own.mean === best,
      isBaseline: false,
      difference: undefined,
      mark: undefined,
      p: undefined,
    }));
  });
  const paper: PaperTable = {
    isOfRuns: true,
    heads: ['Rank', 'Run'],
    metrics: metrics.map((metric, i) => ({ ...metric, notation: chooseNotation(cells[i] ?? []) })),
    rows: rows.map(({ rank, runs: [own] }, row) => ({
      labels: [String(rank), own?.run.id ?? ''],
      isBaseline: false,
      cells: cells.flatMap((column) => column[row] ?? []),
    })),
    caption: [
      `Ranked by the ${first.rule} of ${first.label} in each run, ${goal === 'min' ? 'lowest' : 'highest'} first`,
      ...(rows.length < all.length ? [`The first ${rows.length} of ${countOf(all.length, 'run')}`] : []),
      ...(rows.length > 1 ? ['Bold: the best of each column'] : []),
      ...(leftOut > 0 ? [`${countOf(leftOut, 'run')} left out: failed, killed, diverged or archived`] : []),
    ],
  };
  return {
    metrics,
    keys: [],
    rows,
    paper,
    leftOut,
    unranked: rankable.length - valued.length,
    ...shareShown(all, rows),
  };
}

function rankGroups(
  runs: readonly RunEntry[],
  metrics: ViewMetric[],
  { keys, first, goal, limit }: RankOptions & { keys: GroupKey[] },
): Ranking {
  const { groups, empty, leftOut } = viewGroups(runs, keys);
  const valued = groups.flatMap((group) => {
    const own = paperGroup(group, metrics);
    const { mean } = describeSample(own.values.get(first.name) ?? [], { bootstrap: false });
    return mean === undefined ? [] : [{ runs: group.runs, value: mean, group: own }];
  });
  const all = rankRows(valued, goal);
  const rows = all.slice(0, limit);
  const built = buildPaperTable(
    rows.map(({ rank, group }) => ({
      ...group,
      name: group.labels.join(', '),
      labels: [String(rank), ...group.labels],
    })),
    metrics,
    {
      heads: ['Rank', ...keys.map(({ head }) => head)],
      leftOut: empty.reduce((sum, group) => sum + group.leftOut.length, 0),
    },
  );
  const paper: PaperTable = {
    ...built,
    caption: [
      `Ranked by the mean of ${first.label}, ${goal === 'min' ? 'lowest' : 'highest'} first`,
      ...(rows.length < all.length ? [`The first ${rows.length} of ${countOf(all.length, 'group')}`] : []),
      ...built.caption,
    ],
  };
  return { metrics, keys, rows, paper, leftOut, unranked: groups.length - valued.length, ...shareShown(all, rows) };
}

function shareShown(
  all: readonly RankedRow[],
  rows: readonly RankedRow[],
): Pick<Ranking, 'cut' | 'candidates' | 'remarks'> {
  return { cut: all.length - rows.length, candidates: all.flatMap((row) => row.runs), remarks: [] };
}

/** Sorts by value, best first, and gives ranks; equal values keep their order and share a rank. */
function rankRows<Row extends { runs: RunEntry[]; value: number }>(
  rows: readonly Row[],
  goal: Goal,
): (Row & RankedRow)[] {
  const sorted = [...rows].sort((a, b) => (goal === 'min' ? a.value - b.value : b.value - a.value));
  const top = sorted[0]?.value ?? 0;
  let rank = 1;
  return sorted.map((row, place) => {
    if (place > 0 && row.value !== sorted[place - 1]?.value) rank = place + 1;
    return { ...row, rank, gap: Math.abs(row.value - top), timeMs: latestOf(row.runs) };
  });
}

function latestOf(runs: readonly RunEntry[]): number | undefined {
  const times = runs.flatMap(({ run }) => run.endedAtMs ?? run.lastRecordMs ?? []);
  return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b));
}

function bestOf(values: readonly (number | undefined)[], goal: Goal | undefined): number | undefined {
  const present = values.filter((value) => value !== undefined);
  if (goal === undefined || present.length < 2) return undefined;
  return present.reduce((a, b) => (goal === 'min' ? Math.min(a, b) : Math.max(a, b)));
}
