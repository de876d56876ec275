import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunState } from '../store/run.ts';
import { isGone } from './closed-pipe.ts';
import { type Environment, UsageError } from './environment.ts';
import { chooseRun } from './terminal/choose-run.ts';
import { describeLine } from './terminal/describe-line.ts';
import { FollowedLog } from './terminal/followed-log.ts';
import { openRunBook, type ReadingOptions } from './terminal/run-book.ts';
import { openScreen } from './terminal/screen.ts';
import { plainLine } from './terminal/text-width.ts';

export interface TailOptions extends ReadingOptions {
  /** Lines shown of what is there already. */
  lines: number;
  /** False to stop at the end of what is there. */
  follow?: boolean;
  /** How often the log is looked at. */
  intervalMs?: number;
}

/**
 * Prints the last lines of a run's log and what is added to it, until the run ends or the reader goes. A log that is removed is
 * waited for; one that was replaced is read from its start; one that a resumed run begins beside it is followed too.
 */
export async function tail(environment: Environment, name: string, options: TailOptions): Promise<number> {
  const { stderr, stdout } = environment;
  const say = (text: string): void => {
    if (options.quiet !== true) stderr.write(`${text}\n`);
  };
  const book = await openRunBook(environment, options);
  const { run, status } = chooseRun(book, name);
  const shared = run.files.find(({ firstLine }) => firstLine !== undefined);
  if (shared !== undefined)
    throw new UsageError(
      `${run.id} is one of the runs of ${plainLine(shared.path)}, and has no log of its own. See: runfolio show ${run.id}`,
    );
  const paths = run.files.map(({ path }) => path).filter((path) => path.endsWith('.jsonl'));
  if (paths.length === 0) throw new UsageError(`${run.id} has no .jsonl log to follow. See: runfolio show ${run.id}`);
  const last = paths.at(-1) as string;
  const screen = openScreen(environment, options);
  let hasEnded = false;
  const print = (line: string, isShown = true): void => {
    const { text, event } = describeLine(line, screen);
    if (event !== undefined) hasEnded = event === 'end';
    if (isShown && options.json === true) stdout.write(`${line}\n`);
    else if (isShown && text !== undefined) screen.write(`${text}\n`);
  };
  const logs = new Map<string, FollowedLog>();
  for (const path of paths) {
    const log = await FollowedLog.open(join(book.store.root, path));
    logs.set(path, log);
    const lines = await log.readLast(Math.max(1, options.lines));
    if (path === last) for (const [i, line] of lines.entries()) print(line, lines.length - i <= options.lines);
  }
  if (hasEnded || isOver(run.state) || options.follow === false) return 0;
  if (status === 'crashed')
    say('Nothing was written for long: the run may have crashed. Waiting for more; Ctrl-C stops.');
  const isFolder = /\/runs\/[^/]+\/[^/]+$/.test(last);
  while (!hasEnded && !isGone(stdout)) {
    await wait(options.intervalMs ?? 250);
    if (isFolder) await addNewLogs(book.store.root, dirname(last), logs);
    for (const log of logs.values()) {
      const { lines, event } = await log.readNew();
      if (event === 'gone') say('The log was removed. Waiting for it to come back; Ctrl-C stops.');
      if (event === 'replaced') say('The log was replaced; reading it from its start.');
      for (const line of lines) print(line);
    }
  }
  return 0;
}

function isOver(state: RunState): boolean {
  return state === 'finished' || state === 'failed' || state === 'killed';
}

async function addNewLogs(root: string, folder: string, logs: Map<string, FollowedLog>): Promise<void> {
  let names: string[] = [];
  try {
    names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return; // gone: each log says so itself
  }
  for (const name of names.sort()) {
    const path = `${folder}/${name}`;
    if (!logs.has(path)) logs.set(path, await FollowedLog.open(join(root, path)));
  }
}
