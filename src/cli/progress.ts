import type { Environment } from './environment.ts';

/** Shows how far long work has come, on one line of a terminal; says nothing anywhere else. */
export interface Progress {
  show(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

const delayMs = 500;
const pauseMs = 80;

/** Gives a progress line on stderr that appears after half a second of work. */
export function startProgress({ stderr, now }: Environment, { quiet = false }: { quiet?: boolean } = {}): Progress {
  if (quiet || stderr.isTTY !== true) return { show: () => undefined, clear: () => undefined };
  const startedMs = now();
  let shownMs = 0;
  return {
    show(text) {
      const nowMs = now();
      if (nowMs - startedMs < delayMs || nowMs - shownMs < pauseMs) return;
      shownMs = nowMs;
      stderr.write(`\r\x1b[2K${text}`);
    },
    clear() {
      if (shownMs > 0) stderr.write('\r\x1b[2K');
      shownMs = 0;
    },
  };
}
