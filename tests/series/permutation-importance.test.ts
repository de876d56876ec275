import { describe, expect, it } from 'vitest';
import { type Importances, permutationImportance } from '../../src/series/permutation-importance.ts';
import { randomNumbers } from '../../src/series/random-numbers.ts';
import { fitForest } from '../../src/series/regression-forest.ts';

const teach = (rows: readonly (readonly number[])[], target: readonly number[], seed: number) =>
  fitForest(rows, target, { seed });

/** Columns of random numbers; the target is `of` them. */
function made(n: number, names: readonly string[], of: (row: readonly number[]) => number) {
  const random = randomNumbers(7);
  const columns = names.map(() => Array.from({ length: n }, random));
  const target = Array.from({ length: n }, (_, i) => of(columns.map((column) => column[i] ?? 0)));
  return { features: names.map((name, i) => ({ name, columns: [columns[i] ?? []] })), target };
}

const alone = (n: number) => Array.from({ length: n }, (_, i) => String(i));
const namesOf = (found: Importances | undefined) => found?.params.map(({ name }) => name);

describe('permutationImportance with a forest', () => {
  it('recovers a known order, and puts a column of noise at or below the baseline', () => {
    const { features, target } = made(200, ['strong', 'weak', 'noise'], ([a = 0, b = 0]) => 5 * a + 1.5 * b);
    const found = permutationImportance(features, target, { teach, groups: alone(200) });
    expect(namesOf(found)).toEqual(['strong', 'weak', 'noise']);
    const [strong, weak, noise] = found?.params ?? [];
    expect(strong?.importance).toBeGreaterThan(5 * (weak?.importance ?? 0));
    expect(weak?.importance).toBeGreaterThan(5 * (found?.noise ?? 1));
    expect(noise?.importance).toBeLessThan(0.5 * (weak?.importance ?? 0));
    expect(found?.score).toBeGreaterThan(0.8);
    expect(found?.n).toBe(200);
  });

  it('sees what acts only together with another param, which a rank correlation does not', () => {
    const { features, target } = made(
      200,
      ['sign', 'size', 'noise'],
      ([sign = 0, size = 0]) => (sign > 0.5 ? 1 : -1) * size,
    );
    const found = permutationImportance(features, target, { teach, groups: alone(200) });
    expect(namesOf(found)?.[2]).toBe('noise');
    expect(found?.params[1]?.importance).toBeGreaterThan(10 * (found?.noise ?? 1));
  });

  it('knows nothing of a target that has nothing to do with the params', () => {
    const random = randomNumbers(3);
    const { features } = made(120, ['a', 'b', 'c'], () => 0);
    const found = permutationImportance(features, Array.from({ length: 120 }, random), { teach, groups: alone(120) });
    expect(found?.score).toBeLessThan(0.1);
  });

  it('is not fooled by runs of one setting: they stay on one side', () => {
    const random = randomNumbers(11);
    const settings = Array.from({ length: 20 }, () => ({ id: random(), value: random() }));
    const runs = settings.flatMap((setting) => [setting, setting, setting, setting]);
    const features = [{ name: 'id', columns: [runs.map(({ id }) => id)] }];
    const target = runs.map(({ value }) => value);
    const parted = permutationImportance(features, target, { teach, groups: runs.map(({ id }) => String(id)) });
    const mixed = permutationImportance(features, target, { teach, groups: alone(80) });
    expect(parted?.score).toBeLessThan(0.1);
    expect(mixed?.score).toBeGreaterThan(0.3);
  });

  it('gives the same figures again, and a sample of many runs with its n', () => {
    const { features, target } = made(900, ['a', 'b'], ([a = 0]) => a);
    const once = permutationImportance(features, target, { teach, groups: alone(900) });
    expect(permutationImportance(features, target, { teach, groups: alone(900) })).toEqual(once);
    expect(once?.n).toBe(300);
    expect(namesOf(once)).toEqual(['a', 'b']);
  });

  it('gives nothing where nothing can be said', () => {
    const { features, target } = made(7, ['a', 'b'], ([a = 0]) => a);
    expect(permutationImportance(features, target, { teach, groups: alone(7) })).toBeUndefined();
    const many = made(20, ['a'], () => 3);
    expect(permutationImportance(many.features, many.target, { teach, groups: alone(20) })).toBeUndefined();
    const varied = made(20, ['a'], ([a = 0]) => a);
    expect(
      permutationImportance(varied.features, varied.target, { teach, groups: alone(20).fill('one') }),
    ).toBeUndefined();
    expect(permutationImportance([], varied.target, { teach, groups: alone(20) })).toBeUndefined();
  });
});
