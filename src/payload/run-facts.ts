import { asList, maybeNumber } from './plain-values.ts';
import { Positions } from './positions.ts';
import { asRecord } from './series-payload.ts';

/** A name and what stands beside it. */
export type NamedText = readonly [name: string, text: string];

/** What is known of a run beside its params and metrics, as far as runs are held against each other by it. */
export interface RunFacts {
  runId: string;
  /** Software and hardware in the order of the log: Python, CUDA, GPUs and what else was said; without host, user and job. */
  environment: readonly NamedText[];
  /** Packages and their versions, by name. */
  packages: readonly NamedText[];
  command: string | undefined;
  /** Why it failed, in the log's own words. */
  error: string | undefined;
  /** True where something was not committed when it began. */
  isDirty: boolean | undefined;
  /** Address of the commit on the forge. */
  commitUrl: string | undefined;
  /** Address of the kept patch, without the base. */
  patchUrl: string | undefined;
  /** GPUs times hours. */
  gpuHours: number | undefined;
  energyKwh: number | undefined;
  peakMemoryBytes: number | undefined;
  /** Address of the run's `run-parts` payload, without the base; undefined where it has no such parts. */
  partsUrl: string | undefined;
}

const texts = ['command', 'error', 'commitUrl', 'patchUrl', 'partsUrl'] as const;
const numbers = ['gpuHours', 'energyKwh', 'peakMemoryBytes'] as const;

/**
 * Encodes the facts of an experiment's runs as strict JSON. What runs have in common (a machine, a list of packages, a command) is
 * written once and named by its position.
 */
export function encodeRunFacts(experiment: string, runs: readonly RunFacts[]): string {
  const lists = new Positions();
  const words = new Positions();
  const encoded = runs.map((run) => {
    const own: Record<string, unknown> = { id: run.runId };
    if (run.environment.length > 0) own.environment = lists.of(JSON.stringify(run.environment));
    if (run.packages.length > 0) own.packages = lists.of(JSON.stringify(run.packages));
    for (const name of texts) if (run[name] !== undefined) own[name] = words.of(run[name]);
    for (const name of numbers) if (run[name] !== undefined && Number.isFinite(run[name])) own[name] = run[name];
    if (run.isDirty !== undefined) own.isDirty = run.isDirty;
    return own;
  });
  return JSON.stringify({
    kind: 'run-facts',
    experiment,
    lists: lists.list.map((text) => JSON.parse(text) as unknown),
    texts: words.list,
    runs: encoded,
  });
}

/** Reads what `encodeRunFacts` wrote, by run id. Throws an `Error` when the text is not such a payload. */
export function decodeRunFacts(text: string): Map<string, RunFacts> {
  const payload = asRecord(JSON.parse(text));
  if (payload.kind !== 'run-facts') throw new Error('This file does not hold the facts of runs.');
  const lists = asList(payload.lists).map((list) =>
    asList(list)
      .map(asList)
      .map(([name, value]): NamedText => [String(name), String(value)]),
  );
  const words = asList(payload.texts).map(String);
  return new Map(
    asList(payload.runs).map((item): [string, RunFacts] => {
      const own = asRecord(item);
      const list = (name: string) => (typeof own[name] === 'number' ? (lists[own[name]] ?? []) : []);
      const word = (name: (typeof texts)[number]) => (typeof own[name] === 'number' ? words[own[name]] : undefined);
      const runId = String(own.id);
      const facts: RunFacts = {
        runId,
        environment: list('environment'),
        packages: list('packages'),
        command: word('command'),
        error: word('error'),
        isDirty: typeof own.isDirty === 'boolean' ? own.isDirty : undefined,
        commitUrl: word('commitUrl'),
        patchUrl: word('patchUrl'),
        gpuHours: maybeNumber(own.gpuHours),
        energyKwh: maybeNumber(own.energyKwh),
        peakMemoryBytes: maybeNumber(own.peakMemoryBytes),
        partsUrl: word('partsUrl'),
      };
      return [runId, facts];
    }),
  );
}
