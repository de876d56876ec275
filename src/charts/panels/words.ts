import { formatStep } from '../format-number.ts';
import type { Column, PanelRun } from './panel-data.ts';

/** `1 run`, `24 runs`. */
export function countWord(count: number, noun: string): string {
  return `${formatStep(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** What is not drawn, or drawn otherwise, in sentences: runs without a value, values that are not finite, runs out of the ranking. */
export function remarks(columns: readonly Column[], runs: readonly PanelRun[], drawn: readonly number[]): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  for (const { field, texts, nonFinite } of columns) {
    if (seen.has(field.name)) continue;
    seen.add(field.name);
    const missing = texts.filter((text) => text === undefined).length - nonFinite;
    if (missing > 0)
      found.push(
        `${formatStep(missing)} of ${countWord(runs.length, 'run')} ${missing === 1 ? 'has' : 'have'} no ${field.label}.`,
      );
    if (nonFinite > 0) found.push(`${countWord(nonFinite, 'value')} of ${field.label} not finite, left out.`);
  }
  const unranked = drawn.filter((i) => runs[i]?.isRanked === false).length;
  if (unranked > 0)
    found.push(`${countWord(unranked, 'run')} failed, killed, diverged or archived: hollow, and not among the best.`);
  return found;
}

/** Says how many runs do not count because they do not rank. */
export function leftOut(runs: readonly PanelRun[]): string[] {
  const count = runs.filter(({ isRanked }) => !isRanked).length;
  return count === 0 ? [] : [`${countWord(count, 'run')} failed, killed, diverged or archived: left out.`];
}
