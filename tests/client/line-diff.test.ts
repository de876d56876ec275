import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diffHunks, diffLines } from '../../src/client/line-diff.ts';

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 30 });

/** Length of the longest common subsequence, by the plain table. */
function commonLength(a: readonly string[], b: readonly string[]): number {
  const table = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const [up, left, both] = [table[i - 1]?.[j] ?? 0, table[i]?.[j - 1] ?? 0, table[i - 1]?.[j - 1] ?? 0];
      (table[i] as number[])[j] = a[i - 1] === b[j - 1] ? both + 1 : Math.max(up, left);
    }
  return table[a.length]?.[b.length] ?? 0;
}

describe('diffLines', () => {
  test('holds both texts whole, with as many equal lines as can be', () => {
    fc.assert(
      fc.property(lines, lines, (a, b) => {
        const diff = diffLines(a, b);
        expect(diff.filter(({ kind }) => kind !== 'added').map(({ text }) => text)).toEqual(a);
        expect(diff.filter(({ kind }) => kind !== 'removed').map(({ text }) => text)).toEqual(b);
        expect(diff.filter(({ kind }) => kind === 'same')).toHaveLength(commonLength(a, b));
      }),
    );
  });

  test('still holds both texts where too many lines differ to align them', () => {
    fc.assert(
      fc.property(lines, lines, fc.nat(3), (a, b, limit) => {
        const diff = diffLines(a, b, { limit });
        expect(diff.filter(({ kind }) => kind !== 'added').map(({ text }) => text)).toEqual(a);
        expect(diff.filter(({ kind }) => kind !== 'removed').map(({ text }) => text)).toEqual(b);
      }),
    );
  });
});

describe('diffHunks', () => {
  test('keeps some equal lines around each difference and counts the others', () => {
    const a = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    const b = a.with(10, 'new');
    expect(diffHunks(diffLines(a, b), { context: 1 })).toEqual([
      {
        skipped: 9,
        lines: [
          { kind: 'same', text: 'line 9' },
          { kind: 'removed', text: 'line 10' },
          { kind: 'added', text: 'new' },
          { kind: 'same', text: 'line 11' },
        ],
      },
    ]);
    expect(diffHunks(diffLines(a, a))).toEqual([]);
  });
});
