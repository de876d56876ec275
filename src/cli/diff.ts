import { formatNumber } from '../charts/format-number.ts';
import { encodeJson } from '../exporters/json.ts';
import { describeRun, plainNumber } from '../exporters/run-object.ts';
import { readCommitStat } from '../git/commit-stat.ts';
import { showValue } from '../payload/param-value.ts';
import { environmentDifferences } from '../site/views/environment-rows.ts';
import { paramsAgainst } from '../site/views/param-differences.ts';
import { formatDuration, formatUtc, isoTime } from '../site/views/time-text.ts';
import { goalOf } from '../store/metric-goal.ts';
import type { Run } from '../store/run.ts';
import { type RunEntry, standingValue } from '../store/run-entry.ts';
import type { Environment } from './environment.ts';
import { chooseRun } from './terminal/choose-run.ts';
import { deltaCell, percentText } from './terminal/delta-text.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { statusStyle } from './terminal/run-columns.ts';
import { openScreen, type Screen } from './terminal/screen.ts';
import { plainLine } from './terminal/text-width.ts';

export interface DiffOptions extends ReadingOptions {
  /** Params and metrics that agree too. */
  all?: boolean;
}

interface Difference {
  name: string;
  a: string | undefined;
  b: string | undefined;
}

/** Says in what two runs differ: the second held against the first. */
export async function diff(environment: Environment, names: [string, string], options: DiffOptions): Promise<number> {
  const book = await openRunBook(environment, options);
  const [a, b] = [chooseRun(book, names[0]), chooseRun(book, names[1])];
  const commits = { a: a.run.git?.commit, b: b.run.git?.commit };
  const stat = await readCommitStat(book.store.root, commits.a, commits.b, { width: environment.stdout.columns });
  if (options.json === true)
    environment.stdout.write(`${encodeJson(toJson(a, b, { stat, clock: book.clock }), { indent: 2 })}\n`);
  else print(openScreen(environment, options), a, b, { stat, isAll: options.all === true });
  tellProblems(environment, book, options);
  return 0;
}

function print(
  screen: Screen,
  a: RunEntry,
  b: RunEntry,
  { stat, isAll }: { stat: string | undefined; isAll: boolean },
): void {
  const { paint } = screen;
  const title = (letter: string, { run, status }: RunEntry): string =>
    `${paint('dim', letter)}  ${paint('bold', plainLine(run.id))}  ${paint(statusStyle(status), status)}\n`;
  screen.write(title('a', a) + title('b', b));
  printMetrics(screen, a, b, isAll);
  const params = paramDifferences(a.run, b.run);
  printDifferences(screen, 'Params', params);
  printDifferences(screen, 'Run', factDifferences(a, b));
  printDifferences(
    screen,
    'Environment',
    environmentDifferences(a.run, b.run).map(({ name, text, other }) => ({ name, a: text, b: other })),
  );
  printDifferences(screen, 'Command', commandDifference(a.run, b.run));
  if (stat !== undefined) {
    const lines = stat === '' ? ['No file differs between the two commits.'] : stat.split('\n').map(plainLine);
    screen.write(
      `\n${paint('dim', `git diff --stat ${shortCommit(a.run)} ${shortCommit(b.run)}`)}\n${lines.join('\n')}\n`,
    );
  }
  if (params.length === 0) screen.write(`\n${paint('dim', 'No param differs.')}\n`);
}

function shortCommit({ git }: Run): string {
  return (git?.commit ?? '').slice(0, 8);
}

function printMetrics(screen: Screen, a: RunEntry, b: RunEntry, isAll: boolean): void {
  const { glyphs } = screen;
  const names = [...new Set([...a.run.metrics.keys(), ...b.run.metrics.keys()])];
  const rows = names.map((name) => ({
    name,
    goal: sharedGoal(a, b, name),
    a: standingValue(a, name),
    b: standingValue(b, name),
  }));
  const shown = isAll ? rows : rows.filter((row) => !Object.is(row.a, row.b));
  if (shown.length > 0) {
    const number = (value: number | undefined): string => (value === undefined ? glyphs.missing : formatNumber(value));
    screen.write('\n');
    screen.table([
      {
        head: 'metric',
        cells: shown.map(({ name, goal }) =>
          goal === undefined ? name : `${name} ${goal === 'min' ? glyphs.down : glyphs.up}`,
        ),
      },
      { head: 'a', align: 'number', isKept: true, cells: shown.map((row) => number(row.a)) },
      { head: 'b', align: 'number', isKept: true, cells: shown.map((row) => number(row.b)) },
      { head: 'b - a', isKept: true, cells: shown.map((row) => deltaCell(row.b, row.a, row.goal)) },
      { head: '', align: 'right', cells: shown.map((row) => percentText(row.b, row.a)) },
    ]);
  }
  const same = rows.length - shown.length;
  if (same > 0)
    screen.write(
      `${screen.paint('dim', `${same.toLocaleString('en')} ${same === 1 ? 'metric is' : 'metrics are'} the same.`)}\n`,
    );
}

function sharedGoal(a: RunEntry, b: RunEntry, name: string): 'min' | 'max' | undefined {
  const own = goalOf(a.experiment, name);
  return own === goalOf(b.experiment, name) ? own : undefined;
}

function printDifferences(screen: Screen, heading: string, differences: readonly Difference[]): void {
  if (differences.length === 0) return;
  const { glyphs } = screen;
  const cell = (text: string | undefined) =>
    text === undefined ? { text: glyphs.missing, style: 'dim' as const } : text;
  screen.write('\n');
  screen.table([
    { head: heading, cells: differences.map(({ name }) => name) },
    { head: 'a', isKept: true, cells: differences.map((own) => cell(own.a)) },
    { head: 'b', isKept: true, cells: differences.map((own) => cell(own.b)) },
  ]);
}

function paramDifferences(a: Run, b: Run): Difference[] {
  return paramsAgainst(a, b).map(({ key, value, other }) => ({
    name: key,
    a: value === undefined ? undefined : (a.paramTexts.get(key) ?? showValue(value)),
    b: other === undefined ? undefined : (b.paramTexts.get(key) ?? showValue(other)),
  }));
}

function factDifferences(a: RunEntry, b: RunEntry): Difference[] {
  const facts = ({ run, status, experiment }: RunEntry): [string, string | undefined][] => [
    ['status', status],
    ['diverged', run.diverged === undefined ? undefined : `${run.diverged.metric} at step ${run.diverged.step}`],
    ['experiment', experiment.id],
    ['started', run.startedAtMs === undefined ? undefined : formatUtc(run.startedAtMs)],
    ['duration', run.durationMs === undefined ? undefined : formatDuration(run.durationMs)],
    ['tags', run.tags.length === 0 ? undefined : run.tags.join(', ')],
    ['seed', run.seed],
    ['group', run.group],
    ['uncommitted changes', run.git?.dirty === true ? 'yes' : run.git?.dirty === false ? 'no' : undefined],
    ['error', run.error?.split('\n').at(-1)],
  ];
  const others = new Map(facts(b));
  return facts(a).flatMap(([name, text]) =>
    text === others.get(name) ? [] : [{ name, a: text, b: others.get(name) }],
  );
}

function commandDifference(a: Run, b: Run): Difference[] {
  return a.command === b.command ? [] : [{ name: 'command', a: a.command, b: b.command }];
}

function toJson(
  a: RunEntry,
  b: RunEntry,
  { stat, clock }: { stat: string | undefined; clock: RunBook['clock'] },
): Record<string, unknown> {
  const names = [...new Set([...a.run.metrics.keys(), ...b.run.metrics.keys()])];
  const maybe = (value: number | undefined) => (value === undefined ? null : plainNumber(value));
  const time = (value: number | undefined) => (value === undefined ? null : isoTime(value));
  const [ofA, ofB] = [a, b].map(({ run, experiment }) => describeRun(run, experiment, clock).params);
  const facts = ({ run, status }: RunEntry) => ({
    id: run.id,
    status,
    startedAt: time(run.startedAtMs),
    durationMs: run.durationMs ?? null,
    tags: run.tags,
    commit: run.git?.commit ?? null,
    command: run.command ?? null,
  });
  return {
    a: facts(a),
    b: facts(b),
    metrics: names.map((name) => {
      const [first, second] = [standingValue(a, name), standingValue(b, name)];
      const delta = first === undefined || second === undefined ? null : plainNumber(second - first);
      return { name, goal: sharedGoal(a, b, name) ?? null, a: maybe(first), b: maybe(second), delta };
    }),
    params: paramsAgainst(a.run, b.run).map(({ key, value, other }) => ({
      name: key,
      a: ofA?.get(key) ?? null,
      b: ofB?.get(key) ?? null,
      in: value === undefined ? 'b' : other === undefined ? 'a' : 'both',
    })),
    environment: environmentDifferences(a.run, b.run).map(({ name, text, other }) => ({
      name,
      a: text ?? null,
      b: other ?? null,
    })),
    gitStat: stat ?? null,
  };
}
