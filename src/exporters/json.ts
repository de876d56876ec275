import type { RunObject } from './run-object.ts';

/** `JSON.rawJSON` of ECMA-402's neighbour proposal (JSON.parse source text access), which Node has and TypeScript's library not yet. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };

/** A number as somebody wrote it: `1.10`. JSON keeps its digits. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Gives strict JSON: integers past 2^53 keep their digits, non-finite numbers become their words, maps become objects
 * in which `__proto__` is a key like any other.
 */
export function encodeJson(value: unknown, { indent }: { indent?: number } = {}): string {
  return JSON.stringify(value, replacer, indent);
}

function replacer(_key: string, value: unknown): unknown {
  if (value instanceof WrittenNumber) return rawJSON(value.text);
  if (typeof value === 'bigint') return rawJSON(String(value));
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (value instanceof Map) {
    const object = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of value as Map<string, unknown>) object[key] = item;
    return object;
  }
  return value;
}

/** One JSON array of runs, a run a line. */
export function encodeRunsJson(runs: readonly RunObject[]): string {
  return runs.length === 0 ? '[]\n' : `[\n${runs.map((run) => encodeJson(run)).join(',\n')}\n]\n`;
}

/** One run a line. */
export function encodeRunsJsonl(runs: readonly RunObject[]): string {
  return runs.map((run) => `${encodeJson(run)}\n`).join('');
}
