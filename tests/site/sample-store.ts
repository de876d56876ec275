import type { JsonValue } from '../../src/format/scalars.ts';
import type { MetricSummary } from '../../src/series/metric-summary.ts';
import { choosePrimary } from '../../src/series/primary-metric.ts';
import type { Experiment } from '../../src/store/experiment.ts';
import type { Run } from '../../src/store/run.ts';
import type { Store } from '../../src/store/store.ts';

/** Figures of a metric whose values are `values` at steps 0, 1, 2 … */
export function summaryOf(...values: number[]): MetricSummary {
  const finite = values.filter(Number.isFinite);
  const min = finite.length === 0 ? undefined : Math.min(...finite);
  const max = finite.length === 0 ? undefined : Math.max(...finite);
  const oddAt = values.findIndex((value) => !Number.isFinite(value));
  return {
    last: values.at(-1) ?? Number.NaN,
    lastStep: values.length - 1,
    lastFinite: finite.at(-1),
    min,
    minStep: min === undefined ? undefined : values.indexOf(min),
    max,
    maxStep: max === undefined ? undefined : values.indexOf(max),
    mean: finite.length === 0 ? undefined : finite.reduce((sum, value) => sum + value, 0) / finite.length,
    count: values.length,
    nonFinite: values.length - finite.length,
    firstNonFiniteStep: oddAt === -1 ? undefined : oddAt,
    stepsBack: 0,
    stepsRepeated: 0,
    first: values[0] ?? Number.NaN,
    firstStep: 0,
  };
}

/** A finished run with nothing in it but what is given. */
export function makeRun(
  id: string,
  {
    metrics = {},
    params = {},
    ...rest
  }: Partial<Omit<Run, 'metrics' | 'params'>> & {
    metrics?: Record<string, number[]>;
    params?: Record<string, JsonValue>;
  } = {},
): Run {
  const slash = id.lastIndexOf('/');
  return {
    id,
    experiment: id.slice(0, slash),
    run: id.slice(slash + 1),
    name: id.slice(slash + 1),
    state: 'finished',
    lastRecordMs: undefined,
    startedAtMs: undefined,
    endedAtMs: undefined,
    durationMs: undefined,
    diverged: undefined,
    params: new Map(Object.entries(params)),
    paramChanges: [],
    paramTexts: new Map(),
    tags: [],
    notes: [],
    group: undefined,
    job: undefined,
    seed: undefined,
    parent: undefined,
    git: undefined,
    command: undefined,
    host: undefined,
    user: undefined,
    env: undefined,
    gpus: undefined,
    exitCode: undefined,
    error: undefined,
    resumes: 0,
    archived: false,
    archiveReason: undefined,
    metrics: new Map(Object.entries(metrics).map(([name, values]) => [name, summaryOf(...values)])),
    system: new Map(),
    texts: new Map(),
    stepKey: undefined,
    logLines: [],
    logLineCount: 0,
    alerts: [],
    artifacts: [],
    histograms: [],
    tables: [],
    files: [{ path: `experiments/${id}.jsonl`, sizeBytes: 10, storedBytes: 10, lines: 1 }],
    edits: [],
    recordCount: 1,
    charactersByKind: new Map(),
    ...rest,
  };
}

/** A store of these runs, each experiment with the settings given for it. */
export function makeStore(
  runs: readonly Run[],
  settings: Record<string, Partial<Experiment>> = {},
  rest: Partial<Store> = {},
): Store {
  const ids = new Set([...runs.map(({ experiment }) => experiment), ...Object.keys(settings)]);
  const experiments = [...ids].map((id): [string, Experiment] => {
    const own = runs.filter(({ experiment }) => experiment === id);
    const given = settings[id] ?? {};
    const counts = new Map<string, number>();
    for (const run of own) for (const name of run.metrics.keys()) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [
      id,
      {
        id,
        title: given.settings?.title ?? id,
        settings: {},
        settingsPath: undefined,
        metricSettings: new Map(),
        readme: undefined,
        archived: false,
        runIds: own.map((run) => run.id),
        primary: choosePrimary(given.metricSettings ?? new Map(), counts),
        bestRunId: undefined,
        lastActivityMs: undefined,
        ...given,
      },
    ];
  });
  return {
    root: '/nowhere',
    settings: {},
    experiments: new Map(experiments),
    runs: new Map(runs.map((run) => [run.id, run])),
    views: new Map(),
    diagnostics: [],
    fileCount: runs.length,
    settingsBroken: false,
    secretsByFile: new Map(),
    history: 'unasked',
    readSeries: () => Promise.reject(new Error('this store has no logs')),
    ...rest,
  };
}
