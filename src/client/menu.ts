import { make } from './element.ts';

/**
 * A button that unfolds a small panel below it. The panel closes by Escape, which gives the focus back, and by a press
 * outside. `fill` gives its content each time it opens.
 */
export function makeMenu(label: string, fill: () => (Node | string)[]): HTMLDetailsElement {
  const panel = make('div', { class: 'rt-menu-panel' });
  const summary = make('summary', {}, label);
  const menu = make('details', { class: 'rt-menu' }, summary, panel);
  const onOutside = (event: Event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  };
  menu.addEventListener('toggle', () => {
    if (menu.open) {
      panel.replaceChildren(...fill());
      document.addEventListener('pointerdown', onOutside);
    } else document.removeEventListener('pointerdown', onOutside);
  });
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !menu.open) return;
    menu.open = false;
    summary.focus();
    event.preventDefault();
  });
  return menu;
}

/** A box with a tick and words, as a menu or a dialog lists them. */
export function makeTick(
  label: string,
  isOn: boolean,
  onChange: (isOn: boolean) => void,
  attributes: Record<string, string> = {},
): HTMLLabelElement {
  const box = make('input', { type: 'checkbox', ...attributes });
  box.checked = isOn;
  box.addEventListener('change', () => onChange(box.checked));
  return make('label', { class: 'rt-tick' }, box, make('bdi', {}, label));
}
