import type { FilterFault } from '../query/filter.ts';
import { make } from './element.ts';

/** A filter as code, with what is wrong in it underlined; far from there a long one is cut. */
export function markedFilter(text: string, { offset, length }: FilterFault): HTMLElement {
  const wrong = text.slice(offset, offset + length);
  return make(
    'code',
    {},
    cut(text.slice(0, offset), 'start'),
    make('span', { class: 'rt-wrong' }, wrong === '' ? '\u00a0' : cut(wrong, 'end')),
    cut(text.slice(offset + length), 'end'),
  );
}

const longest = 80;

function cut(text: string, side: 'start' | 'end'): string {
  if (text.length <= longest) return text;
  return side === 'start' ? `…${text.slice(-longest)}` : `${text.slice(0, longest)}…`;
}
