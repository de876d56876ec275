import { formatNumber, formatStep } from '../charts/format-number.ts';
import { encodeJson } from '../exporters/json.ts';
import { plainNumber } from '../exporters/run-object.ts';
import { describeSample } from '../series/describe-sample.ts';
import { rankingRule } from '../site/views/metric-values.ts';
import { countOf } from '../site/views/number-text.ts';
import { differingParams } from '../site/views/param-differences.ts';
import { groupName, groupRuns, groupValues } from '../site/views/questions/seed-runs.ts';
import { isRankable, type RankedRun, rankableRule, rankRuns } from '../site/views/ranked-runs.ts';
import type { Experiment, PrimaryMetric } from '../store/experiment.ts';
import { goalOf } from '../store/metric-goal.ts';
import { namesOf, type RunEntry } from '../store/run-entry.ts';
import { type Environment, UsageError } from './environment.ts';
import { chooseRuns } from './terminal/choose-run.ts';
import { groupColumns } from './terminal/group-runs.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { readName, textColumn } from './terminal/run-columns.ts';
import { openScreen, readCurves, type Screen } from './terminal/screen.ts';
import { type SelectOptions, selectRuns } from './terminal/select-runs.ts';
import type { TextColumn } from './terminal/text-table.ts';
import { plainLine } from './terminal/text-width.ts';

export interface BestOptions extends ReadingOptions, SelectOptions {
  metric?: string;
}

interface Ranking {
  experiment: Experiment;
  metric: PrimaryMetric;
  ranked: RankedRun[];
  runs: RunEntry[];
}

const shownOfOne = 5;

/** Ranks the runs of an experiment, or gives the best run of each of several. */
export async function best(environment: Environment, names: readonly string[], options: BestOptions): Promise<number> {
  const book = await openRunBook(environment, options);
  const { limit, ...selecting } = options;
  const { runs } = selectRuns(chooseRuns(book, names), book, selecting);
  const rankings = rank(runs, options.metric);
  if (rankings.length === 0)
    throw new UsageError(
      options.metric === undefined
        ? 'No experiment here has a run to rank and a metric with a goal. Declare one under "metrics" in experiment.yaml.'
        : `No run here has a value of "${plainLine(options.metric)}" to rank, or nothing says which way is better.`,
    );
  if (options.json === true)
    environment.stdout.write(
      `${encodeJson(
        rankings.map((own) => rankingObject(own, limit)),
        { indent: 2 },
      )}\n`,
    );
  else {
    const screen = openScreen(environment, options);
    const [only] = rankings;
    if (only !== undefined && rankings.length === 1) await printOne(screen, book, only, limit ?? shownOfOne);
    else printEach(screen, rankings.slice(0, limit));
  }
  tellProblems(environment, book, options);
  return 0;
}

function rank(runs: readonly RunEntry[], asked: string | undefined): Ranking[] {
  const metricAsked = asked === undefined ? undefined : readName(`metric:${asked}`, namesOf(runs), '--metric').name;
  const rankings: Ranking[] = [];
  for (const [experiment, own] of Map.groupBy(runs, (one) => one.experiment)) {
    const metric =
      metricAsked === undefined
        ? experiment.primary[0]
        : { name: metricAsked, goal: goalOf(experiment, metricAsked), guessed: false };
    const ranked = rankRuns(own.map(({ run }) => run).filter(isRankable), metric, experiment.metricSettings);
    if (metric !== undefined && ranked.length > 0) rankings.push({ experiment, metric, ranked, runs: own });
  }
  return rankings;
}

function ruleOf({ metric, experiment }: Ranking): string {
  return rankingRule(metric.name, metric.goal ?? 'min', experiment.metricSettings.get(metric.name));
}

function rankingObject(ranking: Ranking, limit: number | undefined): Record<string, unknown> {
  const { experiment, metric, ranked } = ranking;
  return {
    experiment: experiment.id,
    metric: metric.name,
    goal: metric.goal ?? null,
    rule: `${ruleOf(ranking)}; ${rankableRule}`,
    runs: ranked.slice(0, limit).map(({ run, figure }, i) => ({
      rank: rankOf(ranked, i),
      id: run.id,
      value: plainNumber(figure.value),
      step: figure.step ?? null,
    })),
  };
}

/** Equal values share a rank. */
function rankOf(ranked: readonly RankedRun[], place: number): number {
  return ranked.findIndex(({ figure }) => figure.value === ranked[place]?.figure.value) + 1;
}

async function printOne(screen: Screen, book: RunBook, ranking: Ranking, limit: number): Promise<void> {
  const { experiment, metric, ranked, runs } = ranking;
  const { glyphs, paint } = screen;
  const shown = ranked.slice(0, limit);
  const rows = shown.flatMap(({ run }) => runs.filter((own) => own.run === run));
  const first = shown[0]?.figure.value ?? 0;
  const curves = await readCurves(book, rows, () => metric.name, glyphs);
  const names = namesOf(runs);
  const params = differingParams(
    ranked.map(({ run }) => run),
    { first: experiment.settings.group_by ?? [] },
  );
  const columns: TextColumn[] = [
    {
      head: 'run',
      cells: rows.map(({ run }, i) => ({ text: run.id, style: i === 0 ? ('bold' as const) : undefined })),
    },
    { head: 'rank', align: 'right', cells: shown.map((_, i) => String(rankOf(ranked, i))) },
    { head: metric.name, align: 'number', isKept: true, cells: shown.map(({ figure }) => formatNumber(figure.value)) },
    {
      head: 'gap',
      align: 'number',
      cells: shown.map(({ figure }) => (figure.value === first ? '' : signed(figure.value - first))),
    },
    {
      head: 'at step',
      align: 'right',
      cells: shown.map(({ figure }) => (figure.step === undefined ? glyphs.missing : formatStep(figure.step))),
    },
    { head: 'curve', cells: rows.map(({ run }) => curves.get(run.id) ?? '') },
    ...params.slice(0, 6).map((key) => textColumn(readName(`param:${key}`, names, '--columns'), rows, { glyphs })),
  ];
  screen.write(`${paint('bold', plainLine(experiment.id))}: ${plainLine(ruleOf(ranking))}; ${rankableRule}\n`);
  screen.table(columns);
  const left = ranked.length - shown.length;
  if (left > 0) screen.write(`${paint('dim', `and ${countOf(left, 'run')} more`)}\n`);
  printBestGroup(screen, ranking);
}

/** One run may be lucky: says how the best group of seeds did. */
function printBestGroup({ glyphs, write }: Screen, { experiment, metric, runs }: Ranking): void {
  const declared = experiment.settings.group_by ?? [];
  if (declared.length === 0) return;
  const names = namesOf(runs);
  const keys = declared.filter((key) => names.params.has(key));
  if (keys.length === 0) return;
  const columns = groupColumns(runs, undefined);
  const groups = groupRuns(runs, columns)
    .map((group) => ({ group, figures: describeSample(groupValues(group, metric.name), { bootstrap: false }) }))
    .filter(({ figures }) => figures.ci !== undefined);
  const sign = metric.goal === 'max' ? -1 : 1;
  groups.sort((a, b) => sign * ((a.figures.mean ?? 0) - (b.figures.mean ?? 0)));
  const [top] = groups;
  if (top?.figures.ci === undefined || top.figures.mean === undefined) return;
  const half = (top.figures.ci.high - top.figures.ci.low) / 2;
  write(
    `Best group of 3 seeds or more: ${plainLine(groupName(top.group, columns))}: mean ${formatNumber(top.figures.mean)} ` +
      `${glyphs.plusMinus} ${formatNumber(half)} (95 % CI, n = ${top.figures.n})\n`,
  );
}

function printEach(screen: Screen, rankings: readonly Ranking[]): void {
  const { glyphs } = screen;
  screen.table([
    { head: 'experiment', cells: rankings.map(({ experiment }) => experiment.id) },
    {
      head: 'best run',
      cells: rankings.map(({ ranked }) => ({ text: ranked[0]?.run.run ?? '', style: 'bold' as const })),
      isKept: true,
    },
    {
      head: 'metric',
      cells: rankings.map(({ metric }) => `${metric.name} ${metric.goal === 'min' ? glyphs.down : glyphs.up}`),
    },
    {
      head: 'value',
      align: 'number',
      cells: rankings.map(({ ranked }) => formatNumber(ranked[0]?.figure.value ?? Number.NaN)),
    },
    { head: 'of', align: 'right', cells: rankings.map(({ ranked }) => countOf(ranked.length, 'run')) },
  ]);
  screen.write(`${screen.paint('dim', `By the primary metric of each experiment; ${rankableRule}.`)}\n`);
}

function signed(value: number): string {
  return value > 0 ? `+${formatNumber(value)}` : formatNumber(value);
}
