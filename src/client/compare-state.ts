import { chartKeys } from './chart-keys.ts';

/** What the address of the compare page says. */
export interface CompareState {
  /** Run ids in the order they are shown, each once. */
  runIds: string[];
  /** The run that others are held against; undefined for the declared or first one. */
  baselineId: string | undefined;
  /** Params that are equal everywhere are shown too. */
  isAllParams: boolean;
  /** Metrics to show, in order; empty for those shared. */
  metrics: string[];
  /** Words on what was not understood, for the person. */
  ignored: string[];
}

const knownKeys = new Set<string>(['run', 'base', 'diff', 'm', ...chartKeys, 'find']);

/** Reads the query, or behind a long link the hash. Any text is taken; nothing here can throw. */
export function parseCompareState({ search, hash }: { search: string; hash: string }): CompareState {
  const fromHash = new URLSearchParams(hash.includes('run=') ? hash.slice(1) : '');
  const entries = [...new URLSearchParams(search), ...fromHash];
  const all = (key: string) => [
    ...new Set(entries.filter(([name, value]) => name === key && value !== '').map(([, v]) => v)),
  ];
  const diff = all('diff')[0];
  const ignored = entries.filter(([name]) => !knownKeys.has(name)).map(([name, value]) => `${name}=${value}`);
  if (diff !== undefined && diff !== 'all') ignored.push(`diff=${diff}`);
  return { runIds: all('run'), baselineId: all('base')[0], isAllParams: diff === 'all', metrics: all('m'), ignored };
}

/** The address of a state: the query, or the hash where the query would pass 2,000 characters. Defaults are left out. What `search`
 * says of the charts stays, in its order. */
export function formatCompareState(
  state: CompareState,
  { search = '' }: { search?: string } = {},
): { search: string; hash: string; isLong: boolean } {
  const query = new URLSearchParams();
  for (const runId of state.runIds) query.append('run', runId);
  if (state.baselineId !== undefined) query.set('base', state.baselineId);
  if (state.isAllParams) query.set('diff', 'all');
  for (const metric of state.metrics) query.append('m', metric);
  const charts = [...new URLSearchParams(search)].filter(([key]) => (chartKeys as ReadonlySet<string>).has(key));
  for (const [key, value] of charts) query.append(key, value);
  const text = query.toString().replaceAll('%2F', '/');
  if (text === '') return { search: '', hash: '', isLong: false };
  return text.length > 2000
    ? { search: '', hash: `#${text}`, isLong: true }
    : { search: `?${text}`, hash: '', isLong: false };
}
