/** Up to this many lines carry their name at their end; a chart with more has a legend. */
export const endLabelLimit = 8;

/** Names longer than this would take the chart's room: a legend stands then. */
const labelLimit = 14;

/**
 * Gives the names to set at the ends of 2 to 8 lines, in their order; what all names share at their start or end is left
 * out ("identity, seed 0" and "identity, seed 1" give "seed 0" and "seed 1"). Undefined when there are more lines, one, or
 * a name that is still too long: then a legend names them.
 */
export function chooseEndLabels(names: readonly string[], widthPx: number): string[] | undefined {
  if (names.length < 2 || names.length > endLabelLimit) return undefined;
  const labels = distinctParts(names);
  const limit = widthPx < 420 ? labelLimit - 2 : labelLimit;
  return labels.every((label) => [...label].length <= limit) ? labels : undefined;
}

/**
 * Leaves out the words that all names share at their start and at their end; at least one word stays, and a bare number
 * keeps the word before it. Names that are equal stay as they are.
 */
export function distinctParts(names: readonly string[]): string[] {
  const plain = names.map((name) => name.replace(/\s+/g, ' ').trim());
  if (new Set(plain).size < 2) return plain;
  const parts = plain.map((name) => name.split(/(?<=[\s,/_=-])(?![\s,/_=-])/)); // "a, seed 0" → ["a, ", "seed ", "0"]
  const shortest = Math.min(...parts.map((words) => words.length));
  const first = parts[0] ?? [];
  const areSame = (at: number) => parts.every((words) => words.at(at) === first.at(at));
  let start = 0;
  while (start < shortest - 1 && areSame(start)) start++;
  let end = 0;
  while (end < shortest - 1 - start && areSame(-1 - end)) end++;
  const isBare = parts.some((words) => /^[\d.,\s]*$/.test(words.slice(start, words.length - end).join('')));
  if (isBare && start > 0) start--;
  return parts.map((words) =>
    words
      .slice(start, words.length - end)
      .join('')
      .replace(/[\s,/_=-]+$/, ''),
  );
}
