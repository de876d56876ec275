import type { Writable } from 'node:stream';

const watched = new WeakSet<Writable>();

/**
 * Lets a stream whose reader has gone, as `head` does, end quietly: what is written after that goes nowhere. Of another fault,
 * such as a full disk, `onFault` hears once.
 */
export function endQuietly(stream: Writable, onFault: (error: NodeJS.ErrnoException) => void): void {
  if (watched.has(stream)) return;
  watched.add(stream);
  let isTold = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isTold) return;
    isTold = true;
    onFault(error);
  });
}

/** Whether nobody reads a stream any more. */
export function isGone(output: object): boolean {
  const { destroyed, errored } = output as Partial<Pick<Writable, 'destroyed' | 'errored'>>;
  return destroyed === true || (errored !== null && errored !== undefined);
}
