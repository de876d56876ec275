import { formatNumber } from '../charts/format-number.ts';
import { type CatalogueEntry, catalogue } from '../diagnostics/catalogue.ts';
import { showValue } from '../payload/param-value.ts';
import type { Experiment } from '../store/experiment.ts';
import { goalOf } from '../store/metric-goal.ts';
import type { Run } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import type { ViewPage } from '../store/view-page.ts';
import { firstLine } from './markdown.ts';
import type { SiteUrls } from './urls.ts';
import { rankedFigure, summaryFigure } from './views/metric-values.ts';
import { isoTime } from './views/time-text.ts';

/** A record for the search index. Addresses carry no base path. */
export interface SearchRecord {
  url: string;
  content: string;
  language: 'en';
  meta: Record<string, string>;
  filters: Record<string, string[]>;
  sort: Record<string, string>;
}

const noDate = '0000-00-00T00:00:00.000Z';

/** Gives one record an experiment, a run, a run's notes, a view and a page of the guide. Archived ones are marked by a filter. */
export function* searchRecords(store: Store, urls: SiteUrls): Generator<SearchRecord> {
  for (const experiment of store.experiments.values()) yield experimentRecord(store, experiment, urls);
  for (const run of store.runs.values()) {
    const experiment = store.experiments.get(run.experiment);
    yield runRecord(run, experiment, urls);
    if (run.notes.length > 0) yield noteRecord(run, experiment, urls);
  }
  for (const view of store.views.values()) yield viewRecord(view, urls);
  for (const [code, entry] of Object.entries<CatalogueEntry>(catalogue)) {
    yield {
      ...record(urls.diagnosticCode(code), [spellings(code), entry.title, entry.meaning, entry.mend]),
      meta: { title: code, kind: 'Page' },
      filters: { kind: ['Page'] },
    };
  }
  yield {
    ...record(urls.format(), [
      'The log format: records, fields, experiment.yaml, _site.yaml, JSON lines, Python example',
    ]),
    meta: { title: 'The log format', kind: 'Page' },
    filters: { kind: ['Page'] },
  };
}

function record(url: string, parts: (string | undefined)[], timeMs?: number): SearchRecord {
  return {
    url,
    content: parts
      .flatMap((part) => (part === undefined || part.trim() === '' ? [] : [part.trim().replace(/[.;,]$/, '')]))
      .join('. ')
      .toWellFormed(),
    language: 'en',
    meta: {},
    filters: {},
    sort: { date: timeMs === undefined ? noDate : isoTime(timeMs) },
  };
}

function experimentRecord(store: Store, experiment: Experiment, urls: SiteUrls): SearchRecord {
  const { settings } = experiment;
  const best = experiment.bestRunId === undefined ? undefined : store.runs.get(experiment.bestRunId);
  return {
    ...record(
      urls.experiment(experiment.id),
      [
        settings.conclusion,
        settings.hypothesis,
        settings.description,
        settings.owner,
        settings.tags?.join(', '),
        experiment.readme?.slice(0, 20_000),
        [...experiment.metricSettings.keys()].join(', '),
        experiment.title,
        spellings(experiment.id),
      ],
      experiment.lastActivityMs,
    ),
    meta: {
      title: experiment.title,
      kind: 'Experiment',
      experiment: experiment.id,
      ...(best === undefined ? {} : { value: bestText(best, experiment) ?? '' }),
    },
    filters: {
      kind: ['Experiment'],
      experiment: [experiment.id],
      ...(settings.tags === undefined || settings.tags.length === 0 ? {} : { tag: settings.tags }),
      ...(experiment.archived ? { archived: ['archived'] } : {}),
    },
  };
}

function runRecord(run: Run, experiment: Experiment | undefined, urls: SiteUrls): SearchRecord {
  const params = [...run.params].flatMap(([key, value]) => paramSpellings(key, showValue(value).slice(0, 200)));
  const value = primaryText(run, experiment);
  return {
    ...record(
      urls.run(run.id),
      [
        value,
        [...run.params].map(([key, param]) => `${key}=${showValue(param).slice(0, 200)}`).join(', '),
        run.tags.join(', '),
        run.error?.slice(0, 2000),
        run.git?.commit === undefined ? undefined : `commit ${run.git.commit} ${run.git.commit.slice(0, 7)}`,
        run.git?.branch ?? undefined,
        run.host,
        run.user,
        run.group,
        run.command?.slice(0, 1000),
        run.alerts.map(({ title, text }) => `${title} ${text ?? ''}`).join('. '),
        [...run.metrics.keys()].slice(0, 100).join(', '),
        statusText(run),
        params.join(', '),
        run.name,
        spellings(run.id),
      ],
      run.lastRecordMs ?? run.startedAtMs,
    ),
    meta: {
      title: run.name,
      kind: 'Run',
      experiment: run.experiment,
      status: statusText(run),
      ...(value === undefined ? {} : { value }),
    },
    filters: runFilters('Run', run),
  };
}

function noteRecord(run: Run, experiment: Experiment | undefined, urls: SiteUrls): SearchRecord {
  const text = run.notes.map((note) => note.text).join('\n\n');
  return {
    ...record(`${urls.run(run.id)}#notes`, [text.slice(0, 20_000)], run.lastRecordMs ?? run.startedAtMs),
    meta: {
      title: `${run.name}: ${firstLine(text, 60) ?? 'notes'}`,
      kind: 'Note',
      experiment: experiment?.id ?? run.experiment,
      status: statusText(run),
    },
    filters: runFilters('Note', run),
  };
}

function viewRecord({ name, title, settings, runs }: ViewPage, urls: SiteUrls): SearchRecord {
  const experiments = [...new Set(runs.map(({ run }) => run.experiment))];
  return {
    ...record(urls.views(name), [
      settings.description,
      `${settings.kind ?? 'leaderboard'} view`,
      settings.metric,
      settings.metrics?.join(', '),
      experiments.slice(0, 50).join(', '),
      title,
      spellings(name),
    ]),
    meta: { title, kind: 'Page' },
    filters: { kind: ['Page'] },
  };
}

function runFilters(kind: string, run: Run): Record<string, string[]> {
  return {
    kind: [kind],
    experiment: [run.experiment],
    status: run.diverged === undefined ? [statusText(run)] : [statusText(run), 'diverged'],
    ...(run.tags.length === 0 ? {} : { tag: run.tags }),
    ...(run.archived ? { archived: ['archived'] } : {}),
  };
}

/** Status as far as the log tells: a clock has no say in an index. */
function statusText(run: Run): string {
  return run.state === 'open' ? 'no end recorded' : run.state;
}

function bestText(best: Run, experiment: Experiment): string | undefined {
  const primary = experiment.primary[0];
  const summary = primary && best.metrics.get(primary.name);
  if (primary === undefined || summary === undefined) return undefined;
  const settings = experiment.metricSettings.get(primary.name);
  const figure = rankedFigure(summary, settings, primary.goal);
  return figure && `best ${settings?.label ?? primary.name} ${formatNumber(figure.value)}`;
}

function primaryText(run: Run, experiment: Experiment | undefined): string | undefined {
  const primary = experiment?.primary.find(({ name }) => run.metrics.has(name));
  const summary = primary && run.metrics.get(primary.name);
  if (primary === undefined || summary === undefined) return undefined;
  const settings = experiment?.metricSettings.get(primary.name);
  const figure = summaryFigure(summary, settings?.summary, goalOf(experiment, primary.name));
  return `${settings?.label ?? primary.name} ${formatNumber(figure.value)}`;
}

/** An id as people type it: `digits/lr-0.1_s0 digits lr 0.1 s0 lr_0.1-s0`. */
function spellings(id: string): string {
  const words = id.split(/[/_-]+/).filter((word) => word !== '');
  const swapped = id.replace(/[_-]/g, (mark) => (mark === '_' ? '-' : '_'));
  return [...new Set([id, id.split('/').at(-1) ?? id, words.join(' '), swapped])].join(' ');
}

/** A param as people type it: `lr=0.001 lr 0.001 lr 1e-3`. */
function paramSpellings(key: string, value: string): string[] {
  const last = key.split('.').at(-1) ?? key;
  const forms = [`${last} ${value}`];
  if (last !== key) forms.push(`${last}=${value}`);
  const number = Number(value);
  if (value !== '' && Number.isFinite(number) && number !== 0 && (Math.abs(number) < 0.01 || Math.abs(number) >= 1e5)) {
    forms.push(`${last} ${number.toExponential().replace('e+', 'e')}`);
  }
  return forms;
}
