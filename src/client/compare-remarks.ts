import type { FilterFault } from '../query/filter.ts';
import type { CompareData } from './compare-data.ts';
import { type CompareState, formatCompareState, isChosenByRule } from './compare-state.ts';
import { make, makeButton } from './element.ts';
import { markedFilter } from './marked-filter.ts';

interface RemarkHandlers {
  /** Takes a filter in place of the one there is. */
  onFilter: (where: string) => void;
  onRetry: () => void;
}

/** Everything that the address asks for and that is not here, each by its name, and what was left out on purpose. */
export function compareRemarks(
  state: CompareState,
  data: CompareData,
  { onFilter, onRetry }: RemarkHandlers,
): HTMLElement[] {
  const remarks: HTMLElement[] = [];
  if (data.fault !== undefined) remarks.push(filterFault(state.where, data.fault, onFilter));
  if (data.unknown.length > 0) remarks.push(namedList('No such run', data.unknown));
  if (data.unknownRules.length > 0) remarks.push(namedList('Not found', data.unknownRules));
  if (state.ignored.length > 0) remarks.push(namedList('Ignored', state.ignored));
  if (data.failedExperiments.length > 0) {
    const names = data.failedExperiments.map(({ experiment, reason }) => `${experiment} (${reason})`);
    const remark = namedList('Could not look through', names);
    remark.append(makeButton('Retry', onRetry));
    remarks.push(remark);
  }
  const isUnmatched = data.fault === undefined && data.byRule.size === 0 && isChosenByRule(state);
  if (isUnmatched && data.unknownRules.length === 0)
    remarks.push(make('p', { class: 'callout', role: 'status' }, 'No run passes the filter.'));
  if (data.archivedLeftOut > 0) {
    const runs = data.archivedLeftOut === 1 ? '1 archived run' : `${data.archivedLeftOut} archived runs`;
    remarks.push(make('p', { class: 'muted' }, `${runs} left out; is:archived in the filter asks for them.`));
  }
  if (formatCompareState(state).isLong)
    remarks.push(
      make('p', { class: 'callout' }, 'This selection makes a long link; some programs cut such links off.'),
    );
  return remarks;
}

/** The filter with what is wrong marked, why, and a button that puts it right where there is one word to change. */
function filterFault(text: string, fault: FilterFault, onFilter: (where: string) => void): HTMLElement {
  const { offset, length, message, nearest } = fault;
  const callout = make(
    'div',
    { class: 'callout callout-warning rt-fault', role: 'status' },
    make('span', {}, 'The filter cannot be read:'),
    markedFilter(text, fault),
    make('span', {}, message),
  );
  if (nearest !== undefined) {
    const mended = text.slice(0, offset) + nearest + text.slice(offset + length);
    callout.append(makeButton(`Use ${nearest}`, () => onFilter(mended)));
  }
  return callout;
}

/** A sentence that names things, the first ten of them at once. */
export function namedList(words: string, names: readonly string[]): HTMLElement {
  const shown = names.slice(0, 10).map((name) => (name.length > 100 ? `${name.slice(0, 99)}…` : name));
  const callout = make(
    'div',
    { class: 'callout callout-warning', role: 'status' },
    make('p', {}, `${words}: ${shown.join(', ')}`),
  );
  if (names.length > 10) {
    const rest = make('details', {}, make('summary', {}, `and ${names.length - 10} more`));
    rest.append(make('p', { class: 'mono' }, names.slice(10).join(', ').slice(0, 100_000)));
    callout.append(rest);
  }
  return callout;
}

/** The field for a filter, and the words on where it looks. */
export function filterForm(state: CompareState, onFilter: (where: string) => void): HTMLElement {
  const field = make('input', {
    type: 'search',
    class: 'filter-field',
    'aria-label': 'Runs by filter',
    placeholder: 'By filter: val/acc > 0.9 and lr in [0.1, 0.01]',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'data-key': 'filter',
  });
  field.value = state.where;
  const form = make(
    'form',
    { class: 'rf-filter-form', role: 'search' },
    field,
    make('button', { type: 'submit' }, 'Show these runs'),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onFilter(field.value.trim());
  });
  if (state.experiments.length > 0)
    form.append(make('span', { class: 'muted' }, `in ${state.experiments.map(short).join(', ')}`));
  return form;
}

function short(name: string): string {
  return name.length > 100 ? `${name.slice(0, 99)}…` : name;
}
