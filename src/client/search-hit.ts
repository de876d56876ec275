import { make } from './element.ts';
import type { SearchHit } from './pagefind.ts';

/** A hit as a link: kind, title, experiment, status, value, and the excerpt with its marks. */
export function hitLink(hit: SearchHit): HTMLAnchorElement {
  const facts = [hit.experiment, hit.status, hit.value].filter((fact) => fact !== undefined && fact !== '');
  const excerpt = hit.excerpt.map(({ text, isMarked }) => (isMarked ? make('mark', {}, text) : text));
  return make(
    'a',
    { class: 'rf-hit', href: hit.url },
    make('span', { class: 'rf-hit-kind' }, hit.kind),
    make('span', { class: 'rf-hit-title' }, hit.title),
    ...(facts.length > 0 ? [make('span', { class: 'rf-hit-facts' }, facts.join(' · '))] : []),
    ...(excerpt.length > 0 ? [make('span', { class: 'rf-hit-text' }, ...excerpt)] : []),
  );
}
