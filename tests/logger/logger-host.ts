import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { type LogFileSystem, nodeFileSystem } from '../../src/logger/file-system.ts';
import type { LoggerHost } from '../../src/logger/host.ts';
import { type InitOptions, init } from '../../src/logger/init.ts';
import type { Run } from '../../src/logger/run.ts';
import { Speaker } from '../../src/logger/speaker.ts';

/** A clock that a test sets; each reading of the wall clock goes on by `tickMs`. */
export interface TestClock {
  wallMs: number;
  monotonicMs: number;
  tickMs: number;
}

/** A host with a scratch folder, a clock of its own and nothing in its environment. What was said is in `said`. */
export interface TestHost extends LoggerHost {
  top: string;
  said: string[];
  clock: TestClock;
  /** `init` with this host, the scratch folder and nothing captured but the error and the exit code. */
  init: (options?: InitOptions) => Run;
}

const tops: string[] = [];
const runs: Run[] = [];

/** Makes a {@link TestHost}; runs that are open after a test are closed, its folder is removed. */
export function makeHost({
  files = { ...nodeFileSystem, lock: () => true }, // Locks are a program's affair, and slow.
  env = {},
}: {
  files?: LogFileSystem;
  env?: Record<string, string>;
} = {}): TestHost {
  const top = mkdtempSync(join(tmpdir(), 'runfolio-logger-'));
  tops.push(top);
  const said: string[] = [];
  const clock: TestClock = { wallMs: Date.UTC(2026, 0, 1), monotonicMs: 0, tickMs: 125 };
  const host: TestHost = {
    top,
    said,
    clock,
    files,
    wallMs() {
      clock.wallMs += clock.tickMs;
      clock.monotonicMs += clock.tickMs;
      return clock.wallMs;
    },
    monotonicMs: () => clock.monotonicMs,
    token: (length) => 'w'.repeat(length),
    env: { RUNFOLIO_FALLBACK: join(top, 'fallback'), ...env },
    cwd: () => top,
    sleep(ms) {
      clock.monotonicMs += ms;
    },
    speaker: new Speaker(
      (line) => said.push(line),
      () => true,
    ),
    init(options = {}) {
      const run = init(
        { experiment: 'e', capture: ['error', 'exit'], signals: false, dir: join(top, 'experiments'), ...options },
        host,
      );
      runs.push(run);
      return run;
    },
  };
  return host;
}

afterEach(() => {
  for (const run of runs.splice(0)) run.detach();
  for (const top of tops.splice(0)) rmSync(top, { recursive: true, force: true });
});

/** The lines of a run's log; the last one is empty where the log ends with a newline. */
export function linesOf(run: Run): string[] {
  return readFileSync(run.path ?? '', 'utf8').split('\n');
}

/** The records of a run's log, which must all be whole and strict JSON. */
export function recordsOf(run: Run): Record<string, unknown>[] {
  return linesOf(run)
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
