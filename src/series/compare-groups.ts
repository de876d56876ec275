import { describeSample, leastSeeds, type SampleFigures, type Silence } from './describe-sample.ts';
import { type EffectSize, hedgesG, seedsNeeded } from './effect-size.ts';
import { holmAdjust } from './holm-adjust.ts';
import { type PermutationTest, permutationTest } from './permutation-test.ts';
import { type WelchAnova, type WelchTest, welchAnova, welchTest } from './welch-test.ts';

/** A group of seeds, with its values of one metric. */
export interface NamedSample {
  name: string;
  values: readonly number[];
}

/** What can be said of the difference between two groups of seeds. */
export interface GroupComparison {
  /** Mean of the first less mean of the second; undefined where one has no value. */
  difference: number | undefined;
  welch: WelchTest | undefined;
  permutation: PermutationTest | undefined;
  effect: EffectSize | undefined;
  /** Seeds that each group needs to see a difference of the observed g, at power 0.8 and alpha 0.05, 3 or more; Infinity past 10,000. */
  seedsNeeded: number | undefined;
  /** Why there is no test: what holds for the group of fewer seeds. */
  silence: Silence | undefined;
}

/** Holds two groups of seeds against each other. */
export function compareSamples(
  a: SampleFigures,
  b: SampleFigures,
  { seed = 0 }: { seed?: number } = {},
): GroupComparison {
  const fewer = a.n <= b.n ? a : b;
  const effect = hedgesG(a, b);
  const isTestable = fewer.n >= leastSeeds;
  const silence = isTestable ? (a.sd === 0 && b.sd === 0 ? 'no-spread' : undefined) : fewer.silence;
  return {
    difference: a.mean === undefined || b.mean === undefined ? undefined : a.mean - b.mean,
    welch: welchTest(a, b),
    permutation: permutationTest(a.values, b.values, { seed }),
    effect,
    seedsNeeded: effect === undefined ? undefined : Math.max(leastSeeds, seedsNeeded(effect.g)),
    silence,
  };
}

/** Two of several groups. */
export interface GroupPair extends GroupComparison {
  /** Places in the list of groups. */
  a: number;
  b: number;
  /** The p of Welch's test, corrected for all pairs that were tested (Holm); undefined where there is none. */
  pHolm: number | undefined;
}

/** What can be said of several groups of seeds. */
export interface GroupsComparison {
  figures: SampleFigures[];
  /** Whether they all have one mean; undefined where fewer than three groups can take part. */
  anova: WelchAnova | undefined;
  pairs: GroupPair[];
}

/**
 * Holds groups of seeds against each other: every pair or, with `baseline` (a place in the list), each other group against that
 * one. The more pairs, the more the p of each is corrected.
 */
export function compareGroups(
  groups: readonly NamedSample[],
  { baseline, bootstrap = true, seed = 0 }: { baseline?: number; bootstrap?: boolean; seed?: number } = {},
): GroupsComparison {
  const figures = groups.map(({ values }) => describeSample(values, { bootstrap, seed }));
  const pairs: Omit<GroupPair, 'pHolm'>[] = [];
  for (const [i, first] of figures.entries()) {
    for (const [j, second] of figures.entries()) {
      const isWanted = baseline === undefined ? i < j : j === baseline && i !== j;
      if (isWanted) pairs.push({ a: i, b: j, ...compareSamples(first, second, { seed }) });
    }
  }
  const anova = welchAnova(figures);
  const corrected = holmAdjust(pairs.map(({ welch }) => welch?.p));
  return {
    figures,
    anova: anova !== undefined && anova.groups > 2 ? anova : undefined,
    pairs: pairs.map((pair, i) => ({ ...pair, pHolm: corrected[i] })),
  };
}
