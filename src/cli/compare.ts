import { formatNumber } from '../charts/format-number.ts';
import { encodeJson } from '../exporters/json.ts';
import { describeRun, plainNumber } from '../exporters/run-object.ts';
import type { Goal } from '../format/experiment-settings.ts';
import { encodeValue, showValue } from '../payload/param-value.ts';
import { countOf } from '../site/views/number-text.ts';
import { differingParams } from '../site/views/param-differences.ts';
import { isRankable, maybeBaseline } from '../site/views/ranked-runs.ts';
import { goalOf } from '../store/metric-goal.ts';
import { namesOf, type RunEntry, standingValue } from '../store/run-entry.ts';
import { printGroups } from './compare-groups.ts';
import { type Environment, UsageError } from './environment.ts';
import { chooseRun, chooseRuns } from './terminal/choose-run.ts';
import { deltaCell } from './terminal/delta-text.ts';
import { chooseMetrics } from './terminal/group-runs.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { readName, textColumn } from './terminal/run-columns.ts';
import { openScreen, type Screen } from './terminal/screen.ts';
import { type SelectOptions, selectRuns } from './terminal/select-runs.ts';
import type { TextColumn } from './terminal/text-table.ts';
import { plainLine } from './terminal/text-width.ts';

export interface CompareOptions extends ReadingOptions, SelectOptions {
  /** The run, or with `group` the group's values, that the others are held against. */
  baseline?: string;
  metrics?: string;
  /** Names that groups are formed by; true for those that the experiment declares. */
  group?: string | true;
}

/** Up to so many runs stand side by side, a column each; more stand below each other, a row each. */
const mostSideBySide = 4;

/** Puts runs side by side, or groups of seeds with what is significant about them. */
export async function compare(
  environment: Environment,
  names: readonly string[],
  options: CompareOptions,
): Promise<number> {
  if (names.length === 0 && options.where === undefined)
    throw new UsageError('Name the runs or experiments to compare, or choose them with --where.');
  const book = await openRunBook(environment, options);
  const { runs, total, archived } = selectRuns(inOrder(book, names), book, options);
  if (runs.length === 0) {
    environment.stderr.write('No run to compare.\n');
    if (options.json === true) environment.stdout.write('null\n');
  } else if (options.group !== undefined) {
    printGroups(environment, runs, { ...options, group: options.group === true ? undefined : options.group });
  } else {
    const baseline = findBaseline(book, runs, options.baseline);
    const comparison = compareRuns(runs, { baseline, metrics: options.metrics });
    if (options.json === true) environment.stdout.write(`${encodeJson(toJson(comparison, book), { indent: 2 })}\n`);
    else print(openScreen(environment, options), comparison);
  }
  if (options.quiet !== true && runs.length < total)
    environment.stderr.write(`${runs.length} of ${countOf(total, 'run')} compared (--limit).\n`);
  if (options.quiet !== true && archived > 0)
    environment.stderr.write(`${countOf(archived, 'archived run')} left out; --archived shows them.\n`);
  tellProblems(environment, book, options);
  return 0;
}

/** Runs that were named one by one keep the order in which they were named, and are shown archived or not. */
function inOrder(book: RunBook, names: readonly string[]): RunEntry[] {
  const chosen = chooseRuns(book, names);
  const place = (own: RunEntry): number => {
    const at = names.findIndex((name) => own.run.id === name || own.run.id.endsWith(`/${name}`));
    return at === -1 ? names.length : at;
  };
  return [...chosen].sort((a, b) => place(a) - place(b));
}

/** The run asked for, else the first that was named one of two or more of one experiment, by what the experiment declares. */
function findBaseline(book: RunBook, runs: readonly RunEntry[], asked: string | undefined): RunEntry | undefined {
  if (asked !== undefined) return chooseRun(book, asked);
  const experiments = new Set(runs.map(({ experiment }) => experiment));
  const [experiment] = experiments;
  const declared = experiment === undefined || experiments.size > 1 ? undefined : maybeBaseline(book.store, experiment);
  return runs.find(({ run }) => run === declared) ?? (runs.length > mostSideBySide ? undefined : runs[0]);
}

interface ComparedMetric {
  name: string;
  /** Undefined where nobody said, and where the experiments say unlike things. */
  goal: Goal | undefined;
  /** One for each run; undefined where it has none. */
  values: (number | undefined)[];
  /** Places of the best runs; empty without a goal, and where fewer than two have a value. */
  best: number[];
}

interface Comparison {
  runs: readonly RunEntry[];
  baseline: RunEntry | undefined;
  metrics: ComparedMetric[];
  /** Params that are not the same in all. */
  differing: string[];
  /** How many are. */
  agreeing: number;
}

function compareRuns(
  runs: readonly RunEntry[],
  { baseline, metrics: asked }: { baseline: RunEntry | undefined; metrics: string | undefined },
): Comparison {
  const known = namesOf(runs);
  const primary = runs.flatMap(({ experiment }) => experiment.primary.map(({ name }) => name));
  const names =
    asked === undefined
      ? [...new Set([...primary.filter((name) => known.metrics.has(name)), ...known.metrics])]
      : chooseMetrics(runs, asked);
  const differing = differingParams(runs.map(({ run }) => run));
  return {
    runs,
    baseline,
    metrics: names.map((name) => compareMetric(runs, name)),
    differing,
    agreeing: known.params.size - differing.length,
  };
}

function compareMetric(runs: readonly RunEntry[], name: string): ComparedMetric {
  const goals = new Set(
    runs.filter(({ run }) => run.metrics.has(name)).map(({ experiment }) => goalOf(experiment, name)),
  );
  const goal = goals.size === 1 ? [...goals][0] : undefined;
  const values = runs.map((own) => standingValue(own, name));
  // A run that failed half-way shows its value, but is not called best.
  const finite = values.filter(
    (value, i) => Number.isFinite(value) && isRankable((runs[i] as RunEntry).run),
  ) as number[];
  const top =
    goal === undefined || finite.length < 2 ? undefined : goal === 'min' ? Math.min(...finite) : Math.max(...finite);
  const best = values.flatMap((value, i) =>
    value !== undefined && value === top && isRankable((runs[i] as RunEntry).run) ? [i] : [],
  );
  return { name, goal, values, best: best.length === finite.length ? [] : best };
}

function print(screen: Screen, comparison: Comparison): void {
  if (comparison.runs.length <= mostSideBySide) printColumns(screen, comparison);
  else printRows(screen, comparison);
  const { differing, agreeing } = comparison;
  if (comparison.runs.length > 1) {
    const words =
      differing.length === 0
        ? 'No param differs'
        : `${countOf(differing.length, 'param')} ${differing.length === 1 ? 'differs' : 'differ'}`;
    screen.write(`${screen.paint('dim', `${words}; ${agreeing.toLocaleString('en')} the same in all.`)}\n`);
  }
}

function metricHead({ name, goal }: ComparedMetric, { glyphs }: Screen): string {
  return goal === undefined ? name : `${name} ${goal === 'min' ? glyphs.down : glyphs.up}`;
}

function printColumns(screen: Screen, { runs, baseline, metrics, differing }: Comparison): void {
  const { glyphs } = screen;
  const heads = shortNames(runs);
  const baseAt = baseline === undefined ? -1 : runs.indexOf(baseline);
  const baseValue = (metric: ComparedMetric): number | undefined =>
    baseline === undefined ? undefined : baseAt === -1 ? standingValue(baseline, metric.name) : metric.values[baseAt];
  const facts = (['status', 'started', 'duration', 'tags', 'commit'] as const).map((name) =>
    textColumn(readName(name, namesOf(runs), ''), runs, { glyphs }),
  );
  screen.table([
    { head: '', cells: facts.map(({ head }) => head) },
    ...runs.map(
      (_, i): TextColumn => ({ head: heads[i] ?? '', cells: facts.map(({ cells }) => cells[i] ?? ''), isKept: true }),
    ),
  ]);
  if (metrics.length > 0) {
    screen.write('\n');
    const columns: TextColumn[] = [{ head: 'metric', cells: metrics.map((metric) => metricHead(metric, screen)) }];
    for (const [i] of runs.entries()) {
      columns.push({
        head: heads[i] ?? '',
        align: 'number',
        isKept: true,
        cells: metrics.map(({ values, best }) => {
          const value = values[i];
          if (value === undefined) return { text: glyphs.missing, style: 'dim' };
          return {
            text: formatNumber(value),
            style: best.includes(i) ? 'bold' : Number.isFinite(value) ? undefined : 'red',
          };
        }),
      });
      if (baseline !== undefined && i !== baseAt)
        columns.push({
          head: `against ${plainLine(baseAt === -1 ? baseline.run.id : (heads[baseAt] ?? ''))}`,
          cells: metrics.map((metric) => deltaCell(metric.values[i], baseValue(metric), metric.goal)),
        });
    }
    columns.push({
      head: 'best',
      isKept: true,
      cells: metrics.map(({ best }) => best.map((i) => heads[i] ?? '').join(', ')),
    });
    screen.table(columns);
  }
  if (differing.length > 0) {
    screen.write('\n');
    screen.table([
      { head: 'param', cells: differing },
      ...runs.map(
        ({ run }, i): TextColumn => ({
          head: heads[i] ?? '',
          isKept: true,
          cells: differing.map((key) => {
            const value = run.params.get(key);
            return value === undefined
              ? { text: glyphs.missing, style: 'dim' }
              : (run.paramTexts.get(key) ?? showValue(value));
          }),
        }),
      ),
    ]);
  }
}

function printRows(screen: Screen, { runs, baseline, metrics, differing }: Comparison): void {
  const { glyphs } = screen;
  const names = namesOf(runs);
  const [first, ...others] = metrics;
  const valueColumn = ({ name, goal, values, best }: ComparedMetric): TextColumn => ({
    head: metricHead({ name, goal, values, best }, screen),
    align: 'number',
    cells: values.map((value, i) => {
      if (value === undefined) return { text: glyphs.missing, style: 'dim' };
      const isBest = best.includes(i);
      return { text: `${formatNumber(value)}${isBest ? ' best' : ''}`, style: isBest ? 'bold' : undefined };
    }),
  });
  const base = baseline === undefined || first === undefined ? undefined : standingValue(baseline, first.name);
  screen.table([
    {
      head: 'run',
      cells: runs.map((own) => ({ text: own.run.id, style: own === baseline ? ('bold' as const) : undefined })),
    },
    textColumn(readName('status', names, ''), runs, { glyphs }),
    ...(first === undefined ? [] : [{ ...valueColumn(first), isKept: true }]),
    ...(base === undefined || first === undefined
      ? []
      : [
          {
            head: `against ${baseline?.run.run}`,
            cells: first.values.map((value) => deltaCell(value, base, first.goal)),
          },
        ]),
    ...differing.map((key) =>
      textColumn(readName(`param:\`${key.replaceAll('`', '``')}\``, names, ''), runs, { glyphs }),
    ),
    ...others.map(valueColumn),
  ]);
}

/** The last part of each id where these tell the runs apart, else the whole ids. */
function shortNames(runs: readonly RunEntry[]): string[] {
  const short = runs.map(({ run }) => run.run);
  return new Set(short).size === runs.length ? short : runs.map(({ run }) => run.id);
}

function toJson({ runs, baseline, metrics, differing }: Comparison, { clock }: RunBook): Record<string, unknown> {
  return {
    runs: runs.map(({ run, experiment }) => describeRun(run, experiment, clock)),
    baseline: baseline?.run.id ?? null,
    metrics: metrics.map(({ name, goal, values, best }) => {
      const base = baseline === undefined ? undefined : standingValue(baseline, name);
      return {
        name,
        goal: goal ?? null,
        best: best.map((i) => runs[i]?.run.id),
        values: values.map((value, i) => ({
          run: runs[i]?.run.id,
          value: value === undefined ? null : plainNumber(value),
          delta: value === undefined || base === undefined ? null : plainNumber(value - base),
        })),
      };
    }),
    differingParams: differing.map((name) => ({
      name,
      values: runs.map(({ run }) => {
        const value = run.params.get(name);
        return value === undefined ? null : encodeValue(value);
      }),
    })),
  };
}
