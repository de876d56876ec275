import { make } from './element.ts';

const texts = new Map<string, readonly string[]>();
let line: HTMLElement | undefined;

/**
 * Says what of the address a part of the page did not understand: "Ignored: sort=foo". Each part (`owner`) names its own;
 * an empty list takes them back. Values are cut to a length that a line can hold.
 */
export function showIgnored(owner: string, ignored: readonly string[]): void {
  if (ignored.length > 0) texts.set(owner, ignored);
  else texts.delete(owner);
  const named = [...new Set([...texts.values()].flat())];
  // What nobody understands is not named again for the charts.
  const all = named.filter((text) => !named.some((other) => text === `${other} in charts`));
  line?.remove();
  line = undefined;
  if (all.length === 0) return;
  const shown = all.slice(0, 10).map((text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text));
  const rest = all.length > shown.length ? ` and ${all.length - shown.length} more` : '';
  line = make('p', { class: 'callout callout-warning', role: 'status' }, `Ignored: ${shown.join(', ')}${rest}`);
  document.querySelector('main')?.prepend(line);
}
