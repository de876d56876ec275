import { chartKeys } from './chart-keys.ts';

/** What the address of the compare page says. */
export interface CompareState {
  /** Run ids in the order they are shown, each once. */
  runIds: string[];
  /** A filter that chooses runs beside those named; empty for none. */
  where: string;
  /** Experiments, or folders of them, that the filter looks through; without a filter all their runs are chosen. */
  experiments: string[];
  /** Views that experiments keep, as `EXPERIMENT:NAME`; each brings the runs that it shows. */
  views: string[];
  /** Runs that a filter or a view would bring and that are left out. */
  leftOut: string[];
  /** The run that others are held against; undefined for the declared or first one. */
  baselineId: string | undefined;
  /** Params that are equal everywhere are shown too. */
  isAllParams: boolean;
  /** Metrics to show, in order; empty for those shared. */
  metrics: string[];
  /** What groups of seeds are formed by; empty for what the experiments declare. */
  groupedBy: string[];
  /** The group that others are held against, by its name. */
  groupBaseline: string | undefined;
  /** Words on what was not understood, for the person. */
  ignored: string[];
}

const knownKeys = new Set<string>([
  'run',
  'where',
  'e',
  'view',
  'not',
  'base',
  'diff',
  'm',
  'seeds',
  'vs',
  'find',
  'panel',
  'step',
  ...chartKeys,
]);

/** Keys of the page's own that stay as they are when the choice of runs changes. */
const keptKeys: ReadonlySet<string> = new Set([...chartKeys, 'find', 'step']);

/** The keys that a long link has behind its hash. */
const hashStart = /^#(?:run|where|e|view|not|base|m)=/;

/** Reads the query, or behind a long link the hash. Any text is taken; nothing here can throw. */
export function parseCompareState({ search, hash }: { search: string; hash: string }): CompareState {
  const fromHash = new URLSearchParams(hashStart.test(hash) ? hash.slice(1) : '');
  const entries = [...new URLSearchParams(search), ...fromHash];
  const all = (key: string) => [
    ...new Set(entries.filter(([name, value]) => name === key && value !== '').map(([, v]) => v)),
  ];
  const diff = all('diff')[0];
  const ignored = entries.filter(([name]) => !knownKeys.has(name)).map(([name, value]) => `${name}=${value}`);
  if (diff !== undefined && diff !== 'all') ignored.push(`diff=${diff}`);
  const [where = '', ...more] = all('where');
  ignored.push(...more.map((text) => `where=${text}`));
  return {
    runIds: all('run'),
    where: where.trim(),
    experiments: all('e'),
    views: all('view'),
    leftOut: all('not'),
    baselineId: all('base')[0],
    isAllParams: diff === 'all',
    metrics: all('m'),
    groupedBy: all('seeds'),
    groupBaseline: all('vs')[0],
    ignored,
  };
}

/** True where runs are chosen by something else than their ids. */
export function isChosenByRule({ where, experiments, views }: CompareState): boolean {
  return where !== '' || experiments.length > 0 || views.length > 0;
}

/** The address of a state: the query, or the hash where the query would pass 2,000 characters. Defaults are left out. What `search`
 * says of the charts stays, in its order. */
export function formatCompareState(
  state: CompareState,
  { search = '' }: { search?: string } = {},
): { search: string; hash: string; isLong: boolean } {
  const query = new URLSearchParams();
  const put = (key: string, values: readonly (string | undefined)[]) => {
    for (const value of values) if (value !== undefined && value !== '') query.append(key, value);
  };
  put('run', state.runIds);
  put('where', [state.where]);
  put('e', state.experiments);
  put('view', state.views);
  put('not', isChosenByRule(state) ? state.leftOut : []);
  put('base', [state.baselineId]);
  put('diff', [state.isAllParams ? 'all' : undefined]);
  put('m', state.metrics);
  put('seeds', state.groupedBy);
  put('vs', [state.groupBaseline]);
  const charts = [...new URLSearchParams(search)].filter(([key]) => keptKeys.has(key));
  for (const [key, value] of charts) query.append(key, value);
  const text = query.toString().replaceAll('%2F', '/');
  if (text === '') return { search: '', hash: '', isLong: false };
  return text.length > 2000
    ? { search: '', hash: `#${text}`, isLong: true }
    : { search: `?${text}`, hash: '', isLong: false };
}
