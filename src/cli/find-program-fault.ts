import { statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import type { Environment } from './environment.ts';

/** What a shell would say of a program that cannot be started, and its exit code for that. */
export function findProgramFault(
  program: string,
  { cwd, env }: Pick<Environment, 'cwd' | 'env'>,
): { message: string; code: number } | undefined {
  if (program === '')
    return { message: 'There is no command to run. Write it after --, as in: -- python train.py', code: 2 };
  const places = program.includes('/')
    ? [resolve(cwd, program)]
    : (env.PATH ?? '').split(delimiter).map((folder) => resolve(cwd, folder, program));
  if (process.platform === 'win32') return undefined;
  let isThere = false;
  for (const place of places) {
    try {
      const state = statSync(place);
      if (state.isFile() && (state.mode & 0o111) !== 0) return undefined;
      isThere = true;
    } catch {
      // Not in this folder.
    }
  }
  return isThere
    ? { message: `${program} cannot be run: it is not an executable file.`, code: 126 }
    : { message: `${program}: no such command.`, code: 127 };
}
