import type { PanelField, PanelRun } from '../../../charts/panels/panel-data.ts';
import { encodeValue } from '../../../payload/param-value.ts';
import type { FoundField } from '../../../series/find-field.ts';
import type { Experiment } from '../../../store/experiment.ts';
import { goalOf } from '../../../store/metric-goal.ts';
import type { Run } from '../../../store/run.ts';
import { isRankable } from '../ranked-runs.ts';

/** Gives runs as panels see them; the browser makes the same of the payload. */
export function toPanelRuns(runs: readonly Run[]): PanelRun[] {
  return runs.map((run) => ({
    id: run.id,
    name: run.name,
    isRanked: isRankable(run),
    params: new Map([...run.params].map(([name, value]) => [name, encodeValue(value)])),
    metrics: run.metrics,
  }));
}

/** A field with what its experiment declares of it. */
export function toPanelField({ kind, name, part }: FoundField, experiment: Experiment): PanelField {
  if (kind === 'param') return { kind, name, label: name };
  const settings = experiment.metricSettings.get(name);
  const goal = goalOf(experiment, name);
  return {
    kind,
    name,
    label: settings?.label ?? name,
    ...(settings?.unit === undefined ? {} : { unit: settings.unit }),
    ...(goal === undefined ? {} : { goal }),
    ...(settings?.summary === undefined ? {} : { rule: settings.summary }),
    ...(part === undefined ? {} : { part }),
  };
}
