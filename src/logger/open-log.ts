import { dirname, join } from 'node:path';
import { reasonOf } from './file-system.ts';
import type { LoggerHost } from './host.ts';
import { claimLog, fallbackFolders, findLog, shownPath } from './places.ts';

/** What to open. */
export interface OpenLogOptions {
  /** The folder of experiments. */
  logs: string;
  experiment: string;
  /** The id to ask for. */
  wanted: string;
  /** Whether a run of that id is gone on with. */
  goesOn: boolean;
  /** The rank whose segment of the run to open. */
  segment: number | undefined;
  host: LoggerHost;
}

/** A log that is open, and what stands in it already. */
export interface OpenedLog {
  id: string;
  path: string;
  /** -1 where no disk took it: records wait in memory until the first place can be written. */
  fd: number;
  /** The folder `runs/` that it is in. */
  runs: string;
  existed: boolean;
  /** One more than the last step in it, 0 where there is none. */
  nextStep: number;
  /** Whether its last record is an end, but for what was said about it afterwards. */
  hasEnded: boolean;
  /** The first of the folders for what cannot be written where it belongs. */
  fallback: string;
}

/** Opens a run's log where it belongs, else in a fallback folder with a warning. Throws nothing. */
export function openLog({ logs, experiment, wanted, goesOn, segment, host }: OpenLogOptions): OpenedLog {
  const fallbacks = fallbackFolders(host);
  const fallback = fallbacks[0] ?? logs;
  const runsIn = (top: string) => join(top, ...experiment.split('/'), 'runs');
  let firstReason: string | undefined;
  for (const top of [logs, ...fallbacks]) {
    const runs = runsIn(top);
    try {
      const opened = openIn(runs, wanted, goesOn, segment, host);
      if (firstReason !== undefined) {
        const target = join(logs, ...experiment.split('/'));
        host.speaker.warn(
          `cannot write to ${shownPath(logs)}: ${firstReason}. This run is written to ${opened.path}. ` +
            `Copy it back with: mkdir -p '${target}' && cp -rn '${dirname(runs)}/.' '${target}/'`,
        );
      }
      const tail = opened.existed ? readTail(host, opened.fd) : { nextStep: 0, hasEnded: false };
      return { ...opened, ...tail, runs, fallback };
    } catch (error) {
      firstReason ??= reasonOf(error);
    }
  }
  const id = `${wanted}-${host.token(4)}`;
  const runs = runsIn(logs);
  return { id, path: join(runs, `${id}.jsonl`), fd: -1, runs, existed: false, nextStep: 0, hasEnded: false, fallback };
}

function openIn(
  runs: string,
  wanted: string,
  goesOn: boolean,
  segment: number | undefined,
  host: LoggerHost,
): Pick<OpenedLog, 'id' | 'path' | 'fd' | 'existed'> {
  const { files } = host;
  if (segment !== undefined) {
    const folder = join(runs, wanted);
    const path = join(folder, segment === 0 ? 'run.jsonl' : `rank${segment}.jsonl`);
    files.makeFolders(folder);
    const existed = files.exists(path);
    return { id: wanted, path, fd: files.openAppend(path), existed };
  }
  const known = goesOn ? findLog(files, runs, wanted) : undefined;
  if (known !== undefined) return { id: wanted, path: known, fd: files.openAppend(known), existed: true };
  return { ...claimLog(host, runs, wanted), existed: false };
}

/** Reads the last whole lines of a log: the step to go on with, and whether the run has ended. */
function readTail({ files }: LoggerHost, fd: number): Pick<OpenedLog, 'nextStep' | 'hasEnded'> {
  let lines: string[];
  try {
    const { sizeBytes } = files.stateOf(fd);
    const length = Math.min(sizeBytes, 2 ** 18);
    const tail = files.readAt(fd, sizeBytes - length, length).toString();
    lines = tail.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}')); // No torn one.
  } catch {
    return { nextStep: 0, hasEnded: false };
  }
  const last = lines.findLast((line) => !/^\{"event":"(?:note|tag|alert|archive)"/.test(line)); // Said after the end as well.
  const hasEnded = last?.startsWith('{"event":"end"') ?? false;
  for (const line of lines.reverse()) {
    if (line.slice(0, 10).includes('"event"')) continue;
    const step = stepOnLine(line);
    if (step !== undefined) return { nextStep: Math.trunc(step) + 1, hasEnded };
  }
  return { nextStep: 0, hasEnded };
}

const number = String.raw`(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)`;
const stepsOnLine = new RegExp(`^\\{"step":${number},(?:"time":"[^"]*","_step":${number}[,}])?`);

/**
 * The counted step of a metric line, which may hold bare `NaN` and `Infinity`, that `JSON.parse` refuses; undefined without
 * one. A line that stands at the value of another metric has it as `_step`.
 */
function stepOnLine(line: string): number | undefined {
  const [, step, counted] = stepsOnLine.exec(line) ?? [];
  const found = counted ?? step;
  const own = found === undefined ? parsedStep(line) : Number(found);
  return own !== undefined && Math.abs(own) < 2 ** 53 ? own : undefined;
}

function parsedStep(line: string): number | undefined {
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== 'object' || record === null) return undefined;
    const { step, _step } = record as { step?: unknown; _step?: unknown };
    return [_step, step].find((value) => typeof value === 'number');
  } catch {
    return undefined;
  }
}
