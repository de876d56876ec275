/**
 * Corrects the p values of several tests so that the chance of even one false alarm among them stays below the level asked for.
 * Gives one for each, in the order given; an undefined one is no test and stays undefined.
 *
 * Source: Holm (1979), "A simple sequentially rejective multiple test procedure", https://www.jstor.org/stable/4615733
 */
export function holmAdjust(ps: readonly (number | undefined)[]): (number | undefined)[] {
  const tests = ps.flatMap((p, place) => (p === undefined || Number.isNaN(p) ? [] : [{ p, place }]));
  tests.sort((a, b) => a.p - b.p || a.place - b.place);
  const adjusted = ps.map((): number | undefined => undefined);
  let least = 0;
  for (const [rank, { p, place }] of tests.entries()) {
    least = Math.max(least, Math.min(1, p * (tests.length - rank)));
    adjusted[place] = least;
  }
  return adjusted;
}
