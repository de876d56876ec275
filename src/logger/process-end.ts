import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';

/** How a run is ended. All of it may be left out. */
export interface FinishOptions {
  /** The process's exit code, where it is known. */
  exitCode?: number;
  /** By default `killed` after SIGTERM or SIGINT, `failed` with an error or an exit code other than 0, else `finished`. */
  status?: 'finished' | 'failed' | 'killed';
  error?: unknown;
  /** Final values, which win in the summary. */
  metrics?: unknown;
}

/** What the end of the process asks of a run that is open. */
export interface EndingRun {
  finish(options: FinishOptions, drainMs?: number): void;
  /** A signal came, and a handler that was there before decides what follows. */
  noteSignal(number: number): void;
  /** Lets nothing be written after the end any more: the process is going. */
  forbidMore(): void;
}

const watched = ['SIGTERM', 'SIGINT'] as const;
type Watched = (typeof watched)[number];

/** How long the event loop may stand still before signals are left to the system again. */
const blockedMs = 1000;

const openRuns = new Set<EndingRun>();
const handled = new Set<Watched>();
/** Runs that left a `using` block in this turn of the event loop: an error that left the block with them is still to come. */
const justDisposed = new Set<EndingRun>();
let isWatchingErrors = false;
let isWatchingExit = false;
let turnAskedAtMs: number | undefined;
let notedError: unknown;

/** Watches the process from now on, to write the run's end when it ends: its exit, and with `signals` what kills it. */
export function watchProcess(run: EndingRun, signals: boolean): void {
  openRuns.add(run);
  if (!isWatchingExit) {
    process.on('exit', onExit);
    isWatchingExit = true;
  }
  if (!signals) return;
  if (!isWatchingErrors) {
    process.on('uncaughtExceptionMonitor', onError);
    isWatchingErrors = true;
  }
  takeSignals();
}

/** Forgets a run that has ended. With the last one the process's handlers are as before. */
export function unwatchProcess(run: EndingRun): void {
  openRuns.delete(run);
  if (openRuns.size > 0) return;
  leaveSignals();
  process.off('exit', onExit);
  isWatchingExit = false;
  if (justDisposed.size === 0) unwatchErrors();
}

/** Keeps a run in mind for this turn, in case the error that ended its block is nowhere caught. */
export function watchDisposed(run: EndingRun): void {
  if (!isWatchingErrors) return;
  justDisposed.add(run);
  setImmediate(() => {
    justDisposed.delete(run);
    if (justDisposed.size === 0 && openRuns.size === 0) unwatchErrors();
  });
}

function unwatchErrors(): void {
  process.off('uncaughtExceptionMonitor', onError);
  isWatchingErrors = false;
}

function takeSignals(): void {
  if (!isMainThread) return; // Signals are the main thread's affair.
  for (const name of watched) {
    if (handled.has(name)) continue;
    process.prependListener(name, onSignal); // Before a handler that exits.
    handled.add(name);
  }
}

function leaveSignals(): void {
  for (const name of handled) process.off(name, onSignal);
  handled.clear();
}

/**
 * Called now and then while records are written. Node hands signals out between turns of the event loop, so a program that
 * computes without a pause could not be stopped at all while we listen: after a second without a turn the system has them
 * back, and Ctrl-C kills as it would without us.
 */
export function yieldSignals(nowMs: number): void {
  if (handled.size === 0 && turnAskedAtMs === undefined) return;
  if (turnAskedAtMs === undefined) {
    turnAskedAtMs = nowMs;
    setImmediate(() => {
      turnAskedAtMs = undefined;
      if (openRuns.size > 0 && isWatchingErrors) takeSignals();
    }).unref();
  } else if (nowMs - turnAskedAtMs > blockedMs) {
    leaveSignals();
  }
}

function onSignal(name: NodeJS.Signals): void {
  const number = constants.signals[name];
  const runs = [...openRuns];
  const others = process.listeners(name).filter((listener) => listener !== onSignal);
  if (others.length > 0) {
    for (const run of runs) run.noteSignal(number);
    return;
  }
  leaveSignals(); // A second signal exits at once.
  for (const run of runs) {
    run.forbidMore();
    run.finish({ exitCode: 128 + number, status: 'killed' }, 3000);
  }
  process.kill(process.pid, name);
}

function onError(error: unknown): void {
  if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) {
    notedError = error; // Someone decides whether the process goes on.
    return;
  }
  for (const run of [...openRuns, ...justDisposed]) run.finish({ exitCode: 1, status: 'failed', error });
}

function onExit(code: number): void {
  for (const run of openRuns) run.finish({ exitCode: code, error: code === 0 ? undefined : notedError });
}
