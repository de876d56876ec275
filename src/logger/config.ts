import { encodeJson } from './json-line.ts';
import type { NamedValues } from './named-values.ts';
import { plainValue, topLevel } from './plain-value.ts';

/** A run's params. Values stay what they were; what is set later, and is new or has changed, is logged at once. */
export class Config implements NamedValues {
  readonly #values: Map<string, unknown>;
  readonly #onChange: (fresh: Map<string, unknown>) => void;

  constructor(values: Map<string, unknown>, onChange: (fresh: Map<string, unknown>) => void) {
    this.#values = values;
    this.#onChange = onChange;
  }

  get(name: string): unknown {
    return this.#values.get(name);
  }

  set(name: string, value: unknown): void {
    this.update(new Map([[name, value]]));
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  /** Adds or changes params: an object, a map, or pairs. */
  update(values: unknown): void {
    const fresh = new Map<string, unknown>();
    for (const [name, value] of topLevel(values)) {
      if (!this.#values.has(name) || !isSame(this.#values.get(name), value)) fresh.set(name, value);
      this.#values.set(name, value);
    }
    if (fresh.size > 0) this.#onChange(fresh);
  }

  /** Adds the params that are not there yet. */
  setDefaults(values: unknown): void {
    this.update(new Map([...topLevel(values)].filter(([name]) => !this.#values.has(name))));
  }

  toJSON(): Record<string, unknown> {
    return Object.fromEntries(this.#values);
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return encodeJson(plainValue(a)) === encodeJson(plainValue(b));
}
