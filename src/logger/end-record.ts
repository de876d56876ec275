import { errorRecord, isError } from './error-record.ts';
import type { Json, JsonMap } from './json-line.ts';
import { plainValue, textOf, topLevel, type Warn } from './plain-value.ts';
import type { FinishOptions } from './process-end.ts';
import { redact, redactText } from './redact.ts';

/** What a run knows of itself when it ends. */
export interface EndFacts {
  /** The signal that came last; undefined without one. */
  signal: number | undefined;
  /** Final values that were set before. */
  metrics: JsonMap;
  /** Since the start record; undefined where another process wrote that. */
  elapsedSeconds: number | undefined;
  energyKwh: number | undefined;
  dropped: number;
  /** Whether the error and the exit code are told. */
  captures: ReadonlySet<string>;
  /** The folder that paths of an error are told from. */
  base: string;
  warn: Warn;
}

/** The fields of an end record in their order; `time` is the time of the end. */
export function endFields(
  { exitCode, status, error, metrics }: FinishOptions,
  { signal, captures, base, warn, ...facts }: EndFacts,
  time: string,
): Record<string, Json | undefined> {
  const hasError = error !== undefined && error !== null;
  let word = status ?? (signal !== undefined ? 'killed' : hasError || exitCode ? 'failed' : 'finished');
  if (!['finished', 'failed', 'killed'].includes(word)) {
    warn('status', `is "finished", "failed" or "killed", not "${word}"; "failed" is written`);
    word = 'failed';
  }
  const killedBy = signal === undefined ? undefined : 128 + signal;
  const code = exitCode ?? (word === 'finished' ? 0 : word === 'failed' ? 1 : killedBy);
  const final: JsonMap = new Map(facts.metrics);
  const given = redact(plainValue(topLevel(metrics), '', warn));
  if (given instanceof Map) for (const [name, value] of given) final.set(name, value);
  let told: Json | undefined;
  if (hasError && captures.has('error')) {
    told = isError(error) ? errorRecord(error, base) : redactText(textOf(error));
  }
  return {
    event: 'end',
    status: word,
    time,
    metrics: final.size > 0 ? final : undefined,
    exit_code: captures.has('exit') ? code : undefined,
    error: told,
    elapsed: facts.elapsedSeconds === undefined ? undefined : Math.round(facts.elapsedSeconds * 1000) / 1000,
    energy_kwh: captures.has('energy') ? facts.energyKwh : undefined,
    dropped: facts.dropped || undefined,
  };
}
