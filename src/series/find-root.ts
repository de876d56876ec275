const maxTurns = 100;

/**
 * Finds where a falling function crosses zero: steps out from `start` until it is bracketed, then Ridders' method down to
 * about 1e-13 of its size. NaN where no crossing is met.
 *
 * Source: Ridders (1979), https://doi.org/10.1109/TCS.1979.1084580
 */
export function findRoot(falling: (x: number) => number, start: number, firstStep: number): number {
  let step = firstStep;
  let low = start;
  let high = start;
  for (let turn = 0; falling(low) < 0; turn++) {
    if (turn > maxTurns) return Number.NaN;
    low -= step;
    step *= 2;
  }
  step = firstStep;
  for (let turn = 0; falling(high) > 0; turn++) {
    if (turn > maxTurns) return Number.NaN;
    high += step;
    step *= 2;
  }
  let atLow = falling(low);
  let atHigh = falling(high);
  let last = Number.NaN;
  for (let turn = 0; turn < maxTurns; turn++) {
    if (atLow === 0) return low;
    if (atHigh === 0) return high;
    const middle = (low + high) / 2;
    const atMiddle = falling(middle);
    const root = Math.sqrt(atMiddle ** 2 - atLow * atHigh);
    if (root === 0) return middle;
    const next = middle + ((middle - low) * atMiddle) / root; // the function falls: atLow > atHigh
    const atNext = falling(next);
    if (atNext === 0 || Math.abs(next - last) <= 1e-13 * Math.max(1, Math.abs(next))) return next;
    last = next;
    if (atMiddle > 0) [low, atLow] = [middle, atMiddle];
    else [high, atHigh] = [middle, atMiddle];
    if (atNext > 0 && next > low) [low, atLow] = [next, atNext];
    else if (atNext < 0 && next < high) [high, atHigh] = [next, atNext];
  }
  return (low + high) / 2;
}
