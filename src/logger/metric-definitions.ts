import type { Json, JsonMap } from './json-line.ts';
import type { Step } from './metric-line.ts';

/** How a metric is to be drawn, and which of its values the end record tells. */
export interface MetricDefinition {
  /** `min`, `max`, `mean`, `first`, `best` (by `goal`), or several with commas. The last value is always the summary. */
  summary?: string;
  goal?: 'min' | 'max' | 'minimize' | 'maximize';
  /** The metric whose last value is the step of this one. */
  stepMetric?: string;
}

const words = ['min', 'max', 'mean', 'first'] as const;
type Word = (typeof words)[number];

/** What was said of metrics with `defineMetric`, and the summaries that were asked for. */
export class MetricDefinitions {
  /** `"val/*" → ["max"]` */
  readonly #words = new Map<string, readonly Word[]>();
  /** `"val/*" → "epoch"` */
  readonly #axes = new Map<string, string>();
  /** The finite values of metrics whose mean is asked for. */
  readonly #sums = new Map<string, { total: number; count: number }>();
  /** `"val/acc/max" → 0.93` */
  readonly values: JsonMap = new Map();

  get areEmpty(): boolean {
    return this.#words.size + this.#axes.size === 0;
  }

  /** Takes a definition; false where it asks for nothing that a log can hold. */
  define(name: string, { summary = '', goal = 'max', stepMetric }: MetricDefinition): boolean {
    const wanted = new Set(summary.split(',').map((word) => word.trim()));
    if (wanted.has('best')) wanted.add(goal.startsWith('min') ? 'min' : 'max');
    const chosen = words.filter((word) => wanted.has(word));
    if (chosen.length > 0) this.#words.set(name, chosen);
    if (stepMetric !== undefined) this.#axes.set(name, stepMetric);
    return chosen.length > 0 || stepMetric !== undefined;
  }

  note(values: JsonMap): void {
    if (this.#words.size === 0) return;
    for (const [name, value] of values) {
      if (typeof value !== 'bigint' && (typeof value !== 'number' || Number.isNaN(value))) continue;
      for (const [pattern, chosen] of this.#words) {
        if (matches(pattern, name)) for (const word of chosen) this.#noteOne(name, word, value);
      }
    }
  }

  #noteOne(name: string, word: Word, value: Step): void {
    const key = `${name}/${word}`;
    if (word === 'mean') {
      if (Math.abs(Number(value)) === Number.POSITIVE_INFINITY) return;
      const known = this.#sums.get(name) ?? { total: 0, count: 0 };
      const sum = { total: known.total + Number(value), count: known.count + 1 };
      this.#sums.set(name, sum);
      this.values.set(key, sum.total / sum.count);
      return;
    }
    const known = this.values.get(key);
    const isFirst = typeof known !== 'number' && typeof known !== 'bigint';
    if (isFirst || (word === 'min' && value < known) || (word === 'max' && value > known)) this.values.set(key, value);
  }

  /** The values of a call by the step that they stand at: those counted first, then a group for each step metric. */
  byAxis(step: Step, values: JsonMap, last: ReadonlyMap<string, Json>): [Step, JsonMap][] {
    if (this.#axes.size === 0) return [[step, values]];
    const groups = new Map<string | undefined, [Step, JsonMap]>([[undefined, [step, new Map()]]]);
    for (const [name, value] of values) {
      const axis = this.#axisOf(name);
      const at = axis === undefined || axis === name ? undefined : last.get(axis);
      const isKnown = typeof at === 'bigint' || (typeof at === 'number' && Number.isFinite(at));
      const group = groups.get(isKnown ? axis : undefined) ?? [isKnown ? at : step, new Map([['_step', step as Json]])];
      group[1].set(name, value);
      groups.set(isKnown ? axis : undefined, group);
    }
    return [...groups.values()].filter(([, own]) => own.size > 0);
  }

  #axisOf(name: string): string | undefined {
    return this.#axes.get(name) ?? [...this.#axes].find(([pattern]) => matches(pattern, name))?.[1];
  }
}

/** Whether a metric's name is the pattern, or begins as one that ends in `*` does. */
function matches(pattern: string, name: string): boolean {
  return pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1)));
}
