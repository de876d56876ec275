import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, relative, resolve } from 'node:path';
import { maxIdPartBytes, suggestIdPart } from '../format/ids.ts';
import { codeOf, type LogFileSystem } from './file-system.ts';
import type { LoggerHost } from './host.ts';

/** The nearest name that may be a part of an id. */
export function cleanId(name: string): string {
  return suggestIdPart(name, maxIdPartBytes);
}

/** The id of an experiment: parts between `/`, each cleaned; `default` for a name of which nothing is left. */
export function cleanExperimentId(name: string): string {
  const parts = name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part.trim() !== '')
    .map(cleanId);
  return parts.map((part) => (part === 'runs' ? 'runs-x' : part)).join('/') || 'default';
}

/** A path as a person would write it. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') || isAbsolute(near) ? path : near;
}

/** The nearest folder upwards that holds `.git`. */
export function findRepository(folder: string): string | undefined {
  return foldersUpwards(folder).find((at) => existsSync(join(at, '.git')));
}

/** A folder and those above it, nearest first. */
export function foldersUpwards(folder: string): string[] {
  const found = [resolve(folder)];
  for (let at = dirname(found[0] as string); at !== found.at(-1); at = dirname(at)) found.push(at);
  return found;
}

/** Whether a path lies at or below a folder, by its text. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || !(way.startsWith('..') || isAbsolute(way));
}

/** The program that runs, as Node was told it; undefined at a prompt and with `--eval`. */
export function scriptPath(): string | undefined {
  const path = process.argv[1];
  return path !== undefined && existsSync(path) ? resolve(path) : undefined;
}

/** The repository that is worked in, else the one that the script belongs to. */
export function findProgramRepository(cwd: string, script: string | undefined): string | undefined {
  return findRepository(cwd) ?? (script === undefined ? undefined : findRepository(dirname(script)));
}

/** The experiment of a run that was given none: the script's name. */
export function defaultExperiment(): string {
  const script = scriptPath();
  return script === undefined ? 'default' : basename(script, extname(script));
}

/**
 * The folder of experiments. A relative one is looked for in the working folder and upwards to the git repository's top, and
 * made there when there is none.
 */
export function findLogsFolder(wanted: string | undefined, { env, files, cwd }: LoggerHost): string {
  const name = wanted || env.RUNFOLIO_DIR || 'experiments';
  if (isAbsolute(name)) return name;
  const top = findRepository(cwd());
  const here = cwd();
  for (const folder of foldersUpwards(here)) {
    if (files.isFolder(join(folder, name))) return join(folder, name);
    if (folder === top || top === undefined) break;
  }
  return join(top ?? here, name);
}

/** Where a run goes when its own folder cannot be written, best first. */
export function fallbackFolders({ env }: Pick<LoggerHost, 'env'>): string[] {
  const own = env.RUNFOLIO_FALLBACK;
  const home = findHome();
  return [
    ...(own ? [own] : []),
    ...(home === undefined ? [] : [join(home, '.runfolio', 'experiments')]),
    join(tmpdir(), `runfolio-${process.getuid?.() ?? 'user'}`, 'experiments'),
  ];
}

function findHome(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined; // A container may have no entry for its user.
  }
}

/** The log of a run that exists, in either place. */
export function findLog(files: LogFileSystem, runs: string, id: string): string | undefined {
  return [join(runs, id, 'run.jsonl'), join(runs, `${id}.jsonl`)].find(
    (path) => files.exists(path) && !files.isFolder(path),
  );
}

/** A log that is open for append. */
export interface OpenLog {
  id: string;
  path: string;
  fd: number;
}

/**
 * Begins a log under an id that is free: the wanted one, else with `-2`, `-3` … behind it. Uniqueness comes from `O_EXCL`;
 * looking first only saves tries. Throws what the disk says.
 */
export function claimLog({ files, token }: Pick<LoggerHost, 'files' | 'token'>, runs: string, wanted: string): OpenLog {
  files.makeFolders(runs);
  const taken = new Set(files.list(runs).map((name) => name.replace(/\.(?:jsonl\.gz|jsonl|yaml)$/, '').toLowerCase()));
  for (let number = 1; ; number += 1) {
    const suffix = number === 1 ? '' : number < 1000 ? `-${number}` : `-${token(8)}`;
    const id = wanted.slice(0, maxIdPartBytes - suffix.length).replace(/[.-]+$/, '') + suffix;
    if (taken.has(id.toLowerCase())) continue;
    const path = join(runs, `${id}.jsonl`);
    try {
      const fd = files.openAppend(path, true);
      if (!files.isFolder(join(runs, id))) return { id, path, fd };
      files.close(fd); // Its owner has moved the log into a folder since we looked.
      files.unlink(path);
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
    taken.add(id.toLowerCase());
  }
}
