import { basename, dirname, join, resolve } from 'node:path';
import { findIdFault, suggestIdPart } from '../format/ids.ts';
import type { JsonValue } from '../format/scalars.ts';
import { type CaptureName, chooseCaptures } from '../logger/capture-names.ts';
import { type LoggerHost, realHost } from '../logger/host.ts';
import { findLogsFolder } from '../logger/places.ts';
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
    throw new UsageError(`"${name}" names no run: a run is EXPERIMENT/RUN, as in digits/lr-0.1. Experiments may nest.`);
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
  const fault = findIdFault(part);
  if (fault === undefined) return part;
  const where = part === whole ? '' : ` in "${whole}"`;
  throw new UsageError(`"${part}"${where} cannot be a name: it ${fault}. Try "${suggestIdPart(part)}".`);
}

/** The folder of experiments: below `--root`, else RUNFOLIO_DIR, else `experiments` here or above, or where it is to be made. */
export function findLogs({ root }: { root?: string }, host: LoggerHost): string {
  return root === undefined ? findLogsFolder(undefined, host) : join(resolve(host.cwd(), root), 'experiments');
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
export function readPair(text: string, what: string): [key: string, value: string] {
  const cut = text.indexOf('=');
  if (cut < 1)
    throw new UsageError(
      `"${text}" is no ${what}: write NAME=VALUE, as in ${what === 'param' ? 'lr=0.1' : 'loss=0.31'}.`,
    );
  return [text.slice(0, cut), text.slice(cut + 1)];
}

/** Reads params given as `key=value`. A value is what it is in JSON (`0.1`, `true`, `[64, 32]`), else text. */
export function readParams(texts: readonly string[] = []): Map<string, JsonValue> {
  return new Map(
    texts.map((text) => {
      const [key, value] = readPair(text, 'param');
      return [key, readParam(value)];
    }),
  );
}

function readParam(text: string): JsonValue {
  if (/^-?[1-9]\d{15,400}$/.test(text)) return BigInt(text);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return /^[+-]?(?:nan|inf|infinity)$/i.test(text) ? (readNumberText(text) ?? text) : text;
  }
}
