import { InvalidArgumentError } from 'commander';

/** Reads a count from the command line. */
export function readCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) throw new InvalidArgumentError('a whole number, 0 or more.');
  return count;
}
