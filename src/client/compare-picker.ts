import type { SiteIndexPayload } from '../payload/site-index.ts';
import { make, makeButton } from './element.ts';

/** Runs of an experiment that the picker lists at first; the rest comes with a button. */
const firstRuns = 100;

/**
 * A list of experiments with their runs to tick; `onPick` gets what is chosen, in the order of the list. Runs already on
 * show are ticked. Lists are filled when an experiment is opened.
 */
export function runPicker(
  index: SiteIndexPayload,
  { chosen, onPick }: { chosen: readonly string[]; onPick: (runIds: string[]) => void },
): HTMLElement {
  const known = new Set(index.experiments.flatMap(({ runIds }) => runIds));
  const picked = new Set(chosen.filter((runId) => known.has(runId)));
  const button = makeButton('', () => onPick([...picked]), { class: 'button rf-pick' });
  const count = () => {
    button.textContent = picked.size === 1 ? 'Show 1 run' : `Compare ${picked.size} runs`;
    button.disabled = picked.size === 0;
  };
  count();

  const filter = make('input', {
    type: 'search',
    placeholder: 'Filter experiments and runs',
    'aria-label': 'Filter experiments and runs',
  });
  const experiments = [...index.experiments].sort((a, b) => Number(a.archived) - Number(b.archived));
  const groups = experiments.map((experiment) => pickerGroup(experiment, picked, count));
  filter.addEventListener('input', () => {
    for (const group of groups) group.filter(filter.value.trim().toLowerCase());
  });
  const list = make('div', { class: 'rf-picker-list' }, ...groups.map(({ element }) => element));
  if (groups.length === 0) list.append(make('p', {}, 'No experiments yet.'));
  return make('div', { class: 'rf-picker' }, make('div', { class: 'rf-picker-bar' }, filter, button), list);
}

function pickerGroup(experiment: SiteIndexPayload['experiments'][number], picked: Set<string>, onChange: () => void) {
  const { id, title, runIds, archived } = experiment;
  const runs = runIds.length === 1 ? '1 run' : `${runIds.length} runs`;
  const summary = make(
    'summary',
    {},
    title,
    make('span', { class: 'muted' }, ` ${id} · ${runs}${archived ? ' · archived' : ''}`),
  );
  const list = make('ul', { class: 'rf-picker-runs', role: 'list' });
  const element = make('details', {}, summary, list);
  let words = '';

  const fill = (limit: number) => {
    const matching = runIds.filter((runId) => words === '' || `${title} ${runId}`.toLowerCase().includes(words));
    const items = matching.slice(0, limit).map((runId) => {
      const box = make('input', { type: 'checkbox' });
      box.checked = picked.has(runId);
      box.addEventListener('change', () => {
        if (box.checked) picked.add(runId);
        else picked.delete(runId);
        onChange();
      });
      const name = runId.startsWith(`${id}/`) ? runId.slice(id.length + 1) : runId;
      return make('li', {}, make('label', {}, box, make('span', { class: 'mono' }, name)));
    });
    list.replaceChildren(...items);
    if (matching.length > limit) {
      const more = makeButton(`Show ${matching.length - limit} more`, () => fill(matching.length));
      list.append(make('li', {}, more));
    }
    if (matching.length > 1) {
      const all = makeButton(`Take all ${matching.length}`, () => {
        for (const runId of matching) picked.add(runId);
        onChange();
        fill(limit);
      });
      list.prepend(make('li', {}, all));
    }
  };
  element.addEventListener('toggle', () => {
    if (element.open) fill(firstRuns);
  });
  const filter = (text: string) => {
    words = text;
    const isHit =
      `${title} ${id}`.toLowerCase().includes(text) || runIds.some((runId) => runId.toLowerCase().includes(text));
    element.hidden = !isHit;
    if (element.open) fill(firstRuns);
  };
  return { element, filter };
}
