import type { Json, JsonMap } from './json-line.ts';
import type { NamedValues } from './named-values.ts';

/**
 * Final values by metric name. Reading falls back to the last value logged. What is set is logged at once at the current
 * step, so that a killed run keeps it, and again in the `end` record.
 */
export class Summary implements NamedValues {
  /** What was set, under flat names. */
  readonly own: JsonMap = new Map();
  readonly #last: ReadonlyMap<string, Json>;
  readonly #onSet: (values: unknown) => void;

  constructor(last: ReadonlyMap<string, Json>, onSet: (values: unknown) => void) {
    this.#last = last;
    this.#onSet = onSet;
  }

  get(name: string): Json | undefined {
    return this.own.has(name) ? this.own.get(name) : this.#last.get(name);
  }

  set(name: string, value: unknown): void {
    this.#onSet(new Map([[name, value]]));
  }

  has(name: string): boolean {
    return this.own.has(name) || this.#last.has(name);
  }

  keys(): Iterable<string> {
    return new Set([...this.#last.keys(), ...this.own.keys()]);
  }

  /** Sets many: an object or a map, which may be nested. */
  update(values: unknown): void {
    this.#onSet(values);
  }

  toJSON(): Record<string, Json | undefined> {
    return Object.fromEntries([...this.keys()].map((name) => [name, this.get(name)]));
  }
}
