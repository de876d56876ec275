import { closest, distance } from 'fastest-levenshtein';
import type { DiagnosticCode } from '../diagnostics/catalogue.ts';
import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import { runStatus } from '../series/run-status.ts';
import type { Experiment } from './experiment.ts';
import { faultText, filterEntries } from './filter-entries.ts';
import { experimentTest } from './match-experiments.ts';
import type { ReadViewPage } from './read-view-page.ts';
import type { Run } from './run.ts';
import { namesOf, type RunEntry, runEntry } from './run-entry.ts';
import { findRunField, type RunField } from './run-field.ts';
import { baselineRun, baselineText, groupLabels, isBaselineGroup } from './view-baseline.ts';
import type { ViewPage } from './view-page.ts';

/** What views choose from. */
export interface ViewSources {
  experiments: ReadonlyMap<string, Experiment>;
  runs: ReadonlyMap<string, Run>;
  clock: { nowMs: number; crashedAfterMs: number };
  diagnostics: DiagnosticList;
}

type Report = (code: DiagnosticCode, at: readonly PropertyKey[], message: string, offset?: number) => void;

/** Finds the runs that a view is about, and reports what it names that none of them has, each at its place. */
export function resolveViewPage(read: ReadViewPage, { experiments, runs, clock, diagnostics }: ViewSources): ViewPage {
  const { name, path, settings, positionOf, isBroken } = read;
  const report: Report = (code, at, message, offset) =>
    diagnostics.add({
      code,
      file: path,
      ...positionOf(at, offset === undefined ? {} : { at: offset }),
      message,
      fold: null,
    });
  const chosen = chooseExperiments(settings.experiments, experiments, report);
  const candidates = chosen.flatMap((experiment) =>
    experiment.runIds.flatMap((id) => {
      const run = runs.get(id);
      return run === undefined ? [] : [runEntry(run, experiment, runStatus(run, clock))];
    }),
  );
  const view: ViewPage = { name, path, title: settings.title ?? name, settings, runs: [], fault: undefined };
  if (isBroken) return { ...view, fault: 'The file cannot be read.' };
  const filtered = filterRuns(candidates, settings.where, { nowMs: clock.nowMs, report });
  view.runs = filtered.runs;
  view.fault = filtered.fault;
  if (view.runs.length === 0) {
    if (view.fault === undefined)
      report(
        'view-without-runs',
        settings.where === undefined ? ['experiments'] : ['where'],
        candidates.length === 0
          ? 'The experiments of this view have no runs.'
          : `None of ${candidates.length === 1 ? '1 run passes' : `${candidates.length} runs pass`} this view.`,
      );
    return view;
  }
  checkNames(view, report);
  return view;
}

/** The experiments that a view names, archived ones only by their very id; all others where it names none. */
function chooseExperiments(
  patterns: readonly string[] | undefined,
  experiments: ReadonlyMap<string, Experiment>,
  report: Report,
): Experiment[] {
  const all = [...experiments.values()];
  if (patterns === undefined) return all;
  const chosen = new Set<Experiment>();
  for (const [index, pattern] of patterns.entries()) {
    const test = experimentTest(pattern);
    const matching = all.filter(({ id }) => test(id));
    for (const experiment of matching) chosen.add(experiment);
    if (matching.length === 0)
      report(
        'unknown-view-name',
        ['experiments', index],
        `There is no experiment "${pattern}".${nearest(
          pattern,
          all.map(({ id }) => id),
        )}`,
      );
  }
  return all.filter((experiment) => chosen.has(experiment));
}

function filterRuns(
  candidates: readonly RunEntry[],
  where: string | undefined,
  { nowMs, report }: { nowMs: number; report: Report },
): { runs: RunEntry[]; fault: string | undefined } {
  const isPutAway = ({ run, experiment }: RunEntry): boolean => run.archived || experiment.archived;
  if (where === undefined) return { runs: candidates.filter((entry) => !isPutAway(entry)), fault: undefined };
  const filtered = filterEntries(candidates, where, { nowMs, isPutAway });
  if (filtered.ok) return { runs: filtered.passed, fault: undefined };
  const { isUnknownName = false, offset } = filtered.fault;
  if (isUnknownName && candidates.length === 0) return { runs: [], fault: undefined };
  const text = faultText(filtered.fault);
  report(isUnknownName ? 'unknown-view-name' : 'filter-invalid', ['where'], text, offset);
  return { runs: [], fault: `The filter cannot be used. ${text}` };
}

/** Warns of metrics, params and a baseline that none of the view's runs has. */
function checkNames({ settings, runs }: ViewPage, report: Report): void {
  const names = namesOf(runs);
  const { metric, metrics = [], rows = [], columns = [], group_by: groupBy = [], baseline } = settings;
  const asked: [name: string, at: PropertyKey[]][] = metrics.map((own, i) => [own, ['metrics', i]]);
  if (metric !== undefined) asked.unshift([metric, ['metric']]);
  for (const [own, at] of asked)
    if (!names.metrics.has(own))
      report('unknown-view-name', at, `No run of the view has the metric "${own}".${nearest(own, names.metrics)}`);
  for (const [key, list] of Object.entries({ rows, columns, group_by: groupBy })) {
    for (const [index, own] of list.entries()) {
      const found = findRunField(own, names);
      if (!found.ok) {
        const guess = found.unknown.nearest === undefined ? '' : ` Did you mean "${found.unknown.nearest}"?`;
        report('unknown-view-name', [key, index], `No run of the view has a field or param "${own}".${guess}`);
      } else if (found.field.kind === 'metric')
        report('unknown-view-name', [key, index], `"${own}" is a metric; groups are formed by params and fields.`);
    }
  }
  if (baseline === undefined || settings.kind !== 'ablation' || baselineRun(baseline, runs) !== undefined) return;
  const fieldsOf = (keys: readonly string[]): RunField[] =>
    keys.flatMap((key) => {
      const found = findRunField(key, names);
      return found.ok ? [found.field] : [];
    });
  const stated = fieldsOf(rows.length > 0 ? rows : groupBy);
  const across = fieldsOf(columns);
  const isThere = runs.some((run) =>
    [stated, [...stated, ...across]].some((keys) => isBaselineGroup(baseline, groupLabels(run, keys))),
  );
  // Without rows of its own a view takes those of its experiments, which the page works out.
  if (stated.length > 0 && !isThere)
    report('unknown-view-name', ['baseline'], `The view has no run and no group "${baselineText(baseline)}".`);
}

function nearest(text: string, known: Iterable<string>): string {
  const names = [...known];
  if (names.length === 0 || text.length > 200) return '';
  const found = closest(text, names);
  if (distance(text, found) <= Math.max(2, text.length / 3)) return ` Did you mean "${found}"?`;
  const last = names.filter((name) => name.endsWith(`.${text}`) || name.endsWith(`/${text}`)); // acc → val/acc
  return last.length === 1 ? ` Did you mean "${last[0]}"?` : '';
}
