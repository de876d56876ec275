import { once } from 'node:events';
import { Writable } from 'node:stream';
import type { Output } from './environment.ts';

/** Where bytes are copied to. */
export interface ByteOutput {
  /** Copies bytes as they are, and waits while the reader is slow. Does nothing once the reader has gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Takes the listeners off the stream again. */
  close(): void;
}

/** Copies bytes to a stream of the environment. A reader that goes away, as `head` does, is no error. */
export function byteOutput(output: Output): ByteOutput {
  if (!(output instanceof Writable)) {
    const decoder = new TextDecoder();
    return {
      write: async (bytes) => void output.write(decoder.decode(bytes, { stream: true })),
      close: () => undefined,
    };
  }
  let isGone = false;
  const leave = (): void => {
    isGone = true;
  };
  output.on('error', leave);
  return {
    async write(bytes) {
      if (isGone || output.destroyed || output.write(bytes)) return;
      const done = new AbortController();
      const { signal } = done;
      const gone = (name: string): Promise<unknown> => once(output, name, { signal }).catch(() => undefined);
      await Promise.race([gone('drain'), gone('close'), gone('error')]);
      done.abort();
    },
    close: () => output.off('error', leave),
  };
}
