import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { type OpenOptions, openStore } from '../../src/store/open-store.ts';
import type { Run } from '../../src/store/run.ts';
import type { RunSeries, Store } from '../../src/store/store.ts';

/** Text or bytes by path below `experiments/`: `{'a/runs/x.jsonl': '{"loss":1}\n'}`. */
export type LogFiles = Readonly<Record<string, string | Uint8Array>>;

let base: string | undefined;
let count = 0;

afterAll(() => {
  if (base !== undefined) rmSync(base, { recursive: true, force: true });
  base = undefined;
});

/** Writes a fresh root folder with `experiments/` and the files given; it goes when the test file is done. */
export function writeLogs(files: LogFiles): string {
  base ??= mkdtempSync(join(tmpdir(), 'runfolio-test-'));
  count += 1;
  const root = join(base, String(count));
  mkdirSync(join(root, 'experiments'), { recursive: true });
  addLogs(root, files);
  return root;
}

/** Writes further files below a root's `experiments/`. */
export function addLogs(root: string, files: LogFiles): void {
  for (const [path, content] of Object.entries(files)) {
    const absolute = join(root, 'experiments', path);
    mkdirSync(dirname(absolute), { recursive: true });
    writeFileSync(absolute, content);
  }
}

/** Writes a root with the files given and opens its store. */
export async function openLogs(files: LogFiles, options: OpenOptions = {}): Promise<Store> {
  return await openStore(writeLogs(files), options);
}

/** A lone run and what was told of it. */
export interface OpenedRun {
  run: Run;
  store: Store;
  diagnostics: Diagnostic[];
  /** `1:9 warning step-not-a-number` for each diagnostic of the log, in order. */
  told: string[];
  series: () => Promise<RunSeries>;
}

/** Reads one log `e/runs/x.jsonl`, given as its records (a line each, as compact JSON) or as text or bytes. */
export async function openRun(
  content: readonly object[] | string | Uint8Array,
  { settings, ...options }: OpenOptions & { settings?: string } = {},
): Promise<OpenedRun> {
  const log = Array.isArray(content) ? lines(...(content as object[])) : (content as string | Uint8Array);
  const files = { 'e/runs/x.jsonl': log, ...(settings === undefined ? {} : { 'e/experiment.yaml': settings }) };
  return pickRun(await openLogs(files, options), 'e/x');
}

/** Picks a run out of a store; throws when it is not there. */
export function pickRun(store: Store, id: string): OpenedRun {
  const run = store.runs.get(id);
  if (run === undefined) throw new Error(`There is no run ${id}; there are: ${[...store.runs.keys()].join(', ')}`);
  return {
    run,
    store,
    diagnostics: store.diagnostics,
    told: store.diagnostics.map(({ line, column, severity, code }) => `${line}:${column} ${severity} ${code}`),
    series: () => store.readSeries(id),
  };
}

/** Records as JSON lines. */
export function lines(...records: readonly object[]): string {
  return records.map((record) => `${JSON.stringify(record)}\n`).join('');
}

/** `a/runs/x.jsonl:1:9 warning step-not-a-number` for each diagnostic; the path is below `experiments/`. */
export function tell(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(
    ({ file, line, column, severity, code }) =>
      `${file.replace(/^experiments\//, '')}:${line}:${column} ${severity} ${code}`,
  );
}

/** The one diagnostic with a code; throws when there is none or there are more. */
export function only(diagnostics: readonly Diagnostic[], code: string): Diagnostic {
  const found = diagnostics.filter((diagnostic) => diagnostic.code === code);
  const [first] = found;
  if (first === undefined || found.length > 1) {
    throw new Error(`Expected one "${code}", found ${found.length} among: ${tell(diagnostics).join('; ') || 'none'}`);
  }
  return first;
}

/** Last values by metric name, as a plain object. */
export function lastValues(run: Run): Record<string, number> {
  return Object.fromEntries([...run.metrics].map(([name, summary]) => [name, summary.last]));
}

const dataFolder = fileURLToPath(new URL('../../../shared/data/', import.meta.url));

/** Absolute path of a folder of the shared data, or undefined where the machine has none. */
export function sharedData(path: string): string | undefined {
  const folder = join(dataFolder, path);
  return existsSync(folder) ? folder : undefined;
}
