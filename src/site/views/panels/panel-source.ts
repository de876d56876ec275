import type { ChartSettings } from '../../../format/chart-settings.ts';
import { encodeRunSet } from '../../../payload/run-set.ts';
import { defaultCrashedAfterMs, runStatus } from '../../../series/run-status.ts';
import { isSeedKey } from '../../../series/seed-key.ts';
import { faultText, filterEntries } from '../../../store/filter-entries.ts';
import type { Run } from '../../../store/run.ts';
import { runEntry } from '../../../store/run-entry.ts';
import { type Dashboard, runsInOrder } from '../dashboard.ts';
import { differingParams } from '../param-differences.ts';
import { toPanelRuns } from './panel-runs.ts';
import { chartName, type PanelSource } from './resolve-panel.ts';

/** The runs that one panel draws, or why there are none. */
type ChosenRuns =
  | {
      source: PanelSource;
      /** What its caption says of its filter; empty without one. */
      words: string;
      /** Which of the runs in the data file they are; undefined without a filter. */
      runSet: string | undefined;
    }
  | { title: string; fault: string };

/** Gives what panels over some runs of a dashboard are resolved against. */
export function panelSource(
  view: Dashboard,
  runs: readonly Run[],
  { isFiltered = false }: { isFiltered?: boolean } = {},
): PanelSource {
  const { experiment } = view;
  const drawn = new Set(runs);
  return {
    experiment,
    runs,
    isFiltered,
    panelRuns: toPanelRuns(runs),
    ranked: runsInOrder(view).filter((run) => drawn.has(run)),
    params: differingParams(runs, { first: experiment.settings.group_by ?? [] }).filter((key) => !isSeedKey(key)),
    names: {
      metrics: new Set(runs.flatMap((run) => [...run.metrics.keys()])),
      params: new Set(runs.flatMap((run) => [...run.params.keys()])),
    },
  };
}

/**
 * Chooses the runs of a panel by its `where`: without one those of `all`, which are not archived. The clock stands at the newest
 * record of the experiment, so that the same logs give the same panel.
 */
export function chooseRuns(
  chart: ChartSettings,
  view: Dashboard,
  { all, crashedAfterMs = defaultCrashedAfterMs }: { all: PanelSource; crashedAfterMs?: number | undefined },
): ChosenRuns {
  const { where } = chart;
  if (where === undefined) return { source: all, words: '', runSet: undefined };
  const { experiment } = view;
  const listed = runsInOrder(view);
  const nowMs = listed.reduce((newest, { lastRecordMs = 0 }) => Math.max(newest, lastRecordMs), 0);
  const entries = listed.map((run) => runEntry(run, experiment, runStatus(run, { nowMs, crashedAfterMs })));
  const filtered = filterEntries(entries, where, {
    nowMs,
    isPutAway: ({ run }) => run.archived && !experiment.archived,
  });
  const title = chart.title ?? chartName(chart);
  if (!filtered.ok) return { title, fault: `The filter ${where} cannot be used. ${faultText(filtered.fault)}` };
  const of = `${filtered.of.toLocaleString('en')} ${filtered.of === 1 ? 'run' : 'runs'}`;
  if (filtered.passed.length === 0) return { title, fault: `None of ${of} passes the filter ${where}.` };
  const passed = new Set(filtered.passed.map(({ run }) => run));
  const inNaturalOrder = [...view.runs, ...view.archivedRuns].filter((run) => passed.has(run));
  return {
    source: panelSource(view, inNaturalOrder, { isFiltered: true }),
    words: ` Only where ${where}: ${passed.size.toLocaleString('en')} of ${of}.`,
    runSet: encodeRunSet(
      listed.flatMap((run, place) => (passed.has(run) ? [place] : [])),
      listed.length,
    ),
  };
}
