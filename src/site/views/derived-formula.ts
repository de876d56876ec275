import type { MetricSummary } from '../../series/metric-summary.ts';
import type { Experiment } from '../../store/experiment.ts';
import type { Run } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';

/** The formula that an experiment, else the site, declares under a metric's name; undefined without one. */
export function declaredFormula(
  store: Pick<Store, 'settings'>,
  experiment: Experiment | undefined,
  metric: string,
): string | undefined {
  for (const derived of [experiment?.settings.derived, store.settings.derived]) {
    if (derived === undefined || !Object.hasOwn(derived, metric)) continue;
    const formula = derived[metric];
    if (typeof formula === 'string' || typeof formula === 'number') return String(formula);
  }
  return undefined;
}

/** The formula that a run's metric was worked out by; undefined where the run logged it itself. */
export function formulaOf(
  store: Pick<Store, 'settings'>,
  experiment: Experiment | undefined,
  { metric, summary }: { metric: string; summary: MetricSummary },
): string | undefined {
  return summary.places === undefined ? declaredFormula(store, experiment, metric) : undefined;
}

/** A metric that was worked out in at least one run. */
export interface DerivedRow {
  name: string;
  formula: string;
  label: string | undefined;
  unit: string | undefined;
}

/** The metrics of an experiment that were worked out by a formula of its own or of the site, in order of their names' appearance. */
export function derivedMetrics(
  store: Pick<Store, 'settings'>,
  experiment: Experiment,
  runs: readonly Run[],
): DerivedRow[] {
  const rows = new Map<string, DerivedRow>();
  for (const run of runs) {
    for (const [metric, summary] of run.metrics) {
      const formula = rows.has(metric) ? undefined : formulaOf(store, experiment, { metric, summary });
      if (formula === undefined) continue;
      const settings = experiment.metricSettings.get(metric);
      rows.set(metric, { name: metric, formula, label: settings?.label, unit: settings?.unit });
    }
  }
  return [...rows.values()];
}
