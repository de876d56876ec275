import { formatNumber, formatStep } from '../charts/format-number.ts';
import { encodeJson } from '../exporters/json.ts';
import { describeRun } from '../exporters/run-object.ts';
import { showValue } from '../payload/param-value.ts';
import { bestOf } from '../series/summary-value.ts';
import { environmentRows } from '../site/views/environment-rows.ts';
import { countOf, formatBytes } from '../site/views/number-text.ts';
import { formatDuration, formatUtc } from '../site/views/time-text.ts';
import { goalOf } from '../store/metric-goal.ts';
import type { Run } from '../store/run.ts';
import type { RunEntry } from '../store/run-entry.ts';
import type { Environment } from './environment.ts';
import { chooseRun } from './terminal/choose-run.ts';
import { openRunBook, type ReadingOptions, type RunBook, tellProblems } from './terminal/run-book.ts';
import { statusStyle } from './terminal/run-columns.ts';
import { openScreen, type Screen } from './terminal/screen.ts';
import { sparklineText } from './terminal/sparkline-text.ts';
import type { TextColumn } from './terminal/text-table.ts';
import { plainLine, textWidth } from './terminal/text-width.ts';

/** Prints all that is known of one run. */
export async function show(environment: Environment, name: string, options: ReadingOptions): Promise<number> {
  const book = await openRunBook(environment, options);
  const chosen = chooseRun(book, name);
  if (options.json === true) environment.stdout.write(`${encodeJson(runDetails(chosen, book), { indent: 2 })}\n`);
  else await printRun(openScreen(environment, options), book, chosen);
  tellProblems(environment, book, options);
  return 0;
}

function runDetails({ run, experiment }: RunEntry, { clock }: RunBook): Record<string, unknown> {
  return {
    ...describeRun(run, experiment, clock),
    command: run.command ?? null,
    git: run.git ?? null,
    host: run.host ?? null,
    user: run.user ?? null,
    env: run.env ?? null,
    exitCode: run.exitCode ?? null,
    error: run.error ?? null,
    notes: run.notes.map(({ text }) => text),
    alerts: run.alerts.map(({ level, title, text }) => ({ level: level ?? null, title, text: text ?? null })),
    artifacts: run.artifacts.map(({ name, kind, file, url, sizeBytes }) => ({
      name,
      kind,
      file: file ?? null,
      url: url ?? null,
      sizeBytes: sizeBytes ?? null,
    })),
    files: run.files.map(({ path, sizeBytes, lines }) => ({ path, sizeBytes, lines })),
  };
}

async function printRun(screen: Screen, book: RunBook, chosen: RunEntry): Promise<void> {
  const { run, status } = chosen;
  const { paint } = screen;
  screen.write(
    `${paint('bold', plainLine(run.id))}  ${paint(statusStyle(status), status)}${divergence(run, screen)}\n`,
  );
  if (run.name !== run.run) screen.write(`${plainLine(run.name)}\n`);
  if (run.error !== undefined) screen.write(`${paint('red', plainLine(run.error.split('\n').at(-1) ?? ''))}\n`);
  printPairs(screen, '', facts(chosen));
  printPairs(
    screen,
    'Params',
    [...run.params].map(([key, value]) => [key, run.paramTexts.get(key) ?? showValue(value)]),
  );
  await printMetrics(screen, book, chosen);
  for (const { text } of run.notes)
    screen.write(`\n${paint('dim', 'Note')}\n${text.split('\n').map(plainLine).join('\n')}\n`);
  printPairs(
    screen,
    'Alerts',
    run.alerts.map(({ level, title, text }) => [level ?? 'alert', text === undefined ? title : `${title}: ${text}`]),
  );
  printPairs(
    screen,
    'Artifacts',
    run.artifacts.map(({ name, file, url, missing }) => [name, `${file ?? url ?? ''}${missing ? ' (missing)' : ''}`]),
  );
  printPairs(
    screen,
    'Files',
    run.files.map(({ path, sizeBytes, lines }) => [
      path,
      `${formatBytes(sizeBytes)}, ${lines.toLocaleString('en')} lines`,
    ]),
  );
}

function divergence({ diverged }: Run, { paint }: Screen): string {
  return diverged === undefined
    ? ''
    : `  ${paint('red', `diverged: ${plainLine(diverged.metric)} at step ${formatStep(diverged.step)}`)}`;
}

function facts({ run }: RunEntry): [string, string][] {
  const rows: [string, string | undefined][] = [
    ['started', run.startedAtMs === undefined ? undefined : formatUtc(run.startedAtMs)],
    ['duration', run.durationMs === undefined ? undefined : formatDuration(run.durationMs)],
    ['tags', run.tags.length === 0 ? undefined : run.tags.join(', ')],
    ['seed', run.seed],
    ['group', run.group],
    ['parent', run.parent],
    ['resumed', run.resumes === 0 ? undefined : countOf(run.resumes, 'time')],
    ['exit code', run.exitCode === undefined ? undefined : String(run.exitCode)],
    ['archived', run.archived ? (run.archiveReason ?? 'yes') : undefined],
    ['command', run.command],
    ...environmentRows(run).map(({ name, text }): [string, string] => [name.toLowerCase(), text]),
  ];
  return rows.flatMap(([name, text]): [string, string][] => (text === undefined ? [] : [[name, text]]));
}

/** Prints names and values in two columns under a heading; nothing where there are none. Long values are not cut. */
function printPairs(screen: Screen, heading: string, pairs: readonly (readonly [string, string])[]): void {
  if (pairs.length === 0) return;
  if (heading !== '') screen.write(`\n${screen.paint('dim', heading)}\n`);
  const names = pairs.map(([name]) => plainLine(name));
  const width = Math.max(...names.map(textWidth));
  for (const [i, [, value]] of pairs.entries()) {
    const name = names[i] ?? '';
    screen.write(`${name}${' '.repeat(width - textWidth(name))}  ${plainLine(value)}\n`);
  }
}

async function printMetrics(screen: Screen, { store }: RunBook, { run, experiment }: RunEntry): Promise<void> {
  if (run.metrics.size === 0) return;
  const { glyphs } = screen;
  const { metrics: series } = await store.readSeries(run.id);
  const rows = [...run.metrics].map(([name, summary]) => {
    const goal = goalOf(experiment, name);
    return { name, summary, goal, best: bestOf(summary, goal) };
  });
  const number = (value: number | undefined): string => (value === undefined ? glyphs.missing : formatNumber(value));
  const columns: TextColumn[] = [
    {
      head: 'metric',
      cells: rows.map(({ name, goal }) =>
        goal === undefined ? name : `${name} ${goal === 'min' ? glyphs.down : glyphs.up}`,
      ),
    },
    { head: 'last', align: 'number', cells: rows.map(({ summary }) => number(summary.last)), isKept: true },
    {
      head: 'best',
      align: 'number',
      cells: rows.map(({ best }) => ({ text: number(best?.value), style: 'bold' as const })),
    },
    {
      head: 'at step',
      align: 'right',
      cells: rows.map(({ best }) => (best === undefined ? glyphs.missing : formatStep(best.step))),
    },
    { head: 'values', align: 'right', cells: rows.map(({ summary }) => summary.count.toLocaleString('en')) },
    {
      head: 'curve',
      cells: rows.map(({ name }) => sparklineText(series.get(name)?.values ?? [], glyphs)),
    },
    {
      head: 'not finite',
      align: 'right',
      cells: rows.map(({ summary }) => ({
        text: summary.nonFinite === 0 ? '' : String(summary.nonFinite),
        style: 'red' as const,
      })),
    },
  ];
  screen.write('\n');
  screen.table(rows.some(({ summary }) => summary.nonFinite > 0) ? columns : columns.slice(0, -1));
}
