import type { MetricSummary } from '../../series/metric-summary.ts';
import type { Experiment } from '../../store/experiment.ts';
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
