import type { LoggerHost } from './host.ts';
import { checkMs } from './limits.ts';

/**
 * The times of one run's records. Where the machine's clock is set back, times go on from where they were by the
 * monotonic clock; where it is set forward, or the machine slept, they follow.
 */
export class RunClock {
  #host: Pick<LoggerHost, 'wallMs' | 'monotonicMs'>;
  #skewMs = 0;
  #wallMs: number;
  #monotonicMs: number;
  #fromMs = 0;
  #untilMs = 0;
  readonly #begunMs: number;

  /** Called a few times a second, at most, when a time is asked for. */
  onCheck: () => void = () => {};

  constructor(host: Pick<LoggerHost, 'wallMs' | 'monotonicMs'>) {
    this.#host = host;
    this.#wallMs = host.wallMs();
    this.#begunMs = host.monotonicMs();
    this.#monotonicMs = this.#begunMs;
  }

  /** Now, as `2026-01-31T12:00:00.000Z`. Never earlier by more than a second than the time before. */
  now(): string {
    let now = this.#host.wallMs() + this.#skewMs;
    if (now < this.#fromMs || now >= this.#untilMs) now = this.#check(now);
    return isoTime(now);
  }

  /** Seconds since the run began here, by the clock that never jumps. */
  elapsedSeconds(): number {
    return (this.#host.monotonicMs() - this.#begunMs) / 1000;
  }

  #check(wallMs: number): number {
    let now = wallMs;
    const monotonicMs = this.#host.monotonicMs();
    const expected = this.#wallMs + (monotonicMs - this.#monotonicMs);
    if (now < expected - 1000) {
      this.#skewMs += expected - now;
      now = expected;
    } else if (now > expected + 1000) {
      const back = Math.min(this.#skewMs, now - expected); // First what was added when it was set back.
      this.#skewMs -= back;
      now -= back;
      this.#wallMs = now;
      this.#monotonicMs = monotonicMs;
    }
    this.#fromMs = now;
    this.#untilMs = now + checkMs;
    this.onCheck();
    return now;
  }
}

/** Milliseconds since 1970 as ISO text in UTC, cut to the millisecond. */
export function isoTime(ms: number): string {
  return new Date(Math.floor(ms)).toISOString();
}
