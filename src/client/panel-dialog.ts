import { make, makeButton } from './element.ts';
import { onState, setState, stateText } from './url-state.ts';

let dialog: HTMLDialogElement | undefined;
let isListening = false;

/**
 * Shows the chart that the address names (`panel=METRIC`) over the whole window, and follows the address from then on:
 * pressing Full screen only writes it. A name that no chart of the page has is left to others.
 */
export function openFullScreen(section: HTMLElement): void {
  const follow = () => {
    const metric = stateText('panel');
    const host = [...section.querySelectorAll<HTMLElement>('runfolio-chart')].find(
      ({ dataset }) => dataset.metric === metric,
    );
    if (dialog?.dataset.metric === metric && metric !== undefined) return;
    dialog?.close();
    if (host !== undefined) show(host);
  };
  follow();
  if (isListening) return;
  isListening = true;
  onState((changed) => changed.has('panel') && follow());
}

function show(host: HTMLElement): void {
  const { metric = '', label = metric, unit } = host.dataset;
  const figure = host.closest('figure');
  const copy = make('runfolio-chart' as 'div', {}, make('div', { class: 'rf-chart-box' }));
  for (const [key, value] of Object.entries(host.dataset)) copy.dataset[key] = value;
  const caption = make('figcaption', {}, staticText(figure?.querySelector('figcaption')));
  const title = make('h2', { class: 'rf-chart-title' }, make('bdi', {}, label));
  if (unit !== undefined) title.append(make('span', { class: 'rf-unit' }, ` ${unit}`));
  const close = makeButton('Close', () => opened.close());
  const section = host.closest<HTMLElement>('[data-panels]');
  const opened = make('dialog', { class: 'rf-full', 'aria-label': `${label}, full screen` });
  opened.dataset.metric = metric;
  // The copy belongs to the same section: it takes its runs, colours and settings from there.
  for (const key of ['panels', 'drawnRuns', 'runsUrl', 'stepLabel', 'groupBy'] as const) {
    const value = section?.dataset[key];
    if (value !== undefined) opened.dataset[key] = value;
  }
  const legend = make('ul', { class: 'rf-legend shared-legend', 'aria-label': 'Lines of the chart' });
  opened.append(make('figure', { class: 'rf-chart' }, title, copy, legend, caption), close);
  // Other charts are offered as x, so their names and files must be found in here too.
  for (const other of section?.querySelectorAll<HTMLElement>('runfolio-chart') ?? []) {
    if (other.dataset.metric === metric) continue;
    const name = make('runfolio-chart' as 'div', { hidden: true });
    for (const key of ['metric', 'url'] as const) name.dataset[key] = other.dataset[key];
    opened.append(name);
  }
  opened.addEventListener('close', () => {
    opened.remove();
    if (dialog === opened) dialog = undefined;
    if (stateText('panel') === metric) setState({ panel: undefined });
    figure?.querySelector<HTMLElement>('.rf-tools button')?.focus();
  });
  dialog = opened;
  document.body.append(opened);
  opened.showModal();
}

/** The sentences of a caption that were built with the page, without those on what is chosen. */
function staticText(caption: Element | null | undefined): string {
  const copy = caption?.cloneNode(true) as Element | undefined;
  for (const part of copy?.querySelectorAll('.rf-state, .rf-fault') ?? []) part.remove();
  return copy?.textContent ?? '';
}
