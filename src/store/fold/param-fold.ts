import type { JsonObject, JsonValue } from '../../format/scalars.ts';
import { forEachLeaf, jsonText } from '../flatten.ts';
import type { ParamChange } from '../run.ts';
import { type RecordPlace, type RunContext, report } from './run-context.ts';
import type { SecretGuard } from './secret-guard.ts';

/** Gathers a run's params, flattened with `.`, and keeps each change of a known value. */
export class ParamFold {
  readonly params = new Map<string, JsonValue>();
  readonly changes: ParamChange[] = [];
  /** How a number was written, where JSON would write it otherwise. */
  readonly texts = new Map<string, string>();
  #context: RunContext;
  #guard: SecretGuard;
  #texts = new Map<string, string>(); // "config" → its text when last seen, so that a repeat costs one comparison

  constructor(context: RunContext, guard: SecretGuard) {
    this.#context = context;
    this.#guard = guard;
  }

  add(params: JsonObject, place: RecordPlace): void {
    const visit = (key: string, value: JsonValue): void => {
      const safe = this.#guard.param(key, value, place);
      const known = this.params.get(key);
      if (known !== undefined && jsonText(known) !== jsonText(safe)) this.changes.push({ key, from: known, to: safe });
      this.params.set(key, safe);
    };
    if (!forEachLeaf(params, '.', visit, { maxDepth: this.#context.limits.depth })) {
      report(
        this.#context,
        'nested-too-deep',
        place,
        'The params are nested too deeply; what lies deeper is set aside.',
        {
          key: 'params',
        },
      );
    }
  }

  /** Adds params that a foreign log repeats on every line: read once, then only where they change. */
  addRepeated(key: string, params: JsonObject, place: RecordPlace): void {
    const text = jsonText(params);
    if (this.#texts.get(key) === text) return;
    this.#texts.set(key, text);
    this.add(params, place);
  }

  /** A param that is a number. */
  number(key: string): number | undefined {
    const value = this.params.get(key);
    return typeof value === 'number' ? value : undefined;
  }

  /** The seed that the params name, in words. */
  seed(): string | undefined {
    for (const key of ['seed', 'random_seed', 'random_state']) {
      const value = this.params.get(key);
      if (value !== undefined && value !== null && typeof value !== 'object') return String(value);
    }
    return undefined;
  }
}
