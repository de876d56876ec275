import type { ChildProcess } from 'node:child_process';

/** Signals that are passed on. */
const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const;
type Forwarded = (typeof forwardedSignals)[number];

/** Those that ask a program to end. */
const endingSignals: ReadonlySet<string> = new Set(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']);

/**
 * Passes signals on to a child and outlives them, so that its end can be recorded; those that come before there is a child
 * wait for it. Ctrl-C at a terminal reaches the child by itself:
 * with `isTerminal` the first SIGINT and SIGQUIT are not sent a second time, which many programs take as a wish to stop at once.
 */
export function forwardSignals({ isTerminal }: { isTerminal: boolean }): {
  /** The first signal that asked the child to end. */
  readonly forwarded: Forwarded | undefined;
  attach: (child: Pick<ChildProcess, 'kill'>) => void;
  close: () => void;
} {
  let target: Pick<ChildProcess, 'kill'> | undefined;
  const waiting: NodeJS.Signals[] = [];
  let forwarded: Forwarded | undefined;
  const seen = new Set<NodeJS.Signals>();
  const onSignal = (name: NodeJS.Signals): void => {
    const isFromTerminal = isTerminal && (name === 'SIGINT' || name === 'SIGQUIT') && !seen.has(name);
    seen.add(name);
    if (endingSignals.has(name)) forwarded ??= name as Forwarded;
    if (target === undefined) waiting.push(name);
    else if (!isFromTerminal) target.kill(name);
  };
  for (const name of forwardedSignals) process.on(name, onSignal);
  return {
    get forwarded() {
      return forwarded;
    },
    attach: (child) => {
      target = child;
      for (const name of waiting) child.kill(name);
    },
    close: () => {
      for (const name of forwardedSignals) process.off(name, onSignal);
    },
  };
}
