import type { Writable } from 'node:stream';

const watched = new WeakSet<Writable>();

/**
 * Lets a stream whose reader has gone, as `head` does, end quietly: what is written after that goes nowhere. Other faults of
 * the stream are thrown, as they are without this.
 */
export function endQuietly(stream: Writable): void {
  if (watched.has(stream)) return;
  watched.add(stream);
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Whether nobody reads a stream any more. */
export function isGone(output: object): boolean {
  const { destroyed, errored } = output as Partial<Pick<Writable, 'destroyed' | 'errored'>>;
  return destroyed === true || (errored !== null && errored !== undefined);
}
