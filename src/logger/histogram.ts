import type { Json } from './json-line.ts';
import { asArrayOfNumbers } from './plain-value.ts';

/** A distribution that was counted already: one edge more than counts. */
export interface CountedHistogram {
  counts: readonly number[];
  edges: readonly number[];
}

/** A distribution at a step: of values that are counted here, or counted already. */
export class Histogram {
  readonly counts: readonly number[];
  /** One more than counts, ascending. */
  readonly edges: readonly number[];

  /**
   * Numbers in an array, a typed array, a tensor or nested lists; non-finite ones are left out. `bins` bins of one width,
   * 512 at most. Throws a `RangeError` where edges are not one more than counts.
   */
  constructor(values: unknown, { bins = 64 }: { bins?: number } = {}) {
    if (isCounted(values)) {
      this.counts = [...values.counts];
      this.edges = [...values.edges];
      if (this.edges.length !== this.counts.length + 1) {
        throw new RangeError(
          `A histogram has one edge more than counts; found ${this.edges.length} and ${this.counts.length}.`,
        );
      }
      return;
    }
    ({ counts: this.counts, edges: this.edges } = count([...numbersIn(values)], bins));
  }

  toRecordFields(): Record<'edges' | 'counts', Json> {
    return { edges: [...this.edges], counts: [...this.counts] };
  }
}

function isCounted(value: unknown): value is CountedHistogram {
  if (typeof value !== 'object' || value === null) return false;
  const { counts, edges } = value as Partial<CountedHistogram>;
  return Array.isArray(counts) && Array.isArray(edges);
}

function count(values: readonly number[], wanted: number): { counts: number[]; edges: number[] } {
  const bins = Math.max(1, Math.min(Math.trunc(wanted) || 1, 512));
  let low = values[0] ?? 0;
  let high = values[0] ?? 1;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high) {
    low -= 0.5;
    high += 0.5;
  }
  if (low === high) high = low + Math.abs(low); // So large that a half is nothing.
  const width = (high - low) / bins;
  const edges = Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + width * i));
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const index = Math.min(width > 0 ? Math.trunc((value - low) / width) : 0, bins - 1);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return { counts, edges };
}

function* numbersIn(values: unknown): Generator<number> {
  if (typeof values === 'number' || typeof values === 'bigint') {
    if (Number.isFinite(Number(values))) yield Number(values);
  } else if (typeof values === 'boolean') {
    yield Number(values);
  } else if (typeof values === 'object' && values !== null) {
    const array = asArrayOfNumbers(values);
    if (array !== undefined) {
      for (const value of Array.from(array.values() as ArrayLike<number>)) yield* numbersIn(value);
    } else if (Symbol.iterator in values) {
      for (const value of values as Iterable<unknown>) yield* numbersIn(value);
    }
  }
}
