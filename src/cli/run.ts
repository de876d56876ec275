import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { ProgressLog } from '../logger/progress-log.ts';
import { byteOutput } from './byte-output.ts';
import { CommandUsage } from './command-usage.ts';
import { type Environment, type Output, UsageError } from './environment.ts';
import { findProgramFault, findScript } from './find-program.ts';
import { forwardSignals } from './forward-signals.ts';
import { OutputRecorder } from './output-recorder.ts';
import {
  capturesBut,
  checkExperiment,
  checkIdPart,
  checkTexts,
  findLogs,
  loggerHost,
  openRun,
  readParams,
} from './run-target.ts';
import { readTeePatterns } from './tee-patterns.ts';

export interface RunCommandOptions {
  name?: string;
  id?: string;
  resume?: boolean;
  group?: string;
  param?: string[];
  tag?: string[];
  note?: string;
  /** False with `--no-metrics`. */
  metrics: boolean;
  /** False with `--no-output`. */
  output: boolean;
  root?: string;
  quiet?: boolean;
}

/** How long the pipes of a command that has ended may be held open by others that it started. */
const pipeGraceMs = 2_000;

/** Runs a command and records it as a run. Gives the command's exit code; 128 and the signal's number where one ended it. */
export async function run(
  environment: Environment,
  experimentName: string,
  words: readonly string[],
  options: RunCommandOptions,
): Promise<number> {
  const experiment = checkExperiment(experimentName);
  const id = options.id === undefined ? undefined : checkIdPart(options.id);
  if (options.resume === true && id === undefined)
    throw new UsageError('--resume needs the run to go on with: --id RUN.');
  const params = readParams(options.param);
  const [program = '', ...args] = words;
  const fault = findProgramFault(program, environment);
  if (fault !== undefined) {
    environment.stderr.write(`runfolio: ${terminalText(fault.message)}\n`);
    return fault.code;
  }

  const host = loggerHost(environment);
  const logs = findLogs(options, host);
  const warn = (text: string): void => host.speaker.warn(text, text);
  const patterns = options.metrics ? readTeePatterns(logs, experiment, warn) : [];
  const { name, group, note } = options;
  const tags = checkTexts('--tag', options.tag ?? []);
  const signals = forwardSignals({ isTerminal: process.stdin.isTTY === true });
  const own = openRun(
    {
      experiment,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      ...(group === undefined ? {} : { group }),
      ...(note === undefined ? {} : { notes: note }),
      params,
      tags,
      dir: logs,
      resume: options.resume === true,
      command: words,
      script: findScript(words, environment.cwd) ?? false,
      signals: false,
      capture: capturesBut(host),
      readsItself: false,
    },
    host,
  );
  if (options.quiet !== true && !own.disabled) host.speaker.tellOnce(`recording ${experiment}/${own.id}`);

  const recorder = new OutputRecorder(own, {
    progress: options.metrics ? new ProgressLog(own, { patterns }) : undefined,
    keepsOutput: options.output && !own.disabled,
    warn,
  });
  const child = spawn(program, args, {
    stdio: ['inherit', 'pipe', 'pipe'],
    cwd: environment.cwd,
    env: childEnvironment(environment, { experiment, id: own.id, logs, isRecorded: !own.disabled }),
  });
  signals.attach(child);
  const usage = new CommandUsage(own, child.pid);
  const copies = Promise.all([
    copy(child.stdout, environment.stdout, (bytes) => recorder.take('stdout', bytes)),
    copy(child.stderr, environment.stderr, (bytes) => recorder.take('stderr', bytes)),
  ]);
  const ending = await waitFor(child, copies, warn);
  signals.close();
  usage.finish();
  recorder.finish();

  const { code, signal, error } = ending;
  const number = signal === null ? undefined : constants.signals[signal];
  const exitCode = number === undefined ? (code ?? 126) : 128 + number;
  const wasAsked = signals.forwarded !== undefined && exitCode !== 0;
  const reasons = [
    signal === null ? undefined : `The command was ended by ${signal}.`,
    error?.message,
    recorder.lastErrors(),
  ];
  own.finish({
    exitCode,
    status: exitCode === 0 ? 'finished' : number !== undefined || wasAsked ? 'killed' : 'failed',
    error:
      exitCode === 0
        ? undefined
        : reasons.filter(Boolean).join('\n').replaceAll(`${environment.cwd}/`, '') || undefined,
  });
  return exitCode;
}

/**
 * The child's environment. RUNFOLIO_RUN names the run, for `runfolio log "$RUNFOLIO_RUN" …` in a script and as the parent of
 * runs that the child logs itself; the id and the wish to resume were meant for our run, not for those.
 */
function childEnvironment(
  { env, stdout }: Environment,
  { experiment, id, logs, isRecorded }: { experiment: string; id: string; logs: string; isRecorded: boolean },
): Record<string, string | undefined> {
  const { RUNFOLIO_RUN_ID: _id, RUNFOLIO_RESUME: _resume, ...rest } = env;
  const isTerminal = stdout.isTTY === true;
  const hasColours = isTerminal && (env.NO_COLOR ?? '') === '';
  const columns = isTerminal && 'columns' in stdout && Number(stdout.columns) > 0 ? String(stdout.columns) : undefined;
  return {
    // A pipe in place of a terminal: programs would keep their output back, and leave out colours.
    PYTHONUNBUFFERED: '1',
    ...(hasColours ? { FORCE_COLOR: '1', CLICOLOR_FORCE: '1' } : {}),
    ...(columns === undefined ? {} : { COLUMNS: columns }),
    ...rest,
    ...(isRecorded ? { RUNFOLIO_RUN: `${experiment}/${id}` } : {}),
    RUNFOLIO_EXPERIMENT: experiment,
    RUNFOLIO_DIR: logs,
  };
}

async function copy(stream: Readable, target: Output, take: (bytes: Uint8Array) => void): Promise<void> {
  const output = byteOutput(target);
  try {
    for await (const bytes of stream) {
      take(bytes as Uint8Array); // First: what is shown should be logged, whatever comes next.
      await output.write(bytes as Uint8Array);
    }
  } catch {
    // The pipe was closed under us: the command has ended.
  } finally {
    output.close();
  }
}

interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}

/** Waits for the command to end and for its output, which others that it has started may still write. */
async function waitFor(child: ChildProcess, copies: Promise<unknown>, warn: (text: string) => void): Promise<Ending> {
  const ending = await new Promise<Ending>((settle) => {
    child.once('exit', (code, signal) => settle({ code, signal }));
    child.once('error', (error) => settle({ code: null, signal: null, error }));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((settle) => {
    timer = setTimeout(() => settle('late'), pipeGraceMs);
  });
  const outcome = await Promise.race([copies, late]);
  clearTimeout(timer);
  if (outcome === 'late') {
    warn(
      'the command has ended, but something that it started still holds its output open; what that writes is not recorded.',
    );
    child.stdout?.destroy();
    child.stderr?.destroy();
    await copies;
  }
  return ending;
}
