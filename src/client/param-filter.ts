import { make } from './element.ts';
import { showIgnored } from './ignored.ts';
import { onState, setState, stateText } from './url-state.ts';

/** Trees smaller than this are read at a glance. */
const leastParams = 8;

/**
 * Puts a search field above each long tree of params, and a switch to show only what differs from the baseline where
 * something does. A branch stays while something in it does. The address keeps both, as `q` and `diff=only`.
 */
export function makeParamFilters(root: ParentNode = document): void {
  for (const box of root.querySelectorAll<HTMLDetailsElement>('details[data-params]')) {
    const items = [...box.querySelectorAll<HTMLLIElement>('.param-tree li')].reverse(); // inner ones first
    const params = items.filter((item) => item.dataset.param !== undefined);
    if (params.length < leastParams) continue;
    const field = make('input', {
      type: 'search',
      class: 'filter-field',
      placeholder: 'Search params',
      'aria-label': 'Search params',
      autocomplete: 'off',
    });
    const differing = make('input', { type: 'checkbox' });
    const said = make('p', { class: 'table-note', role: 'status' });
    const apply = () => {
      const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const isWanted = (item: HTMLLIElement) => {
        if (differing.checked && item.dataset.differs === undefined) return false;
        const value = item.querySelector(':scope > .param .param-value')?.textContent ?? '';
        const text = `${item.dataset.param} ${value}`.toLowerCase();
        return words.every((word) => text.includes(word));
      };
      let shown = 0;
      for (const item of items) {
        const isShown = item.dataset.param !== undefined && isWanted(item);
        if (isShown) shown += 1;
        item.hidden = !isShown && item.querySelector('li:not([hidden])') === null;
      }
      said.textContent = shown === params.length ? '' : `${shown} of ${params.length} params.`;
    };
    const hasDifferences = params.some((item) => item.dataset.differs !== undefined);
    const follow = () => {
      field.value = stateText('q') ?? '';
      const wanted = stateText('diff');
      differing.checked = wanted === 'only' && hasDifferences;
      showIgnored('params', wanted === undefined || wanted === 'only' ? [] : [`diff=${wanted}`]);
      apply();
    };
    field.addEventListener('input', () => {
      setState({ q: field.value || undefined }, { isPassing: true });
      apply();
    });
    differing.addEventListener('change', () => {
      setState({ diff: differing.checked ? 'only' : undefined });
      apply();
    });
    onState((changed) => {
      if (changed.has('q') || changed.has('diff')) follow();
    });
    const row = make('div', { class: 'filter-row' }, field);
    if (hasDifferences)
      row.append(make('label', { class: 'rf-switch' }, differing, 'Only what differs from the baseline'));
    box.querySelector('summary')?.after(row, said);
    if (stateText('q') !== undefined || stateText('diff') !== undefined) follow();
  }
}
