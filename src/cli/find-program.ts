import { statSync } from 'node:fs';
import { basename, delimiter, resolve, sep } from 'node:path';
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

/**
 * The script that a command runs: the program itself where it lies below the working folder, else the first word after it that is no
 * option, as in `python -u train.py`, where that is a file below. Hidden files are none.
 */
export function findScript([program = '', ...words]: readonly string[], cwd: string): string | undefined {
  const first = words.find((word) => !word.startsWith('-'));
  return [program.includes('/') ? program : '', first ?? '']
    .filter((word) => word !== '' && !basename(word).startsWith('.'))
    .map((word) => resolve(cwd, word))
    .find((path) => isFile(path) && path.startsWith(`${resolve(cwd)}${sep}`));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
