import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateFormula, type Formula, namesOf, parseFormula } from '../../src/series/formula.ts';

function evaluate(text: string, values: Record<string, number> = {}): number | undefined {
  const reading = parseFormula(text);
  if (!reading.ok) throw new Error(`${reading.fault.message} at ${reading.fault.offset}`);
  return evaluateFormula(reading.formula, (name) => (Object.hasOwn(values, name) ? values[name] : undefined));
}

describe('parseFormula', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['2 ^ 3 ^ 2', 512],
    ['2 ** 3', 8],
    ['-2 ^ 2', -4],
    ['8 / 4 / 2', 1],
    ['7 - 2 - 1', 4],
    ['- -3', 3],
    ['1e-3 * .5', 0.0005],
    ['max(1, 2, 3) - min(4, 5)', -1],
    ['log(exp(2)) + log2(8) + log10(100)', 7],
    ['abs(-1) + sqrt(9) + floor(1.9) + ceil(1.1) + round(1.5)', 9],
    ['mean(1, 2, 6)', 3],
    ['1 / 0', Number.POSITIVE_INFINITY],
    ['0 / 0', Number.NaN],
  ])('%s is %d', (text, expected) => {
    expect(evaluate(text)).toBe(expected);
  });

  test('a name may hold "/", and other characters in backquotes; a division wants spaces', () => {
    const values = { 'train/acc': 0.9, 'val/acc': 0.7, train: 6, acc: 3, 'mAP50(B)': 0.5 };
    expect(evaluate('train/acc - val/acc', values)).toBeCloseTo(0.2);
    expect(evaluate('train / acc', values)).toBe(2);
    expect(evaluate('`mAP50(B)` * 2', values)).toBe(1);
  });

  test('names of objects are names like any other, and lead nowhere', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'process.exit', 'globalThis']) {
      expect(evaluate(name)).toBeUndefined();
      expect(evaluate(name, { [name === '__proto__' ? 'x' : name]: 2 })).toBe(name === '__proto__' ? undefined : 2);
      expect(parseFormula(`${name}(1)`)).toMatchObject({ ok: false, fault: { offset: 0 } });
    }
  });

  test.each([
    ['', 0],
    ['val/acc +', 9],
    ['1 2', 2],
    ['(1', 2],
    ['max()', 4],
    ['abs(1, 2)', 0],
    ['1 + "a"', 4],
    ['a = 1', 2],
    ['a.b["c"]', 3],
    ['(() => 1)()', 4],
    [`${'('.repeat(3000)}1${')'.repeat(3000)}`, 2000],
    [`${'('.repeat(60)}1${')'.repeat(60)}`, 51],
    [`${'-'.repeat(60)}1`, 51],
  ])('refuses %j, at offset %i', (text, offset) => {
    expect(parseFormula(text)).toMatchObject({ ok: false, fault: { offset } });
  });

  test('a printed formula is read back as the same', () => {
    const leaf = fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map((value): Formula => ({ kind: 'number', value })),
      fc.constantFrom('a', 'b/c', 'd e').map((name): Formula => ({ kind: 'name', name })),
    );
    const { formula } = fc.letrec<{ formula: Formula }>((tie) => ({
      formula: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        tie('formula').map((of): Formula => ({ kind: 'negate', of })),
        fc
          .tuple(fc.constantFrom('+', '-', '*', '/', '^'), tie('formula'), tie('formula'))
          .map(([operator, left, right]): Formula => ({ kind: 'operator', operator: operator as '+', left, right })),
        fc
          .array(tie('formula'), { minLength: 1, maxLength: 3 })
          .map((parts): Formula => ({ kind: 'call', name: 'max', parts })),
      ),
    }));
    const print = (part: Formula): string => {
      if (part.kind === 'number') return String(part.value);
      if (part.kind === 'name') return `\`${part.name}\``;
      if (part.kind === 'negate') return `(-${print(part.of)})`;
      if (part.kind === 'call') return `${part.name}(${part.parts.map(print).join(', ')})`;
      return `(${print(part.left)} ${part.operator} ${print(part.right)})`;
    };
    fc.assert(
      fc.property(formula, (written) => {
        const text = print(written);
        fc.pre(text.length <= 2000);
        expect(parseFormula(text)).toEqual({ ok: true, formula: written });
      }),
      { numRuns: 300 },
    );
  });

  test('namesOf gives each name once', () => {
    const reading = parseFormula('max(a, b / a) - -c');
    expect(reading.ok && [...namesOf(reading.formula)].sort()).toEqual(['a', 'b', 'c']);
  });
});
