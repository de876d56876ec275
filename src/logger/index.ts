import type { Artifact } from './artifact.ts';
import { current } from './current-run.ts';
import { realHost } from './host.ts';
import type { TagChange } from './labels.ts';
import type { MetricDefinition } from './metric-definitions.ts';
import type { FinishOptions } from './process-end.ts';
import type { Run } from './run.ts';
import type { ArtifactOptions, LogOptions } from './run-parts.ts';

export { Artifact } from './artifact.ts';
export { type Capture, type CaptureName, captureNames } from './capture-names.ts';
export type { Config } from './config.ts';
export { current } from './current-run.ts';
export type { LogFileSystem, OpenFileState } from './file-system.ts';
export { type CountedHistogram, Histogram } from './histogram.ts';
export type { LoggerHost } from './host.ts';
export { Image, type Pixels } from './image.ts';
export { type InitOptions, init } from './init.ts';
export type { TagChange } from './labels.ts';
export type { MetricDefinition } from './metric-definitions.ts';
export type { FinishOptions } from './process-end.ts';
export type { Run } from './run.ts';
export type { ArtifactOptions, LogOptions } from './run-parts.ts';
export type { Summary } from './summary.ts';
export { Table, type TableOptions } from './table.ts';
export { track } from './track.ts';

/** The current run, or undefined with one warning for each call that came before `init`. */
function need(what: string): Run | undefined {
  const run = current();
  if (run === undefined) {
    realHost.speaker.warn(`${what} was called before init; nothing was written.`, `${what} before init`);
  }
  return run;
}

/** `Run.log` of the current run. */
export function log(data: object, options?: LogOptions): void {
  need('log')?.log(data, options);
}

/** `Run.message` of the current run. */
export function message(text: unknown, level?: string): void {
  need('message')?.message(text, level);
}

/** `Run.note` of the current run. */
export function note(text: unknown): void {
  need('note')?.note(text);
}

/** `Run.tag` of the current run. */
export function tag(change: TagChange): void {
  need('tag')?.tag(change);
}

/** `Run.archive` of the current run. */
export function archive(reason?: unknown, options?: { archived?: boolean }): void {
  need('archive')?.archive(reason, options);
}

/** `Run.alert` of the current run. */
export function alert(title: unknown, text?: unknown, level?: string): void {
  need('alert')?.alert(title, text, level);
}

/** `Run.defineMetric` of the current run. */
export function defineMetric(name: string, definition?: MetricDefinition): void {
  need('defineMetric')?.defineMetric(name, definition);
}

/** `Run.logArtifact` of the current run. */
export function logArtifact(artifact: Artifact | string | URL, options?: ArtifactOptions): void {
  need('logArtifact')?.logArtifact(artifact, options);
}

/** `Run.save` of the current run. */
export function save(pattern: string, options?: { base?: string }): void {
  need('save')?.save(pattern, options);
}

/** `Run.finish` of the current run, if there is one. */
export function finish(options?: FinishOptions): void {
  current()?.finish(options);
}
