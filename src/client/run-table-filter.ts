import type { FilterFault } from '../query/filter.ts';
import { readQuery } from '../query/read-query.ts';
import { make, makeButton } from './element.ts';
import { markedFilter } from './marked-filter.ts';
import { setState } from './url-state.ts';

/** The field above a table, and below it what is wrong with the filter in it. */
export interface FilterField {
  field: HTMLInputElement;
  /** Label, field and help in a row. */
  element: HTMLElement;
  /** Where faults are told; empty while there are none. */
  faultLine: HTMLElement;
  /** Shows what the address says, unless somebody is typing. */
  show(where: string, words: string): void;
  showFault(fault: FilterFault | undefined): void;
}

/**
 * Makes the field that runs are filtered by as one types: plain words go into the address as `q`, a filter as `where`. The
 * first letter typed since the field was entered makes an entry of the history, so that Back undoes all of it.
 */
export function makeFilterField(): FilterField {
  const field = make('input', {
    type: 'search',
    class: 'filter-field',
    placeholder: 'Filter: words, or val/acc > 0.9 and lr in [0.1, 0.01]',
    'aria-label': 'Filter runs',
    'aria-describedby': 'run-filter-fault',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
  });
  const faultLine = make('div', { id: 'run-filter-fault', class: 'rt-fault', role: 'status' });
  let hasEntry = false;
  const apply = () => {
    const text = field.value;
    const isWords = readQuery(text).kind === 'words';
    setState(
      { q: isWords ? text : undefined, where: isWords || text.trim() === '' ? undefined : text, page: undefined },
      { isPassing: hasEntry },
    );
    hasEntry = true;
  };
  field.addEventListener('input', apply);
  field.addEventListener('change', () => {
    hasEntry = false;
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || field.value === '') return;
    event.preventDefault();
    field.value = '';
    apply();
  });
  return {
    field,
    element: make('div', { class: 'rt-filter', role: 'search' }, field),
    faultLine,
    show(where, words) {
      if (document.activeElement !== field || readable(field.value) !== readable(where || words)) {
        const text = where || words;
        if (field.value !== text) field.value = text;
      }
    },
    showFault(fault) {
      field.setAttribute('aria-invalid', String(fault !== undefined));
      faultLine.replaceChildren(...(fault === undefined ? [] : faultParts(fault, field, apply)));
    },
  };
}

function readable(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ');
}

/** The filter again with what is wrong underlined, then why, then a button that puts it right. */
function faultParts(fault: FilterFault, field: HTMLInputElement, apply: () => void): Node[] {
  const { offset, length, message, nearest } = fault;
  const text = field.value;
  const parts: Node[] = [markedFilter(text, fault), make('span', {}, message)];
  if (nearest !== undefined) {
    const mend = makeButton(`Use ${nearest}`, () => {
      field.value = text.slice(0, offset) + nearest + text.slice(offset + length);
      field.focus();
      apply();
    });
    parts.push(mend);
  }
  return parts;
}
