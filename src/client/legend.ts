import { colourClasses, type RunColour } from '../charts/run-colour.ts';
import { isShown } from './chart-settings.ts';
import { sharedSettings, toggleHidden, toggleOnly } from './chart-state.ts';
import { make, makeButton, makeSvg } from './element.ts';

/** A line that a legend names. */
export interface LegendItem {
  id: string;
  label: string;
  colour: RunColour;
}

/**
 * Fills a list with the lines of a chart, or of all charts of a section. Pointing at a name (or focusing it) fades the other
 * lines; pressing it takes the line out and puts it back; a double click or the button beside it shows the line alone.
 */
export function showLegend(
  list: HTMLElement,
  items: readonly LegendItem[],
  { onHighlight }: { onHighlight: (id: string | undefined) => void },
): void {
  const settings = sharedSettings();
  const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-key') : undefined;
  const entries = items.map(({ id, label, colour }) => {
    const swatch = makeSvg('svg', {
      class: 'rf-swatch',
      viewBox: '0 0 24 8',
      width: 24,
      height: 8,
      'aria-hidden': 'true',
    });
    swatch.append(makeSvg('path', { d: 'M1 4h22', class: colourClasses(colour) }));
    const shown = isShown(id, settings);
    const isOnly = settings.only !== undefined && shown;
    const name = makeButton('', () => toggleHidden(id), {
      class: 'rf-legend-name',
      'aria-pressed': String(shown),
      'data-key': `name ${id}`,
      title: shown ? 'Hide; double click to show alone' : 'Show',
    });
    name.append(swatch, make('bdi', {}, label));
    name.addEventListener('dblclick', () => toggleOnly(id));
    const only = makeButton(isOnly ? 'all' : 'only', () => toggleOnly(id), {
      class: 'rf-only',
      'aria-pressed': String(isOnly),
      'aria-label': isOnly ? `Show all, not only ${label}` : `Show only ${label}`,
      'data-key': `only ${id}`,
    });
    const item = make('li', { class: shown ? undefined : 'rf-off' }, name, only);
    item.addEventListener('pointerenter', () => shown && onHighlight(id));
    item.addEventListener('pointerleave', () => onHighlight(undefined));
    item.addEventListener('focusin', () => shown && onHighlight(id));
    item.addEventListener('focusout', () => onHighlight(undefined));
    return item;
  });
  list.replaceChildren(...entries);
  list.hidden = entries.length === 0;
  if (focused) list.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}
