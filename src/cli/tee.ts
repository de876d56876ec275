import { constants } from 'node:os';
import { init, type Run } from '../logger/index.ts';
import { type OutputLine, OutputLines } from '../logger/output-lines.ts';
import { ProgressLog } from '../logger/progress-log.ts';
import { stripControls } from '../logger/strip-controls.ts';
import { byteOutput } from './byte-output.ts';
import type { Environment } from './environment.ts';
import { capturesBut, checkTexts, findLogs, loggerHost, readParams, readRunName } from './run-target.ts';
import { readTeePatterns } from './tee-patterns.ts';

export interface TeeCommandOptions {
  param?: string[];
  tag?: string[];
  /** False with `--no-finish`. */
  finish: boolean;
  keepOutput?: boolean;
  onlyPatterns?: boolean;
  root?: string;
  quiet?: boolean;
}

/** How much text `--keep-output` keeps as log records. */
const maxKeptLines = 5_000;
const maxKeptBytes = 1_000_000;

/**
 * Passes stdin on to stdout byte for byte, and logs the metrics that its lines tell. Whatever fails in logging, the bytes pass.
 * Where the reader of stdout goes away, stdin is still read to its end, so that the program which writes it is not killed.
 */
export async function tee(environment: Environment, target: string, options: TeeCommandOptions): Promise<number> {
  const { experiment, id } = readRunName(target);
  const params = readParams(options.param);
  const tags = checkTexts('--tag', options.tag ?? []);
  const host = loggerHost(environment);
  const logs = findLogs(options, host);
  const warn = (text: string): void => host.speaker.warn(text, text);
  const signals = listen();
  const guard = <T>(body: () => T): T | undefined => {
    try {
      return body();
    } catch (error) {
      warn(`could not log from the output: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  };
  const recording = guard(() => {
    const patterns = readTeePatterns(logs, experiment, warn);
    const run = init(
      {
        experiment,
        id,
        params,
        tags,
        dir: logs,
        resume: true,
        signals: false,
        capture: capturesBut(host, 'command', 'exit'),
        script: false,
        readsItself: false,
      },
      host,
    );
    if (options.quiet !== true && !run.disabled) host.speaker.tellOnce(`logging to ${experiment}/${run.id}`);
    const progress = new ProgressLog(run, { patterns, wellKnown: options.onlyPatterns !== true });
    return { run, progress, keeper: options.keepOutput === true ? new LineKeeper(run) : undefined };
  });

  const lines = new OutputLines();
  const take = (found: readonly OutputLine[]): void => {
    for (const line of found) {
      const isProgress = recording?.progress.read(line);
      if (isProgress === false && line.isFinal) recording?.keeper?.keep(line.text);
    }
  };
  const output = byteOutput(environment.stdout);
  const finish = (): void => {
    guard(() => take(lines.end()));
    guard(() => recording?.progress.end());
    guard(() => recording?.keeper?.end());
    const signal = signals.received;
    if (signal !== undefined) recording?.run.finish({ status: 'killed' });
    else if (options.finish) recording?.run.finish({ status: 'finished' });
    else recording?.run.detach();
  };
  try {
    const stdin = (environment.stdin ?? process.stdin)[Symbol.asyncIterator]();
    for (;;) {
      const next = await signals.unlessStopped(stdin.next());
      if (next === undefined || next.done === true) break;
      guard(() => take(lines.push(next.value))); // First: what is shown should be logged, whatever comes next.
      await output.write(next.value);
    }
  } finally {
    finish();
    output.close();
    signals.close();
    if (environment.stdin === undefined) process.stdin.destroy();
  }
  return signals.received === undefined ? 0 : 128 + constants.signals[signals.received];
}

type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/**
 * Ctrl-C reaches every program of a pipeline: the first is noted, and the rest of the other program's output still passes. A
 * second one, SIGTERM and SIGHUP stop the copying.
 */
function listen(): {
  readonly received: Signal | undefined;
  /** Waits for a promise, and gives undefined at once where the copying is to stop. */
  unlessStopped: <T>(promise: Promise<T>) => Promise<T | undefined>;
  close: () => void;
} {
  let received: Signal | undefined;
  let isStopped = false;
  let stop: () => void = () => undefined;
  const onSignal = (name: NodeJS.Signals): void => {
    isStopped ||= name !== 'SIGINT' || received !== undefined;
    received ??= name as Signal;
    if (isStopped) stop();
  };
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    get received() {
      return received;
    },
    unlessStopped: <T>(promise: Promise<T>) =>
      new Promise<T | undefined>((resolve, reject) => {
        stop = () => resolve(undefined);
        if (isStopped) stop();
        promise.then(resolve, reject);
      }),
    close: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
}

/** Keeps lines of text as log records, up to a bound. */
class LineKeeper {
  private readonly run: Run;
  private lines = 0;
  private bytes = 0;
  private leftOut = 0;

  constructor(run: Run) {
    this.run = run;
  }

  keep(text: string): void {
    const shown = stripControls(text).trimEnd();
    if (shown === '') return;
    this.bytes += Buffer.byteLength(shown);
    if (this.lines >= maxKeptLines || this.bytes > maxKeptBytes) {
      this.leftOut += 1;
      return;
    }
    this.lines += 1;
    this.run.message(shown);
  }

  end(): void {
    if (this.leftOut > 0) this.run.message(`${this.leftOut} more lines of output were not kept.`, 'warning');
  }
}
