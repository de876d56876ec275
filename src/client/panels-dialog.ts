import { captionText } from './caption-text.ts';
import { make, makeButton } from './element.ts';
import { onState, setState, stateText } from './url-state.ts';

let dialog: HTMLDialogElement | undefined;

/**
 * Shows the panel that the address names (`panel=scatter:lr:val/acc`) over the whole window, and follows the address from then
 * on. A name that no panel of the page has is left to others.
 */
export function followAddress(): void {
  const follow = () => {
    const name = stateText('panel');
    if (name !== undefined && dialog?.dataset.name === name) return;
    dialog?.close();
    const host = [...document.querySelectorAll<HTMLElement>('runfolio-panel')].find(
      ({ dataset }) => dataset.name === name,
    );
    if (name !== undefined && host !== undefined) show(host, name);
  };
  onState((changed) => {
    if (changed.has('panel')) follow();
  });
  follow();
}

function show(host: HTMLElement, name: string): void {
  const { title = '' } = host.dataset;
  const figure = host.closest('figure');
  const copy = make('runfolio-panel' as 'div', {}, make('div', { class: 'rf-chart-box' }));
  for (const [key, value] of Object.entries(host.dataset)) copy.dataset[key] = value;
  const caption = make('figcaption', {}, captionText(figure));
  const heading = make('h2', { class: 'rf-chart-title' }, make('bdi', {}, title));
  const opened = make('dialog', { class: 'rf-full', 'aria-label': `${title}, full screen` });
  const close = makeButton('Close', () => opened.close());
  opened.dataset.name = name;
  const legend = make('ul', { class: 'rf-legend', hidden: true });
  opened.append(make('figure', { class: 'rf-chart rf-panel' }, heading, copy, legend, caption), close);
  opened.addEventListener('close', () => {
    opened.remove();
    if (dialog === opened) dialog = undefined;
    if (stateText('panel') === name) setState({ panel: undefined });
    figure?.querySelector<HTMLElement>('.rf-tools > button')?.focus();
  });
  dialog = opened;
  document.body.append(opened);
  opened.showModal();
}
