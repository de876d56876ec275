import type { DiagnosticList } from '../diagnostics/diagnostic-list.ts';
import type { JsonObject } from '../format/scalars.ts';
import { evaluateFormula, type Formula, namesOf, parseFormula } from '../series/formula.ts';
import type { MetricSummary } from '../series/metric-summary.ts';
import type { Series } from '../series/series.ts';
import { SummaryBuilder } from '../series/summary-builder.ts';
import type { Run } from './run.ts';

/** A metric that is worked out from others. */
export interface DerivedMetric {
  name: string;
  formula: Formula;
}

/** A derived metric that was worked out while the log was read; `missed` counts steps that came too late to be joined. */
export interface JoinedMetric {
  summary: MetricSummary;
  series: Series;
  missed: number;
}

/** Where `derived:` stands in a settings file. */
interface FormulaPlace {
  file: string;
  positionOf: (name: string) => { line: number; column: number };
  diagnostics: DiagnosticList;
}

/**
 * Reads the formulas of `derived:`, each after those that it builds on. A text that is no formula, and formulas that build on
 * each other in a ring, are reported and left out.
 */
export function readFormulas(derived: JsonObject, { file, positionOf, diagnostics }: FormulaPlace): DerivedMetric[] {
  const formulas = new Map<string, Formula>();
  for (const name of Object.keys(derived)) {
    const text = derived[name];
    const place = positionOf(name);
    const reading = typeof text === 'string' || typeof text === 'number' ? parseFormula(String(text)) : undefined;
    if (reading?.ok === true) {
      formulas.set(name, reading.formula);
      continue;
    }
    const fault = reading?.fault ?? { offset: 0, message: 'A formula is text' };
    const column = place.column + Array.from((typeof text === 'string' ? text : '').slice(0, fault.offset)).length;
    const message = `The formula of "${name}" cannot be read: ${fault.message}.`;
    diagnostics.add({ code: 'formula-invalid', file, line: place.line, column, message, fold: null });
  }
  return inOrder(formulas, (name) => {
    const message = `The formula of "${name}" builds on itself by way of others.`;
    diagnostics.add({ code: 'formula-cycle', file, ...positionOf(name), message, fold: null });
  });
}

/** Puts each formula after those that it names; calls `onRing` for those in a ring, which are left out. */
function inOrder(formulas: ReadonlyMap<string, Formula>, onRing: (name: string) => void): DerivedMetric[] {
  const ordered: DerivedMetric[] = [];
  const states = new Map<string, 'open' | 'done' | 'ring'>();
  const visit = (name: string): boolean => {
    const state = states.get(name);
    if (state !== undefined) return state === 'done';
    const formula = formulas.get(name);
    if (formula === undefined) return true;
    states.set(name, 'open');
    const isSound = [...namesOf(formula)].every((other) => !formulas.has(other) || visit(other));
    states.set(name, isSound ? 'done' : 'ring');
    if (isSound) ordered.push({ name, formula });
    else onRing(name);
    return isSound;
  };
  for (const name of formulas.keys()) visit(name);
  return ordered;
}

/**
 * Works derived metrics out for a run and adds them to its metrics and to its points: at each step that all metrics of a
 * formula share, or once from their last values where they share none. A name is a metric, else a param with a number. A
 * metric that was logged under the same name stands. A formula over a series too long to be whole takes what was joined
 * while the log was read.
 *
 * @returns how many steps came too late to be joined, by the name of the derived metric
 */
export function addDerivedMetrics(
  run: Run,
  series: Map<string, Series>,
  derived: readonly DerivedMetric[],
  joined: (name: string) => JoinedMetric | undefined,
): Map<string, number> {
  const missed = new Map<string, number>();
  for (const { name, formula } of derived) {
    if (run.metrics.has(name) && !isDerivedAlready(run, series, name)) continue;
    const isLong = [...namesOf(formula)].some((other) => series.get(other)?.reduced === true);
    const stream = isLong ? joined(name) : undefined;
    if (stream !== undefined && stream.missed > 0) missed.set(name, stream.missed);
    if (stream !== undefined && stream.summary.count > 0) {
      run.metrics.set(name, stream.summary);
      series.set(name, stream.series);
      continue;
    }
    const points = derive(run, isLong ? new Map() : series, formula);
    if (points === undefined) continue;
    const summary = new SummaryBuilder();
    for (const [index, step] of points.steps.entries()) summary.add(step, points.values[index] as number);
    run.metrics.set(name, summary.build());
    series.set(name, { ...points, superseded: [], total: points.steps.length, reduced: false });
  }
  return missed;
}

/** When a run's points are read again, its summary holds the derived metric and its fresh points do not. */
function isDerivedAlready(run: Run, series: Map<string, Series>, name: string): boolean {
  return run.metrics.has(name) && !series.has(name);
}

function derive(
  run: Run,
  series: Map<string, Series>,
  formula: Formula,
): { steps: number[]; values: number[] } | undefined {
  const names = [...namesOf(formula)];
  const metrics = names.filter((name) => run.metrics.has(name));
  const constants = new Map<string, number>();
  for (const name of names) {
    const param = run.params.get(name);
    if (!run.metrics.has(name)) {
      if (typeof param !== 'number') return undefined;
      constants.set(name, param);
    }
  }
  const bySteps = metrics.map((name) => {
    const own = series.get(name);
    return new Map(own?.steps.map((step, index) => [step, own.values[index] as number]));
  });
  const steps: number[] = [];
  const values: number[] = [];
  for (const step of bySteps[0]?.keys() ?? []) {
    if (!bySteps.every((own) => own.has(step))) continue;
    const value = evaluateFormula(formula, (name) => constants.get(name) ?? bySteps[metrics.indexOf(name)]?.get(step));
    if (value === undefined) continue;
    steps.push(step);
    values.push(value);
  }
  if (steps.length > 0) return { steps, values };
  const value = evaluateFormula(formula, (name) => constants.get(name) ?? run.metrics.get(name)?.last);
  const lastStep = metrics.reduce((last, name) => Math.max(last, run.metrics.get(name)?.lastStep ?? 0), 0);
  return value === undefined ? undefined : { steps: [lastStep], values: [value] };
}
