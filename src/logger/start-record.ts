import { hostname, userInfo } from 'node:os';
import { basename, relative, sep } from 'node:path';
import { formatVersion } from '../format/version.ts';
import type { CaptureName } from './capture-names.ts';
import { ownCommand, showCommand } from './command-line.ts';
import { capturePackages, captureSlurm, programFolder } from './environment.ts';
import { findSeed } from './find-seed.ts';
import { captureGit } from './git-state.ts';
import { captureGpus, findNvidiaSmi } from './gpus.ts';
import type { LoggerHost } from './host.ts';
import { type Json, type JsonMap, makeRecord } from './json-line.ts';
import { findProgramRepository, isInside } from './places.ts';
import { plainValue, textOf, type Warn } from './plain-value.ts';
import { redact, redactMap, redactText } from './redact.ts';

/** What a start record is made of. */
export interface StartOptions {
  name: string;
  params: ReadonlyMap<string, unknown>;
  tags: readonly string[];
  notes?: string | undefined;
  group?: string | undefined;
  job?: string | undefined;
  seed?: unknown;
  parent?: string | undefined;
  /** The rank, for a segment of a run that several processes write. */
  rank: number | undefined;
  /** The command that is told; by default this process's own. */
  command?: readonly string[] | undefined;
  /** The program's file. */
  script: string | undefined;
  captures: ReadonlySet<CaptureName>;
  /** The folder of experiments. */
  logs: string;
  host: LoggerHost;
  warn: Warn;
}

/** The fields of a start record after `event`, `time` and `resumed`, and the patch of what is not committed. */
export interface CapturedStart {
  fields: JsonMap;
  patch: string | undefined;
}

/** Gathers what a start record tells, its fields in their order. */
export function captureStart(options: StartOptions): CapturedStart {
  const { params, captures, host, logs, warn, script } = options;
  const cwd = host.cwd();
  const repository = findProgramRepository(cwd, script);
  const git = repository !== undefined && captures.has('git') ? captureGit(repository, logs, script) : undefined;
  const known = redact(plainValue(params, '', warn));
  const smi = captures.has('gpu') ? findNvidiaSmi(host.env) : undefined;
  const { devices, versions } = captureGpus(smi);
  const slurm = captures.has('slurm') ? captureSlurm(host.env) : undefined;
  const job = options.job ?? slurmJobName(slurm);
  const env = makeRecord({
    node: captures.has('node') ? process.versions.node : undefined,
    platform: captures.has('node') ? process.platform : undefined,
    packages: captures.has('packages') ? capturePackages(programFolder(script, cwd)) : undefined,
    ...Object.fromEntries(versions),
    cwd: captures.has('cwd') ? shownFolder(cwd, repository) : undefined,
    slurm,
  });
  const fields = makeRecord({
    name: options.name,
    params: known,
    tags: options.tags.length > 0 ? [...options.tags] : undefined,
    notes: text(options.notes),
    group: text(options.group),
    job: text(job),
    seed: seedOf(options.seed ?? findSeed(params)),
    parent: text(options.parent),
    git: git === undefined ? undefined : redactMap(git.state),
    command: captures.has('command') ? showCommand(options.command ?? ownCommand(), repository ?? cwd) : undefined,
    host: captures.has('host') ? hostname() : undefined,
    user: captures.has('user') ? userName() : undefined,
    env: env.size > 0 ? redactMap(env) : undefined,
    gpus: devices.length > 0 ? devices : undefined,
    schema: formatVersion,
    rank: options.rank,
    writer: host.token(8),
  });
  return { fields, patch: captures.has('patch') ? git?.patch : undefined };
}

function text(value: unknown): string | undefined {
  return value === undefined || value === null ? undefined : redactText(textOf(value));
}

function seedOf(seed: unknown): Json | undefined {
  if (seed === undefined || seed === null) return undefined;
  const known = plainValue(seed);
  return typeof known === 'number' || typeof known === 'bigint' || typeof known === 'string' ? known : textOf(known);
}

function slurmJobName(slurm: JsonMap | undefined): string | undefined {
  const [array, task, job] = ['array_job_id', 'array_task_id', 'job_id'].map((name) => slurm?.get(name));
  if (typeof array === 'string' && typeof task === 'string') return `${array}_${task}`;
  return typeof job === 'string' ? job : undefined;
}

function shownFolder(cwd: string, repository: string | undefined): string {
  const isBelow = repository !== undefined && isInside(cwd, repository);
  return !isBelow ? basename(cwd) : relative(repository, cwd).split(sep).join('/') || '.';
}

function userName(): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return undefined; // A container may have no name for its user.
  }
}
