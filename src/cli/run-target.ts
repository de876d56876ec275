import { statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { terminalText } from '../diagnostics/terminal-text.ts';
import { findIdFault, suggestIdPart } from '../format/ids.ts';
import type { JsonValue } from '../format/scalars.ts';
import { type CaptureName, chooseCaptures } from '../logger/capture-names.ts';
import { type LoggerHost, realHost } from '../logger/host.ts';
import { type InitOptions, init, type Run } from '../logger/index.ts';
import { cleanId, findLogsFolder } from '../logger/places.ts';
import { readNumberText } from '../logger/read-number-text.ts';
import { Speaker } from '../logger/speaker.ts';
import { type Environment, UsageError } from './environment.ts';

/** The machine as the logger sees it, from the surroundings of a command. */
export function loggerHost({ cwd, env, stderr }: Environment): LoggerHost {
  const speaker = new Speaker(
    (line) => stderr.write(line),
    () => !['', '0'].includes(env.RUNFOLIO_QUIET ?? ''),
  );
  return { ...realHost, env, cwd: () => cwd, speaker };
}

/** Reads `EXPERIMENT/RUN`. The last `/` parts the run from its experiment, which may nest. */
export function readRunName(name: string): { experiment: string; id: string } {
  const cut = name.lastIndexOf('/');
  if (cut < 0)
    throw new UsageError(
      `"${terminalText(name)}" names no run: a run is EXPERIMENT/RUN, as in digits/lr-0.1. Experiments may nest.`,
    );
  return { experiment: checkExperiment(name.slice(0, cut)), id: checkIdPart(name.slice(cut + 1), name) };
}

/** Gives the id of an experiment, or says what is wrong with it. */
export function checkExperiment(id: string): string {
  for (const part of id.split('/')) {
    if (part === 'runs')
      throw new UsageError(`"${id}" cannot be an experiment: "runs" is the folder that runs lie in.`);
    checkIdPart(part, id);
  }
  return id;
}

/** Gives one part of an id, or says what is wrong with it. */
export function checkIdPart(part: string, whole = part): string {
  const fault = findNameFault(part);
  if (fault === undefined) return part;
  const where = part === whole ? '' : ` in "${terminalText(whole)}"`;
  throw new UsageError(`"${terminalText(part)}"${where} cannot be a name: it ${fault}. Try "${suggestIdPart(part)}".`);
}

/** As `findIdFault`; also what a logger would write under another name: such records would land in another run. */
export function findNameFault(part: string): string | undefined {
  const fault = findIdFault(part);
  if (fault !== undefined) return fault;
  return cleanId(part) === part ? undefined : 'starts or ends with a character that loggers leave off';
}

/** The folder of experiments: below `--root`, else RUNFOLIO_DIR, else `experiments` here or above, or where it is to be made. */
export function findLogs({ root }: { root?: string }, host: LoggerHost): string {
  if (root === undefined) return findLogsFolder(undefined, host);
  const folder = resolve(host.cwd(), root);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`There is no folder ${terminalText(folder)}.`);
  return join(folder, 'experiments');
}

/** Begins a run or goes on with it. A mode that there is not is wrong use: only the environment can have named it. */
export function openRun(options: Omit<InitOptions, 'mode' | 'ranks'>, host: LoggerHost): Run {
  try {
    return init(options, host);
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message} It comes from RUNFOLIO_MODE.`);
    throw error;
  }
}

/** Refuses an option that is given without a word in it, as by a variable of a shell that is not set. */
export function checkTexts(option: string, texts: readonly string[]): readonly string[] {
  if (texts.some((text) => text.trim() === '')) throw new UsageError(`${option} should say something.`);
  return texts;
}

/** The folder that holds the folder of experiments, and the path of a file of an experiment from there. */
export function settingsPlace(logs: string, experiment: string): { root: string; path: string } {
  return { root: dirname(logs), path: `${basename(logs)}/${experiment}/experiment.yaml` };
}

/** What the logger captures on its own, without what would tell of Runfolio in place of the program that trains. */
export function capturesBut(host: LoggerHost, ...leftOut: CaptureName[]): CaptureName[] {
  const chosen = chooseCaptures(undefined, host);
  for (const name of ['node', 'packages', ...leftOut] as const) chosen.delete(name);
  return [...chosen];
}

/** Parts `key=value`; the key may not be empty. */
function readPair(text: string, what: string): [key: string, value: string] {
  const cut = text.indexOf('=');
  if (cut < 1)
    throw new UsageError(
      `"${text}" is no ${what}: write NAME=VALUE, as in ${what === 'param' ? 'lr=0.1' : 'loss=0.31'}.`,
    );
  return [text.slice(0, cut), text.slice(cut + 1)];
}

/** Parts several `key=value`; a key that is there twice would lose a value. */
export function readPairs(texts: readonly string[], what: string): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const text of texts) {
    const [key, value] = readPair(text, what);
    const before = pairs.get(key);
    if (before !== undefined)
      throw new UsageError(`There are two values for the ${what} "${key}": "${before}" and "${value}". Give one.`);
    pairs.set(key, value);
  }
  return pairs;
}

/** Reads params given as `key=value`. A value is what it is in JSON (`0.1`, `true`, `[64, 32]`), else text. */
export function readParams(texts: readonly string[] = []): Map<string, JsonValue> {
  return new Map([...readPairs(texts, 'param')].map(([key, value]) => [key, readParam(value)]));
}

function readParam(text: string): JsonValue {
  if (/^-?[1-9]\d{15,400}$/.test(text)) return BigInt(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return /^[+-]?(?:nan|inf|infinity)$/i.test(text) ? (readNumberText(text) ?? text) : text;
  }
}
