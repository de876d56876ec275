import type { JsonMap } from './json-line.ts';

/** How a metric's end value is to be told. */
export interface MetricDefinition {
  /** `min`, `max`, `best`, or several with commas. */
  summary?: string;
  goal?: 'min' | 'max' | 'minimize' | 'maximize';
}

type Word = 'min' | 'max';

/** The smallest and greatest values of the metrics for which they were asked. */
export class Extremes {
  /** `"val/*" → ["max"]` */
  readonly #words = new Map<string, readonly Word[]>();
  /** `"val/acc/max" → 0.93` */
  readonly values: JsonMap = new Map();

  get isAsked(): boolean {
    return this.#words.size > 0;
  }

  /** Asks for a metric's extremes; false where the definition asks for none. */
  ask(name: string, { summary = '', goal = 'max' }: MetricDefinition): boolean {
    const wanted = new Set(summary.split(',').map((word) => word.trim()));
    if (wanted.has('best')) wanted.add(goal.startsWith('min') ? 'min' : 'max');
    const words = (['min', 'max'] as const).filter((word) => wanted.has(word));
    if (words.length > 0) this.#words.set(name, words);
    return words.length > 0;
  }

  note(values: JsonMap): void {
    if (!this.isAsked) return;
    for (const [name, value] of values) {
      if (typeof value !== 'bigint' && (typeof value !== 'number' || Number.isNaN(value))) continue;
      for (const word of this.#wordsFor(name)) {
        const known = this.values.get(`${name}/${word}`);
        const isBetter =
          (typeof known !== 'number' && typeof known !== 'bigint') || (word === 'min' ? value < known : value > known);
        if (isBetter) this.values.set(`${name}/${word}`, value);
      }
    }
  }

  #wordsFor(name: string): Word[] {
    return [...this.#words].flatMap(([pattern, words]) =>
      pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))) ? words : [],
    );
  }
}
