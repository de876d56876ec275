import { textOf } from './plain-value.ts';
import { redactText } from './redact.ts';

/** Labels to add to a run and to take away: one text or many. */
export interface TagChange {
  add?: string | readonly string[];
  remove?: string | readonly string[];
}

/** Labels as texts, empty ones left out. */
export function labelsOf(labels: unknown): string[] {
  const isMany = Array.isArray(labels) || labels instanceof Set;
  const items: unknown[] = isMany ? [...labels] : [labels];
  return items
    .filter((item) => item !== null && item !== undefined)
    .map((item) => redactText(textOf(item)))
    .filter((label) => label !== '');
}
