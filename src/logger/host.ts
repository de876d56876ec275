import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { type LogFileSystem, nodeFileSystem } from './file-system.ts';
import { Speaker } from './speaker.ts';

/** What a logger takes from the machine it runs on; tests hand in their own. */
export interface LoggerHost {
  files: LogFileSystem;
  /** Milliseconds since 1970, as the machine's clock has it: it may be set back. */
  wallMs: () => number;
  /** Milliseconds that only ever grow. */
  monotonicMs: () => number;
  /** A random text of lower-case letters and digits. */
  token: (length: number) => string;
  env: Readonly<Record<string, string | undefined>>;
  cwd: () => string;
  /** Waits without giving the event loop a turn: only while `finish` tries a disk that refuses. */
  sleep: (ms: number) => void;
  speaker: Speaker;
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';

function randomToken(length: number): string {
  return [...randomBytes(length)].map((byte) => alphabet[byte % 36]).join('');
}

/** This machine. */
export const realHost: LoggerHost = {
  files: nodeFileSystem,
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  token: randomToken,
  env: process.env,
  cwd: () => process.cwd(),
  sleep(ms) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  },
  speaker: new Speaker(
    (line) => writeSync(2, line),
    () => !['', '0'].includes(process.env.RUNFOLIO_QUIET ?? ''),
  ),
};
