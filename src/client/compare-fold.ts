import { make, makeButton } from './element.ts';
import { FetchFault } from './fetch-text.ts';

export interface FoldOptions {
  /** Tells it from the others of the page. */
  key: string;
  title: string;
  /** A few words beside the title. */
  note?: string;
  /** Keys of what stands open; kept while the page is drawn anew. */
  opened: Set<string>;
  /** Gives what is inside, once it is opened; may load data. A `FetchFault` is told with a way to try again. */
  fill: () => Node[] | Promise<Node[]>;
}

/** A section that is folded away and filled when it is opened. */
export function fold({ key, title, note, opened, fill }: FoldOptions): HTMLDetailsElement {
  const summary = make('summary', { 'data-key': `fold:${key}` }, make('h2', {}, title));
  if (note !== undefined) summary.append(' ', make('span', { class: 'muted' }, note));
  const body = make('div', { class: 'rf-fold-body' });
  const element = make('details', { class: 'rf-fold', 'data-fold': key }, summary, body);
  let isFilled = false;
  const load = async () => {
    isFilled = true;
    body.replaceChildren(make('p', { class: 'muted', role: 'status' }, 'Loading …'));
    try {
      body.replaceChildren(...(await fill()));
    } catch (error) {
      const reason = error instanceof FetchFault ? error.reason : 'not readable';
      body.replaceChildren(
        make('p', { class: 'rf-fault', role: 'status' }, `Could not load this (${reason}). `),
        makeButton('Retry', () => void load()),
      );
    }
  };
  element.addEventListener('toggle', () => {
    if (element.open) opened.add(key);
    else opened.delete(key);
    if (element.open && !isFilled) void load();
  });
  element.open = opened.has(key);
  return element;
}
