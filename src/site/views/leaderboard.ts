import type { Goal } from '../../format/experiment-settings.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import type { MetricFigure } from './metric-values.ts';
import { isRankable, rankRuns, runsOf } from './ranked-runs.ts';

/** The best run of one experiment by one metric. */
export interface LeaderboardEntry {
  /** From 1; equal values share a rank. */
  rank: number;
  experiment: Experiment;
  run: Run;
  figure: MetricFigure;
  /** Distance to the first, 0 or more. */
  gap: number;
  /** Runs of the experiment that have a rankable value. */
  candidates: number;
}

/** One metric over experiments. */
export interface Leaderboard {
  metric: string;
  goal: Goal;
  /** True where some experiment's goal was guessed from the metric's name. */
  guessed: boolean;
  entries: LeaderboardEntry[];
}

/**
 * Gives a leaderboard for each metric that is primary somewhere and has a goal, those of most experiments first.
 * Archived experiments are left out. Where experiments disagree on the goal, the majority's stands.
 */
export function leaderboards(store: Store): Leaderboard[] {
  const votes = new Map<string, { min: number; max: number; guessed: boolean }>();
  const experiments = [...store.experiments.values()].filter((experiment) => !experiment.archived);
  for (const { primary } of experiments) {
    for (const { name, goal, guessed } of primary) {
      if (goal === undefined) continue;
      const vote = votes.get(name) ?? { min: 0, max: 0, guessed: false };
      vote[goal] += 1;
      vote.guessed ||= guessed;
      votes.set(name, vote);
    }
  }
  return [...votes]
    .map(([metric, vote]) =>
      leaderboard(store, experiments, metric, vote.min >= vote.max ? 'min' : 'max', vote.guessed),
    )
    .filter((board) => board.entries.length > 0)
    .sort((a, b) => b.entries.length - a.entries.length || (a.metric < b.metric ? -1 : 1));
}

function leaderboard(
  store: Store,
  experiments: readonly Experiment[],
  metric: string,
  goal: Goal,
  guessed: boolean,
): Leaderboard {
  const sign = goal === 'min' ? 1 : -1;
  const bests = experiments.flatMap((experiment) => {
    const runs = runsOf(store, experiment).filter(isRankable);
    const ranked = rankRuns(runs, { name: metric, goal, guessed }, experiment.metricSettings);
    const first = ranked[0];
    return first === undefined ? [] : [{ experiment, ...first, candidates: ranked.length }];
  });
  bests.sort((a, b) => sign * (a.figure.value - b.figure.value));
  const top = bests[0]?.figure.value ?? 0;
  const entries: LeaderboardEntry[] = [];
  for (const [place, best] of bests.entries()) {
    const previous = entries.at(-1);
    const rank = previous !== undefined && previous.figure.value === best.figure.value ? previous.rank : place + 1;
    entries.push({ ...best, rank, gap: Math.abs(best.figure.value - top) });
  }
  return { metric, goal, guessed, entries };
}
