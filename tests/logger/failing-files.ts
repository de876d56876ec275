import { type LogFileSystem, nodeFileSystem } from '../../src/logger/file-system.ts';

export type Operation = keyof LogFileSystem;

const neverThrow: readonly Operation[] = ['lock', 'exists', 'isFolder'];

/** What to do at an operation: an error code to throw, a number of bytes to take of a write, or undefined to go on. */
export type Fault = (operation: Operation, count: number) => string | number | undefined;

/** The machine's disk, with faults. `count` counts operations from 1, over all of them. */
export function failingFiles(fault: Fault): LogFileSystem & { count: number } {
  const state = { count: 0 };
  const check = (operation: Operation): string | number | undefined => {
    if (neverThrow.includes(operation)) return undefined;
    state.count += 1;
    return fault(operation, state.count);
  };
  const fail = (code: string, operation: Operation): never => {
    throw Object.assign(new Error(`${code}: no luck, ${operation}`), { code });
  };
  const unlocked: LogFileSystem = { ...nodeFileSystem, lock: () => true }; // Locks are a program's affair, and slow.
  const wrapped = Object.fromEntries(
    Object.entries(unlocked).map(([name, own]) => {
      const operation = name as Operation;
      const call = (...given: unknown[]): unknown => {
        const found = check(operation);
        if (typeof found === 'string') fail(found, operation);
        if (typeof found === 'number' && operation === 'write') {
          const [fd, bytes] = given as [number, Uint8Array];
          return nodeFileSystem.write(fd, bytes.subarray(0, Math.max(1, Math.min(found, bytes.length))));
        }
        return (own as (...values: unknown[]) => unknown)(...given);
      };
      return [operation, call];
    }),
  ) as unknown as LogFileSystem;
  return Object.defineProperty(wrapped as LogFileSystem & { count: number }, 'count', { get: () => state.count });
}
