import { join } from 'node:path';
import { type Capture, type CaptureName, chooseCaptures } from './capture-names.ts';
import { enterRun } from './current-run.ts';
import { reasonOf } from './file-system.ts';
import { findNvidiaSmi } from './gpus.ts';
import { type LoggerHost, realHost } from './host.ts';
import { encodeLine, type JsonMap, makeRecord } from './json-line.ts';
import { labelsOf } from './labels.ts';
import { defaultBufferBytes, maxLineBytes, maxPatchBytes } from './limits.ts';
import { LogFile, newlineIfTorn } from './log-file.ts';
import { type OpenedLog, openLog } from './open-log.ts';
import {
  cleanExperimentId,
  cleanId,
  defaultExperiment,
  findLog,
  findLogsFolder,
  findProgramRepository,
  scriptPath,
  shownPath,
} from './places.ts';
import { textOf, topLevel } from './plain-value.ts';
import { findRank, findSlurmJob } from './rank.ts';
import { redactSource, redactText } from './redact.ts';
import { Run } from './run.ts';
import { isoTime, RunClock } from './run-clock.ts';
import { type CapturedStart, captureStart, type StartOptions } from './start-record.ts';
import { SystemReadings } from './system-readings.ts';

/** What `init` takes; all of it may be left out. */
export interface InitOptions {
  /** Its id, which may nest: `vision/cifar10`. By default RUNFOLIO_EXPERIMENT, else the script's name. */
  experiment?: string;
  /** Inputs fixed before training: an object, a map, or pairs. */
  params?: unknown;
  /** What is shown; also what the id is made of. */
  name?: string;
  /** The run's id. One that is taken gets `-2`, `-3` …, unless `resume` says to go on with it. By default RUNFOLIO_RUN_ID. */
  id?: string;
  tags?: string | readonly string[];
  /** Markdown. */
  notes?: string;
  group?: string;
  job?: string;
  seed?: number | bigint | string;
  /** The run that this one belongs to, as EXPERIMENT/RUN. By default RUNFOLIO_RUN, which `runfolio run` sets. */
  parent?: string;
  /**
   * `true`, `'allow'` and `'auto'` go on with the run of that id if there is one; `'must'` throws where there is none;
   * `false` and `'never'` begin anew. By default RUNFOLIO_RESUME. A SLURM job that was requeued goes on by itself.
   */
  resume?: boolean | 'allow' | 'auto' | 'must' | 'never';
  /** The folder of experiments, looked for here and upwards in the git repository. By default RUNFOLIO_DIR, else `experiments`. */
  dir?: string;
  /** What is captured on its own. By default everything, or what RUNFOLIO_CAPTURE says. */
  capture?: Capture;
  /** The command line that is told, as words; by default this process's own. */
  command?: readonly string[];
  /** The program's file; `false` for none. By default this process's own. Its repository counts where the working folder is in none. */
  script?: string | false;
  /** Seconds between machine readings; 0 for none. */
  systemInterval?: number;
  /** `false` leaves what this process uses out of the readings: for a program that records another. */
  readsItself?: boolean;
  /** Bytes of records that wait in memory while the disk refuses; 64 MiB by default. */
  bufferBytes?: number;
  /**
   * `'zero'` writes from rank 0 only; `'own'` gives each rank its own `rankN.jsonl` in the run (give an `id`); `'all'` a run of
   * its own.
   */
  ranks?: 'zero' | 'own' | 'all';
  /** Whether SIGTERM, SIGINT and uncaught errors are watched to write the `end` record. */
  signals?: boolean;
  /** `'disabled'` writes nothing. By default RUNFOLIO_MODE. */
  mode?: 'online' | 'disabled';
  /**
   * `false` goes on with a run that exists without a new start record, and without a look at who else writes to it: for a
   * program that adds a few records to someone's run and then calls `detach`. A run that has ended stays so until values
   * are logged, which write that start; notes, tags, alerts and archiving do not.
   */
  announce?: boolean;
}

const resumeWords = new Set<unknown>([true, 'allow', 'auto', 'must', 'True', 'true', '1']);
const anewWords = new Set<unknown>([undefined, null, false, 'never', 'False', 'false', '0']);
const claims = new Map<string, number>(); // 'vision/cifar10/train-j4711' → how often this process asked for it

/**
 * Begins a run and writes its `start` record; all of it synchronously.
 *
 * Throws a `TypeError` for a value of `ranks` or `mode` that does not exist, and an `Error` where `resume: 'must'` finds no
 * run. Whatever else goes wrong is said once on stderr: a folder that cannot be written is replaced by another, and
 * training goes on.
 */
export function init(options: InitOptions = {}, host: LoggerHost = realHost): Run {
  const { ranks = 'zero', name: givenName, group } = options;
  checkWord('ranks', ranks, ['zero', 'own', 'all']);
  const mode = options.mode || host.env.RUNFOLIO_MODE || 'online';
  checkWord('mode', mode, ['online', 'disabled', 'offline', 'dryrun', 'shared', 'run']);
  const experiment = cleanExperimentId(
    String(options.experiment || host.env.RUNFOLIO_EXPERIMENT || defaultExperiment()),
  );
  const rank = findRank(host.env);
  const logs = findLogsFolder(options.dir, host);
  const params = topLevel(options.params);
  const name = givenName ? redactText(textOf(givenName)) : undefined;
  const captures = chooseCaptures(options.capture, host);
  const clock = new RunClock(host);
  const common = { experiment, params, host, clock, captures, notes: options.notes, tags: labelsOf(options.tags) };
  if (mode === 'disabled' || (rank > 0 && ranks === 'zero')) {
    const id = options.id ?? '';
    const run = new Run({ ...common, id, name: name ?? id, group, runs: logs, ...disabledParts });
    enterRun(run);
    return run;
  }
  const wanted = wantedId({ ...options, name }, experiment, host);
  const segment = ranks === 'own' && (wanted.isGiven || wanted.isRestarted) ? rank : undefined;
  if (ranks === 'own' && segment === undefined) {
    host.speaker.warn('ranks: "own" needs an id that all ranks share; each rank gets a run of its own.', 'ranks own');
  }
  const resume = options.resume ?? (host.env.RUNFOLIO_RESUME || undefined);
  if (resume === 'must' && findLog(host.files, join(logs, experiment, 'runs'), wanted.id) === undefined) {
    throw new Error(`There is no run ${experiment}/${wanted.id} to resume in ${shownPath(logs)}.`);
  }
  if (!resumeWords.has(resume) && !anewWords.has(resume)) {
    const shown = textOf(resume).slice(0, 40);
    host.speaker.warn(
      `resume is "allow", "auto", "must", "never" or true, not "${shown}": a new run is begun.`,
      'resume',
    );
  }
  const goesOn = resumeWords.has(resume) || wanted.isRestarted;
  const opened = openLog({ logs, experiment, wanted: wanted.id, goesOn, segment, host });
  const ownGroup = rank > 0 && ranks !== 'zero' && segment === undefined ? (group ?? wanted.id) : group;
  const run = beginRun({ ...options, name, group: ownGroup, logs, opened, segment, common });
  enterRun(run);
  return run;
}

const disabledParts = {
  log: undefined,
  resumed: false,
  joined: false,
  begunHere: true,
  ended: false,
  nextStep: 0,
  startFields: () => new Map(),
  base: '.',
  signals: false,
} as const;

interface BeginOptions extends Omit<InitOptions, 'tags'> {
  logs: string;
  opened: OpenedLog;
  /** The rank whose segment of a run this is. */
  segment: number | undefined;
  common: {
    experiment: string;
    params: Map<string, unknown>;
    host: LoggerHost;
    clock: RunClock;
    captures: Set<CaptureName>;
    notes: string | undefined;
    tags: string[];
  };
}

function beginRun({ opened, segment, logs, common, name, ...options }: BeginOptions): Run {
  const { host, clock, captures, experiment } = common;
  const { files, speaker } = host;
  const id = opened.id;
  const isQuiet = options.announce === false && opened.existed;
  const script = options.script === undefined ? scriptPath() : options.script || undefined;
  const above = host.env.RUNFOLIO_RUN || undefined;
  const parent = options.parent ?? (above === `${experiment}/${id}` ? undefined : above);
  let captured: CapturedStart | undefined; // A quiet run needs it only if it is begun again.
  const start = (): CapturedStart => {
    captured ??= captureSafely({ ...options, ...common, script, parent, name: name ?? id, rank: segment, logs }, id);
    return captured;
  };
  const isResumed = opened.existed || Boolean(segment);
  const startLine = (resumed: boolean) => startRecordLine(start().fields, resumed, clock);
  const log = new LogFile({
    path: opened.path,
    fd: opened.fd,
    bufferBytes: options.bufferBytes ?? defaultBufferBytes,
    host,
    startLine: () => startLine(true),
    now: () => clock.now(),
    fallback: () => join(opened.fallback, ...experiment.split('/'), 'rest'),
  });
  const isAlone = isQuiet || log.fd < 0 || files.lock(log.fd);
  const run = new Run({
    ...common,
    id,
    name: name ?? id,
    group: options.group,
    runs: opened.runs,
    log,
    resumed: opened.existed,
    joined: opened.existed && !isAlone,
    begunHere: !isQuiet,
    ended: isQuiet && opened.hasEnded,
    nextStep: opened.nextStep,
    startFields: () => start().fields,
    base: findProgramRepository(host.cwd(), script) ?? host.cwd(),
    signals: options.signals ?? true,
  });
  const torn = opened.existed && log.fd >= 0 ? newlineIfTorn(files, log.fd) : Buffer.alloc(0);
  if (isQuiet) {
    if (torn.length > 0) log.append(torn);
    if (run.ended) log.close(0);
    run.logGiven();
    return run;
  }
  const { fields, patch } = start();
  let line = startLine(isResumed);
  if (line.length > maxLineBytes) {
    fields.set('params', makeRecord({ too_large: `${line.length} bytes` }));
    speaker.warn('the params are too large for a record; they are left out.');
    line = startLine(isResumed);
  }
  log.append(Buffer.concat([torn, line]), true);
  if (!isAlone) {
    const writer = String(fields.get('writer'));
    run.message(
      `Another process has this log open: writer ${writer} (process ${process.pid}) writes to it as well.`,
      'warning',
    );
    const what = `${shownPath(log.path)} is open in another process too.`;
    speaker.warn(`${what} Give each process a run of its own, with a group in common.`);
  }
  if (patch !== undefined && log.fd >= 0) keepPatch(run, patch);
  const { systemInterval = 15 } = options;
  if (captures.has('system') && systemInterval > 0) {
    const nvidiaSmi = captures.has('gpu') ? findNvidiaSmi(host.env) : undefined;
    const { monotonicMs } = host;
    run.startReadings(
      new SystemReadings({
        intervalSeconds: systemInterval,
        folder: opened.runs,
        nvidiaSmi,
        monotonicMs,
        ownProcess: options.readsItself ?? true,
      }),
    );
  }
  return run;
}

/** What a start record holds; trouble in finding it out is said, and what is known without is kept. */
function captureSafely(options: Omit<StartOptions, 'warn'>, id: string): CapturedStart {
  const { speaker } = options.host;
  const warn = (key: string, text: string) =>
    speaker.warn(`"${key.slice(0, 100)}" ${text}.`, `${id} ${key} ${text.slice(0, 20)}`);
  try {
    return captureStart({ ...options, warn });
  } catch (error) {
    speaker.warn(`init could not capture everything (${reasonOf(error)}); training goes on`);
    return captureStart({ ...options, captures: new Set(), warn });
  }
}

function startRecordLine(fields: JsonMap, resumed: boolean, clock: RunClock): Buffer {
  const head = makeRecord({ event: 'start', time: clock.now(), resumed: resumed || undefined });
  return encodeLine(new Map([...head, ...fields]));
}

function keepPatch(run: Run, patch: string): void {
  let bytes = Buffer.from(redactSource(patch).toWellFormed());
  let caption = 'What was not committed when the run started';
  if (bytes.length > maxPatchBytes) {
    caption += `; the first ${maxPatchBytes / 1024} of ${Math.floor(bytes.length / 1024)} KiB`;
    bytes = bytes.subarray(0, bytes.lastIndexOf(0x0a, maxPatchBytes - 1) + 1);
  }
  run.keepFile('uncommitted.patch', bytes, { kind: 'text', caption });
}

function checkWord(what: string, word: string, words: readonly string[]): void {
  if (words.includes(word)) return;
  const known = words.map((one) => `"${one}"`).join(', ');
  throw new TypeError(`The value of ${what} is one of ${known}, not "${word}".`);
}

/** The id to ask for, whether someone gave it, and whether a requeued SLURM job names a run that exists. */
function wantedId(
  options: InitOptions,
  experiment: string,
  { env, token, wallMs, speaker }: LoggerHost,
): { id: string; isGiven: boolean; isRestarted: boolean } {
  const { name } = options;
  const job = findSlurmJob(env);
  let given = options.id || env.RUNFOLIO_RUN_ID || undefined;
  if (given === undefined && options.ranks === 'own') {
    const elastic = env.TORCHELASTIC_RUN_ID;
    given = elastic && elastic !== 'none' ? elastic : job;
  }
  if (given !== undefined) {
    const asked = String(given);
    const id = cleanId(asked);
    if (id !== asked) {
      speaker.warn(`"${asked.slice(0, 100)}" cannot be the id of a run; it is written as "${id}".`, `id ${asked}`);
    }
    return { id, isGiven: true, isRestarted: false };
  }
  if (job === undefined) {
    const now = isoTime(wallMs()).replace(/^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+).*/, '$1$2$3-$4$5$6');
    return { id: name ? cleanId(name) : `${now}-${token(4)}`, isGiven: false, isRestarted: false };
  }
  const stem = name || (experiment.split('/').at(-1) ?? experiment);
  const wanted = cleanId(`${stem.slice(0, 80)}-j${job}`);
  const place = `${experiment}/${wanted}`;
  const count = (claims.get(place) ?? 0) + 1;
  claims.set(place, count);
  if (['', '0'].includes(env.SLURM_RESTART_COUNT ?? '0')) return { id: wanted, isGiven: false, isRestarted: false };
  return { id: count === 1 ? wanted : `${wanted}-${count}`, isGiven: false, isRestarted: true };
}
