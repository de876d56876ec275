import { lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { styleText } from 'node:util';
import type { Paint } from '../diagnostics/print-pretty.ts';

/** A stream as far as the CLI uses one. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  /** Width of the terminal in characters. */
  columns?: number | undefined;
}

/** What a command may touch: handed in, so that tests pass a recorder. */
export interface Environment {
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  stdout: Output;
  stderr: Output;
  /** The process's own when left out. */
  stdin?: AsyncIterable<Uint8Array>;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Wrong use, or a machine on which the command cannot run: exit code 2. */
export class UsageError extends Error {}

/** Gives a painter for a stream: plain text unless it is a terminal and neither NO_COLOR nor --no-color is set. */
export function painterFor(
  output: Output,
  { env }: Pick<Environment, 'env'>,
  { color }: { color?: boolean } = {},
): Paint {
  const isOn = color !== false && output.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
  return (style, text) => (isOn ? styleText(style, text, { validateStream: false }) : text);
}

/** Finds the folder that holds `experiments/`: `--root`, else the working directory or the nearest above it. */
export function findRoot({ cwd }: Pick<Environment, 'cwd'>, { root }: { root?: string }): string {
  if (root !== undefined) {
    const folder = resolve(cwd, root);
    if (isFolder(join(folder, 'experiments'))) return folder;
    throw new UsageError(`There is no folder "experiments" in ${folder}. Give the folder that holds it with --root.`);
  }
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (isFolder(join(folder, 'experiments'))) return folder;
    if (dirname(folder) === folder) break;
  }
  throw new UsageError(
    `There is no folder "experiments" in ${cwd} or above it. Make one, or name its parent with --root.`,
  );
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Reads `--now`: ISO 8601, or milliseconds since 1970. */
export function readNow(environment: Environment, { now }: { now?: string }): number {
  if (now === undefined) return environment.now();
  const ms = /^\d+$/.test(now) ? Number(now) : Date.parse(now);
  if (Number.isNaN(ms)) throw new UsageError(`--now should be a time such as 2026-03-04T09:12:00Z, found "${now}".`);
  return ms;
}
