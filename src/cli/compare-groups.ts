import { formatNumber } from '../charts/format-number.ts';
import { encodeJson } from '../exporters/json.ts';
import { compareGroups, type GroupsComparison } from '../series/compare-groups.ts';
import { type Interval, type SampleFigures, silenceText } from '../series/describe-sample.ts';
import { maxSeedsNeeded } from '../series/effect-size.ts';
import { pText } from '../series/p-text.ts';
import { rankedWords } from '../site/views/metric-values.ts';
import { countOf } from '../site/views/number-text.ts';
import { groupName, groupRuns, groupValues, type SeedRuns } from '../site/views/questions/seed-runs.ts';
import { goalOf } from '../store/metric-goal.ts';
import type { RunEntry } from '../store/run-entry.ts';
import { seedOf } from '../store/seed-of.ts';
import { type Environment, UsageError } from './environment.ts';
import { signedNumber } from './terminal/delta-text.ts';
import { chooseMetrics, groupColumns } from './terminal/group-runs.ts';
import type { RunColumn } from './terminal/run-columns.ts';
import { openScreen, type Screen } from './terminal/screen.ts';
import type { TextCell } from './terminal/text-table.ts';
import { plainLine } from './terminal/text-width.ts';

export interface GroupOptions {
  group: string | undefined;
  metrics?: string;
  /** The values of the group that the others are held against: `adam` or `lr=0.1, width=64`. */
  baseline?: string;
  json?: boolean;
  quiet?: boolean;
  color?: boolean;
}

interface NamedGroup {
  name: string;
  group: SeedRuns;
}

/** Prints what groups of seeds tell of each metric: figures, tests of the differences, and what cannot be said. */
export function printGroups(environment: Environment, runs: readonly RunEntry[], options: GroupOptions): void {
  const columns = groupColumns(runs, options.group);
  const groups = groupRuns(runs, columns).map((group) => ({ group, name: groupName(group, columns) }));
  const baseline = options.baseline === undefined ? undefined : findGroup(groups, options.baseline);
  const results = chooseMetrics(runs, options.metrics).map((metric) => {
    const samples = groups.map(({ name, group }) => ({ name, values: groupValues(group, metric) }));
    return { metric, comparison: compareGroups(samples, baseline === undefined ? {} : { baseline }) };
  });
  if (options.json === true) {
    environment.stdout.write(`${encodeJson(toJson(groups, columns, results), { indent: 2 })}\n`);
    return;
  }
  const screen = openScreen(environment, options);
  for (const [i, { metric, comparison }] of results.entries()) {
    if (i > 0) screen.write('\n');
    screen.write(`${headline(metric, runs, screen)}\n`);
    printFigures(screen, groups, comparison.figures);
    printPairs(screen, groups, comparison);
  }
  const leftOut = groups.reduce((sum, { group }) => sum + group.leftOut.length, 0);
  if (leftOut > 0 && options.quiet !== true)
    environment.stderr.write(
      `${countOf(leftOut, 'run')} left out of the groups: failed, killed, crashed, running, diverged or archived.\n`,
    );
}

/**
 * Finds a group by its name, or by its values in the order of the keys.
 *
 * @throws UsageError where there is none, with those there are
 */
export function findGroup(groups: readonly NamedGroup[], asked: string): number {
  const wanted = asked.trim();
  const found = groups.findIndex(({ name, group }) => {
    const values = group.labels.map((label) => label ?? 'none');
    return name === wanted || values.join(', ') === wanted || values.join(',') === wanted;
  });
  if (found !== -1) return found;
  const names = groups.slice(0, 8).map(({ name }) => `"${plainLine(name)}"`);
  throw new UsageError(
    `--baseline: there is no group "${plainLine(asked)}". There is: ${names.join(', ')}${groups.length > 8 ? ' …' : ''}.`,
  );
}

function headline(metric: string, runs: readonly RunEntry[], { paint, glyphs }: Screen): string {
  const own = runs.find(({ run }) => run.metrics.has(metric));
  const goal = goalOf(own?.experiment, metric);
  const words = goal === undefined ? 'last value' : rankedWords(goal, own?.experiment.metricSettings.get(metric));
  const arrow = goal === undefined ? '' : ` ${goal === 'min' ? glyphs.down : glyphs.up}`;
  return `${paint('bold', plainLine(metric))}${arrow}, ${words} of each run`;
}

function printFigures(screen: Screen, groups: readonly NamedGroup[], figures: readonly SampleFigures[]): void {
  const { glyphs } = screen;
  const number = (value: number | undefined): TextCell =>
    value === undefined ? { text: glyphs.missing, style: 'dim' } : { text: formatNumber(value) };
  const isFew = ({ n }: SampleFigures): boolean => n < 3;
  screen.table([
    { head: 'group', cells: groups.map(({ name }) => name) },
    { head: 'n', align: 'right', isKept: true, cells: figures.map(({ n }) => String(n)) },
    {
      head: 'mean',
      align: 'number',
      isKept: true,
      cells: figures.map((own) => number(isFew(own) ? undefined : own.mean)),
    },
    { head: 'SD', align: 'number', cells: figures.map((own) => number(isFew(own) ? undefined : own.sd)) },
    { head: '95 % CI (t)', cells: figures.map(({ ci }) => intervalText(ci, screen)) },
    { head: 'median', align: 'number', cells: figures.map((own) => number(isFew(own) ? undefined : own.median)) },
    { head: '95 % CI (bootstrap)', cells: figures.map(({ bootstrap }) => intervalText(bootstrap, screen)) },
    { head: 'seeds', cells: groups.map(({ group }) => seedsText(group)) },
  ]);
  for (const [i, own] of figures.entries()) {
    const name = plainLine(groups[i]?.name ?? '');
    if (own.silence !== undefined) {
      const values = own.n === 1 || own.n === 2 ? ` (${own.values.map(formatNumber).join(', ')})` : '';
      screen.write(`${name}: ${silenceText(own.silence)}${values}.\n`);
    }
    if (own.leftOut > 0) screen.write(`${name}: ${countOf(own.leftOut, 'value')} left out, NaN or infinite.\n`);
  }
}

function intervalText(interval: Interval | undefined, { glyphs }: Screen): string {
  return interval === undefined ? glyphs.missing : `${formatNumber(interval.low)} to ${formatNumber(interval.high)}`;
}

/** The seeds of a group's runs. */
export function seedsText({ runs }: Pick<SeedRuns, 'runs'>): string {
  return runs.flatMap(({ run }) => seedOf(run) ?? []).join(', ');
}

function printPairs(screen: Screen, groups: readonly NamedGroup[], { pairs, anova }: GroupsComparison): void {
  const tested = pairs.filter(({ permutation }) => permutation !== undefined);
  const nameAt = (place: number): string => groups[place]?.name ?? '';
  if (tested.length > 0) {
    const none: TextCell = { text: screen.glyphs.missing, style: 'dim' };
    screen.write('\n');
    screen.table([
      { head: 'difference of', cells: tested.map(({ a, b }) => `${nameAt(a)} - ${nameAt(b)}`) },
      {
        head: 'means',
        align: 'number',
        isKept: true,
        cells: tested.map(({ difference }) => signedNumber(difference ?? Number.NaN)),
      },
      {
        head: tested.length > 1 ? 'p (Welch, Holm)' : 'p (Welch)',
        isKept: true,
        cells: tested.map(({ pHolm }) =>
          pHolm === undefined ? none : { text: pText(pHolm), style: pHolm < 0.05 ? ('bold' as const) : undefined },
        ),
      },
      { head: '95 % CI', cells: tested.map(({ welch }) => intervalText(welch?.ci, screen)) },
      {
        head: 'p (permutation)',
        cells: tested.map(({ permutation }) => (permutation === undefined ? none : pText(permutation.p))),
      },
      {
        head: "Hedges' g",
        cells: tested.map(({ effect }) =>
          effect === undefined
            ? none
            : `${signedNumber(Number(effect.g.toPrecision(3)))} (${effect.ci.low.toPrecision(3)} to ${effect.ci.high.toPrecision(3)})`,
        ),
      },
      {
        head: 'seeds needed',
        align: 'right',
        cells: tested.map(({ seedsNeeded }) => (seedsNeeded === undefined ? none : seedsNeededText(seedsNeeded))),
      },
    ]);
    for (const line of footnotes(tested, anova)) screen.write(`${screen.paint('dim', line)}\n`);
  }
  const untested = pairs.length - tested.length;
  if (untested > 0) screen.write(`${countOf(untested, 'pair')} not tested: a group has fewer than 3 seeds.\n`);
}

function footnotes(pairs: GroupsComparison['pairs'], anova: GroupsComparison['anova']): string[] {
  const lines: string[] = [];
  if (pairs.length > 1)
    lines.push(
      `p of Welch's test, corrected for ${countOf(pairs.filter(({ pHolm }) => pHolm !== undefined).length, 'test')} after Holm.`,
    );
  const limits = new Set(
    pairs.flatMap(({ permutation }) => (permutation === undefined ? [] : permutationText(permutation))),
  );
  lines.push(...limits);
  if (anova !== undefined)
    lines.push(
      `Welch's ANOVA over ${anova.groups} groups: F(${anova.degrees1}, ${anova.degrees2.toFixed(1)}) = ${formatNumber(anova.f)}, p = ${pText(anova.p)}.`,
    );
  if (pairs.some(({ silence }) => silence === 'no-spread'))
    lines.push('Where no value differs within two groups there is no spread for a t test.');
  lines.push(
    'Seeds needed: in each group, to see a difference of the g observed at alpha 0.05 with power 0.8; as unsure as g is.',
  );
  return lines;
}

function permutationText({
  isExact,
  arrangements,
  least,
}: NonNullable<GroupsComparison['pairs'][number]['permutation']>): string {
  const count = arrangements.toLocaleString('en');
  if (!isExact) return `Permutation test: ${count} arrangements drawn, seed 0.`;
  const bound = least >= 0.05 ? ': with so few seeds it cannot reach 0.05' : '';
  return `Permutation test: all ${count} arrangements, least p ${pText(least)}${bound}.`;
}

function seedsNeededText(seeds: number): string {
  return Number.isFinite(seeds) ? seeds.toLocaleString('en') : `over ${maxSeedsNeeded.toLocaleString('en')}`;
}

function toJson(
  groups: readonly NamedGroup[],
  columns: readonly RunColumn[],
  results: readonly { metric: string; comparison: GroupsComparison }[],
): Record<string, unknown> {
  return {
    by: columns.map(({ name }) => name),
    groups: groups.map(({ name, group }) => ({
      name,
      values: group.labels.map((label) => label ?? null),
      runs: group.runs.map(({ run }) => run.id),
      leftOut: group.leftOut.map(({ run }) => run.id),
    })),
    metrics: results.map(({ metric, comparison: { figures, anova, pairs } }) => ({
      metric,
      figures: figures.map(({ silence, ...own }) => ({ ...own, silence: silence ?? null })),
      anova: anova ?? null,
      pairs: pairs.map(({ a, b, ...own }) => ({ a: groups[a]?.name, b: groups[b]?.name, ...own })),
    })),
  };
}
