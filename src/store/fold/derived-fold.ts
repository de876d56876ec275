import { evaluateFormula, namesOf } from '../../series/formula.ts';
import { SeriesBuilder } from '../../series/series-builder.ts';
import { SummaryBuilder } from '../../series/summary-builder.ts';
import type { DerivedMetric, JoinedMetric } from '../derive-metrics.ts';

/** Steps of one metric that wait for the others of a formula: what was written longer ago cannot be joined any more. */
export const waitingSteps = 50_000;

/** The last values of one metric by their step. */
class Waiting {
  readonly values = new Map<number, number>();
  /** The greatest step that had to go. */
  forgottenStep = Number.NEGATIVE_INFINITY;

  add(step: number, value: number): void {
    this.values.set(step, value);
    if (this.values.size <= waitingSteps) return;
    const oldest = this.values.keys().next().value as number;
    this.values.delete(oldest);
    this.forgottenStep = Math.max(this.forgottenStep, oldest);
  }
}

interface Joining {
  derived: DerivedMetric;
  names: readonly string[];
  summary: SummaryBuilder;
  series: SeriesBuilder;
  missed: number;
}

/**
 * Works derived metrics out while a log is read, line by line: for series too long to keep, whose steps nobody knows afterwards.
 * Memory is bounded: metrics that stand together on lines, or within {@link waitingSteps} of each other, are joined at every
 * step; a step that comes too late for that is counted.
 */
export class DerivedFold {
  #joinings: Joining[];
  #waiting = new Map<string, Waiting>();
  #paramOf: (name: string) => number | undefined;
  #touched = new Map<string, number>(); // metric → its step on the present line

  constructor(derived: readonly DerivedMetric[], paramOf: (name: string) => number | undefined) {
    this.#paramOf = paramOf;
    this.#joinings = derived.map((own) => ({
      derived: own,
      names: [...namesOf(own.formula)],
      summary: new SummaryBuilder(),
      series: new SeriesBuilder(),
      missed: 0,
    }));
    for (const { names } of this.#joinings) for (const name of names) this.#waiting.set(name, new Waiting());
  }

  /** Says whether a formula asks for a metric. */
  asksFor(name: string): boolean {
    return this.#waiting.has(name);
  }

  /** Takes a value of a metric that {@link asksFor} names. */
  add(name: string, step: number, value: number): void {
    this.#waiting.get(name)?.add(step, value);
    this.#touched.set(name, step);
  }

  /** Says that a line is over: what can now be worked out is. */
  endLine(): void {
    if (this.#touched.size === 0) return;
    for (const joining of this.#joinings) {
      for (const step of new Set(joining.names.flatMap((name) => this.#touched.get(name) ?? []))) {
        this.#join(joining, step);
      }
    }
    this.#touched.clear();
  }

  /** What was joined for a derived metric. */
  build(name: string): JoinedMetric | undefined {
    const joining = this.#joinings.find(({ derived }) => derived.name === name);
    if (joining === undefined) return undefined;
    return { summary: joining.summary.build(), series: joining.series.build(), missed: joining.missed };
  }

  #join(joining: Joining, step: number): void {
    const isMetric = (name: string): boolean => {
      const waiting = this.#waiting.get(name) as Waiting;
      return waiting.values.size > 0;
    };
    for (const name of joining.names) {
      const waiting = this.#waiting.get(name) as Waiting;
      if (!isMetric(name) || waiting.values.has(step)) continue;
      if (step <= waiting.forgottenStep) joining.missed += 1;
      return;
    }
    const value = evaluateFormula(joining.derived.formula, (name) =>
      isMetric(name) ? this.#waiting.get(name)?.values.get(step) : this.#paramOf(name),
    );
    if (value === undefined) return;
    joining.summary.add(step, value);
    joining.series.add(step, value);
    if (this.#waiting.has(joining.derived.name)) this.add(joining.derived.name, step, value);
  }
}
